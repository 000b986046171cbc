"""The head and the files of the page of a convention, for the roles of the visitor."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Action, Badge, Definition, Download, ObjectHeader
from alize.common.words import closed
from alize.drafting.enums import TextKind
from basins.access import allows
from basins.enums import Role
from basins.homes import Visitor
from conventions import permissions, queries
from conventions.badges import amendment_line
from conventions.documents.cooperation import effect_of
from conventions.documents.cooperation_amendment import content_facts
from conventions.enums import UNLAUNCHED, AgreementStatus
from conventions.models import Amendment, CooperationConvention
from conventions.partnership_screen import CONTESTED
from conventions.permissions.partnership import begin_amendment
from conventions.queries import amended
from conventions.queries.partnership import may_change
from conventions.queries.voiding import deciders_named, decides_void
from funds.models import Advance
from signatures.enums import ENDED, SIGNED_BY_ALL, CircuitStatus
from signatures.queries import CircuitScreen, Other, circuit_screen, signer_lines

_NOW = {
    AgreementStatus.DRAFT: "Vérifiez les signataires, relisez le projet, puis gelez le texte.",
    AgreementStatus.FROZEN: "Lancez la signature : chacun reçoit son lien, ou signe sur papier.",
    AgreementStatus.SIGNING: "Chacun signe à son tour ; les relances partent d'elles-mêmes.",
    AgreementStatus.SIGNED: "L'accompagnement a commencé.",
    AgreementStatus.CANCELLED: "Cette convention est annulée : elle n'engage personne.",
}


@dataclass(frozen=True)
class ConventionScreen:
    """What the page of a convention shows around its signers."""

    header: ObjectHeader
    downloads: list[Download]
    facts: list[Definition]
    may_edit: bool
    rendering: bool
    """Frozen, and its PDF is being made."""
    tracking: CircuitScreen | None
    """Where the signature stands, for those who follow circuits."""
    signing: list[Other]
    """The same for the others who read the convention."""
    content: list[Definition]
    """What it says today, its signed amendments counted."""
    amendments: list[tuple[Amendment, str, Badge]]
    amend: Action | None


def convention_screen(convention: CooperationConvention, visitor: Visitor) -> ConventionScreen:
    """Gather the head, the files and the facts of a convention, for whoever looks."""
    person, roles, on = visitor.person, visitor.roles, visitor.on
    writes = allows(roles, "convention.write")
    circuit, follows = convention.circuit, allows(roles, "signature.read")
    return ConventionScreen(
        header=_header(convention, writes=writes, decision=_decision(convention, visitor), on=on),
        downloads=_downloads(convention, roles) if queries.reads_text(roles) else [],
        facts=_facts(convention, roles),
        may_edit=writes and permissions.edit.allows(convention),
        rendering=convention.frozen_at is not None and convention.document is None,
        tracking=circuit_screen(circuit, person, roles, on=on) if circuit and follows else None,
        signing=signer_lines(circuit) if circuit and not follows else [],
        content=_content(convention) if queries.reads_text(roles) else [],
        amendments=[
            amendment_line(one, on=on)
            for one in queries.amendments_visible_to(visitor).filter(cooperation=convention)
        ],
        amend=_amend(convention, on=on) if writes else None,
    )


def _content(convention: CooperationConvention) -> list[Definition]:
    if convention.status != AgreementStatus.SIGNED:
        return []
    said = content_facts(amended.content_of(convention))
    return [Definition(label, value) for label, value in said]


def _decision(convention: CooperationConvention, visitor: Visitor) -> Action | None:
    """What the presidency, or who replaces it, decides of a convention that all have signed."""
    if not allows(visitor.roles, "convention.void"):
        return None
    person, today = visitor.person, visitor.on
    decides = decides_void(convention, person, on=today)
    if not permissions.decide_void.allows(convention, person, today, decides=decides):
        return None
    return Action("Décider de l'annulation", _page("convention_void", convention))


def _amend(convention: CooperationConvention, *, on: date) -> Action | None:
    if not begin_amendment.allows(convention, on):
        return None
    url = _page("cooperation_amendment_create", convention)
    return Action("Préparer un avenant", url, "plus-lg")


def _amended(convention: CooperationConvention) -> str:
    """« Modifiée par l'avenant n° 2 du 3 mars 2027. », by the last one signed."""
    last = next(reversed(amended.signed_amendments(convention)), None)
    if last is None or last.signed_on is None:
        return ""
    return f"Modifiée par l'{str(last).lower()} du {long_date(last.signed_on)}."


def _page(name: str, convention: CooperationConvention) -> str:
    return basin_reverse(name, reference=convention.reference)


def _header(
    convention: CooperationConvention, *, writes: bool, decision: Action | None, on: date
) -> ObjectHeader:
    status = AgreementStatus(convention.status)
    outrun = permissions.outrun(convention)
    waits = status in {
        AgreementStatus.DRAFT,
        AgreementStatus.FROZEN,
        AgreementStatus.SIGNING,
    }
    holder = _holder(convention, status, on=on) if waits else ""
    others = []
    if writes and permissions.reopen.allows(convention):
        url = _page("convention_reopen", convention)
        others.append(Action("Rouvrir le texte", url, "unlock", post=True))
    if writes and (
        permissions.cancel.allows(convention) or permissions.ask_void.allows(convention, on)
    ):
        others.append(Action("Annuler la convention", _page("convention_cancel", convention)))
    return ObjectHeader(
        name=convention.project.beneficiary.name,
        reference=f"Convention de coopération et développement {convention.reference}",
        status=queries.status_badge(convention),
        now=outrun or _now(convention, status, on=on),
        holder=holder,
        since=f"depuis le {long_date(queries.since(convention))}" if holder else "",
        action=_action(convention, status, on=on) if writes else decision,
        others=others,
    )


