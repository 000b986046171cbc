"""What the operator follows of a circuit: who is expected, since when, and what waits for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.screen import Action, Badge, Definition, Download, ObjectHeader
from alize.common.words import listed
from basins.access import allows
from basins.enums import Role
from basins.homes import Visitor
from signatures import owners, permissions
from signatures.documents import spaced
from signatures.enums import ASKED, GIVEN_UP, CircuitStatus, SignerStatus
from signatures.models import Circuit, CircuitSigner, Delegation
from signatures.queries.mandates import acts_of, mandates_of
from signatures.queries.signing import (
    ceremony_fact,
    circuit_badge,
    is_contested,
    is_lacking,
    settled,
    signer_badge,
)
from signatures.rules import Mandate, means

_NOW = {
    CircuitStatus.OPEN: "Chacun signe à son tour ; les relances partent d'elles-mêmes.",
    CircuitStatus.PAUSED: "Reprenez la signature si le document est juste, ou annulez le circuit.",
    CircuitStatus.COMPLETE: "Tous ont signé : le cachet se pose de lui-même.",
    CircuitStatus.SEALED: "Tous ont signé et le document est scellé.",
    CircuitStatus.REFUSED: "Ce document ne se signe plus : préparez-en un autre.",
    CircuitStatus.EXPIRED: "Prolongez le délai, ou annulez le circuit.",
    CircuitStatus.CANCELLED: "Ce circuit est annulé : personne ne le signera plus.",
}


def circuits_visible_to(visitor: Visitor) -> QuerySet[Circuit]:
    """All of them, for who signs (2.2); for the others, none of a file they withdrew from (SD5)."""
    if allows(visitor.roles, "signature.sign"):
        return Circuit.objects.all()
    return Circuit.objects.exclude(owners.hidden_from(visitor.person, on=visitor.on))


@dataclass(frozen=True)
class TrackingLine:
    """One signer as the operator follows them."""

    name: str
    function: str
    organisation: str
    capacity: str
    mandate: str
    act_url: str
    """Where the act that gives it is read; nothing when none is kept."""
    turn: str
    """After whom they sign, when all do not sign at once."""
    status: Badge
    detail: str
    remind_url: str


@dataclass(frozen=True)
class PaperWaiting:
    """A signed copy that waits for a second person."""

    names: str
    detail: str
    confirm_url: str
    """Nothing for whoever uploaded it."""


@dataclass(frozen=True)
class DelegationWaiting:
    """A delegation that waits for the operator."""

    words: str
    url: str


@dataclass(frozen=True)
class DisputeWaiting:
    """A signature contested after the seal, that waits for what follows."""

    words: str
    url: str
    """Nothing for whoever does not decide it."""


@dataclass(frozen=True)
class CircuitScreen:
    """The page of a circuit."""

    header: ObjectHeader
    facts: list[Definition]
    lines: list[TrackingLine]
    papers: list[PaperWaiting]
    delegations: list[DelegationWaiting]
    disputes: list[DisputeWaiting]
    downloads: list[Download]
    alert: str
    alert_title: str


def signers_followed() -> Prefetch:
    """The signers of circuits with all that their lines show."""
    return Prefetch("signers", CircuitSigner.objects.select_related("scan", "replacement"))


def circuit_screen(
    circuit: Circuit, person: Person, roles: frozenset[Role], *, on: date
) -> CircuitScreen:
    """Gather the page of a circuit for one person on a day."""
    writes = allows(roles, "signature.write")
    signers = list(circuit.signers.all())
    alert_title, alert = _alert(circuit)
    mandates = mandates_of(circuit, signers, on=on)
    acts = acts_of(mandates)
    return CircuitScreen(
        header=_header(circuit, writes=writes, on=on),
        facts=_facts(circuit),
        lines=[
            _line(circuit, one, mandates[one.pk], has_act=one.pk in acts, writes=writes)
            for one in signers
        ],
        papers=_papers(circuit, signers, person, roles),
        delegations=_delegations(circuit) if allows(roles, "signature.validate") else [],
        disputes=_disputes(circuit, signers, person, roles),
        downloads=_downloads(circuit, roles),
        alert=alert,
        alert_title=alert_title,
    )


def page(name: str, circuit: Circuit, **more: int) -> str:
    """A page of a circuit."""
    return basin_reverse(name, circuit_id=circuit.pk, **more)


def _header(circuit: Circuit, *, writes: bool, on: date) -> ObjectHeader:
    signers = list(circuit.signers.all())
    done = sum(signer.status == SignerStatus.SIGNED for signer in signers)
    expected = sum(signer.status != SignerStatus.REPLACED for signer in signers)
    return ObjectHeader(
        name=f"Signature de {circuit.document.reference}",
        reference=circuit.title,
        status=circuit_badge(circuit, on=on),
        now=f"{done} signature{'s' if done > 1 else ''} sur {expected}. "
        + _NOW[CircuitStatus(circuit.status)],
        due=f"à signer au plus tard le {long_date(circuit.expires_on)}"
        if circuit.status in {CircuitStatus.OPEN, CircuitStatus.PAUSED, CircuitStatus.EXPIRED}
        else "",
        action=_action(circuit) if writes else None,
        others=_others(circuit) if writes else [],
    )


def _action(circuit: Circuit) -> Action | None:
    label, name, icon, post = {
        CircuitStatus.OPEN: (
            "Enregistrer un exemplaire signé",
            "circuit_paper",
            "upload",
            False,
        ),
        CircuitStatus.PAUSED: ("Reprendre la signature", "circuit_resume", "play", True),
        CircuitStatus.EXPIRED: ("Prolonger le délai", "circuit_extend", "calendar-event", False),
        CircuitStatus.COMPLETE: ("Sceller maintenant", "circuit_seal", "shield-check", True),
    }.get(CircuitStatus(circuit.status), ("", "", "", False))
    waits = circuit.status == CircuitStatus.COMPLETE and not circuit.seal_error
    return Action(label, page(name, circuit), icon, post) if label and not waits else None


def _others(circuit: Circuit) -> list[Action]:
    others = []
    if circuit.status == CircuitStatus.OPEN:
        label = "Déplacer la cérémonie" if circuit.ceremony_at else "Annoncer une cérémonie"
        others.append(Action(label, page("circuit_ceremony", circuit)))
    if circuit.status in {CircuitStatus.OPEN, CircuitStatus.PAUSED}:
        others.append(Action("Prolonger le délai", page("circuit_extend", circuit)))
    if permissions.cancel.allows(circuit):
        others.append(Action("Annuler le circuit", page("circuit_cancel", circuit)))
    return others


def _facts(circuit: Circuit) -> list[Definition]:
    facts = [
        *(Definition(term, value) for term, value in circuit.summary),
        *ceremony_fact(circuit),
        Definition("Lancé le", long_date(timezone.localdate(circuit.launched_at))),
        Definition("Empreinte du document", spaced(circuit.document.sha256)),
    ]
    if circuit.sealed_at:
        facts.append(Definition("Scellé le", long_date(timezone.localdate(circuit.sealed_at))))
    return facts


def _line(
    circuit: Circuit, signer: CircuitSigner, mandate: Mandate, *, has_act: bool, writes: bool
) -> TrackingLine:
    signer.circuit = circuit
    may_remind = writes and permissions.remind.allows(signer)
    until = f", jusqu'au {short_date(mandate.ends_on)}" if mandate.ends_on else ""
    return TrackingLine(
        name=signer.name,
        function=signer.function,
        organisation=signer.organisation,
        capacity=signer.capacity,
        mandate=mandate.kind + until,
        act_url=page("circuit_act", circuit, signer_id=signer.pk) if has_act else "",
        turn=f"Rang {signer.order}" if _in_turn(circuit) else "",
        status=signer_badge(signer),
        detail=_detail(signer),
        remind_url=page("circuit_remind", circuit, signer_id=signer.pk) if may_remind else "",
    )


def _in_turn(circuit: Circuit) -> bool:
    """Whether some sign after others."""
    return len({signer.order for signer in circuit.signers.all()}) > 1


def _detail(signer: CircuitSigner) -> str:
    """How it was signed, or since when it is expected."""
    if signer.status == SignerStatus.SIGNED:
        tool = f" : {signer.tool}" if signer.tool else ""
        return signer.get_way_display() + tool + settled(signer)
    if signer.status == SignerStatus.REFUSED:
        return f"« {signer.refusal} »"
    if signer.status == SignerStatus.REPLACED:
        return f"À {signer.replacement.name}"
    if signer.status == SignerStatus.INVITED and signer.invited_at:
        since = f"Depuis le {short_date(timezone.localdate(signer.invited_at))}"
        count = signer.reminders
        since += f", {count} relance{'s' if count > 1 else ''}" if count else ""
        if signer.undelivered_at:
            return f"{since}. Son adresse, {signer.email}, refuse nos courriels : téléphonez-lui."
        return since
    return ""


def _papers(
    circuit: Circuit, signers: list[CircuitSigner], person: Person, roles: frozenset[Role]
) -> list[PaperWaiting]:
    """The signed copies that wait, each with all who signed it."""
    waiting: dict[int, list[CircuitSigner]] = {}
    for signer in signers:
        if signer.status == SignerStatus.PAPER and signer.scan_id is not None:
            waiting.setdefault(signer.scan_id, []).append(signer)
    confirms = allows(roles, "signature.confirm")
    return [
        PaperWaiting(
            names=", ".join(signer.name for signer in group),
            detail=f"Signé le {short_date(cast(date, group[0].paper_on))}, {means(group[0].tool)}",
            confirm_url=page("circuit_confirm", circuit, scan_id=scan_id)
            if confirms and group[0].recorded_by_id != person.pk
            else "",
        )
        for scan_id, group in waiting.items()
    ]


def _delegations(circuit: Circuit) -> list[DelegationWaiting]:
    asked = Delegation.objects.filter(
        signer__circuit=circuit, decided_at=None, signer__status=SignerStatus.INVITED
    ).select_related("signer")
    return [
        DelegationWaiting(
            f"{one.signer.name} propose {one.name}, {one.function}",
            page("delegation_decide", circuit, delegation_id=one.pk),
        )
        for one in asked
    ]


def _disputes(
    circuit: Circuit, signers: list[CircuitSigner], person: Person, roles: frozenset[Role]
) -> list[DisputeWaiting]:
    """The signatures contested after the seal; who may decide on them is led there."""
    if circuit.status != CircuitStatus.SEALED:
        return []
    settles = allows(roles, "signature.settle")
    return [
        DisputeWaiting(
            f"{signer.name}, {signer.organisation}",
            page("circuit_settle", circuit, signer_id=signer.pk)
            if settles and permissions.settle.allows(person, signer)
            else "",
        )
        for signer in signers
        if is_contested(signer)
    ]


def _downloads(circuit: Circuit, roles: frozenset[Role]) -> list[Download]:
    downloads = []
    if circuit.sealed_document_id:
        url = basin_reverse("document_download", document_id=circuit.sealed_document_id)
        downloads.append(
            Download("Exemplaire scellé", f"{url}?voir=1", "PDF, avec ses preuves", primary=True)
        )
    else:
        url = basin_reverse("document_download", document_id=circuit.document_id)
        downloads.append(Download("Document à signer", f"{url}?voir=1", "PDF"))
    if allows(roles, "signature.evidence"):
        downloads.append(
            Download("Preuves", page("circuit_evidence", circuit), "Événements", "list-check")
        )
        if circuit.evidence_id:
            url = basin_reverse("document_download", document_id=circuit.evidence_id)
            downloads.append(Download("Dossier de preuve", f"{url}?voir=1", "PDF réservé"))
    return downloads


def _alert(circuit: Circuit) -> tuple[str, str]:
    if circuit.status == CircuitStatus.PAUSED:
        return "Une réponse est attendue de vous", circuit.pause_reason
    if circuit.status in {CircuitStatus.REFUSED, CircuitStatus.CANCELLED}:
        return circuit.get_status_display(), circuit.end_reason
    if circuit.status == CircuitStatus.COMPLETE and circuit.seal_error:
        text = "Rien n'est perdu : l'application réessaie d'elle-même, de plus en plus espacé."
        return "Le cachet n'a pas pu être posé", text
    signers = list(circuit.signers.all())
    if disputed := listed([signer.name for signer in signers if is_contested(signer)]):
        text = f"{disputed} : « Ce n'est pas moi ». ASTREES y donne suite."
        return "Signature contestée", text
    if lacking := listed([signer.name for signer in signers if is_lacking(signer)]):
        text = f"{lacking} : cette signature n'engage plus. Faites signer un avenant par toutes "
        return "Signature écartée", text + "les parties, ou de nouveau l'acte qui n'a pas d'effet."
    return "", ""


def ceremony_as_typed(circuit: Circuit) -> dict[str, Any]:
    """When and where a circuit is signed on paper, as its page shows it."""
    starts_at = circuit.ceremony_at and timezone.localtime(circuit.ceremony_at)
    return {
        "held_on": starts_at and starts_at.date(),
        "hour": starts_at and starts_at.time(),
        "place": circuit.ceremony_place,
    }


def asked_once(circuits: Sequence[Circuit], *, but: Collection[str] = ()) -> list[CircuitSigner]:
    """Who has signed one of these circuits or was asked to: one line for each address.

    Whoever was told of a ceremony is told that it is off, even before their turn.
    """
    found: dict[str, CircuitSigner] = {}
    for circuit in circuits:
        told = {*ASKED, SignerStatus.WAITING} if circuit.ceremony_at else ASKED
        for signer in circuit.signers.filter(status__in=sorted(told)):
            signer.circuit = circuit
            found.setdefault(signer.email, signer)
    return [signer for email, signer in found.items() if email and email not in but]


def told_of_the_end(circuit: Circuit | None) -> list[str]:
    """Who would be told, each by name, if a circuit and those bound to it were given up (M47)."""
    if circuit is None:
        return []
    left = Circuit.objects.bound_to(circuit).exclude(status__in=sorted(GIVEN_UP))
    return [f"{one.name}, {one.organisation}" for one in asked_once(list(left))]


def short_mandates(circuit: Circuit) -> list[str]:
    """Whose mandate ends before the term and is not renewed, among those who have not signed.

    Bound circuits included.
    """
    bound = Circuit.objects.bound_to(circuit)
    unsigned = CircuitSigner.objects.expected().filter(circuit__in=bound)
    # Whoever has signed on paper needs no mandate any more: only a confirmation.
    lines = unsigned.exclude(status=SignerStatus.PAPER).filter(
        mandate_ends_on__lt=F("circuit__expires_on")
    )
    return list(
        dict.fromkeys(
            f"{one.name}, le {short_date(cast(date, one.mandate_ends_on))}"
            for one in lines.select_related("circuit__document")
            if owners.is_over(one.circuit, one, on=one.circuit.expires_on)
        )
    )
