"""Fonds › Rapports aux financeurs: freeze a year, read it again as it was known."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.http import basin_redirect, refusals_in
from alize.common.money import format_euros
from alize.common.screen import Definition, Download, Link
from alize.documents.models import GeneratedDocument
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from funds import operations
from funds.models import FunderReport
from funds.queries.reports import (
    FunderFigures,
    frozen_figures,
    funder_figures,
    funder_of,
    known_funders,
    known_now,
)
from funds.queries.transfers import stopped_entries
from funds.reports.forms import FreezeForm
from funds.reports.lines import changes, risk_lines, state_lines, total_cells, year_cells
from funds.reports.papers import title_of
from funds.reports.tables import FlowTable, ReportTable, StandingTable
from funds.views.scope import breadcrumb


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.read")
def funder_report_list(request: HttpRequest) -> HttpResponse:
    """Les rapports figés, the last first."""
    rows = [
        {
            "reference": report.reference,
            "url": basin_reverse("funder_report_detail", reference=report.reference),
            "funder": report.funder or "Tous",
            "as_of": report.as_of,
            "frozen": _frozen(report),
        }
        for report in FunderReport.objects.select_related("frozen_by")
    ]
    table = ReportTable(rows)
    exported = nominal_export_of(request, table, name="rapports_aux_financeurs")
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    context = {
        "table": table,
        "may_freeze": allows(request.roles, "funder_report.freeze"),
        "breadcrumb": breadcrumb(page="Rapports aux financeurs"),
    }
    return render(request, "funds/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("funder_report.freeze")
def funder_report_freeze(request: HttpRequest) -> HttpResponse:
    """Figer un rapport: the figures known now, their documents kept."""
    last = date(timezone.localdate().year - 1, 12, 31)
    form = FreezeForm(request.POST or None, funders=known_funders(), initial={"as_of": last})
    status = 200
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            report = operations.freeze_report(
                by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(request, f"Le rapport {report.reference} est figé.")
            return basin_redirect("funder_report_detail", reference=report.reference)
        status = outcome.status
    context = {
        "title": "Figer un rapport aux financeurs",
        "lead": "Les chiffres connus aujourd'hui sont gardés avec leurs documents. Une écriture "
        "antidatée ne les changera plus.",
        "form": form,
        "label": "Figer le rapport",
        "back": basin_reverse("funder_report_list"),
        "breadcrumb": _trail("Figer"),
    }
    return render(request, "funds/form.html", context, status=status)


@require_safe
@access("ledger.read")
def funder_report_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Un rapport: its figures asked again as they were known, and what changed since."""
    reports = FunderReport.objects.select_related("frozen_by")
    report = get_object_or_404(reports, reference=reference)
    then = frozen_figures(report)
    now = funder_figures(
        as_of=report.as_of,
        known_at=known_now(),
        seen_at=timezone.now(),
        matrix=report.matrix,
        stopped=stopped_entries(on=report.as_of),
        funder=funder_of(report),
    )
    documents = GeneratedDocument.objects.about(report).order_by("pk")
    context = {
        "title": title_of(report),
        "report": report,
        "year": report.as_of.year,
        "year_table": FlowTable(_flow_rows(then, year_cells)),
        "total_table": StandingTable(_flow_rows(then, total_cells)),
        "state": [*_euros(then), *(Definition(*line) for line in risk_lines(then))],
        "changes": changes(then, now),
        "downloads": [_download(one) for one in documents],
        "frozen": _frozen(report),
        "breadcrumb": _trail(report.reference),
    }
    return render(request, "funds/report.html", context)


def _trail(page: str) -> list[Link]:
    trail = breadcrumb(page=page)
    trail.insert(2, Link("Rapports aux financeurs", basin_reverse("funder_report_list")))
    return trail


def _frozen(report: FunderReport) -> str:
    frozen_on = short_date(timezone.localdate(report.frozen_at))
    return f"{report.frozen_by.full_name}, le {frozen_on}"


def _flow_rows(figures: FunderFigures, cells: Any) -> list[dict[str, Any]]:
    names = ("paid_in", "lent", "repaid", "lost", "returned", "out", "left")
    rows = [*figures.by_funder, ("Ensemble du fonds", figures.whole)]
    return [
        {
            "funder": funder,
            "rate": flows.loss_rate,
            **dict(zip(names, cells(flows), strict=False)),
        }
        for funder, flows in rows
    ]


def _euros(figures: FunderFigures) -> list[Definition]:
    return [
        Definition(label, format_euros(cents), number=True) for label, cents in state_lines(figures)
    ]


def _download(document: GeneratedDocument) -> Download:
    is_pdf = document.content_type == "application/pdf"
    return Download(
        "Rapport (PDF)" if is_pdf else "Tableaux (XLSX)",
        basin_reverse("document_download", document_id=document.pk),
        detail=document.reference,
        icon="file-earmark-pdf" if is_pdf else "file-earmark-spreadsheet",
        primary=is_pdf,
    )
