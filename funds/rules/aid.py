"""De minimis aid: what an advance weighs and what room is left (funds.md 2.6, EU 2023/2831)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from alize.common.dates import add_months
from funds.rules.schedules import Installment

ROLLING_MONTHS = 36
CEILING = 30_000_000


def gross_grant_equivalent(*, lines: Iterable[Installment], granted_on: date, rate: Decimal) -> int:
    """Measure the interest that a free advance spares, at a yearly rate such as 0.0620."""
    spared = sum(
        (
            line.amount * (1 - (1 + rate) ** (-Decimal((line.due_on - granted_on).days) / 365))
            for line in lines
        ),
        Decimal(0),
    )
    return int(spared.to_integral_value(ROUND_HALF_UP))


def de_minimis_room(*, grants: Sequence[tuple[date, int]], on: date, ceiling: int = CEILING) -> int:
    """Give what is left of the ceiling after three rolling years of aid; negative when exceeded."""
    start = add_months(on, -ROLLING_MONTHS)
    return ceiling - sum(amount for granted_on, amount in grants if start < granted_on <= on)
