"""The plan of an advance: every version, and the one that the committee decides next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.money import format_euros
from basins.exports import nominal_export_links, nominal_export_of
from funds import operations, queries
from funds.forms import RescheduleForm
from funds.models import Advance, ScheduleVersion
from funds.rules import Installment
from funds.tables import PlanTable
from funds.views.scope import breadcrumb, visible_advance


@require_http_methods(["GET", "HEAD", "POST"])
@access("advance.read")
def schedule_history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every plan of an advance, the last first: none is ever changed."""
    advance = visible_advance(request, reference=reference)
    versions = advance.schedule_versions.select_related("decision", "recorded_by")
    plans = [
        (version, _table_of(version))
        for version in versions.prefetch_related("schedule_lines").order_by("-no")
    ]
    if plans:
        tables = [table for _, table in plans]
        exported = nominal_export_of(request, *tables, name=f"echeanciers_{reference}")
        if exported is not None:
            return exported
        tables[0].exports = nominal_export_links(request, book=True)
    context = {
        "advance": advance,
        "plans": plans,
        "breadcrumb": breadcrumb(advance, "Échéanciers"),
    }
    return render(request, "funds/schedules.html", context)


def _table_of(version: ScheduleVersion) -> PlanTable:
    table = PlanTable(version.schedule_lines.all())
    table.caption = f"Version {version.no} du {short_date(version.effective_on)}"
    return table


@require_http_methods(["GET", "HEAD", "POST"])
@access("schedule.replace")
def schedule_replace(request: HttpRequest, reference: str) -> HttpResponse:
    """Rééchelonner ou accorder un moratoire, as the committee decided."""
    advance = visible_advance(request, reference=reference)
    terms = queries.terms_left(advance, on=timezone.localdate())
    form = RescheduleForm(request.POST or None, initial=terms, advance=advance)
    status = form_status(request)
    lines = () if request.method == "POST" else _first_plan(advance, terms)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            lines = queries.plan_anew(advance, **form.planned())
            if "apercu" not in request.POST:
                _put_in_place(request, advance, form, lines)
        if outcome.accepted and "apercu" not in request.POST:
            messages.success(request, "Le nouvel échéancier est en place ; l'ancien reste lisible.")
            return basin_redirect("advance_detail", reference=reference)
        status = outcome.status
    lead = (
        f"{format_euros(queries.owed(advance))} restent dus. L'avance gardera la marque "
        "d'une restructuration ; l'échéancier actuel reste lisible."
    )
    context = {
        "title": "Rééchelonner",
        "lead": lead,
        "form": form,
        "label": "Mettre en place",
        "back": basin_reverse("advance_detail", reference=reference),
        "preview": PlanTable(lines) if lines else None,
        "preview_lead": "Rien n'est enregistré : c'est l'échéancier que donnent ces réponses.",
        "seen": queries.digest_of(lines),
        "breadcrumb": breadcrumb(advance, "Rééchelonner"),
    }
    return render(request, "funds/reschedule.html", context, status=status)


def _first_plan(advance: Advance, terms: dict[str, Any]) -> tuple[Installment, ...]:
    """The plan that the page opens with; none when nothing is owed."""
    try:
        return queries.plan_anew(advance, **terms)
    except InvalidInput:
        return ()


def _put_in_place(
    request: HttpRequest, advance: Advance, form: RescheduleForm, lines: tuple[Installment, ...]
) -> None:
    """Replace the plan by one that was shown.

    :raises InvalidInput: it was not shown yet: it is, with everything that was typed.
    """
    if request.POST.get("seen") != queries.digest_of(lines):
        raise InvalidInput(
            "Voici l'échéancier que donnent vos réponses : relisez-le, puis mettez-le en place."
        )
    operations.reschedule(
        advance_id=advance.pk,
        rows=[(line.due_on, line.amount) for line in lines],
        by=request.user,
        at=timezone.now(),
        **form.asked(),
    )
