"""An entry undone by its mirror: asked by one person, decided by another (SD11, I9)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import InvalidInput
from funds import permissions, queries
from funds.enums import AccountKey, EntryKind, Perimeter, ReversalCause, ReversalStatus
from funds.models import Advance, BankAccount, Entry, Reversal
from funds.operations.ledger import Draft, lock_ledger, post_entries
from funds.operations.offsets import with_offsets
from funds.operations.provision import restore_provision
from funds.operations.receipts import check_day
from funds.operations.schedules import restore_schedule, restore_what_was_lost
from funds.permissions import transfers as transfer_permissions
from funds.queries.transfers import transfer_on_its_way
from funds.rules import ledger


def propose_reversal(
    *,
    entry_id: int,
    value_on: date,
    reason: str,
    by: Person,
    at: datetime,
    command_key: UUID,
    cause: ReversalCause = ReversalCause.ERROR,
) -> Reversal:
    """Ask the second signatory to undo an entry: typed wrong, or a debit that came back.

    A transfer is undone whole: what is asked of one side is asked of both.

    :raises ActionDenied: it cannot be undone, was undone already, or its reversal waits already;
        it is a payment whose transfer may still leave, or a contribution that lent.
    :raises InvalidInput: the day precedes the entry, or follows it and has not come.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> Reversal:
        wrong = hold_entry(entry_id)
        permissions.propose_reversal(wrong, cause)
        _check_use(wrong, cause)
        # What is dated ahead is undone on its own day, without waiting for it.
        if value_on > wrong.value_on:
            check_day(on=value_on, at=at, field="value_on")
        if value_on < wrong.value_on:
            raise InvalidInput(
                "La correction ne peut pas précéder l'écriture qu'elle annule.", field="value_on"
            )
        reversal = Reversal.objects.create(
            entry=wrong,
            value_on=value_on,
            cause=cause,
            reason=reason,
            proposed_at=at,
            proposed_by=by,
            command_key=command_key,
        )
        audit.record("reversal.proposed", target=reversal, by=by, at=at, entry=wrong.pk)
        return reversal

    asked = {
        "act": "reversal",
        "entry": entry_id,
        "on": value_on,
        "cause": cause,
        "reason": reason,
    }
    return made_once(Reversal, command_key, payload=asked, by=by, at=at, act=act)


@transaction.atomic
def approve_reversal(*, reversal_id: int, by: Person, at: datetime) -> Entry:
    """Undo the entry by its exact mirror; approved twice by the same person, it is once.

    Both sides of a transfer are undone together: the mirror of the advances is returned. So is what
    identified a line that waited on 471 and that the bank sent back.

    :raises ActionDenied: it is decided already, or `by` asked for it; what an error brought in is
        no longer there, then or later; something recorded meanwhile rests on it; the transfer of a
        payment may still leave, or the contribution lent.
    :raises IntegrityError: what was recorded since stands on that entry.
    """
    reversal = _locked(reversal_id)
    if reversal.status == ReversalStatus.APPROVED and reversal.decided_by_id == by.pk:
        return reversal.mirrors.get(reverses=reversal.entry)
    _decide(reversal, ReversalStatus.APPROVED, by=by, at=at)
    wrong = reversal.entry
    permissions.undo_what_stands(wrong, reversal.cause)
    _check_use(wrong, reversal.cause)
    undone = [reversal, *(_undo_too(one, reversal) for one in queries.identified_by(wrong))]
    drafts = [
        _mirror(side, one, by=by, at=at) for one in undone for side in queries.sides_of(one.entry)
    ]
    if reversal.cause == ReversalCause.ERROR:
        _check_cash([leg for draft in drafts for leg in draft.legs], since=reversal.value_on)
    mirror = post_entries(with_offsets(drafts))[0]
    if wrong.kind == EntryKind.WRITE_OFF:
        restore_provision(undone=wrong, by_mirror=mirror)
    if wrong.advance is not None and wrong.kind == EntryKind.WRITE_OFF:
        restore_what_was_lost(wrong.advance, undone=wrong, by_mirror=mirror)
    if wrong.advance is not None and wrong.kind == EntryKind.DISBURSEMENT:
        restore_schedule(wrong.advance, undone=wrong, by_mirror=mirror)
    audit.record("entry.reversed", target=mirror, by=by, at=at, reverses=wrong.pk)
    return mirror


