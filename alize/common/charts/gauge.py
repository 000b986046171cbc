"""A number against its reference: « 3 tenues, repère 6–10 »."""

from dataclasses import dataclass
from typing import ClassVar

from alize.common.charts.base import Chart, Number, position
from alize.common.money import format_number

WIDTH, HEIGHT, LEFT, RIGHT = 288, 76, 2, 286


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge(Chart):
    """A bar on a track, with the band of reference behind it."""

    template: ClassVar[str] = "charts/gauge.svg"

    value_label: str
    band_label: str
    bar_width: int
    band_x: int
    band_width: int
    band_middle: int


def gauge(
    value: Number,
    *,
    low: Number,
    high: Number,
    title: str,
    unit: str = "",
    reference: str = "repère",
) -> Gauge:
    """Place a value against a reference from low to high (the same twice: a single target).

    :param reference: what the reference is, a masculine word: « repère », « plafond ».
    """
    top = max(high * 5 // 4, value, 1)

    def place(number: Number) -> int:
        return position(number, low=0, high=top, start=LEFT, end=RIGHT)

    bounds = format_number(low) if low == high else f"{format_number(low)} à {format_number(high)}"
    said = f"{format_number(value)} {unit}".strip()
    if value < low:
        standing = f"en dessous du {reference}"
    elif value > high:
        standing = f"au-dessus du {reference}"
    else:
        standing = f"dans le {reference}"
    band_x, band_end = place(low), max(place(high), place(low) + 3)
    return Gauge(
        title=title,
        description=f"{said}, {standing} ({bounds}).",
        width=WIDTH,
        height=HEIGHT,
        headers=("", "Valeur"),
        rows=((title, said), (reference.capitalize(), bounds)),
        value_label=said,
        band_label=f"{reference} {bounds} {unit}".strip(),
        bar_width=place(value) - LEFT,
        band_x=band_x,
        band_width=band_end - band_x,
        band_middle=min(max((band_x + band_end) // 2, 60), WIDTH - 60),
    )
