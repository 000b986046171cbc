"""Lines of a statement reconciled with the ledger: what it held already, or what they add."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from funds.enums import AccountKey, ClearingAct, EntryKind, Perimeter, ReversalCause
from funds.models import Advance, BankLine, Clearing, Entry
from funds.operations.bank_lines import draft_of, held_line, note_clearing
from funds.operations.contributions import record_contribution
from funds.operations.costs import COST_ACCOUNTS
from funds.operations.ledger import Draft, post_entries
from funds.operations.receipts import book_receipt
from funds.operations.reversals import hold_entry, propose_reversal
from funds.operations.waiting import resume_line
from funds.permissions import bank as checks
from funds.queries import bank as queries
from funds.queries.numbers import lines_elsewhere
from funds.rules import ledger

Part = tuple[int, int]
"""An advance and an amount in cents."""


def clear_with_repayments(
    *, line_id: int, parts: Sequence[Part], by: Person, at: datetime, command_key: UUID
) -> Clearing:
    """The line pays back one advance or several; the parts make its amount, or what is left of it.

    :raises ActionDenied: the line is reconciled already, or is of the operating account.
    :raises InvalidInput: the parts do not add up, or an advance was lent later.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        checks.clear_line(line, left := queries.line_left(line))
        _check_parts(parts, left)
        repaid = repay_with_line(line, parts, ClearingAct.REPAYMENT, by=by, at=at, key=command_key)
        return repaid[0]

    asked = {"act": "clear_with_repayments", "line": line_id, "parts": list(parts)}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def clear_with_contribution(
    *,
    line_id: int,
    funder: str,
    partner_id: int | None = None,
    with_return: bool = True,
    amount: int | None = None,
    by: Person,
    at: datetime,
    command_key: UUID,
) -> Clearing:
    """The line, or what of it waited on the suspense account, is money of a funder.

    An amount, in cents, is a part of it: the rest is told next, as another contribution may be.

    :raises ActionDenied: the line is reconciled already, or is no receipt.
    :raises InvalidInput: the amount exceeds what the line leaves.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        open_part, holder, waited_on = _open_part(line)
        part = open_part if amount is None else amount
        _check_contribution(part, open_part)
        contribution = record_contribution(
            funder=funder,
            amount=part,
            received_on=line.happened_on,
            by=by,
            at=at,
            command_key=uuid5(command_key, "contribution"),
            partner_id=partner_id,
            perimeter=holder,
            with_return=with_return,
            waited_on=waited_on,
        )
        entry = contribution.postings.get().entry
        known = ClearingAct.IDENTIFIED if waited_on else ClearingAct.CONTRIBUTION
        return note_clearing(line, known, entry, part, by=by, at=at)

    asked = {
        "act": "clear_with_contribution",
        "line": line_id,
        "funder": funder,
        "partner": partner_id,
        "with_return": with_return,
        "amount": amount,
    }
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def clear_as_cost(
    *, line_id: int, kind: EntryKind, by: Person, at: datetime, command_key: UUID
) -> Clearing:
    """The line, or what of it waited on the suspense account, is a fee or another cost (R41).

    What was taken on the advances is a cost of the operating account, which owes it back (580F). A
    credit is a cost that was given back.

    :raises ActionDenied: the line is reconciled already, or the kind is none of a bank line.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        amount, holder, waited_on = _open_part(line)
        checks.pay_cost(kind)
        source = waited_on or queries.ledger_account(line.account)
        costs = _costs(line, kind, -amount, source, holder, by=by, at=at, key=command_key)
        entry = post_entries(costs)[0]
        known = ClearingAct.IDENTIFIED if waited_on else ClearingAct.COST
        return note_clearing(line, known, entry, amount, by=by, at=at)

    asked = {"act": "clear_as_cost", "line": line_id, "kind": kind}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def identify_line(
    *, line_id: int, parts: Sequence[Part], by: Person, at: datetime, command_key: UUID
) -> Clearing:
    """Move what waits on 471 to the advances it pays back, by a second entry (funds.md 2.3).

    :raises ActionDenied: nothing of this line waits, or it is of the operating account.
    :raises InvalidInput: the parts exceed what waits.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        checks.identify_line(line, waiting := queries.line_suspended(line))
        _check_parts(parts, waiting)
        repaid = repay_with_line(line, parts, ClearingAct.IDENTIFIED, by=by, at=at, key=command_key)
        return repaid[0]

    asked = {"act": "identify_line", "line": line_id, "parts": list(parts)}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def clear_as_return(
    *, line_id: int, entry_id: int, by: Person, at: datetime, command_key: UUID
) -> Clearing:
    """The bank sent back a receipt or a payment: its cancellation is asked for, another decides it.

    What waited on the suspense account leaves it.

    :raises ActionDenied: the line is reconciled or of the operating account, or the entry is no
        receipt nor payment of its amount.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        if Entry.objects.filter(pk=entry_id).exists():
            hold_entry(entry_id)
        resume_line(line, by=by, at=at, key=command_key)
        return return_line(line, entry_id, by=by, at=at, key=command_key)

    asked = {"act": "clear_as_return", "line": line_id, "entry": entry_id}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def clear_between_banks(
    *, line_id: int, other_id: int, by: Person, at: datetime, command_key: UUID
) -> Clearing:
    """The line is the other side of a line at another bank of its account: no entry is written.

    What of either waited on the suspense account leaves it.

    :raises ActionDenied: one is reconciled, the other is of no other bank of the account, or they
        are not of the same money.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        other = lines_elsewhere(line).filter(pk=other_id).first()
        if other is None:
            raise ActionDenied("Cette opération n'est pas d'une autre banque du même compte.")
        for side, one in enumerate((line, other)):
            resume_line(one, by=by, at=at, key=uuid5(command_key, str(side)))
        return link_banks(line, other, by=by, at=at)

    asked = {"act": "clear_between_banks", "line": line_id, "other": other_id}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


@transaction.atomic
def undo_clearing(*, clearing_id: int, by: Person, at: datetime) -> Clearing:
    """Untie a line from an entry that was there before it, or both lines that go together.

    Undone twice, it is once.

    :raises ActionDenied: the entry came from the line: it is cancelled by two persons.
    """
    line_id = Clearing.objects.values_list("line_id", flat=True).get(pk=clearing_id)
    held_line(line_id)
    clearing = Clearing.objects.select_for_update().get(pk=clearing_id)
    if clearing.undone_at is None:
        checks.undo_clearing(clearing)
        other = Q(line=clearing.other_line_id, other_line=line_id)
        if clearing.entry_id is not None:
            other = Q(entry=clearing.entry_id)
        others = Clearing.objects.filter(other, undone_at=None).exclude(pk=clearing.pk)
        for one in [clearing, *others]:
            one.undone_at, one.undone_by = at, by
            one.save(update_fields=["undone_at", "undone_by"])
            audit.record("bank.uncleared", target=one, by=by, at=at)
    return clearing


def link_banks(
    line: BankLine, other: BankLine, *, by: Person, at: datetime, is_automatic: bool = False
) -> Clearing:
    """Tie both lines of a transfer between two banks of their account, which is locked."""
    left, received = queries.line_left(line), queries.line_left(other)
    checks.clear_between(line, amounts=(left, received))
    act = ClearingAct.INTERNAL
    note_clearing(other, act, line, received, by=by, at=at, is_automatic=is_automatic)
    return note_clearing(line, act, other, left, by=by, at=at, is_automatic=is_automatic)


def repay_with_line(
    line: BankLine,
    parts: Sequence[Part],
    act: ClearingAct,
    *,
    by: Person,
    at: datetime,
    key: UUID,
    is_automatic: bool = False,
) -> list[Clearing]:
    """Book what a line pays back, an entry or two for each advance; its account is locked."""
    suspense = act == ClearingAct.IDENTIFIED
    own = Perimeter(line.account.perimeter)
    checks.repay_on(queries.holder_of(line) if suspense else own)
    ids = sorted({advance for advance, _ in parts})
    held = Advance.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    advances = {one.pk: one for one in held}
    if len(advances) < len(ids):
        raise InvalidInput("Cette avance n'existe pas.")
    made = []
    for rank, (advance_id, amount) in enumerate(parts):
        entries = book_receipt(
            advances[advance_id],
            amount=amount,
            value_on=line.happened_on,
            by=by,
            at=at,
            command_key=uuid5(key, f"part {rank}"),
            source=AccountKey.UNIDENTIFIED if suspense else AccountKey.FUND_BANK,
        )
        made += [
            note_clearing(line, act, entry, part, by=by, at=at, is_automatic=is_automatic)
            for entry, part in entries
        ]
    return made


def return_line(
    line: BankLine,
    entry_id: int,
    *,
    by: Person,
    at: datetime,
    key: UUID,
    is_automatic: bool = False,
) -> Clearing:
    """Ask two persons to undo what a line sends back, alone or with more; its account is locked."""
    checks.repay_on(Perimeter(line.account.perimeter))
    checks.clear_line(line, left := queries.line_left(line))
    entry = Entry.objects.filter(pk=entry_id).first()
    moved = queries.moved_by(entry_id)
    checks.return_entry(entry, left, moved)
    code = f" ({line.reason})" if line.reason else ""
    reversal = propose_reversal(
        entry_id=entry_id,
        value_on=line.happened_on,
        reason=f"Retour de la banque{code} : {line.label}"[:300],
        cause=_cause(line),
        by=by,
        at=at,
        command_key=uuid5(key, "return"),
    )
    return note_clearing(
        line, ClearingAct.BOUNCE, reversal, -moved, by=by, at=at, is_automatic=is_automatic
    )


def _cause(line: BankLine) -> ReversalCause:
    """The code of the bank, when it is one that people know."""
    known = line.reason in ReversalCause.values and line.reason != ReversalCause.ERROR
    return ReversalCause(line.reason) if known else ReversalCause.BANK


def _costs(
    line: BankLine,
    kind: EntryKind,
    amount: int,
    source: AccountKey,
    holder: Perimeter,
    *,
    by: Person,
    at: datetime,
    key: UUID,
) -> list[Draft]:
    """A cost is one of the operating account, whichever account the bank took it from."""
    what = kind.label if amount > 0 else f"{kind.label}, somme rendue"
    label = f"{what} : {line.label}"
    if holder == Perimeter.OPS:
        legs = ledger.expense(account=COST_ACCOUNTS[kind], amount=amount, source=source)
        return [draft_of(line, kind, legs, label, by=by, at=at, key=key, perimeter=holder)]
    return [
        draft_of(
            line,
            kind,
            legs,
            label,
            by=by,
            at=at,
            key=uuid5(key, perimeter),
            perimeter=perimeter,
            transfer_id=key,
        )
        for perimeter, legs in zip(
            (Perimeter.FUND, Perimeter.OPS),
            ledger.bank_fee(amount=amount, account=COST_ACCOUNTS[kind], source=source),
            strict=True,
        )
    ]


def _open_part(line: BankLine) -> tuple[int, Perimeter, AccountKey | None]:
    """What nothing explains yet, of the account of the line; otherwise what waits, and where.

    :raises ActionDenied: neither.
    """
    if left := queries.line_left(line):
        return left, Perimeter(line.account.perimeter), None
    waiting = queries.line_suspended(line)
    checks.clear_line(line, waiting)
    holder = queries.holder_of(line)
    return waiting, holder, queries.SUSPENSE_ACCOUNTS[holder]


def _check_contribution(part: int, open_part: int) -> None:
    if open_part < 0:
        raise ActionDenied("Une dotation est un encaissement : cette ligne est un débit.")
    if part > open_part:
        raise InvalidInput(
            f"Cette ligne ne laisse que {format_euros(open_part)} : indiquez ce montant ou moins.",
            field="amount",
        )


def _check_parts(parts: Sequence[Part], left: int) -> None:
    if left < 0:
        raise ActionDenied("Un remboursement est un encaissement : cette ligne est un débit.")
    if not parts or any(amount <= 0 for _, amount in parts):
        raise InvalidInput("Indiquez au moins une avance et un montant supérieur à zéro.")
    if len({advance for advance, _ in parts}) < len(parts):
        raise InvalidInput("Une avance ne figure qu'une fois dans la répartition.")
    total = sum(amount for _, amount in parts)
    if total != left:
        raise InvalidInput(
            f"La répartition fait {format_euros(total)} ; il faut {format_euros(left)}, "
            f"soit {format_euros(abs(left - total))} de {'plus' if total < left else 'moins'}."
        )
