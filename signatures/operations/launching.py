"""A circuit begins: its signers are known, mandated, and invited in their order."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import add_working_days, long_date, short_date
from alize.common.errors import InvalidInput
from alize.documents.models import GeneratedDocument
from alize.outbox.operations import enqueue
from signatures.enums import CircuitStatus, EventKind, SignerStatus
from signatures.models import Circuit, CircuitSigner
from signatures.operations.base import mail_link, move, note
from signatures.rules import (
    NEXT_REMINDER_WORKING_DAYS,
    NationalText,
    SignerFacts,
    ceremony_words,
    last_deadline,
    missing_for,
    reminder_on,
)

MORNING = time(8)


@transaction.atomic
def launch(
    *,
    document: GeneratedDocument,
    title: str,
    summary: Sequence[tuple[str, str]],
    signers: Sequence[SignerFacts],
    expires_on: date,
    effect: str,
    text: NationalText | None = None,
    bound_to: Sequence[Circuit] = (),
    message: str = "",
    by: Person,
    at: datetime,
) -> Circuit:
    """Open the signature of a kept document; each signer of the first order is invited (M11).

    `effect` is the kind of the work done once, told the `circuit_id`, when the document is sealed;
    circuits bound together are sealed together. `text` is what the document was drafted from, and
    `message` what who launches tells the signers.

    :raises InvalidInput: nobody signs, the term is past or too far ahead, or a mandate is missing
        or too short.
    """
    check(signers, expires_on=expires_on, on=timezone.localdate(at))
    circuit = Circuit.objects.create(
        document=document,
        title=title,
        text_title=text.title if text else "",
        text_version=text.version if text else None,
        text_sha256=text.sha256 if text else "",
        summary=[list(line) for line in summary],
        bundle=bound_to[0].bundle if bound_to else uuid4(),
        effect=effect,
        message=message.strip()[:500],
        expires_on=expires_on,
        launched_at=at,
        launched_by_id=by.pk,
    )
    drafted_from: dict[str, Any] = {"text": text.sha256} if text else {}
    note(
        EventKind.LAUNCHED,
        circuit,
        at=at,
        reference=document.reference,
        sha256=document.sha256,
        signers=len(signers),
        **drafted_from,
    )
    for rank, facts in enumerate(signers, start=1):
        add_signer(circuit, facts, rank=rank)
    invite_next(circuit, at=at)
    plan_end(circuit)
    audit.record(
        "circuit.launched",
        target=circuit,
        by=by,
        at=at,
        document=document.sha256,
        signers=len(signers),
    )
    return circuit


def check(signers: Sequence[SignerFacts], *, expires_on: date, on: date) -> None:
    """Refuse to begin what could not end (signature.md 6.2).

    :raises InvalidInput: listing each signer who cannot sign, and why.
    """
    if not signers:
        raise InvalidInput("Il manque les signataires de ce document.")
    if any(signer.order < 1 for signer in signers):
        raise InvalidInput("Le premier rang de signature est le 1.")
    if expires_on < on:
        raise InvalidInput("La date limite de signature est déjà passée.", field="expires_on")
    check_deadline(expires_on, on=on)
    missing = missing_for(signers, until=expires_on)
    if missing:
        raise InvalidInput("La signature ne peut pas être lancée. " + " ; ".join(missing) + ".")


def check_deadline(day: date, *, on: date) -> None:
    """Refuse a deadline set more than a year ahead: mandates do not wait that long.

    :raises InvalidInput: it is further than the last day that one may set on this one.
    """
    if day > last_deadline(on):
        raise InvalidInput(
            f"Choisissez une date d'ici au {long_date(last_deadline(on))} : un délai de signature "
            "se fixe un an à l'avance au plus, puis se prolonge.",
            field="expires_on",
        )


def add_signer(
    circuit: Circuit,
    facts: SignerFacts,
    *,
    rank: int,
    replaces: CircuitSigner | None = None,
    status: SignerStatus = SignerStatus.WAITING,
) -> CircuitSigner:
    """Write down who signs, under which mandate."""
    mandate = facts.mandate
    assert mandate is not None  # noqa: S101 - `check` has refused it
    return CircuitSigner.objects.create(
        circuit=circuit,
        rank=rank,
        order=facts.order,
        capacity=facts.capacity,
        organisation=facts.organisation,
        name=facts.name,
        function=facts.function,
        email=facts.email,
        on_paper=facts.paper,
        mandate_kind=mandate.kind,
        mandate_sha256=mandate.document_sha256,
        mandate_starts_on=mandate.starts_on,
        mandate_ends_on=mandate.ends_on,
        replaces=replaces,
        status=status,
    )


def invite_next(circuit: Circuit, *, at: datetime) -> None:
    """Invite those whose turn has come: the lowest order of those still expected."""
    expected = list(circuit.signers.expected())
    first = min((signer.order for signer in expected), default=0)
    for signer in expected:
        if signer.order == first and signer.status == SignerStatus.WAITING:
            signer.circuit = circuit
            invite(signer, at=at)


def invite(signer: CircuitSigner, *, at: datetime) -> None:
    """Open one signature, and write to the signer when they have an address (M11)."""
    move(signer, SignerStatus.INVITED)
    signer.invited_at = at
    signer.save(update_fields=["status", "invited_at"])
    if not signer.email:
        return
    circuit = signer.circuit
    words = {"date": short_date(circuit.expires_on), "way": _way(signer)}
    mail_link("M11", signer, key=f"invited:{at.isoformat()}", at=at, words=words)
    note(EventKind.SENT, circuit, signer=signer, at=at)
    plan_reminder(signer, at=at)


def _way(signer: CircuitSigner) -> str:
    ceremony = ceremony_words(signer.circuit.ceremony_at, signer.circuit.ceremony_place)
    if signer.on_paper and ceremony:
        return f"Vous signez sur papier, lors de la cérémonie : {ceremony}."
    if signer.on_paper:
        return "Vous signez sur papier : l'opérateur local vous dira où et quand."
    return "La signature se fait en ligne, en quelques minutes, sans compte à créer."


def plan_reminder(signer: CircuitSigner, *, at: datetime) -> None:
    """Ask for the next reminder on its day, unless they are all sent.

    What a pause or a term has put behind does not come all at once.
    """
    invited_on, today = timezone.localdate(signer.invited_at), timezone.localdate(at)
    day = reminder_on(invited_on, sent=signer.reminders)
    if day is not None:
        if day <= today:
            day = add_working_days(today, NEXT_REMINDER_WORKING_DAYS)
        enqueue(
            "signatures.remind",
            # One that came during a pause did nothing: it is asked for again.
            key=f"{signer.pk}:{signer.reminders + 1}:{at.isoformat()}",
            due_at=max(_morning(day), at + timedelta(minutes=1)),
            signer_id=signer.pk,
            rank=signer.reminders + 1,
        )


def plan_end(circuit: Circuit) -> None:
    """Note that the term has come, the morning after it."""
    enqueue(
        "signatures.expire",
        key=f"{circuit.pk}:{circuit.expires_on.isoformat()}",
        due_at=_morning(circuit.expires_on + timedelta(days=1)),
        circuit_id=circuit.pk,
    )


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MORNING))


def go_on(circuit: Circuit, *, at: datetime) -> None:
    """After a signature: invite those who follow, or complete the circuit and have it sealed."""
    if circuit.signers.expected().exists():
        invite_next(circuit, at=at)
        return
    circuit.status, circuit.completed_at = CircuitStatus.COMPLETE, at
    circuit.save(update_fields=["status", "completed_at"])
    note(EventKind.COMPLETED, circuit, at=at)
    enqueue("signatures.seal", key=f"{circuit.pk}:{at.isoformat()}", circuit_id=circuit.pk)
