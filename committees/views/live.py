"""A meeting under way: the screen that leads it, the one of members, the one to project."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Confirmation, Link
from alize.common.words import counted
from basins.access import allows
from basins.homes import visitor_of
from committees import operations, permissions
from committees.enums import BallotStatus, MeetingStatus
from committees.forms.live import AdjournForm
from committees.means import agenda_means
from committees.models import Ballot, Meeting
from committees.queries import agenda as agendas
from committees.queries import (
    ballots,
    conduct,
    hands,
    items,
    leading,
    live,
    meetings,
    polls,
    seats,
    silence,
)
from committees.queries.agenda import AgendaRow
from committees.queries.badges import ballot_badge
from committees.views.base import (
    carried_out,
    home_links,
    is_leading,
    meeting_link,
    note_sign,
    require_presidency,
    state_answer,
)
from committees.views.votes import ballot_context


@require_safe
@access("meeting.read")
def meeting_state(request: HttpRequest, number: str) -> HttpResponse:
    """The light answer that the pages of a meeting under way ask for; one query."""
    year, rank = meetings.numbers_of(number)
    note_sign(request)
    today = timezone.localdate()
    return state_answer(request, live.meeting_state(year, rank, request.user, on=today))


@require_safe
@access("diagnosis.read")
def meeting_live(request: HttpRequest, number: str) -> HttpResponse:
    """La séance en direct: led by whoever presides or keeps it, voted on by the members."""
    meeting = meetings.sitting_numbered(number)
    if meeting.status != MeetingStatus.OPEN:
        return basin_redirect("meeting_detail", number=number)
    now = timezone.now()
    context = _live(request, meeting, at=now)
    conducts = allows(request.roles, "meeting.write") or context["chairs"] or context["leads"]
    if conducts and request.GET.get("vue") != "membre":
        visitor = visitor_of(request, now)
        context["silent"] = silence.silent(meeting, at=now)
        context["means"] = agenda_means(meeting, visitor, [line.row for line in context["lines"]])
        return render(request, "committees/live.html", context)
    if context["ballot"] is not None and context["ballot"].status == BallotStatus.OPEN:
        context |= ballot_context(request, context["ballot"], at=now)
    return render(request, "committees/live_member.html", context)


def _live(request: HttpRequest, meeting: Meeting, *, at: datetime) -> dict[str, Any]:
    visitor = visitor_of(request, at)
    seat = None
    if allows(request.roles, "vote.cast"):
        seat = seats.seat_of(request.user, meeting, on=seats.day_of(meeting))
    rows = agendas.agenda_of(meeting, visitor, seat=seat)
    asked = request.GET.get("passage", "")
    in_hand = conduct.current_row(rows, asked)
    stands_back = in_hand is not None and not in_hand.is_readable
    state = live.meeting_state(meeting.year, meeting.rank, request.user, on=visitor.on)
    row = None if stands_back else in_hand
    ballot = row.ballot if row else None
    chairs = allows(request.roles, "ballot.chair") and leading.chairs(request.user, meeting)
    leads = is_leading(request, row.item) if row else False
    room = conduct.room_of(meeting, row.item if row else None, ballot)
    mine = next((one for one in room.there if one.person_id == request.user.pk), None)
    suspension = ballots.suspension_of(meeting)
    return {
        "breadcrumb": home_links(meeting_link(meeting), Link("En direct", "")),
        "meeting": meeting,
        "live": state,
        "closes_in": state.closes_in(at) if state else None,
        "lines": conduct.timed(meeting, rows, row),
        "pace": conduct.pace_of(meeting, rows, row, at=at),
        "row": row,
        "item": row.item if row else None,
        "ballot": ballot,
        "poll": polls.poll_page(ballot, request.user, seat=None, at=at) if ballot else None,
        "proposal": items.proposal_lines(row.item, ballot) if row else [],
        "room": room,
        "suspension": suspension,
        "decides": leads and suspension is None,
        "stands_back": stands_back,
        "last": _last_result(meeting, rows),
        "seat": seat,
        "mine": mine,
        "chairs": chairs,
        "ends": chairs and in_hand is not None and not conduct.is_voting(rows),
        "leads": leads,
        "presides": leads and leading.presides(request.user, row.item, on=visitor.on),
        "waiting_hands": hands.waiting(ballot) if ballot else (),
        "opens": leads and _may_open(row),
        "closes": leads and ballot is not None and ballot.status == BallotStatus.OPEN,
        "presiding": leading.presiding_person(in_hand.item, on=visitor.on) if in_hand else None,
        "notes_presences": allows(request.roles, "meeting.write"),
        "notes_hands": allows(request.roles, "hands.note"),
        "asks_secret": seat is not None
        and row is not None
        and permissions.ask_secrecy.allows(row.item, seat, last=ballot),
        "few_voters": room.voters < polls.FEW_VOTERS,
    }


def _last_result(meeting: Meeting, rows: Sequence[AgendaRow]) -> Ballot | None:
    """The last result, unless it is about a file that the person does not read."""
    last = conduct.last_result(meeting)
    readable = {row.item.pk for row in rows if row.is_readable}
    return last if last is not None and last.item_id in readable else None


def _may_open(row: AgendaRow | None) -> bool:
    """Whether a ballot could open on this file, the quorum aside."""
    return row is not None and permissions.open_ballot.allows(
        row.item, last=row.ballot, elsewhere=None
    )


@require_safe
@access("diagnosis.read")
def meeting_screen(request: HttpRequest, number: str) -> HttpResponse:
    """L'écran à projeter: the file, the proposal, how many have voted, then the result; no name."""
    meeting = meetings.sitting_numbered(number)
    now = timezone.now()
    visitor = visitor_of(request, now)
    rows = agendas.agenda_of(meeting, visitor, seat=None)
    state = live.meeting_state(meeting.year, meeting.rank, request.user, on=visitor.on)
    in_hand = conduct.current_row(rows)
    row = in_hand if in_hand is not None and in_hand.is_readable else None
    ballot = row.ballot if row else None
    context = {
        "meeting": meeting,
        "live": state,
        "closes_in": state.closes_in(now) if state else None,
        "row": row,
        "ballot": ballot,
        "turnout": polls.turnout(ballot) if ballot else None,
        "badge": ballot_badge(ballot, at=now) if ballot else None,
        "proposal": items.proposal_lines(row.item, ballot) if row else [],
        "suspension": ballots.suspension_of(meeting),
        "stands_back": in_hand is not None and row is None,
        "last": _last_result(meeting, rows),
    }
    return render(request, "committees/screen.html", context)


