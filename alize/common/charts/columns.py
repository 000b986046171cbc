"""Columns by year, in pairs: jobs planned and jobs created."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from alize.common.charts.base import (
    NAVY,
    NAVY_LIGHT,
    Chart,
    Number,
    Tick,
    nice_step,
    position,
)
from alize.common.money import format_number

WIDTH, HEIGHT = 360, 240
LEFT, RIGHT, TOP, BOTTOM = 34, 356, 44, 208
# Fill, then the colour of the figure written on it.
FILLS = ((NAVY_LIGHT, "#0c2a45"), (NAVY, "#ffffff"))
WIDEST = 40
# Shorter than this, a column carries its figure above itself.
SHORTEST_LABELLED = 22


@dataclass(frozen=True, slots=True)
class Year:
    """The values of one year, in the order of the series; None was not known."""

    label: str
    values: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column with the figure it carries."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    label_y: int
    fill: str
    ink: str


@dataclass(frozen=True, slots=True)
class Legend:
    """One series and its colour."""

    x: int
    label: str
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns(Chart):
    """Years side by side, on one scale from zero."""

    template: ClassVar[str] = "charts/columns.svg"

    columns: tuple[Column, ...]
    years: tuple[Tick, ...]
    grid: tuple[Tick, ...]
    legend: tuple[Legend, ...]
    target_y: int | None
    target_label: str


def columns(
    years: Sequence[Year],
    *,
    series: tuple[str, ...],
    title: str,
    unit: str = "",
    target: Number | None = None,
) -> Columns:
    """Draw one or two series by year, with the reference of a year when there is one."""
    known = [value for year in years for value in year.values if value is not None]
    highest = max([*known, target or 0, 1])
    step = nice_step(int(highest) + (highest % 1 > 0))
    top = -(-highest // step) * step

    def place(value: Number) -> int:
        return position(value, low=0, high=top, start=BOTTOM, end=TOP)

    slot = (RIGHT - LEFT) // max(len(years), 1)
    width = min(WIDEST, slot * 7 // 10 // len(series))
    drawn, labels = [], []
    for rank, year in enumerate(years):
        middle = LEFT + slot * rank + slot // 2
        labels.append(Tick(middle, year.label))
        start = middle - width * len(series) // 2
        drawn += [
            _column(number, value, x=start + width * number, y=place(value), width=width)
            for number, value in enumerate(year.values)
            if value is not None
        ]
    return Columns(
        title=title,
        description=_said(years, series),
        width=WIDTH,
        height=HEIGHT,
        headers=("Année", *series),
        rows=tuple(_row(year, unit) for year in years),
        columns=tuple(drawn),
        years=tuple(labels),
        grid=tuple(
            Tick(place(value), format_number(value)) for value in range(0, int(top) + 1, step)
        ),
        legend=tuple(Legend(LEFT + 110 * n, name, FILLS[n][0]) for n, name in enumerate(series)),
        target_y=None if target is None else place(target),
        target_label="" if target is None else f"repère {format_number(target)}",
    )


def _column(number: int, value: Number, *, x: int, y: int, width: int) -> Column:
    fill, ink = FILLS[number]
    inside = BOTTOM - y >= SHORTEST_LABELLED
    return Column(
        x=x + 1,
        y=y,
        width=width - 2,
        height=BOTTOM - y,
        middle=x + width // 2,
        label=format_number(value),
        label_y=y + 17 if inside else y - 5,
        fill=fill,
        ink=ink if inside else "#0c2a45",
    )


def _said(years: Sequence[Year], series: Sequence[str]) -> str:
    """« 2026 : prévus 12, créés non renseigné; 2027 : … »: the picture, for who does not see it."""
    lines = []
    for year in years:
        values = ", ".join(
            f"{name.lower()} {'non renseigné' if value is None else format_number(value)}"
            for name, value in zip(series, year.values, strict=True)
        )
        lines.append(f"{year.label} : {values}")
    return f"{'; '.join(lines)}."


def _row(year: Year, unit: str) -> tuple[str, ...]:
    values = (
        "–" if value is None else f"{format_number(value)} {unit}".strip() for value in year.values
    )
    return (year.label, *values)
