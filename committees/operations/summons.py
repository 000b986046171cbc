"""The summons of a meeting, their updates, their reminders (O3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.calendar import Method
from alize.common.dates import clock_time, long_date
from alize.common.words import of
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import MEETING_TRANSITIONS, MeetingMode, MeetingStatus
from committees.invitations import calendar_entry
from committees.models import Meeting, SummonsAnswer
from committees.operations.base import locked_meeting
from committees.permissions.phases import BEFORE_IT_OPENS
from committees.queries import answers, seats
from committees.rules import sitting

READING_REMINDERS = (timedelta(days=7), timedelta(days=2))
"""How long before a meeting those who have something left to read are told so (C2)."""


@dataclass(frozen=True)
class Call:
    """A meeting to come, and whom its summons has called, by person."""

    meeting: Meeting
    called: Mapping[int, seats.Called]


def check_chair(meeting: Meeting) -> None:
    """R30: an active representative of a partner company.

    :raises ActionDenied: the chair is empty, or held by somebody else.
    """
    permissions.chair(able=seats.chair_is_able(meeting))


@transaction.atomic
def convene(*, meeting_id: int, by: Person, at: datetime) -> Meeting:
    """Send the summons to every seat, its holder and its alternates (O3).

    :raises ActionDenied: nothing is on the agenda, or the chair is not an active representative
        of a partner company (R30).
    """
    meeting = locked_meeting(meeting_id)
    permissions.convene(meeting, items=meeting.items.count())
    check_chair(meeting)
    MEETING_TRANSITIONS.guard(meeting.status, MeetingStatus.CONVENED)
    meeting.status = MeetingStatus.CONVENED
    meeting.convened_at, meeting.convened_by_id = at, by.pk
    meeting.save()
    _tell("M04", meeting, at=at)
    _plan_reading_reminders(meeting, at=at)
    audit.record("meeting.convened", target=meeting, by=by, at=at)
    return meeting


@transaction.atomic
def remind(*, meeting_id: int, by: Person, at: datetime) -> list[Person]:
    """Remind those who have not answered, one mail each; returns them.

    :raises ActionDenied: everybody has answered, or a reminder left less than a day ago.
    """
    meeting = locked_meeting(meeting_id)
    silent = answers.silent_members(meeting)
    permissions.remind(meeting, silent=len(silent), at=at)
    meeting.reminded_at, meeting.reminded_by_id = at, by.pk
    meeting.save(update_fields=["reminded_at", "reminded_by"])
    for person in silent:
        send_mail(
            "M60",
            to=Recipient.of(person),
            path=_page(meeting),
            key=f"{meeting.pk}:{at.isoformat()}",
            others=_quick_answers(meeting),
            date=long_date(seats.day_of(meeting)),
            hour=clock_time(meeting.held_at),
        )
    audit.record("meeting.reminded", target=meeting, by=by, at=at, people=len(silent))
    return silent


def tell_change(
    meeting: Meeting,
    *,
    before: Iterable[seats.Called],
    is_moved: bool,
    is_reshaped: bool,
    at: datetime,
) -> None:
    """Tell those convened of a new date or place; the entry in their diary moves with it.

    Another hour asks everybody again whether they come; another form, whoever it leaves without
    their answer. It leaves the diary of those called `before` who sit no more on the new day.
    """
    words: dict[str, Any] = {
        "asks_again": "oui" if is_moved else "",
        "form": meeting.get_mode_display().lower() if is_reshaped else "",
    }
    _tell("M61", meeting, at=at, leaves="", **words)
    still = {called.person.pk for called in seats.called(seats.day_of(meeting))}
    for called in before:
        if called.person.pk not in still:
            _send("M61", called, meeting, method="CANCEL", at=at, leaves="oui", **words)
    _plan_reading_reminders(meeting, at=at)


def standing_calls(*, at: datetime) -> list[Call]:
    """The meetings not opened yet, locked, each with whom its summons has called.

    Asked before a seat changes.
    """
    coming = Meeting.objects.select_for_update(of=("self",), no_key=True).filter(
        status__in=BEFORE_IT_OPENS
    )
    return [Call(meeting, _called(meeting, at=at)) for meeting in coming.order_by("pk")]


def tell_calls(calls: Iterable[Call], *, at: datetime) -> None:
    """After a seat has changed: call whoever joins it, and free the diary of whoever leaves.

    Whoever sits in their own name, or as an alternate now, is called again; nobody else is told.
    """
    for call in calls:
        meeting, now = call.meeting, _called(call.meeting, at=at)
        leaving = [one for pk, one in call.called.items() if pk not in now]
        joining = [one for pk, one in now.items() if not _is_called_alike(call.called.get(pk), one)]
        if not leaving and not joining:
            continue
        _number(meeting)
        for called in leaving:
            home = basin_reverse("basin_home")
            _send("M68", called, meeting, method="CANCEL", at=at, path=home)
        for called in joining:
            _send("M04", called, meeting, method="REQUEST", at=at)
        _plan_reading_reminders(meeting, at=at)


def _called(meeting: Meeting, *, at: datetime) -> dict[int, seats.Called]:
    """Whom the summons of a meeting to come has called; a consultation calls nobody."""
    is_convened = meeting.status == MeetingStatus.CONVENED and meeting.mode != MeetingMode.WRITTEN
    if not is_convened or meeting.held_at <= at:
        return {}
    return {called.person.pk: called for called in seats.called(seats.day_of(meeting))}


def _is_called_alike(before: seats.Called | None, now: seats.Called) -> bool:
    return before is not None and bool(before.instead_of) == bool(now.instead_of)


def tell_cancellation(meeting: Meeting, *, at: datetime) -> None:
    """Tell those convened that it will not be held; the entry leaves their diary."""
    _tell("M62", meeting, at=at, method="CANCEL", reason=meeting.cancellation_reason)


def tell_seat(answer: SummonsAnswer, before: SummonsAnswer | None, *, at: datetime) -> None:
    """Tell whoever is asked to sit (M66), and whoever of the seat an answer undoes (M67)."""
    meeting, seat = answer.meeting, answer.seat
    told = sitting.to_tell(answers.as_answered(before), answers.said_by(answer))
    news, to_sit = answers.news_of(answer), answers.expected_in(seat, answer)
    for person in answers.people_of(seat).values():
        is_asked = person.pk == answer.asked_id
        if not is_asked and person.pk not in told:
            continue
        send_mail(
            "M66" if is_asked else "M67",
            to=Recipient.of(person),
            path=_page(meeting),
            key=str(answer.pk),
            others=_quick_answers(meeting, is_expected=person == to_sit),
            calendar=calendar_entry(meeting, "REQUEST", at=at, to=person) if is_asked else "",
            who=answer.person.full_name,
            news=news,
            partner=seat.partner.name,
            date=long_date(seats.day_of(meeting)),
            hour=clock_time(meeting.held_at),
            where=meeting.place or meeting.get_mode_display(),
        )


def _quick_answers(meeting: Meeting, *, is_expected: bool = True) -> dict[str, str]:
    """The answers that a mail offers; each opens its page, where one button confirms it."""
    page = basin_reverse("answer_give", number=meeting.number)
    possible = answers.possible_replies(meeting, is_expected=is_expected)
    given = {reply.label: f"{page}?reponse={reply.value}" for reply in possible}
    if not is_expected:
        return given
    return given | {"Donner pouvoir": basin_reverse("proxy_give", number=meeting.number)}


def _page(meeting: Meeting) -> str:
    return basin_reverse("meeting_detail", number=meeting.number)


def _tell(
    code: str,
    meeting: Meeting,
    *,
    at: datetime,
    method: Method = "REQUEST",
    **words: Any,
) -> None:
    """One mail each, with the entry of their diary; each sending takes a higher number.

    To the holder of each seat and to its alternates, who are told for whom they would sit.
    """
    _number(meeting)
    for called in seats.called(seats.day_of(meeting)):
        _send(code, called, meeting, method=method, at=at, **words)


def _number(meeting: Meeting) -> None:
    meeting.invitation_sequence += 1
    meeting.save(update_fields=["invitation_sequence"])


def _send(
    code: str,
    called: seats.Called,
    meeting: Meeting,
    *,
    method: Method,
    at: datetime,
    path: str = "",
    **words: Any,
) -> None:
    offered = _quick_answers(meeting, is_expected=not called.instead_of)
    send_mail(
        code,
        to=Recipient.of(called.person),
        path=path or _page(meeting),
        key=f"{meeting.pk}:{meeting.invitation_sequence}",
        others=offered if method == "REQUEST" else None,
        calendar=calendar_entry(meeting, method, at=at, to=called.person),
        of_holder=of(called.instead_of) if called.instead_of else "",
        partner=str(called.seat.partner),
        date=long_date(seats.day_of(meeting)),
        hour=clock_time(meeting.held_at),
        where=meeting.place or meeting.get_mode_display(),
        count=meeting.items.count(),
        second="oui" if meeting.second_of_id else "",
        **words,
    )


def _plan_reading_reminders(meeting: Meeting, *, at: datetime) -> None:
    for before in READING_REMINDERS:
        due_at = meeting.held_at - before
        if due_at > at:
            enqueue(
                "committees.remind_readers",
                key=f"{meeting.pk}:{meeting.invitation_sequence}:{before.days}",
                due_at=due_at,
                meeting_id=meeting.pk,
                sequence=meeting.invitation_sequence,
                days=before.days,
            )
