"""Who is heard without a seat."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Link
from committees import operations, permissions
from committees.forms.meetings import GuestForm
from committees.models import Guest
from committees.queries import meetings
from committees.views.base import home_links, meeting_link


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("meeting_detail")
def guest_add(request: HttpRequest, number: str) -> HttpResponse:
    """Inviter une personne à être entendue, with « Annuler »."""
    meeting = meetings.sitting_numbered(number)
    permissions.invite_guests(meeting)
    form = GuestForm(request.POST or None, meeting=meeting)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        with refusals_in(form) as outcome:
            guest, is_new = operations.add_guest(
                meeting_id=meeting.pk,
                name=typed["name"],
                capacity=typed["capacity"],
                item_id=typed["item"].pk if typed["item"] else None,
                by=request.user,
                at=timezone.now(),
            )
            undo = f"undo:{basin_reverse('guest_remove', guest_id=guest.pk)}" if is_new else ""
            said = f"{guest.name} est sur la liste des personnes entendues."
            messages.success(request, said, extra_tags=undo)
            return basin_redirect("meeting_detail", number=number)
        status = outcome.status
    context = {
        "form": form,
        "meeting": meeting,
        "breadcrumb": home_links(meeting_link(meeting), Link("Personne entendue", "")),
        "cancel": basin_reverse("meeting_detail", number=number),
    }
    return render(request, "committees/meeting_guest.html", context, status=status)


def _meeting_page(guest_id: int) -> str:
    guest = Guest.objects.select_related("meeting").filter(pk=guest_id).first()
    if guest is None:
        raise Http404
    return basin_reverse("meeting_detail", number=guest.meeting.number)


@require_POST
@access("meeting.write")
@refusals_to(_meeting_page)
def guest_remove(request: HttpRequest, guest_id: int) -> HttpResponse:
    """Retirer une personne de la liste."""
    guest = Guest.objects.select_related("meeting").filter(pk=guest_id).first()
    if guest is None:
        raise Http404
    operations.remove_guest(guest_id=guest_id, by=request.user, at=timezone.now())
    messages.success(request, f"{guest.name} n'est plus sur la liste.")
    return basin_redirect("meeting_detail", number=guest.meeting.number)
