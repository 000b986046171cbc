"""The profile of resources beside its target (kpis.md K46)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from alize.common.charts.base import NAVY, NAVY_LIGHT, SAND, SEA, Chart
from alize.common.money import NO_BREAK_SPACE, format_euros

WIDTH, HEIGHT = 360, 204
LEFT, BAR = 62, 296
# Fill, then the colour of the figure written on it.
FILLS = (
    (NAVY, "#ffffff"),
    (SEA, "#ffffff"),
    (SAND, "#15273a"),
    (NAVY_LIGHT, "#15273a"),
)
# Narrower than this, a segment does not carry its own figure.
SMALLEST_LABELLED = 34


@dataclass(frozen=True, slots=True)
class Share:
    """One group of resources: its amount, and its target in percent."""

    label: str
    cents: int
    target: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a bar."""

    x: int
    width: int
    middle: int
    label: str
    fill: str
    ink: str


@dataclass(frozen=True, slots=True)
class Legend:
    """One entry of the legend, at its place."""

    x: int
    y: int
    label: str
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Chart):
    """Two stacked bars: what is there, and the target."""

    template: ClassVar[str] = "charts/profile.svg"

    label: str
    actual: tuple[Segment, ...]
    target: tuple[Segment, ...]
    legend: tuple[Legend, ...]


def percentages(amounts: Sequence[int]) -> tuple[int, ...]:
    """Round shares so that they add up to a hundred: the largest remainders take what is left."""
    total = sum(amounts)
    if not total:
        return (0,) * len(amounts)
    shares = [amount * 100 // total for amount in amounts]
    remainders = [(-(amount * 100 % total), rank) for rank, amount in enumerate(amounts)]
    for _, rank in sorted(remainders)[: 100 - sum(shares)]:
        shares[rank] += 1
    return tuple(shares)


def _segments(shares: Sequence[int]) -> tuple[Segment, ...]:
    segments, before = [], 0
    for share, (fill, ink) in zip(shares, FILLS, strict=False):
        x, end = LEFT + BAR * before // 100, LEFT + BAR * (before + share) // 100
        label = f"{share}{NO_BREAK_SPACE}%" if end - x >= SMALLEST_LABELLED else ""
        segments.append(Segment(x, end - x, (x + end) // 2, label, fill, ink))
        before += share
    return tuple(segments)


def profile(shares: Sequence[Share], *, title: str, label: str = "Réalisé") -> Profile:
    """Draw what came from each group, or what `label` says of it, above the target."""
    actual = percentages([share.cents for share in shares])
    said = ", ".join(
        f"{share.label} {percent}{NO_BREAK_SPACE}% (repère {share.target}{NO_BREAK_SPACE}%)"
        for share, percent in zip(shares, actual, strict=True)
    )
    legend = tuple(
        Legend(LEFT, 108 + 24 * rank, share.label, FILLS[rank][0])
        for rank, share in enumerate(shares)
    )
    return Profile(
        title=title,
        description=f"{said}.",
        width=WIDTH,
        height=HEIGHT,
        headers=("Ressource", "Montant", "Part", "Repère"),
        rows=tuple(
            (
                share.label,
                format_euros(share.cents),
                f"{percent}{NO_BREAK_SPACE}%",
                f"{share.target}{NO_BREAK_SPACE}%",
            )
            for share, percent in zip(shares, actual, strict=True)
        ),
        label=label,
        actual=_segments(actual),
        target=_segments([share.target for share in shares]),
        legend=legend,
    )
