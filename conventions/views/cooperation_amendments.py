"""Avenants of a cooperation convention: their draft; the rest is that of any amendment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.common.faults import Sent
from alize.common.http import basin_redirect, form_status, refusals_in
from conventions import operations
from conventions.amendment_forms import NewSupportAmendmentForm, SupportAmendmentForm
from conventions.models import Amendment, CooperationConvention
from conventions.permissions import partnership as permissions
from conventions.queries import amended
from conventions.views.lists import breadcrumb, visible_convention
from funds.models import ScheduleVersion


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
def cooperation_amendment_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Préparer un avenant, for the schedule of `?echeancier=` when a request was accepted."""
    convention = visible_convention(request, reference)
    if request.method != "POST":
        try:
            permissions.begin_amendment(convention, timezone.localdate())
        except ActionDenied as denied:
            messages.error(request, denied.reason)
            return basin_redirect("convention_detail", reference=reference)
    return edit(request, convention, None)


def edit(
    request: HttpRequest, convention: CooperationConvention, amendment: Amendment | None
) -> HttpResponse:
    """The form of an amendment and the lines of its companies."""
    data, today = request.POST or None, timezone.localdate()
    kind = SupportAmendmentForm if amendment else NewSupportAmendmentForm
    form = kind(
        data,
        convention=convention,
        amendment=amendment,
        proposed=_proposed(request, convention),
        on=today,
    )
    parts = [form, form.skills] if form.supports else [form]
    status = form_status(request)
    if data is not None and False not in [part.is_valid() for part in parts]:
        with refusals_in(form) as outcome:
            saved = operations.save_support_amendment(
                convention_id=convention.pk,
                amendment_id=amendment.pk if amendment else None,
                reason=form.cleaned_data["reason"],
                terms=form.terms(),
                mark=form.cleaned_data["mark"],
                command_key=form.cleaned_data.get("command_key"),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"L'avenant n° {saved.number} est enregistré.")
            return basin_redirect("amendment_detail", amendment_id=saved.pk)
        status = outcome.status
    title = f"Modifier l'avenant n° {amendment.number}" if amendment else "Préparer un avenant"
    context = {
        "form": form,
        "skills": form.skills,
        "sent": Sent(form, {"Apport": form.skills}),
        "title": title,
        "lead": "Ce qui reste comme la convention le dit n'est pas un changement.",
        "reference": f"Convention {convention.reference}",
        "back_url": basin_reverse("amendment_detail", amendment_id=amendment.pk)
        if amendment
        else basin_reverse("convention_detail", reference=convention.reference),
        "breadcrumb": breadcrumb(convention, title),
    }
    return render(request, "conventions/amendment_form.html", context, status=status)


def _proposed(request: HttpRequest, convention: CooperationConvention) -> ScheduleVersion | None:
    """The schedule that the page of the advance proposes to have signed."""
    asked = request.GET.get("echeancier", "")
    version = amended.schedule_to_sign(convention)
    return version if version is not None and str(version.pk) == asked else None
