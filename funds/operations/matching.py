"""Lines of an imported statement that are sure, reconciled by nobody (funds.md 1, feature 22)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from alize.accounts.models import Person
from alize.common.errors import Refusal
from funds import bank
from funds.enums import ClearingAct
from funds.models import Advance, BankAccount, BankImport, BankLine, Entry
from funds.operations.clearings import link_banks, repay_with_line, return_line
from funds.operations.ties import link_line
from funds.queries import bank as queries
from funds.queries import expectations
from funds.queries.numbers import statements_elsewhere, sure_other_side


@transaction.atomic
def match_chunk(*, import_id: int, size: int, on: date, at: datetime) -> BankImport:
    """Reconcile the next lines of an import that are sure; the others wait for a person.

    What is sure is locked in the order of the house, then matched again: somebody may have typed
    one meanwhile.
    """
    made = BankImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if made.finished_at or made.statement is None:
        return made
    account = BankAccount.objects.select_for_update().get(numbers=made.number_id)
    chunk = made.statement.lines.select_related("statement__number").order_by("rank")
    read = list(chunk[made.done : made.done + size])
    sure = [found for _, found in _matched(account, read, on=on) if found.is_automatic]
    held = set(
        Advance.objects.select_for_update()
        .filter(pk__in=_advances_of(sure))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    # Most accounts have one bank only: none of their lines has another side.
    has_moved = statements_elsewhere(made.number).exists()
    lines = []
    for line in read:
        other = sure_other_side(line) if has_moved else None
        if other is not None and _is_tied(line, other, by=made.asked_by, at=at):
            made.matched += 1
        else:
            lines.append(line)
    for line, found in _matched(account, lines, on=on) if sure else ():
        if found.is_automatic and _advances_of([found]) <= held:
            made.matched += _is_accepted(line, found.proposals[0], by=made.asked_by, at=at)
    made.done = min(made.done + size, made.steps)
    made.finished_at = at if made.done == made.steps else None
    made.save(update_fields=["matched", "done", "finished_at"])
    return made


def _matched(
    account: BankAccount, lines: Iterable[BankLine], *, on: date
) -> list[tuple[BankLine, bank.Matched]]:
    matcher = expectations.matcher_for(account, on=on)
    return [(line, matcher.match(queries.as_read(line))) for line in lines]


def _advances_of(sure: Iterable[bank.Matched]) -> set[int]:
    """The advances that these matches are about, directly or by their entry."""
    first = [found.proposals[0] for found in sure]
    advances = {one.target for one in first if one.act == bank.Act.REPAYMENT and one.target}
    entries = {one.target for one in first if one.act != bank.Act.REPAYMENT and one.target}
    of_entries = Entry.objects.filter(pk__in=entries).values_list("advance_id", flat=True)
    return advances | {pk for pk in of_entries if pk}


def _is_tied(line: BankLine, other: BankLine, *, by: Person, at: datetime) -> bool:
    """Tie both sides of a transfer between two banks; what is refused waits for a person."""
    try:
        with transaction.atomic():
            link_banks(line, other, by=by, at=at, is_automatic=True)
    except (Refusal, IntegrityError):
        return False
    return True


def _is_accepted(line: BankLine, proposal: bank.Proposal, *, by: Person, at: datetime) -> bool:
    """Book a line that is sure; what is refused is left whole for a person, who reads why."""
    try:
        with transaction.atomic():
            _accept(line, proposal, by=by, at=at)
    except (Refusal, IntegrityError):
        return False
    return True


def _accept(line: BankLine, proposal: bank.Proposal, *, by: Person, at: datetime) -> None:
    target = proposal.target or 0
    if proposal.act == bank.Act.REPAYMENT:
        parts = [(target, line.amount)]
        act = ClearingAct.REPAYMENT
        repay_with_line(line, parts, act, by=by, at=at, key=uuid4(), is_automatic=True)
    elif proposal.act == bank.Act.ENTRY:
        link_line(line, target, by=by, at=at, is_automatic=True)
    else:
        return_line(line, target, by=by, at=at, key=uuid4(), is_automatic=True)
