"""The same fund with files that come, weigh and fail at random, many times over (funds.md 4.2)."""

from bisect import bisect
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from math import exp, isqrt
from operator import sub
from random import Random

from funds.rules.simulation import YEAR, Dues, Policy, Start

RUNS = 2_000
# What companies ask for, in cents: a triangle whose mean is 22 000 €.
SMALLEST, USUAL, LARGEST = 500_000, 2_100_000, 4_000_000
MEAN_AMOUNT = (SMALLEST + USUAL + LARGEST) // 3
SIZES = 1_024
LEVELS = (95, 80, 50)
"""The bands, the widest first: per cent of the runs that each holds."""
SURE = (50, 80, 95)

File = tuple[int, int, int]
"""An advance drawn: the month it is asked for, the cents of a line, the lines it will pay."""
Band = tuple[int, int]


class Demand(StrEnum):
    """Rythme des demandes."""

    FIXED = "FIXED"
    POISSON = "POISSON"


@dataclass(frozen=True)
class Cruise:
    """A fund of that size which has always lent at this pace, to files drawn at random."""

    fund: int


@dataclass(frozen=True)
class Chances:
    """What the runs say together; amounts in cents."""

    bands: tuple[tuple[Band, ...], ...]
    """At the end of each month, the cash if nobody waits: a band for each of `LEVELS`."""
    needed: tuple[int, ...]
    """The fund with which nobody waits, in each of `SURE` per cent of the runs."""
    files: int
    waiting: int
    months_waited: int

    @property
    def waiting_share(self) -> Decimal:
        """Per cent of the files that would wait, to a tenth."""
        return _tenths(100 * self.waiting, self.files)

    @property
    def mean_wait(self) -> Decimal:
        """How many months such a file would wait, to a tenth."""
        return _tenths(self.months_waited, self.waiting)


def _tenths(part: int, whole: int) -> Decimal:
    share = Fraction(part * 10, whole) if whole else Fraction(0)
    return Decimal((share + Fraction(1, 2)).__floor__()).scaleb(-1)


