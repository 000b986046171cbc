"""Which instalments call for a reminder on a day, and those that were sent (feature 13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from alize.documents.models import GeneratedDocument
from funds.enums import ReminderStep
from funds.models import Advance, Reminder
from funds.queries.ahead import fund_settings
from funds.queries.books import Book
from funds.queries.received import received_books
from funds.rules import EventKind, Position
from funds.rules.reminders import step_due


@dataclass(frozen=True)
class DueReminder:
    """One instalment that has reached a step of the ladder, and what is still owed of it."""

    advance: Advance
    due_on: date
    asked_from: date
    """Where its ladder begins: its own day, or that on which what had paid it came back."""
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
    advances: Iterable[Advance],
    books: Mapping[int, Book],
    standings: Mapping[int, Position],
    *,
    on: date,
) -> list[DueReminder]:
    """What is to be sent on a day, the oldest debts first, of these books and standings.

    Nothing is asked of what is stopped before the bank: it never reached its company.
    """
    days = fund_settings().reminder_days
    sent = _sent(standings)
    left = {advance: instalments_left(standings[advance.pk]) for advance in advances}
    behind = [one.pk for one, due in left.items() if any(day < on for day in due)]
    received = received_books({pk: books[pk] for pk in behind}, on=on)
    found = []
    for advance, due in left.items():
        for due_on, amount in due.items():
            asked_from = _ladder_from(due_on, received.get(advance.pk), on)
            steps = sent.get((advance.pk, due_on, asked_from), ())
            step = step_due(due_on=asked_from, on=on, sent=steps, days=days)
            if step is not None:
                late, reached = (on - due_on).days, ReminderStep(step)
                found.append(DueReminder(advance, due_on, asked_from, amount, late, reached))
    return sorted(found, key=lambda one: (one.due_on, one.advance.pk))


def _sent(advances: Iterable[int]) -> dict[tuple[int, date, date], set[str]]:
    """The steps that left, by advance, instalment and beginning of their ladder."""
    sent = defaultdict[tuple[int, date, date], set[str]](set)
    known = Reminder.objects.filter(advance__in=advances)
    ladders = known.values_list("advance", "due_on", "asked_from", "step")
    for advance, due_on, asked_from, step in ladders:
        sent[advance, due_on, asked_from].add(step)
    return dict(sent)


def _ladder_from(due_on: date, book: Book | None, on: date) -> date:
    """The day that an instalment is asked for from: its own, or that on which it came back.

    Paid, then sent back by the bank, it is asked for from that day on, whatever left before.
    """
    if book is None:
        return due_on
    bounced = {one.value_on for one in book.events if one.kind == EventKind.BOUNCE}
    for day in sorted((one for one in bounced if due_on < one <= on), reverse=True):
        eve = book.position(day - timedelta(days=1))
        if due_on not in instalments_left(eve):
            return day
    return due_on


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
