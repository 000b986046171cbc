"""What the operator does with a circuit: remind, extend, go on, decide a delegation, cancel."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import long_date, short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import of
from alize.documents.models import GeneratedDocument
from alize.seals import operations as seals
from alize.seals.enums import Standing
from signatures import owners, permissions
from signatures.enums import GIVEN_UP, CircuitStatus, EventKind, SignerStatus
from signatures.models import Circuit, CircuitSigner, Delegation
from signatures.operations.base import (
    held,
    locked_signer,
    mail_link,
    move,
    note,
    note_bound,
    tell_operator,
)
from signatures.operations.ceremony import called_off
from signatures.operations.launching import (
    add_signer,
    check_deadline,
    invite,
    plan_end,
    plan_reminder,
)
from signatures.operations.paper import set_aside_disputed
from signatures.queries.circuits import asked_once
from signatures.rules import (
    LINK_PAUSE,
    REMINDERS,
    RESULT_VALID,
    Mandate,
    SignerFacts,
    answer_code,
    masked,
)


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
        tell_operator(circuit, what, key=f"silent:{signer.pk}:{circuit.expires_on}", at=at)
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
        refusal=answer_code(refusal),
    )
    if signer.status != SignerStatus.INVITED or signer.undelivered_at is not None:
        return signer
    signer.undelivered_at = at
    signer.save(update_fields=["undelivered_at"])
    what = (
        f"L'adresse {of(signer.name)}, {signer.email}, refuse nos courriels. Téléphonez à "
        "cette personne : elle peut signer sur papier. Si l'adresse est fausse, annulez le "
        "circuit, corrigez-la et relancez la signature."
    )
    tell_operator(circuit, what, key=f"undelivered:{signer.pk}", at=at)
    return signer


@transaction.atomic
def extend(*, circuit_id: int, expires_on: date, by: Person, at: datetime) -> Circuit:
    """Give more time to a circuit and to those bound to it.

    What had come to its term opens again, what is in pause stays so. Those expected receive a new
    link, and are reminded anew.

    Whoever's mandate ends before signs by then, or delegates: they keep nobody else from signing.

    :raises ActionDenied: it is signed, refused or cancelled.
    :raises InvalidInput: the day is past, no later, more than a year ahead, or after the last one
        that serves.
    """
    circuits = held(circuit_id)
    circuit = circuits[0]
    permissions.extend(circuit)
    if circuit.expires_on == expires_on and circuit.status != CircuitStatus.EXPIRED:
        return circuit
    _check_later(circuit, expires_on, on=timezone.localdate(at))
    _check_last_day(circuits, expires_on, on=timezone.localdate(at))
    check_deadline(expires_on, on=timezone.localdate(at))
    extended = [one for one in circuits if _is_shorter(one, expires_on)]
    note_bound(EventKind.EXTENDED, extended, at=at, until=expires_on.isoformat(), by=by.pk)
    for one in extended:
        _extend(one, expires_on, by=by, at=at)
    audit.record("circuit.extended", target=circuit, by=by, at=at, until=expires_on.isoformat())
    return circuit


def _check_later(circuit: Circuit, expires_on: date, *, on: date) -> None:
    if expires_on <= circuit.expires_on:
        raise InvalidInput(
            f"Le délai va déjà jusqu'au {long_date(circuit.expires_on)} : choisissez un jour qui "
            "vient après.",
            field="expires_on",
        )
    if expires_on <= on:
        raise InvalidInput(
            f"Choisissez un jour à venir, à partir du {long_date(on + timedelta(days=1))}.",
            field="expires_on",
        )


def _check_last_day(circuits: Sequence[Circuit], expires_on: date, *, on: date) -> None:
    last = owners.deadline(circuits)
    if last is None or expires_on <= last:
        return
    if last < on or last <= circuits[0].expires_on:
        words = f"Ce document se signait le {long_date(last)} au plus tard : "
        raise InvalidInput(
            words + "son délai ne se prolonge plus. Annulez son circuit.", field="expires_on"
        )
    raise InvalidInput(
        f"Ce document se signe le {long_date(last)} au plus tard : c'est son terme, ou celui "
        "de ce qu'il modifie. Choisissez ce jour-là, ou un jour qui le précède.",
        field="expires_on",
    )


def _is_shorter(circuit: Circuit, expires_on: date) -> bool:
    """Whether more time serves it: what all have signed may yet be contested before its seal."""
    if circuit.status == CircuitStatus.EXPIRED:
        return True
    lives = permissions.extend.allows(circuit) or circuit.status == CircuitStatus.COMPLETE
    return lives and circuit.expires_on < expires_on


def _extend(circuit: Circuit, expires_on: date, *, by: Person, at: datetime) -> None:
    was_over = circuit.status == CircuitStatus.EXPIRED
    circuit.expires_on = expires_on
    if was_over:
        circuit.status, circuit.ended_at = CircuitStatus.OPEN, None
    circuit.save(update_fields=["status", "ended_at", "expires_on"])
    circuit.signers.filter(status=SignerStatus.INVITED).update(reminders=0)
    if circuit.status == CircuitStatus.OPEN:
        invited = set_aside_disputed(circuit, by=by, at=at) if was_over else []
        _write_again(circuit, "Le délai est prolongé.", key="extended", but=invited, at=at)
    plan_end(circuit)


def _write_again(
    circuit: Circuit, way: str, *, key: str, but: Sequence[CircuitSigner], at: datetime
) -> None:
    """Give a new link to those whose turn it is, and remind them from there on (M11)."""
    for signer in _written_to(circuit, but=but):
        words = {"date": short_date(circuit.expires_on), "way": way}
        mail_link("M11", signer, key=f"{key}:{at.isoformat()}", at=at, words=words)
        note(EventKind.SENT, circuit, signer=signer, at=at)
        plan_reminder(signer, at=at)


def _written_to(circuit: Circuit, *, but: Sequence[CircuitSigner]) -> list[CircuitSigner]:
    """Those whose turn it is and who have an address, save those written to already."""
    invited = circuit.signers.filter(status=SignerStatus.INVITED).exclude(email="")
    signers = list(invited.exclude(pk__in=[signer.pk for signer in but]))
    for signer in signers:
        signer.circuit = circuit
    return signers


@transaction.atomic
def expire(*, circuit_id: int, at: datetime) -> Circuit:
    """Note that the term has come for what is bound; what is signed stays, and may be extended."""
    circuits = held(circuit_id)
    circuit = circuits[0]
    if circuit.status != CircuitStatus.OPEN or timezone.localdate(at) <= circuit.expires_on:
        return circuit
    over = [one for one in circuits if one.status == CircuitStatus.OPEN]
    note_bound(EventKind.EXPIRED, over, at=at)
    for one in over:
        one.status, one.ended_at = CircuitStatus.EXPIRED, at
        one.save(update_fields=["status", "ended_at"])
    what = (
        f"Le délai de signature est dépassé depuis le {long_date(circuit.expires_on)} : "
        "prolongez-le, ou annulez le circuit."
    )
    tell_operator(circuit, what, key=f"expired:{circuit.expires_on}", at=at)
    audit.record("circuit.expired", target=circuit, at=at)
    return circuit


@transaction.atomic
def resume(*, circuit_id: int, by: Person, at: datetime) -> Circuit:
    """Go on with what is bound, the document unchanged; those expected receive a new link.

    :raises ActionDenied: it is not paused.
    """
    circuits = held(circuit_id)
    permissions.resume(circuits[0], on=timezone.localdate(at))
    paused = [one for one in circuits if one.status == CircuitStatus.PAUSED]
    note_bound(EventKind.RESUMED, paused, at=at, by=by.pk)
    for one in paused:
        _resume(one, by=by, at=at)
    audit.record("circuit.resumed", target=circuits[0], by=by, at=at)
    return circuits[0]


def _resume(circuit: Circuit, *, by: Person, at: datetime) -> None:
    circuit.status, circuit.paused_at, circuit.pause_reason = CircuitStatus.OPEN, None, ""
    circuit.save(update_fields=["status", "paused_at", "pause_reason"])
    invited = set_aside_disputed(circuit, by=by, at=at)
    _write_again(circuit, "La signature reprend.", key="resumed", but=invited, at=at)


@transaction.atomic
def decide_delegation(*, delegation_id: int, accept: bool, by: Person, at: datetime) -> Delegation:
    """Validate the mandate of a delegation, and let the other person sign; or set it aside.

    :raises ActionDenied: it is decided, the signer is no longer expected, the mandate is over, or
        this person is the one proposed.
    """
    asked = Delegation.objects.select_related("mandate").get(pk=delegation_id)
    signer = locked_signer(asked.signer_id)
    asked = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("mandate")
        .get(pk=delegation_id)
    )
    asked.signer = signer
    permissions.decide_delegation(by, asked)
    if accept:
        permissions.accept_delegation(by, asked, on=timezone.localdate(at))
    circuit = signer.circuit
    asked.decided_at, asked.decided_by_id, asked.accepted = at, by.pk, accept
    asked.save(update_fields=["decided_at", "decided_by", "accepted"])
    kind = EventKind.DELEGATION_ACCEPTED if accept else EventKind.DELEGATION_DECLINED
    note(kind, circuit, signer=signer, at=at, to=asked.name, by=by.pk)
    if accept:
        _replace(signer, asked, at=at)
        if asked.email.lower() != signer.email.lower():
            words = {"delegate": asked.name}
            key = f"accepted:{asked.pk}"
            mail_link("M73", signer, key=key, at=at, valid=RESULT_VALID, words=words)
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
    move(signer, SignerStatus.REPLACED)
    signer.save(update_fields=["status"])
    is_same = asked.email.lower() == signer.email.lower()
    kind = "Mandat renouvelé" if is_same else f"Délégation {of(signer.name)}"
    facts = SignerFacts(
        name=asked.name,
        function=asked.function,
        organisation=signer.organisation,
        email=asked.email,
        capacity=signer.capacity,
        order=signer.order,
        mandate=Mandate(kind, asked.mandate.sha256, asked.starts_on, asked.ends_on),
    )
    rank = circuit.signers.count() + 1
    invite(add_signer(circuit, facts, rank=rank, replaces=signer), at=at)


@transaction.atomic
def cancel(*, circuit_id: int, reason: str, by: Person, at: datetime) -> Circuit:
    """Give up a circuit with those bound to it; whoever signed or was asked to is told why, once.

    Asked twice, it is done once.

    :raises ActionDenied: everybody has signed, or it has ended.
    :raises InvalidInput: no reason is given.
    """
    circuits = held(circuit_id)
    circuit = circuits[0]
    if circuit.status == CircuitStatus.CANCELLED and circuit.cancelled_by_id == by.pk:
        return circuit
    permissions.cancel(circuit)
    if not reason.strip():
        raise InvalidInput("Dites pourquoi ce circuit est annulé.", field="reason")
    left = [one for one in circuits if one.status not in GIVEN_UP]
    _cancel(left, reason.strip()[:500], by=by, at=at)
    audit.record("circuit.cancelled", target=circuit, by=by, at=at)
    return circuit


def _cancel(left: list[Circuit], words: str, *, by: Person, at: datetime) -> None:
    note_bound(EventKind.CANCELLED, left, at=at, reason=words, by=by.pk)
    # What all have signed is given up after what keeps it from being sealed.
    for one in sorted(left, key=lambda one: one.status == CircuitStatus.COMPLETE):
        one.status, one.ended_at, one.paused_at = CircuitStatus.CANCELLED, at, None
        one.cancelled_by_id, one.end_reason = by.pk, words
        one.save(update_fields=["status", "ended_at", "cancelled_by", "end_reason", "paused_at"])
    for signer in asked_once(left):
        entry = called_off(signer, at=at)
        said = {"reason": words}
        mail_link("M47", signer, key="cancelled", at=at, words=said, calendar=entry)


@transaction.atomic
def give_up(
    *, circuit_id: int, reason: str, is_replaced: bool = False, by: Person, at: datetime
) -> None:
    """Give up what is left of a circuit and of those bound to it, if anything is.

    `is_replaced` is said of what has had its effect (see `void`).

    :raises ActionDenied: everybody has signed all of them, and no signature was set aside.
    """
    circuits = held(circuit_id)
    if CircuitSigner.objects.lacking().filter(circuit__in=circuits).exists():
        void(circuit_id=circuit_id, reason=reason, is_replaced=is_replaced, by=by, at=at)
        return
    left = [one for one in circuits if one.status not in GIVEN_UP]
    if left:
        cancel(circuit_id=left[0].pk, reason=reason, by=by, at=at)


@transaction.atomic
def void(
    *, circuit_id: int, reason: str, is_replaced: bool = False, by: Person, at: datetime
) -> None:
    """Give up what all have signed, since its owner can give it no effect any more (M47).

    What is sealed stays so, and the public register says that it engages nobody; its signers are
    told, as those of what will not be. Of what has had its effect, `is_replaced`, the register
    says so once its owner tells it what replaces it, signed anew.
    """
    circuits = held(circuit_id)
    unsealed = [one for one in circuits if one.status not in {*GIVEN_UP, CircuitStatus.SEALED}]
    if unsealed:
        _cancel(unsealed, reason, by=by, at=at)
    over = [one for one in circuits if one.status == CircuitStatus.SEALED]
    for one in () if is_replaced else over:
        document = cast(GeneratedDocument, one.sealed_document)
        seals.set_standing(document=document, standing=Standing.VOID, by=by, at=at)
    for signer in asked_once(over):
        mail_link("M47", signer, key="void", at=at, words={"reason": reason})
    audit.record("circuit.voided", target=circuits[0], by=by, at=at)
