"""What a cooperation convention says today, what an amendment changes in it, who signs that."""

from conventions.queries.amended.content import (
    as_typed,
    before_and_after,
    changes_support,
    content_of,
    content_with,
    may_lend,
    same_days,
    signed_amendments,
    under_way,
)
from conventions.queries.amended.lacking import outrun_gaps, support_gaps
from conventions.queries.amended.signers import alone, incoming_of, is_alone, presides, signing
from conventions.queries.amended.standing import (
    advance_of,
    is_in_force,
    last_schedule,
    schedule_to_sign,
    schedules_to_sign,
    support_runs,
)

__all__ = [
    "advance_of",
    "alone",
    "as_typed",
    "before_and_after",
    "changes_support",
    "content_of",
    "content_with",
    "incoming_of",
    "is_alone",
    "is_in_force",
    "last_schedule",
    "may_lend",
    "outrun_gaps",
    "presides",
    "same_days",
    "schedule_to_sign",
    "schedules_to_sign",
    "signed_amendments",
    "signing",
    "support_gaps",
    "support_runs",
    "under_way",
]
