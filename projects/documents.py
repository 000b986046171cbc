"""The documents of a project: the sheet, the diagnosis; who may read them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from alize.common.addresses import basin_reverse
from alize.common.screen import Download
from alize.documents.models import GeneratedDocument
from alize.documents.readable import register
from alize.outbox.models import Entry
from basins.homes import visitor_of
from projects import queries
from projects.diagnosis_screen import diagnosis_texts, ratings_of
from projects.enums import Section
from projects.models import PreliminaryDiagnosis, Project
from projects.screen import facts_of, size

LAY_OUT_SHEET = "projects.lay_out_sheet"
SHEET_KIND = "fiche-projet"
DIAGNOSIS_KIND = "diagnostic"


def sheet_context(project: Project, *, on: date) -> dict[str, Any]:
    """Fiche projet : the six sections, frozen."""
    return {
        "project": project,
        "company": queries.company_of(project),
        "figures": [
            (definition.value, definition.term)
            for definition in queries.card_of(project)
            if definition.value
            and definition.term in {"Avance demandée", "Jours demandés", "Emplois prévus"}
        ],
        "sections": [
            (
                section,
                [(one.term, one.value) for one in facts_of(project, section) if one.value],
            )
            for section in Section
            if section != Section.ATTACHMENTS
        ],
        "jobs": list(project.job_forecasts.order_by("nature", "due_on", "pk")),
        "funding": list(project.funding_lines.order_by("pk")),
        "funding_total": sum(line.amount for line in project.funding_lines.all()),
        "attachments": [one.label for one in project.attachments.filter(removed_at=None)],
        "timeline": queries.timeline_of(project, on=on),
    }


def diagnosis_context(diagnosis: PreliminaryDiagnosis) -> dict[str, Any]:
    """Diagnostic préalable, as it was validated (R33)."""
    return {
        "diagnosis": diagnosis,
        "project": diagnosis.project,
        "company": diagnosis.project.beneficiary,
        "texts": diagnosis_texts(diagnosis),
        "ratings": ratings_of(diagnosis),
        "years": list(diagnosis.years.all()),
    }


@dataclass(frozen=True)
class SheetState:
    """Whether a sheet is being laid out, whether it failed, and the last one made."""

    under_way: bool
    failing: bool
    downloads: list[Download]


def sheet_state(project: Project) -> SheetState:
    """The truth about the sheet of a project."""
    waiting = Entry.objects.filter(
        kind=LAY_OUT_SHEET, key__startswith=f"{project.pk}:", done_at=None
    )
    entry = waiting.order_by("-pk").first()
    latest = GeneratedDocument.objects.of(SHEET_KIND, project.reference).first()
    return SheetState(
        under_way=entry is not None,
        failing=entry is not None and bool(entry.last_error),
        downloads=[] if latest is None else [_download_of(latest)],
    )


def diagnosis_downloads(diagnosis: PreliminaryDiagnosis) -> list[Download]:
    """The diagnosis as a PDF, once it is laid out."""
    latest = GeneratedDocument.objects.about(diagnosis).first()
    return [] if latest is None else [_download_of(latest)]


def _download_of(document: GeneratedDocument) -> Download:
    """A document as a large button."""
    return Download(
        f"{document.title} (PDF)",
        basin_reverse("document_download", document_id=document.pk),
        f"version {document.version}, arrêtée au {document.as_of:%d/%m/%Y}, {size(document.size)}",
        "file-earmark-pdf",
        primary=True,
    )


def _reads_sheet(request: HttpRequest, document: GeneratedDocument) -> bool:
    visitor = visitor_of(request)
    project = queries.visible_to(visitor).filter(pk=document.target_id).first()
    return project is not None and queries.reads_whole_file(visitor, project)


def _reads_diagnosis(request: HttpRequest, document: GeneratedDocument) -> bool:
    visitor = visitor_of(request)
    diagnosis = PreliminaryDiagnosis.objects.filter(
        pk=document.target_id, project__in=queries.visible_to(visitor)
    ).first()
    return (
        diagnosis is not None
        and queries.reads_whole_file(visitor, diagnosis.project)
        and queries.may_read_diagnosis(visitor, diagnosis)
    )


register("projects.project", _reads_sheet)
register("projects.preliminarydiagnosis", _reads_diagnosis)