@require_POST
@access("meeting.preside")
@refusals_to("meeting_live")
def meeting_suspend(request: HttpRequest, number: str) -> HttpResponse:
    """Suspendre la séance."""
    meeting = _chaired(request, number)
    operations.suspend_meeting(meeting_id=meeting.pk, by=request.user, at=timezone.now())
    messages.success(request, "La séance est suspendue.")
    return basin_redirect("meeting_live", number=number)


@require_POST
@access("meeting.preside")
@refusals_to("meeting_live")
def meeting_resume(request: HttpRequest, number: str) -> HttpResponse:
    """Reprendre la séance."""
    meeting = _chaired(request, number)
    operations.resume_meeting(meeting_id=meeting.pk, by=request.user, at=timezone.now())
    messages.success(request, "La séance reprend.")
    return basin_redirect("meeting_live", number=number)


@require_POST
@access("meeting.preside")
@refusals_to("meeting_live")
def meeting_delegate(request: HttpRequest, number: str) -> HttpResponse:
    """Confier la conduite des votes au secrétariat, or take it back."""
    meeting = _chaired(request, number)
    left = request.POST.get("confier") == "1"
    operations.leave_votes_to_secretary(
        meeting_id=meeting.pk, left=left, by=request.user, at=timezone.now()
    )
    messages.success(
        request,
        "Le secrétariat peut ouvrir, clore et proclamer les votes."
        if left
        else "Vous conduisez de nouveau les votes.",
    )
    return basin_redirect("meeting_live", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.preside")
@refusals_to("meeting_live")
def meeting_adjourn(request: HttpRequest, number: str) -> HttpResponse:
    """Ajourner la séance, after a page that says where the files that remain go."""
    now = timezone.now()
    meeting = _chaired(request, number)
    form = AdjournForm(request.POST or None, meetings=conduct.next_meetings(meeting))
    if request.method == "POST" and form.is_valid():
        following = form.cleaned_data["next_meeting"]
        if carried_out(
            form,
            lambda: operations.adjourn_meeting(
                meeting_id=meeting.pk,
                next_meeting_id=following,
                by=request.user,
                at=now,
            ),
        ):
            messages.success(request, "La séance est ajournée. Le procès-verbal est à rédiger.")
            return basin_redirect("meeting_detail", number=number)
    held = Ballot.objects.filter(item__meeting=meeting)
    permissions.adjourn(meeting, closed=held.filter(status=BallotStatus.CLOSED).exists())
    permissions.leave_no_rejection(agendas.left_rejected(meeting))
    left = agendas.undecided(meeting).count()
    effects = ["Les présences s'arrêtent à cette heure.", "Plus aucun vote ne peut être ouvert."]
    if held.filter(status=BallotStatus.OPEN).exists():
        effects.append("Le vote ouvert est annulé : ses bulletins sont sans effet.")
    if left:
        files = counted(left, "dossier sans décision va", "dossiers sans décision vont")
        effects.append(f"{files} à la séance choisie.")
    confirmation = Confirmation(
        title="Ajourner la séance",
        effects=effects,
        label="Ajourner la séance",
        back_url=basin_reverse("meeting_live", number=number),
        danger=True,
    )
    context = {
        "confirmation": confirmation,
        "breadcrumb": home_links(meeting_link(meeting), Link("Ajourner", "")),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "committees/confirm.html", context, status=status)


def _chaired(request: HttpRequest, number: str) -> Meeting:
    """The meeting, for whoever presides over it.

    :raises PermissionDenied: with its reason (403).
    """
    meeting = meetings.sitting_numbered(number)
    require_presidency(may=leading.chairs(request.user, meeting))
    return meeting