def chances(
    policy: Policy,
    start: Start | Cruise,
    *,
    months: int,
    seed: int,
    runs: int = RUNS,
    demand: Demand = Demand.FIXED,
) -> Chances:
    """Run the fund many times; the same seed gives the same answer.

    An advance fails with twice the loss rate, after a line drawn evenly, so that the rate is lost
    on average. A file that the cash cannot pay waits, and those behind it with it.
    """
    rng = Random(seed)  # noqa: S311 - chances to draw, no secret
    world = _World(policy, start, months=months, demand=demand)
    curves: list[list[int]] = []
    waits: list[int] = []
    files = 0
    for _ in range(runs):
        drawn = world.draw(rng)
        curve = drawn.curve
        curves.append(curve)
        files += len(drawn.asked)
        if min(curve) < 0:
            waits += world.waits(drawn)
    needed = sorted(world.fund - min(curve) for curve in curves)
    return Chances(
        bands=tuple(_bands(sorted(month)) for month in zip(*curves, strict=True)),
        needed=tuple(needed[runs * level // 100] for level in SURE),
        files=files,
        waiting=len(waits),
        months_waited=sum(waits),
    )


def _bands(cash: Sequence[int]) -> tuple[Band, ...]:
    outside = (len(cash) * (100 - level) // 200 for level in LEVELS)
    return tuple((cash[left], cash[-1 - left]) for left in outside)


@dataclass(frozen=True, slots=True)
class _Run:
    """One future: the files asked for, and the flows if each is paid at once."""

    asked: list[File]
    cash: int
    received: list[int]
    """What each month brings more than the one a step before: a file is two changes."""
    paid: list[int]
    step: int
    """Months from one line to the next."""

    @property
    def curve(self) -> list[int]:
        """The cash at the end of each month."""
        flows = map(sub, _coming(self.received, self.step), self.paid)
        return list(accumulate(flows, initial=self.cash))[1:]


class _World:
    """What all the futures share, so that one of them only draws."""

    def __init__(
        self, policy: Policy, start: Start | Cruise, *, months: int, demand: Demand
    ) -> None:
        self.months, self.lines, self.step = months, policy.lines, policy.step_months
        self.first_due = policy.grace_months + policy.step_months
        self.failing = min(float(policy.loss_rate) * 2, 1)
        self.sizes = _sizes(policy.lines)
        if isinstance(start, Cruise):
            self.fund, since, start = start.fund, -policy.span, Start(start.fund)
        else:
            self.fund, since = start.cash + start.stock, 0
        self.meetings = _meetings(policy, demand, since=since, to=months)
        self.cash, self.running = start.cash, start.running
        self.received = [0] * (months + policy.span + self.step + 1)
        for dues in start.running:
            _change(self.received, dues, step=self.step, sign=1)
        self.paid = [-policy.added_in(month) for month in range(months)]
        self.paid[0] += start.to_pay

    def draw(self, rng: Random) -> _Run:
        """Draw who asks, how much, and who fails; the files of before the start are running."""
        chance, sizes, lines, first_due = rng.random, self.sizes, self.lines, self.first_due
        failing, step = self.failing, self.step
        received, paid, cash, asked = self.received[:], self.paid[:], self.cash, []
        for dues in self.running:
            if chance() < failing:
                _change(received, dues[int(chance() * len(dues)) :], step=step, sign=-1)
        for month, odds in self.meetings:
            for _ in range(bisect(odds, chance())):
                line = sizes[int(chance() * SIZES)]
                kept = lines if chance() >= failing else int(chance() * lines)
                start = month + first_due
                if month >= 0:
                    asked.append((month, line, kept))
                    paid[month] += line * lines
                    received[start] += line
                    received[start + step * kept] -= line
                elif start + step * kept > 0:  # else it has paid or failed already
                    before = max(step - 1 - start, 0) // step
                    cash -= line * (lines - before)
                    received[start + step * before] += line
                    received[start + step * kept] -= line
        return _Run(asked, cash, received, paid, step)

    def waits(self, run: _Run) -> list[int]:
        """Months that files wait when each is paid in its turn, once the cash is there.

        Those that nothing has paid at the end have waited until then.
        """
        received, paid, step = run.received[:], run.paid[:], self.step
        for month, line, kept in run.asked:
            paid[month] -= line * self.lines
            received[month + self.first_due] -= line
            received[month + self.first_due + step * kept] += line
        cash, coming, waits = run.cash, [0] * step, []
        asked, queue = deque(run.asked), deque[File]()
        for month in range(self.months):
            coming[month % step] += received[month]
            cash += coming[month % step] - paid[month]
            while asked and asked[0][0] == month:
                queue.append(asked.popleft())
            while queue and queue[0][1] * self.lines <= cash:
                since, line, kept = queue.popleft()
                cash -= line * self.lines
                received[month + self.first_due] += line
                received[month + self.first_due + step * kept] -= line
                if month > since:
                    waits.append(month - since)
        return waits + [self.months - since for since, _, _ in queue]


def _coming(received: Sequence[int], step: int) -> Iterable[int]:
    """What each month brings, of what it brings more than the one a step before."""
    if step == 1:
        return accumulate(received)
    coming = list(received)
    for month in range(step, len(coming)):
        coming[month] += coming[month - step]
    return coming


def _change(received: list[int], dues: Dues, *, step: int, sign: int) -> None:
    for month, cents in dues:
        if month < len(received) - step:
            received[month] += sign * cents
            received[month + step] -= sign * cents


def _sizes(lines: int) -> tuple[int, ...]:
    """Cents of a line for a file drawn evenly: the quantiles of the triangle, shared in lines."""
    span, rising, falling = LARGEST - SMALLEST, USUAL - SMALLEST, LARGEST - USUAL
    sizes = []
    for rank in range(1, 2 * SIZES, 2):
        if rank * span < 2 * SIZES * rising:
            amount = SMALLEST + isqrt(rank * span * rising // (2 * SIZES))
        else:
            amount = LARGEST - isqrt((2 * SIZES - rank) * span * falling // (2 * SIZES))
        sizes.append(amount // lines)
    return tuple(sizes)


def _meetings(
    policy: Policy, demand: Demand, *, since: int, to: int
) -> list[tuple[int, list[float]]]:
    """The months in which the committee sits, each with the odds of how many files it takes.

    The n-th of them is the chance that no more than n - 1 files come.
    """
    a_year = Fraction(policy.yearly_advances, MEAN_AMOUNT)
    each = a_year / policy.meetings_per_year
    meetings = []
    for month in range(since, to):
        if month % YEAR not in policy.meeting_months:
            continue
        rank = policy.meeting_months.index(month % YEAR)
        rank += month // YEAR * policy.meetings_per_year
        steady = int((rank + 1) * each // 1 - rank * each // 1)
        odds = [0.0] * steady if demand == Demand.FIXED else _poisson(float(each))
        meetings.append((month, odds))
    return meetings


def _poisson(mean: float) -> list[float]:
    """The chances of n events or fewer, from none to as many as ever happens."""
    term = total = exp(-mean)
    odds = [total]
    while total < 1 - 1e-9:
        term *= mean / len(odds)
        total += term
        odds.append(total)
    return odds
