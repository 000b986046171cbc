"""The documents of a meeting: the pack of files of each reader, the attendance sheet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_datetime
from alize.common.http import refusals_to
from alize.common.screen import Confirmation, Definition
from alize.common.words import counted
from basins.homes import visitor_of
from committees import operations, permissions
from committees.queries import meetings, packs
from committees.views.base import confirm_page


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


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("meeting_detail")
def packs_publish(request: HttpRequest, number: str) -> HttpResponse:
    """Envoyer leur dossier de séance à ceux qui siègent, after a page that names them."""
    now = timezone.now()
    meeting = meetings.sitting_numbered(number)
    if request.method == "POST":
        told = operations.publish_packs(meeting_id=meeting.pk, by=request.user, at=now)
        count = counted(len(told), "dossier se prépare", "dossiers se préparent")
        messages.success(
            request, f"{count} : un courrier prévient chaque personne quand le sien est prêt."
        )
        return redirect(meetings.page_of(meeting))
    waiting = packs.waiting_for_pack(meeting, at=now)
    permissions.publish_packs(meeting, waiting=len(waiting))
    return confirm_page(
        request,
        meeting,
        Confirmation(
            title="Envoyer leur dossier à ceux qui siègent",
            facts=(Definition("Séance", long_datetime(meeting.held_at)),),
            effects=(
                "Le dossier de chaque personne se prépare à son nom, sans les dossiers dont elle "
                "s'est déportée.",
                "Un courriel prévient chacune quand le sien est prêt. Qui a déjà le sien, à jour, "
                "ne reçoit rien.",
            ),
            told=[str(person) for person in waiting],
            label="Envoyer les dossiers",
            back_url=meetings.page_of(meeting),
        ),
    )


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
