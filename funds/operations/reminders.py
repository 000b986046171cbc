"""Reminders leave when a person sends them, each once (feature 13).

Those of a company at one step that leave together are one letter, which asks for their sum.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import once
from alize.outbox.operations import enqueue
from funds import permissions, queries
from funds.models import Advance, Reminder
from funds.queries.reminders import DueReminder, reminders_due


@dataclass(frozen=True)
class Sent:
    """How many reminders left, and how many were no longer to be sent."""

    count: int
    skipped: int


def send_reminders(
    *,
    keys: Collection[tuple[int, date, str]],
    by: Person,
    at: datetime,
    command_key: UUID,
) -> Sent:
    """Send the reminders chosen, those still due: paid or sent meanwhile, one is left out.

    A key is the id of an advance, the day of an instalment and a step of the ladder.

    :raises ActionDenied: none of them is to be sent any more.
    :raises AlreadyUsed: the form was sent before with another choice.
    """
    wanted = set(keys)

    def act() -> dict[str, int]:
        on = timezone.localdate(at)
        advances = list(
            Advance.objects.select_for_update(of=("self",))
            .filter(pk__in={advance_id for advance_id, _, _ in wanted})
            .select_related("project")
            .order_by("pk")
        )
        books = queries.books_of(advances)
        due = reminders_due(advances, books, queries.standings_in(books, on=on), on=on)
        chosen = [one for one in due if one.key in wanted]
        permissions.send_reminders(len(chosen))
        letters: dict[tuple[object, ...], Reminder] = {}
        for one in chosen:
            reminder = _record(one, joins=letters.get(one.letter), by=by, at=at)
            letters.setdefault(one.letter, reminder)
        for reminder in letters.values():
            enqueue("funds.send_reminder", key=str(reminder.pk), reminder_id=reminder.pk)
        return {"sent": len(chosen)}

    asked = sorted((advance_id, day.isoformat(), step) for advance_id, day, step in wanted)
    sent = once(command_key, payload={"reminders": asked}, by=by, at=at, act=act)["sent"]
    return Sent(sent, len(wanted) - sent)


def _record(due: DueReminder, *, joins: Reminder | None, by: Person, at: datetime) -> Reminder:
    reminder = Reminder.objects.create(
        advance=due.advance,
        due_on=due.due_on,
        asked_from=due.asked_from,
        step=due.step,
        amount=due.amount,
        joins=joins,
        email=due.email,
        sent_at=at,
        sent_by=by,
    )
    audit.record(
        "reminder.sent",
        target=reminder,
        by=by,
        at=at,
        advance=due.advance.pk,
        due_on=due.due_on.isoformat(),
        step=str(due.step),
        amount=due.amount,
    )
    return reminder
