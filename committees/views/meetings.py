"""The meetings of a year; one is planned, changed, opened, closed, convened again."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common import charts
from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import add_working_days, long_date
from alize.common.exports import export_links, export_of
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Action, Confirmation, Link
from alize.common.tables import sorted_and_paged
from alize.common.words import counted
from basins.access import allows
from basins.homes import visitor_of
from basins.queries.references import references_of_year
from committees import operations, permissions, wording
from committees.enums import BallotStatus
from committees.forms.meetings import MeetingForm, NewMeetingForm
from committees.models import Ballot, Meeting
from committees.queries import agenda, leading, meetings, seats, second
from committees.queries.rules import committee_rules
from committees.tables import MeetingTable
from committees.views.base import (
    carried_out,
    confirm_page,
    home_links,
    meeting_link,
    require_presidency,
)


@require_safe
@access("meeting.read")
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings of a year against their reference, the seats, the rules of the vote."""
    today = timezone.localdate()
    years = sorted({today.year, *meetings.years_with_meetings()}, reverse=True)
    asked = request.GET.get("annee", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else today.year
    table = MeetingTable(meetings.meetings_of(year, visitor_of(request, timezone.now())))
    exported = export_of(request, table, name=f"seances_{year}")
    if exported is not None:
        return exported
    table.exports = export_links(request)
    low, high = references_of_year(year, on=today).meetings
    held = meetings.held_in(year)
    plan = Action("Planifier une séance", basin_reverse("meeting_create"), icon="calendar-plus")
    context = {
        "breadcrumb": [*home_links()[:1], Link("Comité d'agrément", "")],
        "year": year,
        "years": [
            Link(str(one), f"{basin_reverse('meeting_list')}?annee={one}", active=one == year)
            for one in years
        ],
        "table": sorted_and_paged(request, table),
        "gauge": charts.gauge(held, low=low, high=high, title=f"Séances tenues en {year}"),
        "seats": meetings.seats_in_office(today),
        "rules": wording.rules_in_words(committee_rules()),
        "action": plan if allows(request.roles, "meeting.write") else None,
        "consults": allows(request.roles, "meeting.write") and committee_rules().consultations,
        "to_approve": meetings.minutes_to_approve(),
        "has_receipts": allows(request.roles, "vote.cast"),
        "reads_rules": allows(request.roles, "rules.read"),
        "reads_declarations": allows(request.roles, "declaration.read"),
    }
    return render(request, "committees/meeting_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
def meeting_create(request: HttpRequest) -> HttpResponse:
    """Planifier une séance."""
    now = timezone.now()
    chair = seats.default_chair(timezone.localdate(now))
    form = NewMeetingForm(
        request.POST or None, on=timezone.localdate(now), initial={"chair": chair}
    )
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
    meeting = meetings.sitting_numbered(number)
    shown, day = meetings.as_typed(meeting), seats.day_of(meeting)
    form = MeetingForm(request.POST or None, on=day, initial=shown)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.update_meeting(
                meeting_id=meeting.pk,
                **form.asked(),
                mark=form.cleaned_data["mark"],
                by=request.user,
                at=now,
            ),
        )
    ):
        messages.success(request, "Séance modifiée.")
        return basin_redirect("meeting_detail", number=number)
    back = basin_reverse("meeting_detail", number=number)
    return _meeting_form(
        request, form, title=f"Modifier la séance {number}", cancel=back, meeting=meeting
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("meeting_detail")
def meeting_again(request: HttpRequest, number: str) -> HttpResponse:
    """Convoquer à nouveau : the same files, no quorum asked (voting.md 5.3)."""
    now = timezone.now()
    first = meetings.sitting_numbered(number)
    rules, failed = committee_rules(), second.without_quorum(first)
    permissions.convene_again(first, allowed=rules.second_convocation, failed=len(failed))
    window = second.window_of(first, rules)
    eve = max(window.first - timedelta(days=1), timezone.localdate(now))
    initial = {**meetings.as_typed(first), "held_on": add_working_days(eve, 1)}
    form = MeetingForm(request.POST or None, on=window.first, initial=initial)
    made: list[Meeting] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: made.append(
                operations.convene_again(
                    meeting_id=first.pk, **form.asked(), by=request.user, at=now
                )
            ),
        )
    ):
        messages.success(request, "Seconde convocation prête. Envoyez maintenant les convocations.")
        return basin_redirect("meeting_detail", number=made[0].number)
    lead = (
        f"Mêmes dossiers ({', '.join(item.project.beneficiary.name for item in failed)}), sans "
        f"condition de quorum, entre le {long_date(window.first)} et le {long_date(window.last)}. "
        "Rien ne s'ajoute à l'ordre du jour."
    )
    back = basin_reverse("meeting_detail", number=number)
    return _meeting_form(
        request, form, title="Convoquer à nouveau", cancel=back, meeting=first, lead=lead
    )


def _meeting_form(
    request: HttpRequest,
    form: MeetingForm,
    *,
    title: str,
    cancel: str,
    meeting: Meeting | None = None,
    lead: str = "",
) -> HttpResponse:
    links = [meeting_link(meeting)] if meeting else []
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "cancel": cancel,
        "breadcrumb": home_links(*links, Link(title, "")),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/meeting_form.html", context, status=status)


@require_POST
@access("ballot.chair")
@refusals_to("meeting_detail")
def meeting_open(request: HttpRequest, number: str) -> HttpResponse:
    """Ouvrir la séance."""
    meeting = meetings.sitting_numbered(number)
    require_presidency(may=leading.chairs(request.user, meeting))
    operations.open_meeting(meeting_id=meeting.pk, by=request.user, at=timezone.now())
    messages.success(request, "La séance est ouverte.")
    return basin_redirect("meeting_detail", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@access("ballot.chair")
@refusals_to("meeting_detail")
def meeting_close(request: HttpRequest, number: str) -> HttpResponse:
    """Lever la séance, after a page that says what becomes of the files left."""
    meeting = meetings.sitting_numbered(number)
    require_presidency(may=leading.chairs(request.user, meeting))
    if request.method == "POST":
        operations.close_meeting(meeting_id=meeting.pk, by=request.user, at=timezone.now())
        messages.success(request, "La séance est levée. Le procès-verbal est à rédiger.")
        return basin_redirect("meeting_detail", number=number)
    under_way = Ballot.objects.filter(
        item__meeting=meeting, status__in=[BallotStatus.OPEN, BallotStatus.CLOSED]
    )
    permissions.close_meeting(meeting, under_way=under_way.exists())
    permissions.leave_no_rejection(agenda.left_rejected(meeting))
    left = agenda.undecided(meeting)
    files, asked = left.filter(matter="").count(), left.exclude(matter="").count()
    effects = ["Les présences s'arrêtent à cette heure.", "Plus aucun vote ne peut être ouvert."]
    if files:
        back = counted(files, "dossier sans décision revient", "dossiers sans décision reviennent")
        effects.append(f"{back} parmi les dossiers prêts.")
    if asked:
        words = counted(asked, "demande sur une avance reste", "demandes sur une avance restent")
        effects.append(f"{words} sans réponse : le comité pourra en être saisi à nouveau.")
    return confirm_page(
        request,
        meeting,
        Confirmation(
            title="Lever la séance",
            effects=effects,
            label="Lever la séance",
            back_url=basin_reverse("meeting_detail", number=number),
        ),
    )
