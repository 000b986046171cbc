"""What the pages of the steering show, from frozen figures."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from alize.common.addresses import basin_reverse
from alize.common.screen import Download, Figure, Link
from alize.documents.imprint import verify_path
from alize.documents.models import GeneratedDocument
from basins.access import allows
from basins.downloads import READY, UNDER_WAY, Work
from basins.homes import Visitor
from steering import lines
from steering.models import EvaluationReport
from steering.queries import reports

ON_TOP = ("meetings", "projects_approved", "advances_granted", "jobs_planned", "jobs_created")
OF_ORIGIN = ("companies", "jobs_created", "turnover", "projects_realised")


def trail(*links: Link) -> list[Link]:
    """Where a page of the steering stands."""
    return [
        Link("Accueil", basin_reverse("basin_home")),
        Link("Pilotage", basin_reverse("report_list")),
        *links,
    ]


def figure_of(line: lines.Line, *, as_of: str, before: int | None = None) -> Figure:
    """One line as a card, beside the value of the year `before`."""
    reference = f"repère {line.reference}" if line.reference else ""
    if line.n is not None:
        reference = f"sur {line.n} cas" + (f", {reference}" if reference else "")
    unit = line.unit if line.unit not in ("€", "") and line.value is not None else ""
    return Figure(
        line.label,
        _signed(line),
        unit=unit,
        reference=reference,
        as_of=as_of,
        trend="" if before is None else f"{line.previous_written} en {before}",
    )


def _signed(line: lines.Line) -> str:
    grows = line.indicator.code == "turnover" and (line.value or 0) > 0
    return f"+{line.written}" if grows else line.written


def figures(frozen: dict[str, Any], *, as_of: str) -> list[Figure]:
    """The year, at a glance."""
    known = {line.indicator.code: line for line in lines.year_lines(frozen)}
    before = frozen["year"] - 1
    return [figure_of(known[code], as_of=as_of, before=before) for code in ON_TOP]


def origin_figures(frozen: dict[str, Any], *, as_of: str) -> list[Figure]:
    """Since the origin, at a glance."""
    known = {line.indicator.code: line for line in lines.origin_lines(frozen)}
    return [figure_of(known[code], as_of=as_of) for code in OF_ORIGIN]


def size_of(document: GeneratedDocument) -> str:
    """The weight of a file in words: « 2,1 Mo », « 140 ko »."""
    if document.size >= 1_000_000:
        return f"{lines.tenths(document.size // 100_000)} Mo"
    return f"{max(document.size // 1000, 1)} ko"


def downloads(report: EvaluationReport) -> list[Download]:
    """Three big buttons and nothing else (journeys.md P1)."""
    file = reports.file_of(report)
    if file is None or report.spreadsheet is None:
        return []
    return [
        Download(
            "Rapport (PDF)",
            basin_reverse("document_download", document_id=file.pk),
            size_of(file),
            "file-earmark-pdf",
            primary=True,
        ),
        Download(
            "Tableaux (XLSX)",
            basin_reverse("document_download", document_id=report.spreadsheet.pk),
            size_of(report.spreadsheet),
            "file-earmark-spreadsheet",
        ),
        Download(
            "Vérifier le document",
            verify_path(file.reference, file.version),
            "authenticité et version",
            "patch-check",
        ),
    ]


def page_of(pk: str) -> Link | None:
    """Where the page of a published report is, from its identifier."""
    report = EvaluationReport.objects.filter(pk=pk).first()
    if report is None:
        return None
    return Link("Rapport d'évaluation", basin_reverse("report_detail", year=report.year))


def reports_asked(visitor: Visitor, since: datetime, at: datetime) -> Iterable[Work]:
    """The yearly reports that a person published, each with the page of its three buttons."""
    if not allows(visitor.roles, "report.read"):
        return
    mine = EvaluationReport.objects.filter(published_by=visitor.person.pk, published_at__gt=since)
    for report in mine:
        page = basin_reverse("report_detail", year=report.year)
        yield Work(
            label=f"Rapport d'évaluation {report.year}, version {report.version}",
            asked_at=report.published_at,
            state=READY if report.document_id and report.spreadsheet_id else UNDER_WAY,
            links=[Link("Ouvrir le rapport", page)],
        )
