"""The profile of resources and its gap to 40/20/25/15: K46 and K47 (R72)."""

from collections.abc import Sequence
from fractions import Fraction

TARGETS = (40, 20, 25, 15)
"""Companies, territorial actors, local authorities, State and Caisse des dépôts."""


def profile_gap(amounts: Sequence[int], targets: Sequence[int] = TARGETS) -> Fraction | None:
    """K47: ½ Σ |share − target| in points; 0 is identical, 100 the opposite, None without money."""
    total = sum(amounts)
    if not total:
        return None
    gaps = (
        abs(Fraction(amount * 100, total) - target)
        for amount, target in zip(amounts, targets, strict=True)
    )
    return sum(gaps, Fraction(0)) / 2
