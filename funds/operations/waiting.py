"""Money that waits to be identified: on its account, or on the other, which it belongs to (R41)."""

from datetime import datetime
from uuid import UUID, uuid5

from alize.accounts.models import Person
from alize.audit.commands import made_once
from funds.enums import ClearingAct, EntryKind, Perimeter
from funds.models import BankLine, Clearing
from funds.operations.bank_lines import draft_of, held_line, note_clearing
from funds.operations.ledger import post_entries, post_entry
from funds.permissions import bank as checks
from funds.queries import bank as queries
from funds.rules import ledger

SIDES = (Perimeter.FUND, Perimeter.OPS)


def suspend_line(*, line_id: int, by: Person, at: datetime, command_key: UUID) -> Clearing:
    """Put the line on the suspense account, to be identified later by a second entry.

    :raises ActionDenied: the line is reconciled already.
    """

    def act() -> Clearing:
        return _suspend(held_line(line_id), by=by, at=at, key=command_key)

    asked = {"act": "suspend_line", "line": line_id}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def move_line(*, line_id: int, by: Person, at: datetime, command_key: UUID) -> Clearing:
    """Say that a line belongs to the other account: this one owes it, it waits there.

    Nothing moves at the bank: the transfer is recorded when it is made.

    :raises ActionDenied: nothing of the line is left to explain nor waits, it is moved already, or
        is a debit.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        own = Perimeter(line.account.perimeter)
        left = queries.line_left(line)
        amount = left or queries.line_suspended(line) or line.amount
        checks.move_line(amount, moved=queries.holder_of(line) != own)
        if left:
            _suspend(line, by=by, at=at, key=uuid5(command_key, "suspense"))
        checks.identify_line(line, waiting := queries.line_suspended(line))
        legs = ledger.misplaced(amount=waiting, bank=queries.ledger_account(line.account))
        entries = post_entries(
            draft_of(
                line,
                EntryKind.UNIDENTIFIED,
                side,
                f"Pour l'autre compte : {line.label}",
                by=by,
                at=at,
                key=uuid5(command_key, perimeter),
                perimeter=perimeter,
                transfer_id=command_key,
            )
            for perimeter, side in zip(SIDES, legs, strict=True)
        )
        entry = entries[SIDES.index(own)]
        return note_clearing(line, ClearingAct.MOVED, entry, waiting, by=by, at=at)

    asked = {"act": "move_line", "line": line_id}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def resume_line(line: BankLine, *, by: Person, at: datetime, key: UUID) -> None:
    """Take off the suspense account what waits there, by a second entry, to explain it anew.

    :raises ActionDenied: it waits on the other account.
    """
    waiting = queries.line_suspended(line)
    if queries.line_left(line) or not waiting:
        return
    checks.resume_line(moved=queries.holder_of(line) != line.account.perimeter)
    legs = ledger.unidentified(amount=-waiting, bank=queries.ledger_account(line.account))
    label = f"N'attend plus : {line.label}"
    draft = draft_of(
        line, EntryKind.UNIDENTIFIED, legs, label, by=by, at=at, key=uuid5(key, "resumed")
    )
    note_clearing(line, ClearingAct.RESUMED, post_entry(draft), -waiting, by=by, at=at)


def _suspend(line: BankLine, *, by: Person, at: datetime, key: UUID) -> Clearing:
    """Post what nothing explains of a line on the suspense account; its account is locked."""
    checks.clear_line(line, left := queries.line_left(line))
    of_bank = queries.ledger_account(line.account)
    legs = ledger.unidentified(amount=left, bank=of_bank)
    label = f"À identifier : {line.label}"
    draft = draft_of(line, EntryKind.UNIDENTIFIED, legs, label, by=by, at=at, key=key)
    return note_clearing(line, ClearingAct.SUSPENSE, post_entry(draft), left, by=by, at=at)
