"""What a signer may do instead of signing: refuse, ask a correction, delegate, sign on paper."""

from datetime import date, datetime
from typing import Any, cast

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import StoredFile
from alize.documents.operations import store_upload
from alize.documents.vetting import UploadRefused
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins import links
from basins.enums import Role
from basins.models import SingleUseLink
from basins.queries import reachable
from signatures import owners, permissions
from signatures.enums import CIRCUIT_TRANSITIONS, EventKind, SignerStatus
from signatures.enums import CircuitStatus as Status
from signatures.models import Circuit, CircuitSigner, Delegation
from signatures.operations.base import (
    Trace,
    check_fresh,
    held,
    locked_signer,
    mail_link,
    move,
    note,
    note_bound,
    take_renewed,
    tell_operator,
)
from signatures.operations.ceremony import called_off
from signatures.queries.circuits import asked_once
from signatures.queries.delegations import is_for_staff
from signatures.queries.keepers import keepers
from signatures.rules import RESULT_VALID, SEEN_AGAIN, Delegate, means

SEEN = {"ouvert": EventKind.OPENED, "lu": EventKind.READ}
"""What the page of a signer tells of their reading."""
READING = frozenset({SignerStatus.INVITED, SignerStatus.WAITING})
"""Afterwards, nothing that they open is part of the evidence."""


@transaction.atomic
def note_seen(*, signer_id: int, what: EventKind, at: datetime, trace: Trace) -> None:
    """Note that a signer opened the page, or read it to its end: once an hour."""
    signer = locked_signer(signer_id)
    if signer.status in READING and not _is_noted(what, signer, at=at):
        note(what, signer.circuit, signer=signer, at=at, trace=trace)


def _is_noted(what: EventKind, signer: CircuitSigner, *, at: datetime, **facts: str) -> bool:
    """Whether the evidence tells the same of this signer already, not long ago."""
    known = signer.events.filter(kind=what, at__gt=at - SEEN_AGAIN)
    return known.filter(facts__contains=facts).exists()


@transaction.atomic
def open_document(*, signer_id: int, circuit_id: int, at: datetime, trace: Trace) -> Circuit:
    """Note, once an hour, that a signer opens a document: theirs, or one bound to it (R59).

    :raises Circuit.DoesNotExist: it is sealed with another document.
    """
    signer = locked_signer(signer_id)
    bound = Circuit.objects.bound_to(signer.circuit).select_related("document", "sealed_document")
    circuit = bound.get(pk=circuit_id)
    kind, digest = EventKind.DOWNLOADED, circuit.document.sha256
    if signer.status in READING and not _is_noted(kind, signer, at=at, sha256=digest):
        note(kind, signer.circuit, signer=signer, at=at, trace=trace, sha256=digest)
    return circuit


@transaction.atomic
def refuse(
    *, signer_id: int, reason: str, link: SingleUseLink, at: datetime, trace: Trace
) -> CircuitSigner:
    """Refuse to sign, saying why; the circuit ends with those bound to it (M13).

    :raises ActionDenied: they have answered, their mandate is over, or it has ended meanwhile.
    :raises InvalidInput: no reason is given.
    """
    signer = locked_signer(signer_id)
    permissions.refuse(signer, on=timezone.localdate(at))
    words = _required(reason, "Dites pourquoi vous refusez de signer.")
    check_fresh(link, at=at)
    links.use(link, at=at)
    take_renewed(signer, on=timezone.localdate(at), at=at)
    move(signer, SignerStatus.REFUSED)
    signer.refusal = words
    signer.save(update_fields=["status", "refusal"])
    circuits = [
        one
        for one in held(signer.circuit_id)
        if CIRCUIT_TRANSITIONS.allows(one.status, Status.REFUSED)
    ]
    note_bound(EventKind.REFUSED, circuits, signer=signer, at=at, trace=trace, reason=words)
    for one in circuits:
        one.status, one.ended_at, one.end_reason = Status.REFUSED, at, words
        one.paused_at = None
        one.save(update_fields=["status", "ended_at", "end_reason", "paused_at"])
    _tell_refused(circuits, signer, at=at)
    audit.record("circuit.refused", target=circuits[0], at=at, signer=signer.pk)
    return signer


def _tell_refused(circuits: list[Circuit], refusing: CircuitSigner, *, at: datetime) -> None:
    """Operator and presidency on the page of the circuit, its signers on their own."""
    circuit = circuits[0]
    words: dict[str, Any] = {
        "who": refusing.name,
        "organisation": refusing.organisation,
        "reason": refusing.refusal,
    }
    on = timezone.localdate(at)
    told = owners.readers(circuit, reachable(Role.OPERATOR, Role.PRESIDENT, on=on), on=on)
    for person in told:
        send_mail(
            "M13",
            to=Recipient.of(person),
            path=basin_reverse("circuit_detail", circuit_id=circuit.pk),
            key=f"{circuit.pk}",
            reference=circuit.document.reference,
            **words,
        )
    addresses = {refusing.email, *(person.email for person in told)}
    for signer in asked_once(circuits, but=addresses):
        entry = called_off(signer, at=at)
        mail_link(
            "M13",
            signer,
            key="refused",
            at=at,
            valid=RESULT_VALID,
            words=words,
            calendar=entry,
        )