@transaction.atomic
def refuse_reversal(*, reversal_id: int, by: Person, at: datetime) -> Reversal:
    """Leave the entry as it is; refused twice by the same person, it is once.

    :raises ActionDenied: it is decided already, or `by` asked for it.
    """
    reversal = _locked(reversal_id)
    if reversal.status == ReversalStatus.REFUSED and reversal.decided_by_id == by.pk:
        return reversal
    _decide(reversal, ReversalStatus.REFUSED, by=by, at=at)
    audit.record("reversal.refused", target=reversal, by=by, at=at)
    return reversal


def _undo_too(entry: Entry, reversal: Reversal) -> Reversal:
    """The same request, decided by the same persons, on what identified the entry it undoes."""
    permissions.propose_reversal(entry, reversal.cause)
    return Reversal.objects.create(
        entry=entry,
        value_on=reversal.value_on,
        cause=reversal.cause,
        reason=reversal.reason,
        status=reversal.status,
        proposed_at=reversal.proposed_at,
        proposed_by=reversal.proposed_by,
        decided_at=reversal.decided_at,
        decided_by=reversal.decided_by,
        command_key=uuid5(reversal.command_key, f"with {entry.pk}"),
    )


def _mirror(wrong: Entry, reversal: Reversal, *, by: Person, at: datetime) -> Draft:
    """What undoes an entry; the two sides of a transfer are one again."""
    return Draft(
        kind=EntryKind.BOUNCE if wrong.kind == EntryKind.REPAYMENT else EntryKind.REVERSAL,
        perimeter=Perimeter(wrong.perimeter),
        legs=ledger.mirror(queries.legs_of(wrong)),
        value_on=reversal.value_on,
        label=f"Annulation : {wrong.label}"[:120],
        command_key=uuid5(reversal.command_key, wrong.perimeter),
        by=by,
        at=at,
        advance=wrong.advance,
        reverses=wrong,
        reversal=reversal,
        transfer_id=uuid5(reversal.command_key, "transfer") if wrong.transfer_id else None,
    )


def _check_use(wrong: Entry, cause: str) -> None:
    """:raises ActionDenied: its money may still leave, or served to lend."""
    transfer_permissions.undo_payment(transfer_on_its_way(wrong), cause)
    transfer_permissions.undo_what_lent(queries.lent_from(wrong), cause)


def _check_cash(legs: Sequence[ledger.Leg], *, since: date) -> None:
    """Refuse to take back what an account does not hold."""
    lock_ledger()
    for bank in (AccountKey.FUND_BANK, AccountKey.OPS_BANK):
        taken = -sum(leg.amount for leg in legs if leg.account == bank)
        if taken > 0:
            permissions.undo_receipt(taken, cash=queries.lowest(bank, since=since))


def hold_entry(entry_id: int) -> Entry:
    """An entry, behind the lock of its advance; the ledger's when it is about none.

    Of a transfer, the side of the advances. What waits on 471 is held with its bank account, as by
    each reconciliation that may identify it.
    """
    sides = queries.sides_of(Entry.objects.select_related("advance").get(pk=entry_id))
    entry = sides[0]
    if entry.kind == EntryKind.UNIDENTIFIED:
        held = BankAccount.objects.select_for_update().order_by("pk")
        list(held.filter(perimeter__in=[side.perimeter for side in sides]))
        known = Advance.objects.filter(entries__in=queries.identified_by(entry)).order_by("pk")
        list(Advance.objects.select_for_update().filter(pk__in=known.values("pk")).order_by("pk"))
    if entry.advance_id is None:
        lock_ledger()
    else:
        Advance.objects.select_for_update(of=("self",)).get(pk=entry.advance_id)
    return entry


def _locked(reversal_id: int) -> Reversal:
    """The request, behind the lock of its entry."""
    hold_entry(Reversal.objects.values_list("entry_id", flat=True).get(pk=reversal_id))
    return (
        Reversal.objects.select_for_update(of=("self",))
        .select_related("entry__advance")
        .get(pk=reversal_id)
    )


def _decide(reversal: Reversal, status: ReversalStatus, *, by: Person, at: datetime) -> None:
    permissions.decide_reversal(reversal, by)
    reversal.status, reversal.decided_at, reversal.decided_by = status, at, by
    reversal.save(update_fields=["status", "decided_at", "decided_by"])
