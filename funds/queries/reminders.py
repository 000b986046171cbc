"""Which instalments call for a reminder on a day, and those that were sent (feature 13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from alize.documents.models import GeneratedDocument
from funds.enums import ReminderStep
from funds.models import Advance, Reminder
from funds.queries.ahead import fund_settings
from funds.queries.transfers import stopped_payments
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
    def letter(self) -> tuple[object, ...]:
        """What shares its letter: all that one company owes at one step, and one reader reads.

        A formal notice is about one convention, and goes alone.
        """
        if self.step == ReminderStep.FORMAL:
            return self.step, self.advance.pk
        return self.step, self.advance.project.beneficiary_id, self.email

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
    """What is to be sent on a day, the oldest debts first.

    Nothing is asked of a company while what it was to receive is stopped before the bank.
    """
    stopped = stopped_payments(at=timezone.make_aware(datetime.combine(on, time.max)))
    days = fund_settings().reminder_days
    sent = defaultdict[tuple[int, date], set[str]](set)
    known = Reminder.objects.filter(advance__in=standings)
    for advance_id, due_on, earlier in known.values_list("advance_id", "due_on", "step"):
        sent[advance_id, due_on].add(earlier)
    found = []
    for advance in advances:
        if advance.pk in stopped:
            continue
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
    """All that the letter of a reminder, the first of its letter, asks for, the oldest first."""
    together = Reminder.objects.filter(Q(pk=reminder.pk) | Q(joins=reminder))
    return list(together.select_related("advance").order_by("due_on", "advance"))


def reminders_of(advance: Advance) -> list[SentReminder]:
    """All that was sent about an advance, the last first, in two queries."""
    firsts = {
        one: str(one.joins_id or one.pk) for one in advance.reminders.select_related("sent_by")
    }
    letters = {
        letter.target_id: letter
        for letter in GeneratedDocument.objects.filter(
            target_type=Reminder._meta.label_lower, target_id__in=firsts.values()
        ).order_by("version")
    }
    return [SentReminder(one, letters.get(first)) for one, first in firsts.items()]
