"""The page of a meeting: what is next, my answer, the files; what the secretary prepares."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alize.accounts.models import Person
from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import clock_time, long_date
from alize.common.http import basin_redirect
from alize.common.screen import Definition
from basins.access import allows
from basins.homes import Visitor, visitor_of
from committees import permissions
from committees.enums import MeetingMode, MeetingStatus
from committees.forms.meetings import ItemForm
from committees.invitations import ends_at
from committees.means import agenda_means
from committees.models import Meeting, Seat
from committees.queries import agenda as agendas
from committees.queries import (
    answers,
    forecast,
    headers,
    live,
    meetings,
    packs,
    presences,
    seats,
    second,
)
from committees.queries.rules import committee_rules
from committees.rules import sitting
from committees.views.base import home_links, meeting_link


@require_safe
@access("meeting.read")
def meeting_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One meeting: preparation, live, minutes in one place, according to state and role."""
    now = timezone.now()
    meeting = meetings.meeting_numbered(number)
    if meeting.mode == MeetingMode.WRITTEN:
        return basin_redirect("consultation_detail", number=number)
    return render(request, "committees/meeting_detail.html", _page(request, meeting, at=now))


def _page(request: HttpRequest, meeting: Meeting, *, at: datetime) -> dict[str, Any]:
    visitor = visitor_of(request, at)
    keeps = allows(request.roles, "meeting.write")
    writes = keeps and permissions.prepare.allows(meeting)
    seat = None
    if allows(request.roles, "interest.declare"):
        seat = seats.seat_of(request.user, meeting, on=seats.day_of(meeting))
    rows = agendas.agenda_of(meeting, visitor, seat=seat)
    seated = list(seats.seated(meeting))
    mine = next((row for row in seated if row.person_id == request.user.pk), None)
    reply = _reply(meeting, seat, request.user)
    context: dict[str, Any] = {
        "breadcrumb": home_links(meeting_link(meeting, current=True)),
        "meeting": meeting,
        "header": headers.meeting_header(
            meeting, visitor, rows, seat=seat, mine=mine, is_answered=not reply.get("asked")
        ),
        "reply": reply,
        "rows": rows,
        "budget": agendas.budget_of(meeting, rows),
        "means": agenda_means(meeting, visitor, rows) if rows else None,
        "facts": _facts(meeting),
        "keeps": keeps,
        "writes": writes,
        "approves": allows(request.roles, "agenda.approve")
        and permissions.approve_agenda.allows(meeting, items=len(rows)),
        "notes_presences": keeps and permissions.attend.allows(meeting, on=visitor.on),
        "seat": seat,
        "mine": mine,
        "says_here": seat is not None
        and mine is None
        and permissions.attend.allows(meeting, on=visitor.on),
        "seated": seated,
        "quorum": presences.quorum_sentence(presences.quorum_now(meeting)),
        "came": seats.those_who_came(meeting) if meeting.closed_at else [],
        "guests": list(meeting.guests.select_related("item__project__beneficiary"))
        if allows(request.roles, "diagnosis.read")
        else [],
        "is_live": meeting.status == MeetingStatus.OPEN,
        "follows": allows(request.roles, "diagnosis.read"),
        "reads_proxies": allows(request.roles, "proxy.read")
        and meeting.status in permissions.CONVENED_OR_OPEN,
        "live": live.meeting_state(meeting.year, meeting.rank, request.user, on=visitor.on),
    }
    if allows(request.roles, "pack.ask") and meeting.status != MeetingStatus.CANCELLED:
        context["pack"] = packs.pack_state(meeting, visitor, at=at)
    if keeps:
        context |= _secretary(meeting, visitor, at=at)
    if writes and meeting.second_of_id is None:
        context["form"] = ItemForm(ready=agendas.ready_projects())
        context["waiting"] = agendas.not_ready()
    return context


def _reply(meeting: Meeting, seat: Seat | None, person: Person) -> dict[str, Any]:
    """The answer of one's seat to the summons, and what may be answered."""
    possible = answers.possible_replies(meeting)
    first = next(iter(possible), "")
    if seat is None or not permissions.answer_summons.allows(meeting, first, possible=possible):
        return {}
    last = answers.answer_of(meeting, seat)
    expected = answers.expected_in(seat, last)
    is_expected = expected.pk == person.pk
    possible = answers.possible_replies(meeting, is_expected=is_expected)
    gives = seat.pk in answers.proxies_given(meeting)
    return {
        "badge": answers.badge_of(last) if last else None,
        "gives": gives,
        "may_give": is_expected or seat.holder_id == person.pk,
        "expected": None if is_expected else expected,
        "news": answers.news_of(last) if last and last.person_id != person.pk else "",
        "asked": is_expected and not sitting.is_heard(answers.as_answered(last)) and not gives,
        "choices": [
            (choice, last is not None and last.reply == choice, answers.BADGES[choice].icon)
            for choice in possible
        ],
    }


def _secretary(meeting: Meeting, visitor: Visitor, *, at: datetime) -> dict[str, Any]:
    """What the secretary alone sees: who answered, the quorum expected, what may be done."""
    context: dict[str, Any] = {
        "invites": permissions.invite_guests.allows(meeting),
        "cancels": permissions.cancel_meeting.allows(meeting),
    }
    if meeting.status == MeetingStatus.HELD:
        context["again"] = permissions.convene_again.allows(
            meeting,
            allowed=committee_rules().second_convocation,
            failed=len(second.without_quorum(meeting)),
        )
    if meeting.status == MeetingStatus.CONVENED:
        silent = answers.silent_members(meeting)
        context |= {
            "answer_rows": answers.answer_rows(meeting),
            "silent": silent,
            "reminds": permissions.remind.allows(meeting, silent=len(silent), at=at),
        }
    if meeting.status in {MeetingStatus.CONVENED, MeetingStatus.OPEN}:
        context["forecast"] = forecast.outlook_of(meeting)
    return context


def _facts(meeting: Meeting) -> list[Definition]:
    chair = meeting.chair
    first = meeting.second_of
    facts = [
        Definition("Date", long_date(seats.day_of(meeting))),
        Definition("Heure", f"{clock_time(meeting.held_at)} à {clock_time(ends_at(meeting))}"),
        Definition("Forme", meeting.get_mode_display()),
        Definition("Lieu", meeting.place),
        Definition("Visioconférence", meeting.video_url, url=meeting.video_url),
        Definition("Président de séance", f"{chair.holder} ({chair.partner})" if chair else ""),
    ]
    if first is not None:
        url = basin_reverse("meeting_detail", number=first.number)
        facts.append(Definition("Seconde convocation de", f"la séance {first.number}", url=url))
    if meeting.agenda_approved_at:
        day = long_date(timezone.localdate(meeting.agenda_approved_at))
        facts.append(Definition("Ordre du jour validé", f"le {day}"))
    return [fact for fact in facts if fact.value or fact.term == "Président de séance"]
