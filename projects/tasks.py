"""Background work of the projects; that of the follow-up stands with it."""

from datetime import datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.documents.operations import issue_document
from alize.outbox.handlers import handler
from basins import retention
from projects import documents, operations
from projects.follow_up import tasks as follow_up
from projects.models import Draft, PreliminaryDiagnosis, Project

__all__ = ["follow_up"]

retention.BASIN.append(
    retention.Kind(
        "drafts",
        "Saisies de dossiers jamais enregistrées",
        retention.TRACES,
        lambda before: Draft.objects.filter(saved_at__lt=before),
    )
)


@handler(documents.LAY_OUT_SHEET)
def lay_out_sheet(*, at: datetime, project_id: int, by_id: int) -> None:
    """Make the PDF of a project as it stands now."""
    project = Project.objects.select_related("beneficiary", "origin_partner").get(pk=project_id)
    on = timezone.localdate(at)
    issue_document(
        kind=documents.SHEET_KIND,
        reference=project.reference,
        title="Fiche projet",
        template="pdf/project_sheet.html",
        context=documents.sheet_context(project, on=on),
        as_of=on,
        target=project,
        by=Person.objects.get(pk=by_id),
        at=at,
    )


@handler("projects.lay_out_diagnosis")
def lay_out_diagnosis(*, at: datetime, diagnosis_id: int) -> None:
    """Make the PDF of a validated diagnosis."""
    diagnosis = PreliminaryDiagnosis.objects.select_related(
        "project__beneficiary", "referrer", "partner"
    ).get(pk=diagnosis_id)
    issue_document(
        kind=documents.DIAGNOSIS_KIND,
        reference=f"{diagnosis.project.reference}-D{diagnosis.pk}",
        title="Diagnostic préalable",
        template="pdf/diagnosis.html",
        context=documents.diagnosis_context(diagnosis),
        as_of=timezone.localdate(diagnosis.validated_at),
        target=diagnosis,
        by=None,
        at=at,
    )


@handler("projects.end_support")
def end_support(*, at: datetime, project_id: int) -> None:
    """Ask for the balance of a project whose support is over."""
    operations.end_support(project_id=project_id, at=at)


@handler("projects.remind_referrer")
def remind_referrer(*, at: datetime, diagnosis_id: int, since: str, days: int) -> None:
    """Remind the referrer, if it is still awaited."""
    operations.remind_referrer(
        diagnosis_id=diagnosis_id, since=datetime.fromisoformat(since), days=days, at=at
    )
