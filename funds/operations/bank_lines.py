"""What every reconciliation of a bank line shares: its lock, its entries, its row."""

from datetime import datetime
from uuid import UUID

from alize.accounts.models import Person
from alize.audit import operations as audit
from funds.enums import ClearingAct, EntryKind, Perimeter
from funds.models import BankAccount, BankLine, Clearing, Entry, Reversal
from funds.operations.ledger import Draft
from funds.rules import ledger


def held_line(line_id: int) -> BankLine:
    """A line, behind the lock of its account that every reconciliation takes first."""
    line = BankLine.objects.select_related("account", "statement__number").get(pk=line_id)
    BankAccount.objects.select_for_update().get(pk=line.account_id)
    return line


def draft_of(
    line: BankLine,
    kind: EntryKind,
    legs: ledger.Legs,
    label: str,
    *,
    by: Person,
    at: datetime,
    key: UUID,
    perimeter: Perimeter | None = None,
    transfer_id: UUID | None = None,
) -> Draft:
    """An entry that a line asks for, on its day; in the perimeter of its account by default."""
    return Draft(
        kind=kind,
        perimeter=perimeter or Perimeter(line.account.perimeter),
        legs=legs,
        value_on=line.happened_on,
        label=label[:120],
        command_key=key,
        by=by,
        at=at,
        transfer_id=transfer_id,
    )


def note_clearing(
    line: BankLine,
    act: ClearingAct,
    what: Entry | Reversal | BankLine,
    amount: int,
    *,
    by: Person,
    at: datetime,
    is_automatic: bool = False,
) -> Clearing:
    """Tie a part of a line to what it turned out to be; its account is locked."""
    fields = {Entry: "entry", Reversal: "reversal", BankLine: "other_line"}
    about = {fields[type(what)]: what}
    clearing = Clearing.objects.create(
        line=line,
        act=act,
        amount=amount,
        is_automatic=is_automatic,
        made_at=at,
        made_by=by,
        **about,
    )
    audit.record("bank.cleared", target=clearing, by=by, at=at, act=act, amount=amount)
    return clearing
