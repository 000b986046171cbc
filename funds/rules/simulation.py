"""What a fund becomes, month by month, when it lends at a steady pace (funds.md 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

YEAR = 12

Dues = tuple[tuple[int, int], ...]
"""What an advance is to pay back: months counted from the start, amounts in cents."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How a fund lends: amounts a year in cents, a loss rate on the sums lent such as 0.04."""

    yearly_advances: int
    meetings_per_year: int
    grace_months: int
    lines: int
    loss_rate: Decimal
    step_months: int = 1
    """Months from one line to the next."""
    fresh: int = 0
    """Money received each year, at its end."""
    restituted: int = 0
    """Money given back to funders each year, at its end."""

    @cached_property
    def meeting_months(self) -> tuple[int, ...]:
        """The months of a year in which the committee sits, the first being 0."""
        return tuple(
            -(-YEAR * rank // self.meetings_per_year) for rank in range(self.meetings_per_year)
        )

    @property
    def span(self) -> int:
        """How many months an advance lasts."""
        return self.grace_months + self.lines * self.step_months

    @cached_property
    def granted_by_month(self) -> tuple[int, ...]:
        """What the committee grants in each month of a year."""
        total = self.yearly_advances
        by_month = dict.fromkeys(range(YEAR), 0)
        for rank, month in enumerate(self.meeting_months):
            before = total * rank // self.meetings_per_year
            by_month[month] += total * (rank + 1) // self.meetings_per_year - before
        return tuple(by_month.values())

    def dues_of(self, amount: int, *, month: int) -> Dues:
        """What an advance paid in a month gives back, in lines that are equal to a cent."""
        first, step = month + self.grace_months + self.step_months, self.step_months
        parts = [amount * rank // self.lines for rank in range(self.lines + 1)]
        return tuple(
            (first + step * rank, parts[rank + 1] - parts[rank]) for rank in range(self.lines)
        )

    def added_in(self, month: int) -> int:
        """Fresh money less what is given back, in a month."""
        return self.fresh - self.restituted if month % YEAR == YEAR - 1 else 0


@dataclass(frozen=True)
class Start:
    """The book on the first day: cash, advances out, and what was granted but not paid yet."""

    cash: int
    running: tuple[Dues, ...] = ()
    """The advances out, and those to pay, which are paid in the first month."""
    to_pay: int = 0

    @property
    def stock(self) -> int:
        """What is lent on the first day."""
        return sum(cents for dues in self.running for _, cents in dues) - self.to_pay


def at_cruise(policy: Policy, *, fund: int) -> Start:
    """The book of a fund of that size which has always lent at this pace."""
    running = []
    for month in range(-policy.span, 0):
        amount = policy.granted_by_month[month % YEAR]
        left = tuple((due, cents) for due, cents in policy.dues_of(amount, month=month) if due >= 0)
        if amount and left:
            running.append(left)
    lent = sum(cents for dues in running for _, cents in dues)
    return Start(cash=fund - lent, running=tuple(running))


@dataclass(frozen=True)
class Month:
    """One month of the run: its flows, and what stands at its end; the losses are cumulated."""

    number: int
    paid: int
    due: int
    received: int
    added: int
    cash: int
    stock: int
    losses: int


def months_ahead(policy: Policy, start: Start, *, months: int) -> tuple[Month, ...]:
    """Run the fund: each month what is due comes in, less its losses, then the committee lends.

    Nobody waits: a cash below zero says what the fund lacks.
    """
    rate = Fraction(policy.loss_rate)
    dues = [0] * (months + policy.span + 1)
    for advance in start.running:
        _lay(dues, advance)
    cash, stock, losses, due_so_far = start.cash, start.stock, 0, 0
    run = []
    for number in range(months):
        paid = policy.granted_by_month[number % YEAR]
        _lay(dues, policy.dues_of(paid, month=number))
        paid += 0 if number else start.to_pay
        due_so_far += dues[number]
        lost = due_so_far * rate.numerator // rate.denominator
        received = dues[number] - (lost - losses)
        losses, added = lost, policy.added_in(number)
        stock += paid - dues[number]
        cash += received + added - paid
        run.append(Month(number, paid, dues[number], received, added, cash, stock, losses))
    return tuple(run)


def _lay(by_month: list[int], dues: Dues) -> None:
    for month, cents in dues:
        if month < len(by_month):
            by_month[month] += cents


def lowest(run: Sequence[Month]) -> Month:
    """The month that ends with the least cash, the first of them."""
    return min(run, key=lambda month: month.cash)


def exhausted(run: Sequence[Month]) -> Month | None:
    """The first month that the fund cannot pay in full, if there is one."""
    return next((month for month in run if month.cash < 0), None)


def months_out(*, grace_months: int, lines: int, step_months: int = 1) -> Fraction:
    """How long a euro is out on average, in months."""
    return grace_months + Fraction(step_months * (lines + 1), 2)


def minimal_fund(
    *,
    yearly_advances: int,
    grace_months: int,
    lines: int,
    loss_rate: Decimal,
    horizon_years: int,
    meetings_per_year: int,
    step_months: int = 1,
) -> int:
    """Estimate the fund that can lend so much a year with no fresh money over the horizon.

    It covers the advances that are out, the losses, and half of what a meeting grants.
    """
    out = months_out(grace_months=grace_months, lines=lines, step_months=step_months)
    stock = out / YEAR
    losses = Fraction(loss_rate) * horizon_years
    needed = yearly_advances * (stock + losses + Fraction(1, 2 * meetings_per_year))
    return (needed + Fraction(1, 2)).__floor__()
