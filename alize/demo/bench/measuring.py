"""Times what is compared turn by turn, so that a noisy moment falls on both."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

Call = Callable[[], object]
Rounds = list[list[float]]
"""Seconds of each call, round by round."""


@dataclass(frozen=True)
class Figure:
    """One ratio, or one duration in seconds, and its bar."""

    name: str
    value: float
    bar: float
    detail: str
    at_least: bool = False
    """True when more is better."""
    unit: str = "ratio"

    @property
    def ok(self) -> bool:
        """Whether the bar holds."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar


@dataclass(frozen=True)
class Effort:
    """How often each thing is measured: rounds, and calls of each in a round."""

    rounds: int
    calls: int

    @property
    def lighter(self) -> "Effort":
        """For what takes long."""
        return Effort(self.rounds, max(1, self.calls // 8))

    @property
    def once_a_round(self) -> "Effort":
        """For what takes very long."""
        return Effort(self.rounds, 1)


def seconds(call: Call) -> float:
    """How long a call takes."""
    start = perf_counter()
    call()
    return perf_counter() - start


def in_turns(calls: Mapping[str, Call], *, effort: Effort) -> dict[str, Rounds]:
    """Time every call as often as asked, in turns; one more round, the first, only warms up.

    What was made before is put aside: in production, collecting garbage never walks through it.
    """
    gc.collect()
    gc.freeze()
    times: dict[str, Rounds] = {name: [] for name in calls}
    for turn in range(effort.rounds + 1):
        for name, call in calls.items():
            batch = [seconds(call) for _ in range(effort.calls)]
            if turn:
                times[name].append(batch)
    return times


def typical(times: Rounds) -> float:
    """The best round's median: what it costs when nothing else disturbs."""
    return min(median(batch) for batch in times)


def slow(times: Rounds) -> float:
    """The 95th percentile of all calls."""
    every = sorted(value for batch in times for value in batch)
    return quantiles(every, n=20)[-1] if len(every) > 1 else every[0]


def milliseconds(value: float) -> str:
    """« 3,2 ms »."""
    return f"{value * 1000:.1f} ms".replace(".", ",")
