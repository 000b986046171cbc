"""Figures of a whole fund: risk, provisions, sharing between lines (funds.md 2.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from funds.rules.positions import Standing

Matrix = Sequence[tuple[int | None, int]]
"""Last day late of each bucket (None: no end), and its rate in basis points."""
DEFAULT_MATRIX: Matrix = (
    (0, 0),
    (30, 0),
    (60, 2_500),
    (90, 5_000),
    (180, 7_500),
    (None, 10_000),
)


def _round_half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__()


def portfolio_at_risk(
    positions: Iterable[Standing], *, days: int, with_restructured: bool = False
) -> Decimal:
    """Give the per cent of what companies hold that advances late by more than ``days`` do."""
    running = list(positions)
    total = sum(advance.held for advance in running)
    at_risk = sum(
        advance.held
        for advance in running
        if advance.days_late > days or (with_restructured and advance.restructured)
    )
    share = Fraction(at_risk * 10_000, total) if total else Fraction(0)
    return Decimal(_round_half_up(share)).scaleb(-2)


@dataclass(frozen=True)
class Bucket:
    """The running advances of one age of delay; amounts in cents."""

    last_day: int | None
    """Days late at most; None has no end."""
    rate: int
    """Of the provision, in basis points."""
    count: int
    outstanding: int
    overdue: int
    provision: int


def bucket_of(days_late: int, matrix: Matrix = DEFAULT_MATRIX) -> int:
    """The rank of the bucket that a delay falls in."""
    return next(rank for rank, (last, _) in enumerate(matrix) if last is None or days_late <= last)


def ageing(positions: Iterable[Standing], matrix: Matrix = DEFAULT_MATRIX) -> tuple[Bucket, ...]:
    """Sort the advances that still owe by their days late, each with its provision."""
    held: list[list[Standing]] = [[] for _ in matrix]
    for advance in positions:
        if advance.held:
            held[bucket_of(advance.days_late, matrix)].append(advance)
    return tuple(
        Bucket(
            last_day=last,
            rate=rate,
            count=len(advances),
            outstanding=sum(advance.held for advance in advances),
            overdue=sum(advance.arrears for advance in advances),
            provision=sum(
                _round_half_up(Fraction(advance.held * rate, 10_000)) for advance in advances
            ),
        )
        for (last, rate), advances in zip(matrix, held, strict=True)
    )


def provision(positions: Iterable[Standing], matrix: Matrix = DEFAULT_MATRIX) -> int:
    """Sum the provision of each advance, at the rate of its bucket of days late."""
    return sum(bucket.provision for bucket in ageing(positions, matrix))


def loss_rate(*, lost: int, lent: int) -> Decimal:
    """Give the per cent of the sums lent that is lost, the programme's own base (2 decimals)."""
    share = Fraction(lost * 10_000, lent) if lent else Fraction(0)
    return Decimal(_round_half_up(share)).scaleb(-2)


def split_on_lines(*, amount: int, weights: Sequence[int], already: Sequence[int]) -> list[int]:
    """Share a movement of an advance between the fund lines that paid for it.

    Each line gets the floor of its cumulated target less what it already got; the cents left go
    one by one to the largest deficit. No part is negative, and a line never gets more than its
    weight while the movements do not exceed the sum of the weights.

    :raises ValueError: the reason, in French.
    """
    total_weight = sum(weights)
    if amount < 0 or min(weights, default=0) < 0 or total_weight == 0:
        raise ValueError("Le montant et les parts des lignes du fonds doivent être positifs.")
    if len(weights) != len(already):
        raise ValueError("Chaque ligne du fonds doit avoir sa part et son cumul.")
    # Everything is multiplied by the total weight, so that targets stay integers.
    targets = [(sum(already) + amount) * weight for weight in weights]
    parts = [
        max(target // total_weight - got, 0) for target, got in zip(targets, already, strict=True)
    ]

    def deficit(line: int) -> int:
        return targets[line] - (already[line] + parts[line]) * total_weight

    lines = range(len(parts))
    while sum(parts) < amount:
        parts[max(lines, key=deficit)] += 1
    # Lines that took such cents earlier are ahead, so that the floors can ask for one too many.
    while sum(parts) > amount:
        parts[min((line for line in reversed(lines) if parts[line]), key=deficit)] -= 1
    return parts