def _now(convention: CooperationConvention, status: AgreementStatus, *, on: date) -> str:
    circuit = convention.circuit
    if status == AgreementStatus.SIGNING and circuit is not None:
        if circuit.status in ENDED:
            return (
                f"{circuit.get_status_display()} : lancez une nouvelle signature, rouvrez le texte "
                "pour le corriger, ou annulez la convention."
            )
        if permissions.is_contested(circuit):
            return CONTESTED
        if permissions.is_lacking(circuit):
            return permissions.LACKING
        if circuit.status in SIGNED_BY_ALL and permissions.is_void(convention):
            return "Tous ont signé, mais ce dossier n'attend plus de convention : annulez-la."
        if convention.void_asked_at is not None and convention.starts_on > on:
            return (
                f"Tous ont signé ; {deciders_named(convention, on=on)} décide "
                "s'il faut l'annuler avant sa prise d'effet. Motif : "
                f"{closed(convention.void_reason)}"
            )
        if circuit.status == CircuitStatus.SEALED and convention.starts_on > on:
            return f"Tous ont signé ; elle prend effet le {long_date(convention.starts_on)}."
        if circuit.status == CircuitStatus.SEALED:
            return "Tous ont signé ; il reste à lui donner son effet."
    if status == AgreementStatus.SIGNED:
        signed = [circuit] if circuit else []
        changes = may_change(convention, on=on)
        held = permissions.unsettled(*signed, may_change=changes)
        return held or _amended(convention) or _NOW[status]
    if status == AgreementStatus.DRAFT:
        news = queries.text_news(TextKind.COOPERATION, on=on)
        return f"{_NOW[status]} {news}".rstrip()
    return _NOW[status]


def _holder(convention: CooperationConvention, status: AgreementStatus, *, on: date) -> str:
    """Whose turn it is; nobody's while what all have signed waits for its day."""
    signed = permissions.signed_by_all(convention) and not permissions.is_void(convention)
    if signed and convention.starts_on > on:
        asked = convention.void_asked_at is not None
        return deciders_named(convention, on=on) if asked else ""
    if status == AgreementStatus.SIGNING and not permissions.signed_by_all(convention):
        return "les signataires"
    return "l'opérateur local"


def _action(
    convention: CooperationConvention, status: AgreementStatus, *, on: date
) -> Action | None:
    remaining = queries.remaining(convention, on=on)
    if status == AgreementStatus.DRAFT:
        url = _page("convention_freeze", convention)
        return Action("Geler le texte", url, "lock", remaining=remaining)
    if permissions.launch.allows(convention) or (status == AgreementStatus.FROZEN and remaining):
        url = _page("convention_launch", convention)
        return Action("Lancer la signature", url, "pen", remaining=remaining)
    circuit = convention.circuit
    if status != AgreementStatus.SIGNING or circuit is None:
        return None
    if permissions.waits_for_effect(convention, on):
        url = _page("convention_conclude", convention)
        return Action("Donner son effet", url, "check2", remaining=remaining)
    url = basin_reverse("circuit_detail", circuit_id=circuit.pk)
    return Action("Suivre la signature", url, "pen")


def _downloads(convention: CooperationConvention, roles: frozenset[Role]) -> list[Download]:
    downloads = []
    circuit = convention.circuit
    if circuit is not None and circuit.sealed_document is not None:
        url = basin_reverse("document_download", document_id=circuit.sealed_document.pk)
        detail = "PDF scellé, avec ses preuves"
        holds = convention.status != AgreementStatus.CANCELLED
        label = "Convention signée" if holds else "Convention signée, puis annulée"
        downloads.append(Download(label, f"{url}?voir=1", detail, primary=holds))
    elif convention.document is not None and circuit is not None:
        url = basin_reverse("document_download", document_id=convention.document.pk)
        downloads.append(Download("Convention", f"{url}?voir=1", "PDF", primary=True))
    elif convention.status in UNLAUNCHED and allows(roles, "convention.write"):
        preview = _page("convention_preview", convention)
        downloads.append(Download("Relire le projet", preview, "PDF, marqué « PROJET »"))
    if allows(roles, "convention.write"):
        copy = _page("convention_docx", convention)
        downloads.append(Download("Copie pour les juristes", copy, "Traitement de texte, .docx"))
    return downloads


def _facts(convention: CooperationConvention, roles: frozenset[Role]) -> list[Definition]:
    project = convention.project
    facts = [
        Definition(
            "Dossier",
            project.reference,
            basin_reverse("project_detail", reference=project.reference),
        ),
        Definition(
            "Décision",
            f"{convention.decision.reference}, {long_date(convention.decision.decided_on)}",
        ),
        Definition("Prise d'effet", long_date(effect_of(convention))),
    ]
    if convention.payment_expected_on:
        facts.append(Definition("Versement attendu", long_date(convention.payment_expected_on)))
    if convention.frozen_at:
        facts.append(Definition("Texte gelé", long_date(timezone.localdate(convention.frozen_at))))
    if convention.signed_on:
        facts.append(Definition("Dernière signature", long_date(convention.signed_on)))
    advance = Advance.objects.filter(decision_id=convention.decision_id).first()
    if advance and allows(roles, "advance.read"):
        url = basin_reverse("advance_detail", reference=advance.reference)
        facts.append(Definition("Avance", advance.reference, url))
    return facts
