"""The profile of resources and its gap to the reference: K46 and K47 (R72)."""

from collections.abc import Sequence
from fractions import Fraction


def profile_gap(amounts: Sequence[int], targets: Sequence[int]) -> Fraction | None:
    """K47: ½ Σ |share − target| in points; 0 is identical, 100 the opposite, None without money."""
    total = sum(amounts)
    if not total:
        return None
    gaps = (
        abs(Fraction(amount * 100, total) - target)
        for amount, target in zip(amounts, targets, strict=True)
    )
    return sum(gaps, Fraction(0)) / 2
