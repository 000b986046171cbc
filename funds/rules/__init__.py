"""The rules of the fund, as pure functions on integer cents (funds.md 8)."""

from funds.rules.aid import de_minimis_room, gross_grant_equivalent
from funds.rules.portfolio import (
    DEFAULT_MATRIX,
    minimal_fund,
    portfolio_at_risk,
    provision,
    split_on_lines,
)
from funds.rules.positions import (
    Event,
    EventKind,
    Position,
    PositionStatus,
    ScheduleReason,
    ScheduleVersion,
    position,
)
from funds.rules.schedules import (
    Installment,
    build_schedule,
    check_irregular_schedule,
    spread_tranche,
)
from funds.rules.target import is_target_closed, next_target_day

__all__ = [
    "DEFAULT_MATRIX",
    "Event",
    "EventKind",
    "Installment",
    "Position",
    "PositionStatus",
    "ScheduleReason",
    "ScheduleVersion",
    "build_schedule",
    "check_irregular_schedule",
    "de_minimis_room",
    "gross_grant_equivalent",
    "is_target_closed",
    "minimal_fund",
    "next_target_day",
    "portfolio_at_risk",
    "position",
    "provision",
    "split_on_lines",
    "spread_tranche",
]
