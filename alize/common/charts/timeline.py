"""The life of a project on one line, from the contact to M+36."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from alize.common.charts.base import Chart
from alize.common.dates import short_date

SLOT, LINE_Y, MARGIN = 92, 30, 46
LONGEST_LINE = 14
FEW = 6
"""Milestones up to which a timeline keeps its size, whatever the width of the page."""

State = Literal["done", "current", "todo", "late"]
WORDS: dict[State, str] = {
    "done": "fait",
    "current": "en cours",
    "todo": "à venir",
    "late": "en retard",
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """One moment of a project; without a date, it is not planned yet."""

    label: str
    state: State = "todo"
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone at its place, its label cut in lines."""

    x: int
    state: State
    lines: tuple[str, ...]
    date: str
    date_y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline(Chart):
    """Marks evenly spaced: their order matters more than the months between them."""

    template: ClassVar[str] = "charts/timeline.svg"
    tall: ClassVar[str] = "charts/timeline_tall.html"
    wide: ClassVar[bool] = True
    numeric: ClassVar[bool] = False

    marks: tuple[Mark, ...]
    line_y: int
    start_x: int
    reached_x: int
    end_x: int

    @property
    def is_short(self) -> bool:
        """Whether stretching it to the page would blow it up."""
        return len(self.marks) <= FEW


def in_lines(text: str) -> tuple[str, ...]:
    """Cut a label between its words."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LONGEST_LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def timeline(milestones: Sequence[Milestone], *, title: str) -> Timeline:
    """Space milestones evenly and draw the line up to the last one reached."""
    places = [MARGIN + SLOT * rank for rank in range(len(milestones))]
    labels = [in_lines(milestone.label) for milestone in milestones]
    deepest = max((len(lines) for lines in labels), default=1)
    date_y = LINE_Y + 37 + 17 * deepest
    reached = [x for x, m in zip(places, milestones, strict=True) if m.state in ("done", "current")]
    rows = tuple(
        (m.label, short_date(m.on) if m.on else "non planifié", WORDS[m.state]) for m in milestones
    )
    return Timeline(
        title=title,
        description=" ; ".join(f"{label} : {on}, {state}" for label, on, state in rows) + ".",
        width=SLOT * max(len(milestones), 1),
        height=date_y + 10,
        headers=("Étape", "Date", "État"),
        rows=rows,
        marks=tuple(
            Mark(x, m.state, lines, short_date(m.on) if m.on else "", date_y)
            for x, m, lines in zip(places, milestones, labels, strict=True)
        ),
        line_y=LINE_Y,
        start_x=places[0] if places else MARGIN,
        reached_x=max(reached, default=places[0] if places else MARGIN),
        end_x=places[-1] if places else MARGIN,
    )
