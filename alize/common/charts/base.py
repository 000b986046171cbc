"""What every chart shares: its words, its table, its scale."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from alize.common.money import NO_BREAK_SPACE, format_number

Number = int | Decimal

NAVY, NAVY_LIGHT = "#123a5c", "#9fbdd6"
SEA, SEA_PALE = "#0a6a61", "#d3ece8"
SAND = "#dccfb2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture with its title, its description and the table that says the same."""

    template: ClassVar[str]
    tall: ClassVar[str] = ""
    """The template of what takes the place of the picture on a phone, if any."""
    wide: ClassVar[bool] = False
    table_open: ClassVar[bool] = False
    numeric: ClassVar[bool] = True

    title: str
    description: str
    width: int
    height: int
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, and what it says."""

    at: int
    label: str


def position(value: Number, *, low: Number, high: Number, start: int, end: int) -> int:
    """Place a value between two pixels; what is outside stays at the edge."""
    if high <= low:
        return start
    kept = min(max(value, low), high)
    return start + round((end - start) * (kept - low) / (high - low))


def nice_step(span: int) -> int:
    """Find the 1, 2, 2.5 or 5 times a power of ten that cuts a span in about four."""
    wanted = max(-(-span // 4), 1)
    power = 1
    while True:
        for factor in (10, 20, 25, 50):
            step = factor * power // 10
            if step >= wanted and step * 10 == factor * power:
                return step
        power *= 10


def thousands_of_euros(cents: int) -> str:
    """Write the label of an axis in thousands of euros: « 400 k€ »."""
    if not cents:
        return "0"
    return f"{format_number(cents // 100_000)}{NO_BREAK_SPACE}k€"
