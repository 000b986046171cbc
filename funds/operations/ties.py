"""Lines of a statement tied to entries that were there before them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from alize.accounts.models import Person
from alize.audit.commands import made_once
from funds.enums import ClearingAct
from funds.models import BankLine, Clearing, Entry
from funds.operations.bank_lines import held_line, note_clearing
from funds.operations.waiting import resume_line
from funds.permissions import bank as checks
from funds.queries import bank as queries


def clear_with_entry(
    *, line_id: int, entry_id: int, by: Person, at: datetime, command_key: UUID
) -> Clearing:
    """The line, or what of it waited on the suspense account, is what an entry already says.

    :raises ActionDenied: the line is reconciled, or the entry is of another amount or account.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        resume_line(line, by=by, at=at, key=command_key)
        return link_line(line, entry_id, by=by, at=at)

    asked = {"act": "clear_with_entry", "line": line_id, "entry": entry_id}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def clear_with_entries(
    *, line_id: int, entry_ids: Sequence[int], by: Person, at: datetime, command_key: UUID
) -> Clearing:
    """The line is several entries, as a deposit of cheques is; what they do not reach is left.

    :raises ActionDenied: the line is reconciled, an entry is of another account or way, or they
        exceed what is left of it.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        resume_line(line, by=by, at=at, key=command_key)
        checks.clear_line(line, left := queries.line_left(line))
        found = queries.expected_entries(line.account).filter(pk__in=entry_ids).order_by("pk")
        checks.link_entries([one.moved for one in found], left, asked=len(set(entry_ids)))
        made = [
            note_clearing(line, ClearingAct.ENTRY, one, one.moved, by=by, at=at) for one in found
        ]
        return made[0]

    asked = {"act": "clear_with_entries", "line": line_id, "entries": sorted(entry_ids)}
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def clear_with_others(
    *,
    line_id: int,
    other_ids: Sequence[int],
    entry_id: int,
    by: Person,
    at: datetime,
    command_key: UUID,
) -> Clearing:
    """The line and one to three others are together what an entry says: the bank shows it in parts.

    What of them waited on the suspense account leaves it.

    :raises ActionDenied: one is reconciled, they are not of one account and way, or the entry is
        not of their sum.
    """

    def act() -> Clearing:
        line = held_line(line_id)
        others = BankLine.objects.filter(account=line.account, pk__in=other_ids)
        others = others.exclude(pk=line_id).order_by("pk")
        lines = [line, *others.select_related("account", "statement__number")]
        for side, line in enumerate(lines):
            resume_line(line, by=by, at=at, key=uuid5(command_key, str(side)))
        shares = [queries.line_left(line) for line in lines]
        expected = queries.expected_entries(lines[0].account).filter(pk=entry_id)
        moved = expected.values_list("moved", flat=True).first()
        checks.link_shares(shares, asked=1 + len(set(other_ids)), moved=moved)
        entry = Entry.objects.get(pk=entry_id)
        made = [
            note_clearing(line, ClearingAct.ENTRY, entry, share, by=by, at=at)
            for line, share in zip(lines, shares, strict=True)
        ]
        return made[0]

    asked = {
        "act": "clear_with_others",
        "line": line_id,
        "others": sorted(other_ids),
        "entry": entry_id,
    }
    return made_once(Clearing, command_key, payload=asked, by=by, at=at, act=act)


def link_line(
    line: BankLine, entry_id: int, *, by: Person, at: datetime, is_automatic: bool = False
) -> Clearing:
    """Tie a line to an entry that says the same; its account is locked."""
    checks.clear_line(line, left := queries.line_left(line))
    expected = queries.expected_entries(line.account).filter(pk=entry_id)
    checks.link_entry(expected.values_list("moved", flat=True).first(), left)
    entry = Entry.objects.get(pk=entry_id)
    return note_clearing(
        line, ClearingAct.ENTRY, entry, left, by=by, at=at, is_automatic=is_automatic
    )
