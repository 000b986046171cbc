"""Use cases of the projects: each locks, checks, changes, tells the journal and the outbox."""

from projects.operations.lifecycle import (
    apply_decision,
    drop,
    label,
    lift_conditions,
    resume,
    schedule,
    unschedule,
    withdraw,
)

__all__ = [
    "apply_decision",
    "drop",
    "label",
    "lift_conditions",
    "resume",
    "schedule",
    "unschedule",
    "withdraw",
]
