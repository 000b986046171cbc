"""What is asked of the committee about an advance."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.money import format_euros
from committees.queries.consultations import upcoming_meetings
from committees.queries.rules import committee_rules
from funds import operations, queries
from funds.forms import AdvanceRequestForm
from funds.views.scope import breadcrumb, visible_advance


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
def advance_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Saisir le comité : a reschedule, a moratorium or a loss, on an agenda or in writing."""
    advance = visible_advance(request, reference=reference)
    now = timezone.now()
    form = AdvanceRequestForm(
        request.POST or None,
        meetings=upcoming_meetings(at=now),
        in_writing=committee_rules().consultations,
    )
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            item = operations.ask_committee(
                advance_id=advance.pk, by=request.user, at=now, **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(request, "La demande est inscrite devant le comité.")
            return basin_redirect("item_detail", item_id=item.pk)
        status = outcome.status
    context = {
        "title": "Saisir le comité",
        "lead": f"{format_euros(queries.owed(advance))} restent dus. Rien ne change avant la "
        "décision du comité ; l'opération du fonds reposera sur elle.",
        "form": form,
        "label": "Inscrire la demande",
        "back": basin_reverse("advance_detail", reference=reference),
        "breadcrumb": breadcrumb(advance, "Saisir le comité"),
    }
    return render(request, "funds/form.html", context, status=status)
