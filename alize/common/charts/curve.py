"""The cash of the fund: what was, what is forecast with its bands, and the critical size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from alize.common.charts.base import (
    Chart,
    Tick,
    nice_step,
    position,
    thousands_of_euros,
)
from alize.common.dates import short_date
from alize.common.money import format_euros

WIDTH, HEIGHT = 680, 316
LEFT, RIGHT, TOP, BOTTOM = 70, 664, 20, 258
# From the widest band to the narrowest.
BAND_FILLS = ("#e3edf5", "#c9dcea", "#aecbe0")
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
MONTHS_APART = (1, 2, 3, 6, 12, 24)
MOST_MONTHS = 8
KEYS_X, KEY_WIDTH = 450, 72
LABEL_ROOM = 30


@dataclass(frozen=True, slots=True)
class Point:
    """The cash on a day; a forecast carries its bands (low, high), the widest first."""

    on: date
    cents: int
    bands: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """The area between the lows and the highs."""

    points: str
    fill: str


@dataclass(frozen=True, slots=True)
class Key:
    """A band in the legend."""

    x: int
    label: str
    fill: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A point or a day that has its words in the picture."""

    x: int
    y: int
    label: str
    label_y: int
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve(Chart):
    """A line through time, with its zone of reference."""

    template: ClassVar[str] = "charts/curve.svg"
    wide: ClassVar[bool] = True

    past: str
    forecast: str
    bands: tuple[Band, ...]
    zone_y: int
    zone_height: int
    zone_label: str
    grid: tuple[Tick, ...]
    months: tuple[Tick, ...]
    as_of: Flag | None
    zero_y: int
    last_x: int
    last_y: int
    keys: tuple[Key, ...] = ()
    lowest: Flag | None = None
    stop: Flag | None = None


def _months(first: date, last: date) -> list[date]:
    """List the first days of months to label, no more than the axis can carry."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    apart = next((n for n in MONTHS_APART if count <= n * MOST_MONTHS), count // MOST_MONTHS + 1)
    firsts = (first.year * 12 + first.month - 1 + n for n in range(count))
    days = [date(month // 12, month % 12 + 1, 1) for month in firsts if month % apart == 0]
    return [day for day in days if first <= day <= last]


def _scale(points: Sequence[Point], zone: tuple[int, int] | None) -> tuple[int, int, int]:
    """The lowest and the highest amount of the axis, zero between them, and its step."""
    edges = (edge for p in points for band in p.bands for edge in band)
    amounts = [0, *(p.cents for p in points), *edges, *(zone or ())]
    step = nice_step(max(max(amounts) - min(amounts), 1))
    return min(amounts) // step * step, -(-max(amounts) // step) * step, step


def _said(points: Sequence[Point], lowest: Point) -> str:
    first, last = points[0], points[-1]
    return (
        f"De {format_euros(first.cents)} le {short_date(first.on)} à "
        f"{format_euros(last.cents)} le {short_date(last.on)}. Point le plus bas : "
        f"{format_euros(lowest.cents)} le {short_date(lowest.on)}."
    )


def curve(
    points: Sequence[Point],
    *,
    title: str,
    as_of: date | None = None,
    zone: tuple[int, int] | None = None,
    zone_label: str = "taille critique",
    band_labels: Sequence[str] = (),
    marks_lowest: bool = False,
    stop: tuple[date, str] | None = None,
) -> Curve:
    """Draw amounts through time; what follows `as_of` is a forecast, dashed.

    :param band_labels: what each band holds, the widest first; they join the legend and the table.
    :param stop: a day after which nothing is as before, and its words.

    :raises ValueError: there is no point.
    """
    if not points:
        raise ValueError("a curve needs a point")
    low, high, step = _scale(points, zone)
    first, last = points[0].on, points[-1].on

    def across(day: date) -> int:
        return position(
            day.toordinal(),
            low=first.toordinal(),
            high=last.toordinal(),
            start=LEFT,
            end=RIGHT,
        )

    def up(cents: int) -> int:
        return position(cents, low=low, high=high, start=BOTTOM, end=TOP)

    def line(some: Sequence[Point]) -> str:
        return " ".join(f"{across(p.on)},{up(p.cents)}" for p in some)

    past = [p for p in points if as_of is None or p.on <= as_of]
    forecast = [*past[-1:], *points[len(past) :]] if len(past) < len(points) else []
    lowest = min(points, key=lambda p: p.cents)
    return Curve(
        title=title,
        description=_said(points, lowest),
        width=WIDTH,
        height=HEIGHT,
        headers=("Date", "Montant", *band_labels),
        rows=tuple(_row(p, len(band_labels)) for p in points),
        past=line(past),
        forecast=line(forecast),
        bands=_bands(points, across, up),
        zone_y=up(zone[1]) if zone else 0,
        zone_height=up(zone[0]) - up(zone[1]) if zone else 0,
        zone_label=zone_label if zone else "",
        grid=tuple(Tick(up(c), thousands_of_euros(c)) for c in range(low, high + 1, step)),
        months=tuple(
            Tick(across(day), f"{SHORT_MONTHS[day.month - 1]} {day.year}")
            for day in _months(first, last)
        ),
        as_of=_flag(across(as_of), up(0), f"arrêté au {short_date(as_of)}", label_y=TOP - 6)
        if as_of and first <= as_of <= last
        else None,
        zero_y=up(0),
        last_x=across(past[-1].on) if past else LEFT,
        last_y=up(past[-1].cents) if past else BOTTOM,
        keys=tuple(
            Key(KEYS_X + KEY_WIDTH * rank, label, BAND_FILLS[min(rank, len(BAND_FILLS) - 1)])
            for rank, label in enumerate(band_labels)
        ),
        lowest=_lowest_flag(across(lowest.on), up(lowest.cents), lowest) if marks_lowest else None,
        stop=_flag(across(stop[0]), up(0), stop[1], label_y=TOP + 14) if stop else None,
    )


def _row(point: Point, bands: int) -> tuple[str, ...]:
    held = [f"{format_euros(low)} à {format_euros(high)}" for low, high in point.bands]
    held += [""] * (bands - len(held))
    return (short_date(point.on), format_euros(point.cents), *held[:bands])


def _lowest_flag(x: int, y: int, point: Point) -> Flag:
    below = y + LABEL_ROOM <= BOTTOM
    return _flag(x, y, format_euros(point.cents), label_y=y + 24 if below else y - 14)


def _flag(x: int, y: int, label: str, *, label_y: int) -> Flag:
    """Words that stay in the frame: centred, or to the side that has room."""
    half = (LEFT + RIGHT) // 2
    near = min(x - LEFT, RIGHT - x) < LABEL_ROOM * 2
    anchor = ("start" if x < half else "end") if near else "middle"
    return Flag(x, y, label, label_y, anchor)


def _bands(points: Sequence[Point], across, up) -> tuple[Band, ...]:
    depth = max(len(point.bands) for point in points)
    drawn = []
    for rank in range(depth):
        held = [p for p in points if len(p.bands) > rank]
        highs = [f"{across(p.on)},{up(p.bands[rank][1])}" for p in held]
        lows = [f"{across(p.on)},{up(p.bands[rank][0])}" for p in reversed(held)]
        drawn.append(Band(" ".join(highs + lows), BAND_FILLS[min(rank, len(BAND_FILLS) - 1)]))
    return tuple(drawn)
