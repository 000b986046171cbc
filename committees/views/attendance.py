"""Who is there: noted by the secretary, or said by each member."""

from datetime import datetime, time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import PARIS
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, keys_in, refusals_to
from alize.common.screen import Link
from committees import operations, permissions
from committees.forms.attendance import ArrivalForm, DepartureForm
from committees.models import Attendance, Meeting
from committees.queries import meetings, presences
from committees.views.base import home_links, meeting_link, own_seat


def _instant(hour: time | None, *, at: datetime) -> datetime | None:
    """An hour of today, in Paris."""
    return datetime.combine(timezone.localdate(at), hour, PARIS) if hour else None


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("attendance_list")
def attendance_list(request: HttpRequest, number: str) -> HttpResponse:
    """Présences : one line a seat, an arrival at each."""
    now = timezone.now()
    meeting = meetings.sitting_numbered(number)
    if request.method == "POST":
        return _arrive(request, meeting, at=now)
    context = {
        "breadcrumb": home_links(meeting_link(meeting), Link("Présences", "")),
        "meeting": meeting,
        "rows": presences.attendance_rows(meeting),
        "quorum": presences.quorum_sentence(presences.quorum_now(meeting)),
        "may_note": permissions.attend.allows(meeting, on=timezone.localdate(now)),
    }
    return render(request, "committees/attendance_list.html", context)


def _arrive(request: HttpRequest, meeting: Meeting, *, at: datetime) -> HttpResponse:
    form = ArrivalForm(request.POST)
    if not form.is_valid():
        raise ActionDenied(next(iter(form.errors.values()))[0])
    typed = form.cleaned_data
    operations.check_in(
        meeting_id=meeting.pk,
        seat_id=typed["seat"].pk,
        person_id=typed["person"].pk,
        is_remote=typed["remote"],
        arrived_at=_instant(typed["hour"], at=at),
        by=request.user,
        at=at,
    )
    messages.success(request, f"Arrivée notée : {typed['person']}.")
    page = basin_reverse("attendance_list", number=meeting.number)
    return redirect(f"{page}#siege-{typed['seat'].pk}")


@require_POST
@access("vote.cast")
@refusals_to("meeting_detail")
def attendance_mine(request: HttpRequest, number: str) -> HttpResponse:
    """« Je suis là »."""
    now = timezone.now()
    meeting = meetings.sitting_numbered(number)
    seat = own_seat(request, meeting)
    operations.check_in(
        meeting_id=meeting.pk,
        seat_id=seat.pk,
        person_id=request.user.pk,
        is_remote=request.POST.get("forme") == "distance",
        by=request.user,
        at=now,
    )
    messages.success(request, "Votre présence est notée.")
    page = "meeting_live" if request.POST.get("retour") == "direct" else "meeting_detail"
    return basin_redirect(page, number=number)


@require_POST
@access("ballot.chair")
@refusals_to("meeting_live")
def attendance_silent(request: HttpRequest, number: str) -> HttpResponse:
    """Dire qui est toujours là, de ceux qui ne donnent plus signe de vie à distance."""
    meeting = meetings.sitting_numbered(number)
    shown, gone = (set(keys_in(request.POST.getlist(name))) for name in ("shown", "gone"))
    left = operations.answer_for_silent(
        meeting_id=meeting.pk, shown=shown, gone=gone, by=request.user, at=timezone.now()
    )
    names = ", ".join(str(row.person) for row in left)
    messages.success(request, f"Départ noté : {names}." if left else "Présences confirmées.")
    return basin_redirect("meeting_live", number=number)


def _attendance_page(attendance_id: int) -> str:
    attendance = Attendance.objects.select_related("meeting").filter(pk=attendance_id).first()
    if attendance is None:
        raise Http404
    page = basin_reverse("attendance_list", number=attendance.meeting.number)
    return f"{page}#siege-{attendance.seat_id}"


@require_POST
@access("meeting.write")
@refusals_to(_attendance_page)
def check_out(request: HttpRequest, attendance_id: int) -> HttpResponse:
    """Noter un départ."""
    now = timezone.now()
    page = _attendance_page(attendance_id)
    form = DepartureForm(request.POST)
    if not form.is_valid():
        raise ActionDenied(next(iter(form.errors.values()))[0])
    operations.check_out(
        attendance_id=attendance_id,
        left_at=_instant(form.cleaned_data["hour"], at=now),
        by=request.user,
        at=now,
    )
    messages.success(request, "Départ noté.")
    return redirect(page)
