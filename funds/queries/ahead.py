"""The book seen from the months ahead: what may still be granted, where a simulation starts."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from alize.common.dates import add_months
from committees.models import Decision
from funds.models import Advance, Contribution, FundSettings
from funds.queries.fund import FundPosition, granted, position_of, untaken_decisions
from funds.queries.lines import moved_by_line, shares_by_line
from funds.queries.received import standings_of
from funds.rules import (
    Capacity,
    Installment,
    Position,
    Start,
    build_schedule,
    commitment_capacity,
)
from funds.rules.capacity import AHEAD

LONGEST = 600
"""Months: no plan goes further."""


PLAIN_SETTINGS = (
    "haircut", "reserve", "aid_basis", "reference_rate", "margin", "tolerance_days",
    "rounding_unit",
)  # fmt: skip
LADDER = ("notice_days", "first_days", "second_days", "formal_days")


def fund_settings() -> FundSettings:
    """The settings of this basin, the defaults unless it has set its own."""
    return FundSettings.objects.filter(pk=1).first() or FundSettings()


def as_typed(row: FundSettings) -> dict[str, Any]:
    """The settings as their page shows them: each rate, each step of the ladder of reminders."""
    notice, *after = row.reminder_days
    return {
        **{name: getattr(row, name) for name in PLAIN_SETTINGS},
        **{f"rate_{rank}": rate for rank, rate in enumerate(row.provision_rates)},
        **dict(zip(LADDER, (-notice, *after), strict=True)),
    }


@dataclass(frozen=True)
class Promise:
    """What was granted and not paid yet, and on which plan; amounts in cents."""

    amount: int
    lines: int
    step_months: int
    grace_months: int
    rounding_unit: int = 1

    def plan_from(self, on: date) -> tuple[Installment, ...]:
        """The lines it will ask for if it is paid on a day."""
        fits = self.amount >= self.lines * self.rounding_unit
        return build_schedule(
            amount=self.amount,
            lines=min(self.lines, self.amount),
            disbursed_on=on,
            step_months=self.step_months,
            grace_months=self.grace_months,
            rounding_unit=self.rounding_unit if fits else 1,
        )


@dataclass(frozen=True)
class Outlook:
    """The whole book on a day: its position, where each advance stands, what is promised."""

    on: date
    fund: FundPosition
    standings: Mapping[int, Position]
    promises: tuple[Promise, ...]
    restitutions: tuple[tuple[date, int], ...]
    """What goes back to funders in the year, each on its day."""

    @property
    def promised(self) -> int:
        """What the fund has still to pay, in all."""
        return sum(promise.amount for promise in self.promises)


def outlook(*, on: date) -> Outlook:
    """Read the book, in a constant number of queries."""
    advances = list(Advance.objects.filter(granted_on__lte=on))
    standings = standings_of(advances, on=on)
    fund = position_of(granted(advances, on=on), standings, on=on)
    return outlook_of(advances, standings, fund, on=on)


def outlook_of(
    advances: Iterable[Advance],
    standings: Mapping[int, Position],
    fund: FundPosition,
    *,
    on: date,
) -> Outlook:
    """The outlook of advances already read."""
    grants = granted(advances, on=on)
    waiting = (
        Promise(
            grants[advance.pk] - standings[advance.pk].disbursed,
            advance.lines,
            advance.step_months,
            advance.grace_months,
            advance.rounding_unit,
        )
        for advance in advances
        if advance.pk in grants and not standings[advance.pk].is_given_up
    )
    promises = [
        promise
        for promise in (*waiting, *map(decided, untaken_decisions(on=on)))
        if promise.amount > 0
    ]
    return Outlook(on, fund, standings, tuple(promises), tuple(restitutions_due(on=on)))


def decided(decision: Decision) -> Promise:
    """What the committee granted, on the plan that it read."""
    proposal = decision.proposal
    return Promise(decision.amount, proposal.lines, proposal.step_months, proposal.grace_months)


def restitutions_due(*, on: date) -> Iterator[tuple[date, int]]:
    """What funders take back within the year, each on its day: its part less what is lost today.

    Free cash does not limit it: that is what the committee must see beforehand (2.6).
    """
    soon = Contribution.objects.filter(returns_on__lte=add_months(on, AHEAD))
    if not soon.exists():
        return
    shares = shares_by_line(on)
    moved = moved_by_line(on)
    for one in soon.filter(pk__in=moved):
        paid_in, returned = moved[one.pk]
        lost = shares[one.pk].lost if one.pk in shares else 0
        left = paid_in - lost - returned
        if one.returns_on is not None and left > 0:
            yield one.returns_on, left


def capacity_of(book: Outlook, settings: FundSettings) -> Capacity:
    """What the committee may still grant, by the settings of the basin."""
    return commitment_capacity(
        on=book.on,
        cash=book.fund.cash,
        committed=book.promised,
        dues=(
            (line.due_on, line.amount)
            for standing in book.standings.values()
            for line in standing.unpaid_lines
        ),
        restitutions=book.restitutions,
        haircut=settings.haircut,
        reserve=settings.reserve,
    )


def start_of(book: Outlook) -> Start:
    """The real book as a simulation takes it: month 0 is the one that starts on the day.

    What is late is expected in the first month; what is promised is paid in it.
    """
    plans = [standing.unpaid_lines for standing in book.standings.values()]
    plans += [promise.plan_from(book.on) for promise in book.promises]
    ends = [add_months(book.on, rank) for rank in range(1, LONGEST + 1)]
    running = tuple(
        tuple((bisect_left(ends, line.due_on), line.amount) for line in plan)
        for plan in plans
        if plan
    )
    return Start(cash=book.fund.cash, running=running, to_pay=book.promised)