@transaction.atomic
def ask_correction(*, signer_id: int, comment: str, at: datetime, trace: Trace) -> CircuitSigner:
    """Ask a correction: what is bound pauses until the operator goes on or cancels it.

    :raises ActionDenied: they have answered, or it has ended meanwhile.
    :raises InvalidInput: nothing is said of what to correct.
    """
    signer = locked_signer(signer_id)
    permissions.answer(signer, on=timezone.localdate(at))
    words = _required(comment, "Dites ce qui est à corriger.")
    circuits = _open(signer.circuit_id)
    kind = EventKind.CORRECTION_ASKED
    noted = note_bound(kind, circuits, signer=signer, at=at, trace=trace, comment=words)
    _pause(circuits, f"{signer.name} : {words}", at=at)
    tell_operator(
        circuits[0],
        f"{signer.name} demande une correction : « {words} » La signature est en pause.",
        key=f"correction:{noted.sequence}",
        at=at,
    )
    audit.record("circuit.paused", target=circuits[0], at=at, signer=signer.pk)
    return signer


def _open(circuit_id: int) -> list[Circuit]:
    """What is being signed of a circuit and of those bound to it."""
    return [one for one in held(circuit_id) if one.status == Status.OPEN]


def _pause(circuits: list[Circuit], reason: str, *, at: datetime) -> None:
    for circuit in circuits:
        circuit.status, circuit.paused_at, circuit.pause_reason = Status.PAUSED, at, reason[:500]
        circuit.completed_at = None
        circuit.save(update_fields=["status", "paused_at", "pause_reason", "completed_at"])


@transaction.atomic
def ask_delegation(
    *, signer_id: int, delegate: Delegate, mandate: File | None, at: datetime, trace: Trace
) -> Delegation:
    """Propose somebody to sign instead; the operator validates the mandate (P4), or ASTREES.

    `mandate` is the act that gives it, unless the one on record is kept already.
    Whoever's own mandate ends too early may name themselves, with the one that renews it.

    :raises ActionDenied: they have answered, a delegation waits, or it has ended meanwhile.
    :raises InvalidInput: the mandate does not let anybody sign in time or cannot be kept, or they
        name themselves, or whoever delegated to them.
    """
    signer, today = locked_signer(signer_id), timezone.localdate(at)
    permissions.answer(signer, on=today)
    if signer.delegations.filter(decided_at=None).exists():
        raise ActionDenied("Votre demande de délégation attend déjà l'opérateur local.")
    lasting = signer.mandate_ends_on is None or signer.mandate_ends_on >= signer.circuit.expires_on
    if lasting and delegate.email.lower() == signer.email.lower():
        raise InvalidInput("Indiquez l'adresse de la personne qui signera.", field="email")
    _check_not_back(delegate, signer)
    _check_mandate(delegate, on=today, until=signer.circuit.expires_on)
    stored = _act_of(signer, delegate, mandate, at=at)
    asked = Delegation.objects.create(
        signer=signer,
        name=delegate.name.strip(),
        function=delegate.function.strip(),
        email=delegate.email,
        mandate=stored,
        starts_on=delegate.starts_on,
        ends_on=delegate.ends_on,
        asked_at=at,
    )
    note(
        EventKind.DELEGATION_ASKED,
        signer.circuit,
        signer=signer,
        at=at,
        trace=trace,
        to=asked.name,
        mandate=stored.sha256,
    )
    _ask_to_validate(asked, signer.circuit, at=at)
    audit.record("circuit.delegation_asked", target=signer.circuit, at=at, signer=signer.pk)
    return asked


def _act_of(
    signer: CircuitSigner, delegate: Delegate, mandate: File | None, *, at: datetime
) -> StoredFile:
    """What gives the mandate: sent now, or kept since it was put on record."""
    if mandate is None:
        if delegate.document_id is None:
            raise InvalidInput("Joignez le document qui donne cette délégation.", field="mandate")
        return StoredFile.objects.get(pk=delegate.document_id)
    try:
        name, link = mandate.name or "mandat", f"signer:{signer.pk}"
        return store_upload(file=mandate, name=name, by=None, at=at, link=link)
    except UploadRefused as refusal:
        raise InvalidInput(refusal.reason, field="mandate") from refusal


def _ask_to_validate(asked: Delegation, circuit: Circuit, *, at: datetime) -> None:
    """The operator verifies the mandate; ASTREES does when nobody else keeps the circuit."""
    what, key = f"{asked.signer.name} délègue sa signature à {asked.name}", f"delegation:{asked.pk}"
    if not is_for_staff(asked, keepers(circuit, on=timezone.localdate(at))):
        tell_operator(circuit, f"{what} : vérifiez le mandat joint.", key=key, at=at)
        return
    alone = f"{what}. Aucune autre personne du bassin ne peut vérifier le mandat joint : à vous."
    said = f"{what} : ASTREES vérifie le mandat joint."
    tell_operator(circuit, said, key=key, at=at, staff=alone)


