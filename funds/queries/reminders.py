"""Which instalments call for a reminder on a day, and those that were sent (feature 13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alize.documents.models import GeneratedDocument
from funds.enums import ReminderStep
from funds.models import Advance, Reminder
from funds.queries.ahead import fund_settings
from funds.rules import Position
from funds.rules.reminders import step_due


@dataclass(frozen=True)
class DueReminder:
    """One instalment that has reached a step of the ladder, and what is still owed of it."""

    advance: Advance
    due_on: date
    amount: int
    days_late: int
    """Below zero for an instalment to come."""
    step: ReminderStep

    @property
    def key(self) -> tuple[int, date, str]:
        """What tells it from all others."""
        return self.advance.pk, self.due_on, str(self.step)

    @property
    def name(self) -> str:
        """The key, as a form carries it."""
        return ":".join(str(part) for part in self.key)

    @property
    def email(self) -> str:
        """Where the company is written to; nothing when its letter is to be posted."""
        return self.advance.project.owner_email


def instalments_left(standing: Position) -> dict[date, int]:
    """What is still owed of each day of a plan; what came back unpaid falls on its own day."""
    left = defaultdict[date, int](int)
    for line in standing.unpaid_lines:
        left[line.due_on] += line.amount
    return dict(left)


def reminders_due(
    advances: Iterable[Advance], standings: Mapping[int, Position], *, on: date
) -> list[DueReminder]:
    """What is to be sent on a day, the oldest debts first."""
    days = fund_settings().reminder_days
    sent = defaultdict[tuple[int, date], set[str]](set)
    known = Reminder.objects.filter(advance__in=standings)
    for advance_id, due_on, earlier in known.values_list("advance_id", "due_on", "step"):
        sent[advance_id, due_on].add(earlier)
    found = []
    for advance in advances:
        for due_on, amount in instalments_left(standings[advance.pk]).items():
            step = step_due(due_on=due_on, on=on, sent=sent[advance.pk, due_on], days=days)
            if step is not None:
                late = (on - due_on).days
                found.append(DueReminder(advance, due_on, amount, late, ReminderStep(step)))
    return sorted(found, key=lambda one: (one.due_on, one.advance.pk))


@dataclass(frozen=True)
class SentReminder:
    """A reminder that left, with its letter once it is laid out."""

    reminder: Reminder
    letter: GeneratedDocument | None


def of_one_letter(reminder: Reminder) -> list[Reminder]:
    """What one letter asks: the reminders of a step that left together, the oldest debt first."""
    together = reminder.advance.reminders.filter(step=reminder.step, sent_at=reminder.sent_at)
    return list(together.order_by("due_on"))


def reminders_of(advance: Advance) -> list[SentReminder]:
    """All that was sent about an advance, the last first, in two queries.

    Those that left together in one letter have that letter.
    """
    reminders = list(advance.reminders.select_related("sent_by"))
    known = {
        letter.target_id: letter
        for letter in GeneratedDocument.objects.filter(
            target_type=Reminder._meta.label_lower, target_id__in=[str(one.pk) for one in reminders]
        ).order_by("version")
    }
    letters = {
        (one.step, one.sent_at): known[str(one.pk)] for one in reminders if str(one.pk) in known
    }
    return [SentReminder(one, letters.get((one.step, one.sent_at))) for one in reminders]
