"""Times what is compared turn by turn, so that a noisy moment falls on both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

Call = Callable[[], object]
Rounds = list[list[float]]
"""Seconds of each call, round by round."""


@dataclass(frozen=True)
class Figure:
    """One ratio and its bar."""

    name: str
    value: float
    bar: float
    detail: str
    at_least: bool = False
    """True when more is better."""

    @property
    def ok(self) -> bool:
        """Whether the bar holds."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def seconds(call: Call) -> float:
    """How long a call takes."""
    start = perf_counter()
    call()
    return perf_counter() - start


def in_turns(calls: Mapping[str, Call], *, rounds: int, each: int = 1) -> dict[str, Rounds]:
    """Time every call `each` times a round, in turns; the first round only warms up."""
    times: dict[str, Rounds] = {name: [] for name in calls}
    for turn in range(rounds + 1):
        for name, call in calls.items():
            batch = [seconds(call) for _ in range(each)]
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