def _check_not_back(delegate: Delegate, signer: CircuitSigner) -> None:
    """Whoever gave a signature away takes it back from nobody (signature.md 6.3)."""
    given = signer.replaces
    while given is not None:
        is_back = given.email.lower() == delegate.email.lower()
        if is_back and given.email.lower() != signer.email.lower():
            raise InvalidInput(
                f"{given.name} a délégué cette signature : elle ne peut pas lui revenir. Indiquez "
                "une autre personne, ou demandez à l'opérateur local de recommencer la signature.",
                field="email",
            )
        given = given.replaces


def _check_mandate(delegate: Delegate, *, on: date, until: date) -> None:
    """A mandate that ends before the day of the signature lets nobody sign (signature.md 6.2)."""
    starts_on, ends_on = delegate.starts_on, delegate.ends_on
    if ends_on and ends_on < starts_on:
        raise InvalidInput("La date de fin précède la date de début.", field="ends_on")
    if ends_on and ends_on < on:
        raise InvalidInput(
            f"Ce mandat s'est arrêté le {short_date(ends_on)} : il ne permet plus de signer.",
            field="ends_on",
        )
    if starts_on > until:
        raise InvalidInput(
            f"Ce mandat ne commence que le {short_date(starts_on)}, après la date limite de "
            f"signature, le {short_date(until)}.",
            field="starts_on",
        )


@transaction.atomic
def choose_paper(*, signer_id: int, at: datetime, trace: Trace) -> CircuitSigner:
    """Say that one will sign on paper; asked twice, it is noted once.

    :raises ActionDenied: they have answered, or it has ended meanwhile.
    """
    signer = locked_signer(signer_id)
    permissions.answer(signer, on=timezone.localdate(at))
    if signer.on_paper:
        return signer
    signer.on_paper = True
    signer.save(update_fields=["on_paper"])
    note(EventKind.PAPER_CHOSEN, signer.circuit, signer=signer, at=at, trace=trace)
    tell_operator(
        signer.circuit,
        f"{signer.name} signera sur papier : convenez du lieu et du jour.",
        key=f"paper:{signer.pk}",
        at=at,
    )
    audit.record("circuit.paper_chosen", target=signer.circuit, at=at, signer=signer.pk)
    return signer


@transaction.atomic
def dispute(*, signer_id: int, at: datetime, trace: Trace) -> CircuitSigner:
    """« Ce n'est pas moi » : say that one has not signed a copy; operator and ASTREES are told.

    Unless it is sealed, it pauses with what is bound to it: gone on with, that signature is set
    aside and they are expected again. Sealed, what is paid under it waits.

    :raises ActionDenied: no signed copy is noted for them.
    """
    signer = locked_signer(signer_id)
    if signer.status != SignerStatus.SIGNED or signer.scan_id is None:
        raise ActionDenied("Aucun exemplaire signé n'est noté à votre nom.")
    if signer.disputed_at is not None:
        return signer
    circuit = signer.circuit
    signer.disputed_at = at
    signer.save(update_fields=["disputed_at"])
    note(EventKind.DISPUTED, circuit, signer=signer, at=at, trace=trace)
    day = short_date(cast(date, signer.signed_on))
    what = f"{signer.name} dit ne pas avoir signé {means(signer.tool)} le {day}."
    if circuit.status != Status.SEALED:
        what += " Si la signature reprend, cet exemplaire est écarté et un nouveau lien part."
    complete = [circuit] if circuit.status == Status.COMPLETE else []
    _pause([*_open(circuit.pk), *complete], what, at=at)
    if circuit.status == Status.SEALED:
        enqueue("conventions.contested", key=f"{signer.pk}", signer_id=signer.pk)
        enqueue("figures.changed", key=f"contested:{signer.pk}")
    tell_operator(circuit, what, key=f"dispute:{signer.pk}", at=at, staff=what)
    audit.record("circuit.disputed", target=circuit, at=at, signer=signer.pk)
    return signer


@transaction.atomic
def renew_link(*, link: SingleUseLink, at: datetime) -> bool:
    """Recevoir un nouveau lien, at the address of the first; returns whether one left.

    :raises ActionDenied: there is nothing to sign there now, nor a signature to see.
    """
    signer = locked_signer(link.target_id)
    signs = signer.status != SignerStatus.SIGNED
    if signs:
        permissions.answer(signer, on=timezone.localdate(at))
    if links.was_issued_lately(link, at=at):
        return False
    code, words = ("M11" if signs else "M37"), _words_again(signer, signs)
    mail_link(code, signer, key=f"renewed:{at.isoformat()}", at=at, words=words)
    note(EventKind.SENT, signer.circuit, signer=signer, at=at)
    return True


def _words_again(signer: CircuitSigner, signs: bool) -> dict[str, str]:
    if signs:
        return {"date": short_date(signer.circuit.expires_on), "way": ""}
    return {"when": short_date(signer.signed_on) if signer.signed_on else ""}


def _required(text: str, otherwise: str) -> str:
    words = text.strip()
    if not words:
        raise InvalidInput(otherwise, field="reason")
    return words[:500]
