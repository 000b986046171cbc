"""The plan of an advance: every version, and the one that the committee decides next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.http import basin_redirect, basin_reverse, form_status, refusals_in
from alize.common.money import format_euros
from funds import operations, queries
from funds.forms import RescheduleForm
from funds.rules.planning import write_rows
from funds.tables import PlanTable
from funds.views.scope import breadcrumb, visible_advance


@require_safe
@access("advance.read")
def schedule_history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every plan of an advance, the last first: none is ever changed."""
    advance = visible_advance(request, reference=reference)
    versions = advance.schedule_versions.select_related("decision", "recorded_by")
    context = {
        "advance": advance,
        "plans": [
            (version, PlanTable(version.schedule_lines.all()))
            for version in versions.prefetch_related("schedule_lines").order_by("-no")
        ],
        "breadcrumb": breadcrumb(advance, "Échéanciers"),
    }
    return render(request, "funds/schedules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("schedule.replace")
def schedule_replace(request: HttpRequest, reference: str) -> HttpResponse:
    """Rééchelonner ou accorder un moratoire, as the committee decided."""
    advance = visible_advance(request, reference=reference)
    today = timezone.localdate()
    standing = queries.book_of(advance).position(today)
    initial = {
        "effective_on": today,
        "rows": write_rows(
            [(max(line.due_on, today), line.amount) for line in standing.unpaid_lines]
        ),
    }
    form = RescheduleForm(request.POST or None, initial=initial, advance=advance)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.reschedule(
                advance_id=advance.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(request, "Le nouvel échéancier est en place ; l'ancien reste lisible.")
            return basin_redirect("advance_detail", reference=reference)
        status = outcome.status
    lead = (
        f"{format_euros(standing.outstanding)} restent dus. L'avance gardera la marque "
        "d'une restructuration ; l'échéancier actuel reste lisible."
    )
    if not form.fields["decision"].queryset.exists():
        lead += " Aucune demande acceptée par le comité n'attend d'échéancier : saisissez-le."
    context = {
        "title": "Rééchelonner",
        "lead": lead,
        "form": form,
        "label": "Mettre en place",
        "back": basin_reverse("advance_detail", reference=reference),
        "breadcrumb": breadcrumb(advance, "Rééchelonner"),
    }
    return render(request, "funds/form.html", context, status=status)
