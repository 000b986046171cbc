"""What comes after the signature: approval, remarks, the receipt of a vote checked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from committees import documents, operations, permissions
from committees.forms.minutes import HandsForm, ReceiptForm, RemarkForm
from committees.queries import meetings, receipts
from committees.views.base import carried_out, home_links
from committees.views.minutes import confirm_minutes, may_read, minutes_of


@require_http_methods(["GET", "HEAD", "POST"])
@access("ballot.chair")
@refusals_to("minutes_detail")
def minutes_approve(request: HttpRequest, number: str) -> HttpResponse:
    """Faire approuver le procès-verbal par la séance en cours."""
    minutes = minutes_of(number)
    if not may_read(request, minutes):
        raise Http404
    sitting = meetings.approving(minutes, request.user)
    if sitting is None:
        raise ActionDenied("Un procès-verbal s'approuve pendant une séance que vous présidez.")
    form = HandsForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.approve_minutes(
                minutes_id=minutes.pk,
                meeting_id=sitting.pk,
                hands=form.hands(),
                by=request.user,
                at=timezone.now(),
            ),
        )
    ):
        messages.success(request, "Procès-verbal approuvé.")
        return basin_redirect("minutes_detail", number=number)
    confirmation = Confirmation(
        title="Approuver le procès-verbal",
        facts=(
            Definition("Procès-verbal", documents.minutes_title(minutes.meeting)),
            Definition("Remarques jointes", str(minutes.remarks.count())),
        ),
        effects=(f"L'approbation figure au procès-verbal de la séance {sitting.number}.",),
        label="Noter l'approbation",
        back_url=basin_reverse("minutes_detail", number=number),
    )
    return confirm_minutes(request, minutes, confirmation, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@access("minutes.remark")
@refusals_to("minutes_detail")
def minutes_remark(request: HttpRequest, number: str) -> HttpResponse:
    """Joindre une remarque à un procès-verbal signé."""
    minutes = minutes_of(number)
    if not may_read(request, minutes):
        raise Http404
    permissions.remark(minutes)
    form = RemarkForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.add_remark(
                minutes_id=minutes.pk, **form.cleaned_data, by=request.user, at=timezone.now()
            ),
        )
    ):
        messages.success(request, "Votre remarque est jointe au procès-verbal.")
        return basin_redirect("minutes_detail", number=number)
    confirmation = Confirmation(
        title="Joindre une remarque",
        facts=(Definition("Procès-verbal", documents.minutes_title(minutes.meeting)),),
        effects=("Elle est jointe dans une note datée, sous votre nom ; elle y reste.",),
        label="Joindre la remarque",
        back_url=basin_reverse("minutes_detail", number=number),
    )
    return confirm_minutes(request, minutes, confirmation, form=form)


@require_safe
@access("meeting.read")
def receipt_check(request: HttpRequest) -> HttpResponse:
    """Vérifier un reçu : whether the vote it stands for is among those sealed at the close."""
    asked = "reference" in request.GET
    form = ReceiptForm(request.GET if asked else None)
    found = receipts.check(**form.cleaned_data) if asked and form.is_valid() else None
    context = {
        "breadcrumb": home_links(
            Link("Mes votes", basin_reverse("receipt_list")), Link("Vérifier un reçu", "")
        ),
        "form": form,
        "found": found,
        "asked": asked and form.is_valid(),
    }
    return render(request, "committees/receipt_check.html", context)
