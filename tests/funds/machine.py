"""Basins and the papers of a book-keeper: what both say is compared after each act (S43)."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from alize.common.constraints import FALLBACK, reason_of
from alize.common.errors import Refusal
from basins import tenancy
from funds import operations, queries
from funds.enums import AuthorizationKind
from funds.models import Advance, Entry, Posting
from funds.queries import verification
from tests.builders import PARIS
from tests.funds.bookkeeper import BookKeeper, Lines

START = date(2026, 5, 15)
AUDITED_EVERY = 8
"""Steps: the whole audit asks more than all the rest."""


@dataclass
class Deed:
    """Something that may be undone: its entry, and how it was told on paper."""

    entry: Entry
    lines: Lines
    place: int
    """Of the last fact that was told with it."""
    advance: Advance | None = None
    cents: int = 0
    contribution: int = 0
    parts: tuple[int, int] = (0, 0)
    on_its_way: bool = False
    """The bank has its transfer, that no statement has shown."""


@dataclass
class Desk:
    """One basin: who acts there, what was told of it on paper, what may be undone."""

    till: Any
    paper: BookKeeper = field(default_factory=BookKeeper)
    today: date = START
    closings: set[date] = field(default_factory=set)
    advances: list[Advance] = field(default_factory=list)
    waiting: dict[int, int] = field(default_factory=dict)
    """By advance: what is granted and not lent."""
    deeds: list[Deed] = field(default_factory=list)
    brought: dict[int, int] = field(default_factory=dict)
    """By contribution: what it brought, less what went back."""
    last: Callable[..., Any] | None = None
    """The last command, to be sent again."""
    result: Any = None
    key: UUID | None = None
    seen: int = 0
    bank: Any = None
    until: date = START - timedelta(days=1)
    """The last day of its statements."""
    shown: set[int] = field(default_factory=set)
    """The payments that they show, by their entries."""
    waits: dict[int, int] = field(default_factory=dict)
    """By line: what waits to be identified."""

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(9), PARIS)


class Refused:
    """Something that is refused with a reason, in a savepoint of its own."""

    reason: Refusal

    def __enter__(self) -> "Refused":
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        self.atomic.__exit__(kind, error, trace)
        assert isinstance(error, Refusal), error
        self.reason = error
        return True


class Told(RuleBasedStateMachine):
    """Funds and their papers: what is done is told, what is refused is what they refuse."""

    tills: tuple[Any, ...]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        self.desks = [Desk(till) for till in self.tills]
        self.steps = 0
        self.inside = self.stack.enter_context(ExitStack())
        self._sit(0)

    def teardown(self) -> None:
        try:
            if not connection.needs_rollback:
                self.audit()
        finally:
            self.stack.close()

    # -- What is done, and what is told ----------------------------------------------------------

    def _sit(self, place: int) -> None:
        self.place, self.at = place, self.desks[place]
        self.inside.close()
        self.inside.enter_context(tenancy.inside(self.at.till.basin))

    def attempt(self, may: bool, act: Callable[[], Any]) -> Any:
        """Do it; it is accepted when the paper allows it, and refused with a reason otherwise."""
        result, refusal = None, None
        try:
            with transaction.atomic():
                result = act()
        except (Refusal, IntegrityError) as caught:
            refusal = caught
        assert (refusal is None) == may, refusal and reason_of(refusal)
        assert refusal is None or reason_of(refusal) != FALLBACK
        return result

    def command(self, may: bool, act: Callable[..., Any], **asked: Any) -> Any:
        """Send a command, that may be sent again afterwards."""
        asked = {"by": self.at.till.operator, "at": self.at.now, "command_key": uuid4(), **asked}

        def send(**changes: Any) -> Any:
            return act(**{**asked, **changes})

        result = self.attempt(may, send)
        if result is not None:
            self.at.last, self.at.result, self.at.key = send, result, asked["command_key"]
        return result

    def tell(self, entry: Entry, first: int, **about: Any) -> None:
        """Keep what was just written on paper, from its first line on, beside its entry."""
        assert entry.booked_on > max(self.at.closings, default=date.min)
        assert entry.booked_on in (entry.value_on, self.at.today)
        paper = self.at.paper
        self.at.deeds.append(Deed(entry, paper.lines[first:], len(paper.facts) - 1, **about))

    def authorize(self, may: bool, kind: AuthorizationKind, cents: int, **about: Any) -> Any:
        """Ask, and have it decided by the second person, twice: once."""
        asked = operations.Asked(
            kind=kind, amount=cents, value_on=self.at.today, reason="Vu", **about
        )
        made = self.command(may, lambda **told: operations.propose(asked, **told))
        if made is None:
            return None
        with self.refused():
            operations.approve_authorization(
                authorization_id=made.pk, by=made.proposed_by, at=self.at.now
            )
        decided = {"authorization_id": made.pk, "by": self.at.till.finance, "at": self.at.now}
        entry = operations.approve_authorization(**decided)
        assert operations.approve_authorization(**decided) == entry
        return entry

    def refused(self) -> "Refused":
        return Refused()

    def advance(self, pick: int) -> Advance:
        return self.at.advances[pick % len(self.at.advances)]

    def day(self, back: int, since: date = START) -> date:
        return max(since, self.at.today - timedelta(days=back))

    # -- What holds after each step --------------------------------------------------------------

    @invariant()
    def each_ledger_holds(self) -> None:
        """What is added is balanced and numbered; nothing is where nobody is."""
        for desk in self.desks:
            with tenancy.inside(desk.till.basin):
                added = self.added(desk)
                assert not added or desk is self.at or not self.steps
        if self.steps % AUDITED_EVERY == 0:
            self.audit()

    def audit(self) -> None:
        """Chain, digests, numbers, identity: what the nightly audit looks for, in each basin."""
        for desk in self.desks:
            with tenancy.inside(desk.till.basin):
                assert verification.verify().findings == ()

    def added(self, desk: Desk) -> int:
        """How many entries are new, each balanced in its perimeter, their numbers following."""
        rows = Posting.objects.filter(entry__gt=desk.seen).order_by("entry", "rank")
        sums: dict[tuple[int, str], int] = {}
        for entry, perimeter, cents in rows.values_list("entry", "account__perimeter", "amount"):
            sums[entry, perimeter] = sums.get((entry, perimeter), 0) + cents
        assert not any(sums.values())
        assert [pk for pk, _ in sums] == list(range(desk.seen + 1, desk.seen + 1 + len(sums)))
        desk.seen += len(sums)
        return len(sums)

    @invariant()
    def the_books_say_what_the_paper_says(self) -> None:
        self.steps += 1
        back = self.steps * 7 % 50 if self.steps % 2 else 0
        self.compare(self.day(back))

    def compare(self, on: date) -> None:
        paper, advances = self.at.paper, self.at.advances
        accounts = {name: cents for name, cents in queries.balances(on=on).items() if cents}
        names = {name for _, name, _, _ in paper.lines}
        assert accounts == {one: sum_ for one in names if (sum_ := paper.balance(one, on=on))}
        fund, standings = queries.portfolio(on=on)
        by_rules = queries.standings_of(advances, on=on)
        for advance in advances:
            expected = paper.standing(advance.pk, on)
            for found in (standings[advance.pk], by_rules[advance.pk]):
                assert {name: getattr(found, name) for name in expected} == expected, on
            unpaid = sum(line.amount for line in by_rules[advance.pk].unpaid_lines)
            assert unpaid == expected["outstanding"]
        held = fund.cash + fund.outstanding + fund.lost + fund.owed_back + fund.to_give_back
        assert held - fund.overpaid - fund.unidentified == fund.contributed + fund.kept
