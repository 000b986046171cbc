"""The rules of the fund, as pure functions on integer cents (funds.md 8)."""

from funds.rules.aid import de_minimis_room, gross_grant_equivalent
from funds.rules.capacity import Capacity, CapacityMonth, commitment_capacity
from funds.rules.chances import Chances, Cruise, Demand, chances
from funds.rules.portfolio import (
    DEFAULT_MATRIX,
    Bucket,
    Matrix,
    ageing,
    bucket_of,
    loss_rate,
    portfolio_at_risk,
    provision,
    split_on_lines,
)
from funds.rules.positions import (
    Event,
    EventKind,
    Position,
    PositionStatus,
    ScheduleVersion,
    Standing,
    position,
)
from funds.rules.schedules import (
    Installment,
    build_schedule,
    check_irregular_schedule,
    spread_tranche,
)
from funds.rules.simulation import (
    Month,
    Policy,
    Start,
    at_cruise,
    exhausted,
    lowest,
    minimal_fund,
    months_ahead,
    months_out,
)
from funds.rules.target import is_target_closed, next_target_day

__all__ = [
    "DEFAULT_MATRIX",
    "Bucket",
    "Capacity",
    "CapacityMonth",
    "Chances",
    "Cruise",
    "Demand",
    "Event",
    "EventKind",
    "Installment",
    "Matrix",
    "Month",
    "Policy",
    "Position",
    "PositionStatus",
    "ScheduleVersion",
    "Standing",
    "Start",
    "ageing",
    "at_cruise",
    "bucket_of",
    "build_schedule",
    "chances",
    "check_irregular_schedule",
    "commitment_capacity",
    "de_minimis_room",
    "exhausted",
    "gross_grant_equivalent",
    "is_target_closed",
    "loss_rate",
    "lowest",
    "minimal_fund",
    "months_ahead",
    "months_out",
    "next_target_day",
    "portfolio_at_risk",
    "position",
    "provision",
    "split_on_lines",
    "spread_tranche",
]
