"""The documents of a meeting: the pack of files of each reader, the attendance sheet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import refusals_to
from basins.homes import visitor_of
from committees import operations
from committees.queries import meetings, packs
from committees.wording import counted


@require_POST
@access("pack.ask")
@refusals_to("meeting_detail")
def pack_ask(request: HttpRequest, number: str) -> HttpResponse:
    """Préparer mon dossier de séance."""
    now = timezone.now()
    meeting = meetings.meeting_numbered(number)
    operations.ask_pack(meeting_id=meeting.pk, visitor=visitor_of(request, now), at=now)
    messages.success(request, "Votre dossier se prépare ; vous pouvez quitter la page.")
    return redirect(meetings.page_of(meeting) + "#dossier-de-seance")


@require_POST
@access("meeting.write")
@refusals_to("meeting_detail")
def packs_publish(request: HttpRequest, number: str) -> HttpResponse:
    """Envoyer leur dossier de séance à ceux qui siègent."""
    meeting = meetings.sitting_numbered(number)
    told = operations.publish_packs(meeting_id=meeting.pk, by=request.user, at=timezone.now())
    count = counted(len(told), "dossier se prépare", "dossiers se préparent")
    messages.success(
        request, f"{count} : un courrier prévient chaque personne quand le sien est prêt."
    )
    return redirect(meetings.page_of(meeting))


@require_safe
@access("pack.ask")
def pack_state(request: HttpRequest, number: str) -> HttpResponse:
    """How far one's own pack has come, for the page that follows it."""
    now = timezone.now()
    meeting = meetings.meeting_numbered(number)
    state = packs.pack_state(meeting, visitor_of(request, now), at=now)
    return JsonResponse(
        {"done": state.done, "steps": state.steps, "is_under_way": state.is_under_way}
    )


@require_POST
@access("meeting.write")
@refusals_to("meeting_detail")
def attendance_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Feuille d'émargement, to print."""
    meeting = meetings.sitting_numbered(number)
    document = operations.issue_attendance_sheet(
        meeting_id=meeting.pk, by=request.user, at=timezone.now()
    )
    return redirect(basin_reverse("document_download", document_id=document.pk))
