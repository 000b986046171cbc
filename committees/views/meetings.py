"""The meetings of a year, one meeting from its preparation to its end."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common import charts
from alize.common.access import access
from alize.common.dates import PARIS, long_date, long_datetime
from alize.common.http import basin_redirect, basin_reverse, refusals_to
from alize.common.screen import Action, Confirmation, Definition, Link
from basins.access import allows
from committees import operations, permissions, wording
from committees.enums import BallotStatus, MeetingStatus
from committees.forms.meetings import ItemForm, MeetingForm
from committees.models import Ballot, Meeting
from committees.queries import agenda as agendas
from committees.queries import headers, meetings, presences, seats
from committees.tables import MeetingTable
from committees.views.base import carried_out, home_links, meeting_link, visitor_of


@require_safe
@access("meeting.read")
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings of a year against their reference, the seats, the rules of the vote."""
    today = timezone.localdate()
    years = sorted({today.year, *meetings.years_with_meetings()}, reverse=True)
    asked = request.GET.get("annee", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else today.year
    low, high = meetings.REFERENCE
    plan = Action("Planifier une séance", basin_reverse("meeting_create"), icon="calendar-plus")
    context = {
        "breadcrumb": [*home_links()[:1], Link("Comité d'agrément", "")],
        "year": year,
        "years": [
            Link(str(one), f"{basin_reverse('meeting_list')}?annee={one}", active=one == year)
            for one in years
        ],
        "table": MeetingTable(meetings.meetings_of(year)),
        "gauge": charts.gauge(
            meetings.held_in(year),
            low=low,
            high=high,
            title=f"Séances tenues en {year}",
            unit="tenues" if meetings.held_in(year) > 1 else "tenue",
        ),
        "seats": meetings.seats_in_office(today),
        "rules": wording.rules_in_words(seats.voting_rules()),
        "action": plan if allows(request.roles, "meeting.write") else None,
        "has_receipts": allows(request.roles, "vote.cast"),
        "reads_rules": allows(request.roles, "rules.read"),
    }
    return render(request, "committees/meeting_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
def meeting_create(request: HttpRequest) -> HttpResponse:
    """Planifier une séance."""
    now = timezone.now()
    chair = seats.default_chair(timezone.localdate(now))
    form = MeetingForm(request.POST or None, on=timezone.localdate(now), initial={"chair": chair})
    if request.method == "POST" and form.is_valid():
        made: list[Meeting] = []
        if carried_out(
            form,
            lambda: made.append(operations.plan_meeting(**form.asked(), by=request.user, at=now)),
        ):
            messages.success(request, "Séance planifiée. Inscrivez maintenant les dossiers prêts.")
            return basin_redirect("meeting_detail", number=made[0].number)
    return _meeting_form(request, form, title="Planifier une séance", cancel=home_links()[1].url)


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
def meeting_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Changer la date, le lieu ou la présidence."""
    now = timezone.now()
    meeting = meetings.meeting_numbered(number)
    local = meeting.held_at.astimezone(PARIS)
    initial = {
        "held_on": local.date(),
        "hour": local.time(),
        "mode": meeting.mode,
        "place": meeting.place,
        "video_url": meeting.video_url,
        "chair": meeting.chair,
    }
    form = MeetingForm(request.POST or None, on=seats.day_of(meeting), initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.update_meeting(
                meeting_id=meeting.pk, **form.asked(), by=request.user, at=now
            ),
        )
    ):
        messages.success(request, "Séance modifiée.")
        return basin_redirect("meeting_detail", number=number)
    back = basin_reverse("meeting_detail", number=number)
    return _meeting_form(
        request, form, title=f"Modifier la séance {number}", cancel=back, meeting=meeting
    )


def _meeting_form(
    request: HttpRequest,
    form: MeetingForm,
    *,
    title: str,
    cancel: str,
    meeting: Meeting | None = None,
) -> HttpResponse:
    links = [meeting_link(meeting)] if meeting else []
    context = {
        "form": form,
        "title": title,
        "cancel": cancel,
        "breadcrumb": home_links(*links, Link(title, "")),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/meeting_form.html", context, status=status)


@require_safe
@access("meeting.read")
def meeting_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One meeting: preparation, live, minutes in one place, according to state and role."""
    now = timezone.now()
    meeting = meetings.meeting_numbered(number)
    return render(request, "committees/meeting_detail.html", _page(request, meeting, at=now))


def _page(request: HttpRequest, meeting: Meeting, *, at: datetime) -> dict[str, Any]:
    visitor = visitor_of(request, at)
    writes = allows(request.roles, "meeting.write") and permissions.prepare.allows(meeting)
    seat = None
    if allows(request.roles, "interest.declare"):
        seat = seats.seat_of(request.user, meeting, on=seats.day_of(meeting))
    rows = agendas.agenda_of(meeting, visitor, seat=seat)
    seated = list(seats.seated(meeting))
    mine = next((row for row in seated if row.person_id == request.user.pk), None)
    context: dict[str, Any] = {
        "breadcrumb": home_links(meeting_link(meeting, current=True)),
        "meeting": meeting,
        "header": headers.meeting_header(meeting, visitor, rows, seat=seat, mine=mine),
        "rows": rows,
        "total_minutes": sum(row.item.minutes_planned for row in rows),
        "facts": _facts(meeting),
        "writes": writes,
        "notes_presences": allows(request.roles, "meeting.write")
        and permissions.attend.allows(meeting, on=visitor.on),
        "seat": seat,
        "mine": mine,
        "says_here": seat is not None
        and mine is None
        and permissions.attend.allows(meeting, on=visitor.on),
        "seated": seated,
        "quorum": presences.quorum_sentence(presences.quorum_now(meeting)),
        "came": seats.those_who_came(meeting) if meeting.closed_at else [],
        "is_live": meeting.status == MeetingStatus.OPEN,
        "live": live_state(meeting),
    }
    if writes:
        context["form"] = ItemForm(ready=agendas.ready_projects())
        context["waiting"] = agendas.not_ready()
    return context


def _facts(meeting: Meeting) -> list[Definition]:
    chair = meeting.chair
    facts = [
        Definition("Date", long_datetime(meeting.held_at)),
        Definition("Forme", meeting.get_mode_display()),
        Definition("Lieu", meeting.place),
        Definition("Visioconférence", meeting.video_url, url=meeting.video_url),
        Definition("Président de séance", f"{chair.holder} ({chair.partner})" if chair else ""),
    ]
    return [fact for fact in facts if fact.value or fact.term == "Président de séance"]


def live_state(meeting: Meeting) -> str:
    """What the page of a meeting watches: its status and its ballots, in one query."""
    ballots = Ballot.objects.filter(item__meeting=meeting.pk).order_by("pk")
    states = [f"{pk}{status}" for pk, status in ballots.values_list("pk", "status")]
    return "-".join([meeting.status, *states])


@require_safe
@access("meeting.read")
def meeting_state(request: HttpRequest, number: str) -> HttpResponse:
    """The light answer that the page of a meeting under way asks for; 304 while nothing moves."""
    meeting = meetings.meeting_numbered(number)
    state = live_state(meeting)
    if request.headers.get("If-None-Match") == f'"{state}"':
        return HttpResponseNotModified(headers={"ETag": f'"{state}"'})
    return JsonResponse({"state": state}, headers={"ETag": f'"{state}"'})


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("meeting_detail")
def meeting_convene(request: HttpRequest, number: str) -> HttpResponse:
    """Envoyer les convocations, after a page that says who receives them."""
    now = timezone.now()
    meeting = meetings.meeting_numbered(number)
    if request.method == "POST":
        operations.convene(meeting_id=meeting.pk, by=request.user, at=now)
        messages.success(request, "Convocations envoyées.")
        return basin_redirect("meeting_detail", number=number)
    day = seats.day_of(meeting)
    permissions.convene(meeting, items=meeting.items.count())
    permissions.chair(able=seats.chair_is_able(meeting))
    people = [f"{person.full_name} ({person.email})" for person in seats.members_to_tell(day)]
    return _confirm(
        request,
        meeting,
        Confirmation(
            title="Envoyer les convocations",
            facts=(
                Definition("Séance", long_date(day)),
                Definition("Président de séance", str(meeting.chair)),
            ),
            effects=(
                "Chaque titulaire d'un siège reçoit la convocation et le lien de la séance.",
                f"L'ordre du jour compte {_files(meeting)}.",
            ),
            told=people,
            label="Envoyer les convocations",
            back_url=basin_reverse("meeting_detail", number=number),
        ),
    )


def _files(meeting: Meeting) -> str:
    return wording.counted(meeting.items.count(), "dossier", "dossiers")


@require_POST
@access("ballot.chair")
@refusals_to("meeting_detail")
def meeting_open(request: HttpRequest, number: str) -> HttpResponse:
    """Ouvrir la séance."""
    meeting = meetings.meeting_numbered(number)
    _require_chair(request, meeting)
    operations.open_meeting(meeting_id=meeting.pk, by=request.user, at=timezone.now())
    messages.success(request, "La séance est ouverte.")
    return basin_redirect("meeting_detail", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@access("ballot.chair")
@refusals_to("meeting_detail")
def meeting_close(request: HttpRequest, number: str) -> HttpResponse:
    """Lever la séance, after a page that says what becomes of the files left."""
    meeting = meetings.meeting_numbered(number)
    _require_chair(request, meeting)
    if request.method == "POST":
        operations.close_meeting(meeting_id=meeting.pk, by=request.user, at=timezone.now())
        messages.success(request, "La séance est levée. Le procès-verbal est à rédiger.")
        return basin_redirect("meeting_detail", number=number)
    under_way = Ballot.objects.filter(
        item__meeting=meeting, status__in=[BallotStatus.OPEN, BallotStatus.CLOSED]
    )
    permissions.close_meeting(meeting, under_way=under_way.exists())
    left = meeting.items.exclude(ballots__decision__isnull=False).count()
    effects = ["Les présences s'arrêtent à cette heure.", "Plus aucun vote ne peut être ouvert."]
    if left:
        files = wording.counted(
            left, "dossier sans décision revient", "dossiers sans décision reviennent"
        )
        effects.append(f"{files} parmi les dossiers prêts.")
    return _confirm(
        request,
        meeting,
        Confirmation(
            title="Lever la séance",
            effects=effects,
            label="Lever la séance",
            back_url=basin_reverse("meeting_detail", number=number),
        ),
    )


def _require_chair(request: HttpRequest, meeting: Meeting) -> None:
    presiding = seats.person_in(seats.chair_for(meeting, request.user), meeting)
    if presiding is None or presiding.pk != request.user.pk:
        raise PermissionDenied("Seule la personne qui préside la séance peut le faire.")


def _confirm(request: HttpRequest, meeting: Meeting, confirmation: Confirmation) -> HttpResponse:
    links = home_links(meeting_link(meeting), Link(confirmation.title, ""))
    context = {"confirmation": confirmation, "breadcrumb": links}
    return render(request, "committees/confirm.html", context)
