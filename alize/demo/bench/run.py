"""Which figures there are, and how each is taken."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from alize.demo.bench import documents, funds, minutes, network, requests, schemas
from alize.demo.bench.measuring import Effort, Figure
from alize.demo.bench.place import own_database
from alize.demo.bench.stage import TEN_TIMES, Stage, furnish
from alize.demo.bench.visiting import as_in_production


@dataclass
class Plan:
    """How much is measured; the basins are furnished when a figure first needs them."""

    basins: int
    network: int
    files: int
    effort: Effort
    advances: int = 300
    minutes: int = 20
    _book: funds.Book | None = None
    _stages: dict[int, Stage] = field(default_factory=dict)

    @property
    def small(self) -> Stage:
        """A basin with its files."""
        return self._stage(1)

    @property
    def large(self) -> Stage:
        """A basin with ten times as many."""
        return self._stage(TEN_TIMES)

    @property
    def book(self) -> funds.Book:
        """Twenty years of advances, in the smaller basin."""
        if self._book is None:
            self._book = funds.write_book(self.small, advances=self.advances)
        return self._book

    def _stage(self, times: int) -> Stage:
        if times not in self._stages:
            self._stages[times] = furnish(900 + times, files=self.files * times)
        return self._stages[times]


FIGURES: dict[str, Callable[[Plan], Figure]] = {
    "null": lambda plan: requests.null_figure(plan.small, effort=plan.effort),
    "vote": lambda plan: requests.vote_figure(plan.small, effort=plan.effort),
    "file": lambda plan: requests.file_figure(plan.small, effort=plan.effort),
    "status": lambda plan: requests.status_figure(plan.small, effort=plan.effort),
    "list": lambda plan: requests.list_figure(plan.small, plan.large, effort=plan.effort),
    "pdf": lambda plan: documents.pdf_figure(plan.small, effort=plan.effort),
    "seal": lambda plan: documents.seal_figure(plan.small, effort=plan.effort),
    "minutes": lambda plan: minutes.minutes_figure(
        plan.small, count=plan.minutes, effort=plan.effort
    ),
    "figures": lambda plan: funds.figures_figure(plan.book, effort=plan.effort),
    "payment": lambda plan: funds.payment_figure(plan.book, effort=plan.effort),
    "simulator": lambda plan: funds.simulator_figure(effort=plan.effort),
    "new_basin": lambda plan: schemas.new_basin_figure(rounds=plan.effort.rounds),
    "migration": lambda plan: schemas.migration_figure(basins=plan.basins),
    "national": lambda plan: network.national_figure(basins=plan.network, effort=plan.effort),
}

GROUPS = {
    "votes": ("status", "vote"),
    "pdf": ("pdf", "seal", "minutes"),
    "funds": ("figures", "payment", "simulator"),
}
"""Names that stand for several figures."""


def named(names: list[str]) -> list[str]:
    """The figures asked for, a group taken apart; all of them when none is named."""
    asked = [one for name in names for one in GROUPS.get(name, (name,))]
    return list(dict.fromkeys(asked)) or list(FIGURES)


def measure(names: list[str], plan: Plan) -> Iterator[Figure]:
    """Take the figures asked for, in a database that is gone afterwards."""
    with ExitStack() as stack:
        stack.enter_context(own_database())
        stack.enter_context(as_in_production())
        for name in names:
            yield FIGURES[name](plan)
