"""Pilotage : the figures of the basin, the yearly report, from its preview to its three buttons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.errors import Refusal
from alize.common.http import basin_redirect
from alize.common.screen import Action, Confirmation, Definition, Link
from basins.access import allows
from basins.enums import Role
from basins.queries import reachable
from steering import documents, lines, meeting_screen, operations, permissions, pictures, screen
from steering.forms import PrepareForm, YearForm
from steering.models import EvaluationReport, SteeringMeeting
from steering.queries import meetings, reports
from steering.screen import trail
from steering.snapshot import freeze

MEETINGS_SHOWN = 6
"""Of the steering committees, before one asks for the earlier ones."""


@require_safe
@access("report.read")
def report_list(request: HttpRequest) -> HttpResponse:
    """The figures of a year against the references, since the origin, the reports."""
    today = timezone.localdate()
    first = reports.first_year(request.basin, on_year=today.year)
    years = list(range(first, today.year + 1))
    asked = {"annee": today.year, "au": short_date(today), **request.GET.dict()}
    form = YearForm(asked, years=years)
    chosen = form.cleaned_data if form.is_valid() else {}
    year = chosen.get("annee") or today.year
    as_of = min(chosen.get("au") or today, today)
    frozen = documents.dated(freeze(year=year, as_of=as_of))
    may_write = allows(request.roles, "report.write")
    latest = reports.latest_published()
    as_of_words = short_date(as_of)
    committees = [meeting_screen.line(meeting) for meeting in SteeringMeeting.objects.all()]
    context = {
        "breadcrumb": [*trail()[:1], Link("Pilotage", "")],
        "form": form,
        "year": year,
        "as_of": as_of,
        "figures": screen.figures(frozen, as_of=as_of_words),
        "origin": screen.origin_figures(frozen, as_of=as_of_words),
        "gauges": pictures.gauges(frozen),
        "jobs": pictures.jobs(frozen) if frozen["cohorts"] else None,
        "profile": pictures.profile(frozen),
        "gap": frozen["gap_tenths"],
        "latest": latest[0] if latest else None,
        "downloads": screen.downloads(latest[0]) if latest else [],
        "reports": latest,
        "meetings": committees[:MEETINGS_SHOWN],
        "earlier": committees[MEETINGS_SHOWN:],
        "convene": Action("Convoquer un comité", basin_reverse("steering_convene"))
        if may_write and permissions.convene_meeting.allows(meetings.convened())
        else None,
        "prepare": Action("Préparer le rapport", basin_reverse("report_prepare"))
        if may_write
        else None,
    }
    return render(request, "steering/list.html", context)


@require_safe
@access("report.read")
def report_detail(request: HttpRequest, year: int) -> HttpResponse:
    """A published report: three big buttons."""
    report = reports.published(year)
    if report is None:
        raise Http404
    frozen = documents.dated(report.figures)
    context = {
        "breadcrumb": trail(Link(f"Rapport {year}", "")),
        "report": report,
        "downloads": screen.downloads(report),
        "lines": lines.year_lines(frozen),
        "origin_lines": lines.origin_lines(frozen),
    }
    return render(request, "steering/report.html", context)


@require_http_methods(["GET", "POST"])
@access("report.write")
def report_prepare(request: HttpRequest) -> HttpResponse:
    """Choose the year and the day, then read the preview."""
    today = timezone.localdate()
    year = reports.next_year(request.basin, on_year=today.year)
    suggested = PrepareForm.suggested(year, on=today)
    form = PrepareForm(request.POST or None, initial=suggested)
    if request.method == "POST" and form.is_valid():
        try:
            report = operations.prepare_report(
                **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("as_of", refusal.reason)
        else:
            return basin_redirect("report_preview", year=report.year)
    context = {"breadcrumb": trail(Link("Préparer le rapport", "")), "form": form}
    return render(request, "steering/prepare.html", context)


def _under_way(year: int) -> EvaluationReport:
    report = reports.under_way(year)
    if report is None:
        raise Http404
    return report


@require_safe
@access("report.write")
def report_preview(request: HttpRequest, year: int) -> HttpResponse:
    """The figures that would be published, and what is missing in them."""
    report = _under_way(year)
    context = {
        **documents.report_context(report),
        "breadcrumb": trail(Link(f"Aperçu {year}", "")),
        "publish": Action("Publier", basin_reverse("report_publish", year=year), icon="send"),
        "again": Action("Changer l'année ou la date", basin_reverse("report_prepare")),
    }
    return render(request, "steering/preview.html", context)


@require_http_methods(["GET", "POST"])
@access("report.write", fresh=True)
def report_publish(request: HttpRequest, year: int) -> HttpResponse:
    """Publish: what cannot be undone says what it does and who will be told."""
    if request.method == "POST" and reports.under_way(year) is None and reports.published(year):
        return basin_redirect("report_detail", year=year)
    report = _under_way(year)
    now = timezone.now()
    changes: list[tuple[str, str, str]] = []
    if request.method == "POST":
        try:
            operations.publish_report(report_id=report.pk, by=request.user, at=now)
        except operations.FiguresChanged as refusal:
            messages.error(request, refusal.reason)
            changes = refusal.changes
        except Refusal as refusal:
            messages.error(request, refusal.reason)
        else:
            messages.success(request, f"Le rapport {year} est publié ; ses fichiers se préparent.")
            return basin_redirect("report_detail", year=year)
    told = [person.full_name for person in reachable(Role.PREFECTURE, on=timezone.localdate(now))]
    context: dict[str, Any] = {
        "breadcrumb": trail(
            Link(f"Aperçu {year}", basin_reverse("report_preview", year=year)), Link("Publier", "")
        ),
        "changes": changes,
        "again": Action("Reprendre les chiffres", basin_reverse("report_prepare")),
        "confirmation": Confirmation(
            title=f"Publier le rapport {year}",
            facts=(
                Definition("Arrêté au", short_date(report.as_of)),
                Definition("Version", str(report.version)),
            ),
            effects=(
                "Les chiffres sont figés : une correction passera par une nouvelle version.",
                "Le rapport (PDF) et ses tableaux (XLSX) sont produits et enregistrés au registre "
                "de vérification.",
            ),
            told=tuple(told),
            label="Publier",
            back_url=basin_reverse("report_preview", year=year),
        ),
    }
    return render(request, "steering/publish.html", context)
