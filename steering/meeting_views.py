"""Comités de pilotage : convened, concluded, their minutes signed (R84, journeys.md P2 and P3)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import answered, refusals_to
from alize.common.screen import Link
from basins.homes import visitor_of
from steering import meeting_screen, permissions
from steering.forms import ConclusionsForm, MinutesSignatureForm, SummonsForm
from steering.models import SteeringMeeting
from steering.operations import meetings as meeting_operations
from steering.queries import meetings, reports, validations
from steering.screen import trail


def _found(number: int) -> SteeringMeeting:
    known = SteeringMeeting.objects.select_related("report", "document", "circuit")
    return get_object_or_404(known, number=number)


@require_safe
@access("report.read")
def steering_meeting(request: HttpRequest, number: int) -> HttpResponse:
    """One steering committee: its agenda, its conclusions, its minutes (R84)."""
    meeting = _found(number)
    context = {
        "breadcrumb": trail(Link(str(meeting), "")),
        "screen": meeting_screen.meeting_screen(meeting, visitor_of(request)),
    }
    return render(request, "steering/meeting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("report.write")
@refusals_to("report_list")
def steering_convene(request: HttpRequest) -> HttpResponse:
    """Convoquer un comité de pilotage."""
    permissions.convene_meeting(meetings.convened())
    number = meetings.next_number()
    latest = reports.latest_published()
    suggested = {"number": number, "report": latest[0] if latest else None}
    form = SummonsForm(request.POST or None, initial=suggested)

    def act() -> None:
        meeting_operations.convene_meeting(
            values=form.cleaned_data, by=request.user, at=timezone.now()
        )

    return _answered(
        request,
        form,
        act,
        title="Convoquer un comité de pilotage",
        label="Convoquer",
        said="Le comité est convoqué : son ordre du jour est à la disposition de la préfecture.",
        back=basin_reverse("report_list") + "#comites",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("report.write")
@refusals_to("steering_meeting")
def steering_move(request: HttpRequest, number: int) -> HttpResponse:
    """Modifier la convocation."""
    meeting = _found(number)
    permissions.move_meeting(meeting)
    names = meeting_operations.SUMMONS
    form = SummonsForm(request.POST or None, initial=_written(meeting, names))

    def act() -> None:
        mark = form.cleaned_data["mark"]
        asked = {"values": form.cleaned_data, "by": request.user, "at": timezone.now()}
        meeting_operations.move_meeting(meeting_id=meeting.pk, mark=mark, **asked)

    return _answered(
        request,
        form,
        act,
        meeting=meeting,
        title="Modifier la convocation",
        label="Enregistrer",
        said="La convocation est modifiée.",
        back=basin_reverse("report_list") + "#comites",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("report.write")
@refusals_to("steering_meeting")
def steering_close(request: HttpRequest, number: int) -> HttpResponse:
    """Enregistrer les conclusions."""
    meeting = _found(number)
    permissions.close_meeting(meeting)
    return _conclude(
        request,
        meeting,
        meeting_operations.close_meeting,
        title="Enregistrer les conclusions",
        said="Les conclusions sont enregistrées : le relevé de décisions se met en page.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("report.write")
@refusals_to("steering_meeting")
def steering_correct(request: HttpRequest, number: int) -> HttpResponse:
    """Corriger le relevé de décisions."""
    meeting = _found(number)
    permissions.correct_minutes(meeting)
    return _conclude(
        request,
        meeting,
        meeting_operations.correct_minutes,
        title="Corriger le relevé de décisions",
        said="Le relevé est corrigé : sa nouvelle version se met en page.",
    )


def _conclude(
    request: HttpRequest, meeting: SteeringMeeting, operation: Callable, *, title: str, said: str
) -> HttpResponse:
    decisions = list(validations.presented_for(visitor_of(request), meeting))
    if request.method == "POST":
        # One made since the page was opened was not shown: it is for the next committee.
        decisions = [one for one in decisions if validations.names_of(one.pk)[0] in request.POST]
    initial = _written(meeting, meeting_operations.CONCLUSIONS)
    initial |= validations.as_typed(meeting, decisions)
    form = ConclusionsForm(request.POST or None, initial=initial, decisions=decisions)

    def act() -> None:
        mark = form.cleaned_data["mark"]
        asked = {"values": form.cleaned_data, "by": request.user, "at": timezone.now()}
        operation(meeting_id=meeting.pk, mark=mark, **asked)

    words = {"title": title, "label": "Enregistrer", "said": said}
    template = "steering/conclusions.html"
    return _answered(request, form, act, meeting=meeting, template=template, **words)


@require_http_methods(["GET", "HEAD", "POST"])
@access("report.write")
@refusals_to("steering_meeting")
def steering_sign(request: HttpRequest, number: int) -> HttpResponse:
    """Faire signer le relevé de décisions."""
    meeting = _found(number)
    permissions.sign_minutes(meeting)
    today = timezone.localdate()
    suggested = MinutesSignatureForm.suggested(meeting, on=today)
    form = MinutesSignatureForm(
        request.POST or None, request.FILES or None, initial=suggested, on=today
    )

    def act() -> None:
        meeting_operations.sign_minutes(
            meeting_id=meeting.pk, **form.asked(), by=request.user, at=timezone.now()
        )

    return _answered(
        request,
        form,
        act,
        meeting=meeting,
        title="Faire signer le relevé de décisions",
        label="Lancer la signature",
        said="La signature est lancée.",
    )


def _written(meeting: SteeringMeeting, names: tuple[str, ...]) -> dict[str, Any]:
    """What is recorded, as its form proposes it."""
    return {name: getattr(meeting, name) for name in names}


def _answered(
    request: HttpRequest,
    form: Any,
    act: Callable[[], None],
    *,
    title: str,
    label: str,
    said: str,
    meeting: SteeringMeeting | None = None,
    back: str = "",
    template: str = "steering/meeting_form.html",
) -> HttpResponse:
    page = meeting_screen.address(meeting) if meeting else ""
    before = [Link(str(meeting), page)] if meeting else []
    context = {
        "breadcrumb": trail(*before, Link(title, "")),
        "title": title,
        "lead": str(meeting) if meeting else "",
        "label": label,
        "cancel": page or basin_reverse("report_list"),
    }
    back = back or page
    return answered(request, form, act, said=said, back=back, template=template, context=context)
