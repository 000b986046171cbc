"""What the operator does with a circuit: remind, extend, go on, decide a delegation, cancel."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import long_date, short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import of
from signatures import permissions
from signatures.enums import GIVEN_UP, CircuitStatus, EventKind, SignerStatus
from signatures.models import Circuit, CircuitSigner, Delegation
from signatures.operations.base import locked, locked_signer, mail_link, note, tell_operator
from signatures.operations.launching import add_signer, check, invite, plan_end, plan_reminder
from signatures.rules import LINK_PAUSE, REMINDERS, Mandate, SignerFacts, masked

TOLD_OF_CANCELLATION = frozenset({SignerStatus.SIGNED, SignerStatus.INVITED, SignerStatus.PAPER})
"""Who has signed or was asked to."""


@transaction.atomic
def remind(*, signer_id: int, by: Person | None, at: datetime) -> CircuitSigner:
    """Write again to a signer, with a link that works (M12); four times by itself, then no more.

    :raises ActionDenied: they are not expected, or were written to minutes ago.
    """
    signer = locked_signer(signer_id)
    permissions.remind(signer)
    circuit, last = signer.circuit, signer.events.filter(kind=EventKind.REMINDED).last()
    if by is not None and last is not None and last.at > at - LINK_PAUSE:
        raise ActionDenied(
            f"Une relance vient de partir pour {signer.name} : attendez quelques minutes."
        )
    if by is None:
        signer.reminders += 1
        signer.save(update_fields=["reminders"])
        plan_reminder(signer, at=at)
    mail_link(
        "M12",
        signer,
        key=f"reminded:{at.isoformat()}",
        at=at,
        words={
            "date": short_date(circuit.expires_on),
            "since": short_date(timezone.localdate(signer.invited_at)),
        },
    )
    note(EventKind.REMINDED, circuit, signer=signer, at=at)
    if by is None and signer.reminders == REMINDERS:
        what = f"{signer.name} n'a pas répondu à {REMINDERS} relances : téléphonez-lui."
        tell_operator(circuit, what, key=f"silent:{signer.pk}", at=at)
    audit.record("circuit.reminded", target=circuit, by=by, at=at, signer=signer.pk)
    return signer


@transaction.atomic
def note_undelivered(*, signer_id: int, refusal: str, at: datetime) -> CircuitSigner:
    """Note that the address of a signer takes no mail; the operator is told the first time."""
    signer = locked_signer(signer_id)
    circuit = signer.circuit
    note(
        EventKind.UNDELIVERED,
        circuit,
        signer=signer,
        at=at,
        to=masked(signer.email),
        refusal=refusal,
    )
    if signer.status != SignerStatus.INVITED or signer.undelivered_at is not None:
        return signer
    signer.undelivered_at = at
    signer.save(update_fields=["undelivered_at"])
    what = (
        f"L'adresse {of(signer.name)}, {signer.email}, refuse nos courriels. Appelez cette "
        "personne : elle peut signer sur papier. Si l'adresse est fausse, annulez le circuit, "
        "corrigez-la et relancez la signature."
    )
    tell_operator(circuit, what, key=f"undelivered:{signer.pk}", at=at)
    return signer


@transaction.atomic
def extend(*, circuit_id: int, expires_on: date, by: Person, at: datetime) -> Circuit:
    """Give more time; a circuit whose term had come opens again, one in pause stays so.

    :raises ActionDenied: it is signed, refused or cancelled.
    :raises InvalidInput: the day is past or no later, or a mandate ends before it.
    """
    circuit = locked(circuit_id)
    permissions.extend(circuit)
    was_over = circuit.status == CircuitStatus.EXPIRED
    if circuit.expires_on == expires_on and not was_over:
        return circuit
    if expires_on <= circuit.expires_on:
        raise InvalidInput("Choisissez une date plus tardive.", field="expires_on")
    # Whoever has signed on paper needs no mandate any more: only a confirmation.
    unsigned = circuit.signers.expected().exclude(status=SignerStatus.PAPER)
    expected = [_facts(signer) for signer in unsigned]
    if expected:
        check(expected, expires_on=expires_on, on=timezone.localdate(at))
    circuit.expires_on = expires_on
    if was_over:
        circuit.status, circuit.ended_at = CircuitStatus.OPEN, None
    circuit.save(update_fields=["status", "ended_at", "expires_on"])
    if was_over:
        for signer in _written_to(circuit):
            plan_reminder(signer, at=at)
    note(EventKind.EXTENDED, circuit, at=at, until=expires_on.isoformat(), by=by.pk)
    plan_end(circuit)
    audit.record("circuit.extended", target=circuit, by=by, at=at, until=expires_on.isoformat())
    return circuit


def _facts(signer: CircuitSigner) -> SignerFacts:
    return SignerFacts(
        name=signer.name,
        function=signer.function,
        organisation=signer.organisation,
        email=signer.email,
        capacity=signer.capacity,
        order=signer.order,
        paper=signer.on_paper,
        mandate=Mandate(
            signer.mandate_kind,
            signer.mandate_sha256,
            signer.mandate_starts_on,
            signer.mandate_ends_on,
        ),
    )


def _written_to(circuit: Circuit) -> list[CircuitSigner]:
    """Those whose turn it is and who have an address."""
    signers = list(circuit.signers.filter(status=SignerStatus.INVITED).exclude(email=""))
    for signer in signers:
        signer.circuit = circuit
    return signers


@transaction.atomic
def expire(*, circuit_id: int, at: datetime) -> Circuit:
    """Note that the term has come; what is signed stays, and the operator may extend."""
    circuit = locked(circuit_id)
    if circuit.status != CircuitStatus.OPEN or timezone.localdate(at) <= circuit.expires_on:
        return circuit
    circuit.status, circuit.ended_at = CircuitStatus.EXPIRED, at
    circuit.save(update_fields=["status", "ended_at"])
    note(EventKind.EXPIRED, circuit, at=at)
    what = (
        f"Le délai de signature est dépassé depuis le {long_date(circuit.expires_on)} : "
        "prolongez-le, ou annulez le circuit."
    )
    tell_operator(circuit, what, key=f"expired:{circuit.expires_on}", at=at)
    audit.record("circuit.expired", target=circuit, at=at)
    return circuit


@transaction.atomic
def resume(*, circuit_id: int, by: Person, at: datetime) -> Circuit:
    """Go on without changing the document; those expected receive a new link.

    :raises ActionDenied: it is not paused.
    """
    circuit = locked(circuit_id)
    permissions.resume(circuit, on=timezone.localdate(at))
    circuit.status, circuit.paused_at, circuit.pause_reason = CircuitStatus.OPEN, None, ""
    circuit.save(update_fields=["status", "paused_at", "pause_reason"])
    note(EventKind.RESUMED, circuit, at=at, by=by.pk)
    for signer in _written_to(circuit):
        words = {"date": short_date(circuit.expires_on), "way": "La signature reprend."}
        mail_link("M11", signer, key=f"resumed:{at.isoformat()}", at=at, words=words)
        note(EventKind.SENT, circuit, signer=signer, at=at)
        plan_reminder(signer, at=at)
    audit.record("circuit.resumed", target=circuit, by=by, at=at)
    return circuit


@transaction.atomic
def decide_delegation(*, delegation_id: int, accept: bool, by: Person, at: datetime) -> Delegation:
    """Validate the mandate of a delegation, and let the other person sign; or set it aside.

    :raises ActionDenied: it is decided, the signer is no longer expected, or the mandate is over.
    """
    asked = Delegation.objects.select_related("mandate").get(pk=delegation_id)
    signer = locked_signer(asked.signer_id)
    asked = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("mandate")
        .get(pk=delegation_id)
    )
    asked.signer = signer
    permissions.decide_delegation(asked)
    if accept:
        permissions.accept_delegation(asked, on=timezone.localdate(at))
    circuit = signer.circuit
    asked.decided_at, asked.decided_by_id, asked.accepted = at, by.pk, accept
    asked.save(update_fields=["decided_at", "decided_by", "accepted"])
    kind = EventKind.DELEGATION_ACCEPTED if accept else EventKind.DELEGATION_DECLINED
    note(kind, circuit, signer=signer, at=at, to=asked.name, by=by.pk)
    if accept:
        _replace(signer, asked, at=at)
    else:
        way = "Votre demande de délégation n'a pas été retenue : la signature vous revient."
        words = {"date": short_date(circuit.expires_on), "way": way}
        mail_link("M11", signer, key=f"declined:{asked.pk}", at=at, words=words)
    audit.record(
        "circuit.delegation_decided",
        target=circuit,
        by=by,
        at=at,
        signer=signer.pk,
        accepted=accept,
    )
    return asked


def _replace(signer: CircuitSigner, asked: Delegation, *, at: datetime) -> None:
    circuit = signer.circuit
    signer.status = SignerStatus.REPLACED
    signer.save(update_fields=["status"])
    facts = SignerFacts(
        name=asked.name,
        function=asked.function,
        organisation=signer.organisation,
        email=asked.email,
        capacity=signer.capacity,
        order=signer.order,
        mandate=Mandate(
            f"Délégation {of(signer.name)}", asked.mandate.sha256, asked.starts_on, asked.ends_on
        ),
    )
    rank = circuit.signers.count() + 1
    invite(add_signer(circuit, facts, rank=rank, replaces=signer), at=at)


@transaction.atomic
def cancel(*, circuit_id: int, reason: str, by: Person, at: datetime) -> Circuit:
    """Give up a circuit, saying why; whoever signed or was asked to is told. Twice is once.

    :raises ActionDenied: everybody has signed, or it has ended.
    :raises InvalidInput: no reason is given.
    """
    circuit = locked(circuit_id)
    if circuit.status == CircuitStatus.CANCELLED and circuit.cancelled_by_id == by.pk:
        return circuit
    permissions.cancel(circuit)
    if not reason.strip():
        raise InvalidInput("Dites pourquoi ce circuit est annulé.", field="reason")
    circuit.status, circuit.ended_at = CircuitStatus.CANCELLED, at
    circuit.cancelled_by_id, circuit.end_reason = by.pk, reason.strip()[:500]
    circuit.paused_at = None
    circuit.save(update_fields=["status", "ended_at", "cancelled_by", "end_reason", "paused_at"])
    note(EventKind.CANCELLED, circuit, at=at, reason=circuit.end_reason, by=by.pk)
    words = {"reason": circuit.end_reason}
    for signer in circuit.signers.filter(status__in=sorted(TOLD_OF_CANCELLATION)):
        signer.circuit = circuit
        mail_link("M47", signer, key="cancelled", at=at, words=words)
    audit.record("circuit.cancelled", target=circuit, by=by, at=at)
    return circuit


@transaction.atomic
def cancel_bound(*, circuit_id: int, reason: str, by: Person, at: datetime) -> None:
    """Give up a circuit and all that is bound to it, one that could be extended included.

    :raises ActionDenied: everybody has signed all of them.
    """
    bound = Circuit.objects.bound_to(Circuit.objects.get(pk=circuit_id))
    left = bound.exclude(status__in=sorted(GIVEN_UP)).select_for_update(of=("self",))
    # What all have signed is given up after what keeps it from being sealed.
    for circuit in sorted(left, key=lambda one: one.status == CircuitStatus.COMPLETE):
        cancel(circuit_id=circuit.pk, reason=reason, by=by, at=at)
