"""The ladder of reminders: which step an instalment has reached on a day (funds.md, feature 13)."""

from collections.abc import Collection, Sequence
from datetime import date

from funds.enums import ReminderStep
from funds.rules.target import next_target_day

DEFAULT_DAYS = (-10, 5, 15, 30)
"""Days after the due date at which each step opens; below zero, before it."""
_LADDER = tuple(ReminderStep)


def step_due(
    *, due_on: date, on: date, sent: Collection[str], days: Sequence[int] = DEFAULT_DAYS
) -> ReminderStep | None:
    """The step to send for an unpaid instalment: the highest reached, unless sent or passed.

    A notice is for an instalment to come; a line due on a closed day is late only after the next
    open day of the banks (2.2).
    """
    waited = (on - due_on).days
    reached = [step for step, opens in zip(_LADDER, days, strict=True) if opens <= waited]
    if not reached:
        return None
    step = reached[-1]
    is_notice = step is ReminderStep.NOTICE
    is_time = on <= due_on if is_notice else next_target_day(due_on) < on
    if not is_time or any(_LADDER.index(ReminderStep(one)) >= len(reached) - 1 for one in sent):
        return None
    return step
