"""How an indicator is held: a ratio keeps its two terms, a sum says how much of it is known."""

from dataclasses import dataclass
from fractions import Fraction

SMALLEST_SHOWN = 5
"""Below so many, a ratio is not shown outside its basin (kpis.md 7.0)."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Taux : numerator, denominator, and `n`, the number of things it speaks of."""

    numerator: int
    denominator: int
    n: int

    @property
    def value(self) -> Fraction | None:
        """The ratio itself; None when there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def permille(self) -> int | None:
        """In tenths of a percent, rounded half up: 667 reads « 66,7 % »."""
        return None if self.value is None else tenths(self.value * 100)

    @property
    def is_small(self) -> bool:
        """Whether it speaks of too few to leave the basin."""
        return self.n < SMALLEST_SHOWN


@dataclass(frozen=True, slots=True)
class Seen:
    """Somme constatée : a total over the `known` out of `among`; what is unknown is not zero."""

    total: int
    known: int
    among: int


@dataclass(frozen=True, slots=True)
class Growth:
    """Croissance : two sums over the same companies."""

    before: int
    after: int
    companies: int

    @property
    def permille(self) -> int | None:
        """Σ after / Σ before − 1, in tenths of a percent, rounded half up."""
        if not self.before:
            return None
        return tenths(Fraction(self.after - self.before, self.before) * 100)


def tenths(value: Fraction) -> int:
    """Round to tenths, half up."""
    return (value * 10 + Fraction(1, 2)).__floor__()
