"""The yearly evaluation report: prepared, then published once and for all (journeys.md O8, P1)."""

from datetime import date, datetime
from typing import cast

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import digest_of
from alize.common.addresses import basin_reverse
from alize.common.database import write_once
from alize.common.dates import long_date, short_date
from alize.common.errors import Refusal
from alize.documents.models import GeneratedDocument
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins import tenancy
from basins.enums import Role
from basins.queries import reachable
from signatures import operations as signatures
from signatures.operations import Given
from steering import documents, lines, permissions
from steering.models import EvaluationReport
from steering.queries import reports as queries
from steering.snapshot import freeze


class FiguresChanged(Refusal):
    """Something happened since the preview: what would be published is not what was read."""

    def __init__(self, changes: list[tuple[str, str, str]]) -> None:
        many = len(changes)
        said = (
            "Une donnée du rapport a changé"
            if many == 0
            else "Une valeur a changé"
            if many == 1
            else f"{many} valeurs ont changé"
        )
        super().__init__(f"{said} depuis l'aperçu : reprenez les chiffres avant de publier.")
        self.changes = changes


@transaction.atomic
def prepare_report(*, year: int, as_of: date, by: Person, at: datetime) -> EvaluationReport:
    """Take the figures of a year for a preview; the report under way starts over.

    :raises ActionDenied: the year had not begun on that day or comes before the basin, or the day
        is to come.
    """
    today = timezone.localdate(at)
    first = queries.first_year(tenancy.current(), on_year=today.year)
    permissions.prepare(year, as_of, on=today, first=first)
    reports = EvaluationReport.objects.select_for_update().filter(year=year)
    latest = reports.order_by("-version").first()
    version = 1 if latest is None else latest.version + (latest.published_at is not None)
    report, is_said = write_once(
        EvaluationReport.objects.all(),
        year=year,
        version=version,
        says={"as_of": as_of, "figures": freeze(year=year, as_of=as_of)},
        signed={"prepared_at": at, "prepared_by_id": by.pk},
    )
    if is_said:
        audit.record("report.prepared", target=report, by=by, at=at, year=year, version=version)
    return report


@transaction.atomic
def publish_report(*, report_id: int, by: Person, at: datetime) -> EvaluationReport:
    """Publish what was previewed, exactly; its documents and its mails follow.

    :raises ActionDenied: it is published already.
    :raises FiguresChanged: the same figures are not those of the preview any more.
    """
    report = EvaluationReport.objects.select_for_update().get(pk=report_id)
    permissions.publish(report)
    fresh = freeze(year=report.year, as_of=report.as_of)
    if fresh != report.figures:
        raise FiguresChanged(lines.changes(report.figures, fresh))
    report.published_at, report.published_by_id = at, by.pk
    report.save(update_fields=["published_at", "published_by"])
    enqueue("steering.issue_report", key=str(report.pk), report_id=report.pk)
    audit.record(
        "report.published",
        target=report,
        by=by,
        at=at,
        year=report.year,
        version=report.version,
        figures=digest_of(report.figures),
    )
    return report


@transaction.atomic
def issue_report(*, report_id: int, at: datetime) -> EvaluationReport:
    """Make the PDF and the spreadsheet of a published report, then tell the prefecture (M21).

    Whoever published it is its one signature: the PDF is sealed next (signature.md 6.2).
    """
    report = EvaluationReport.objects.select_for_update().get(pk=report_id)
    if report.document_id is not None:
        return report
    report.document = documents.issue_pdf(report, at=at)
    report.spreadsheet = documents.issue_workbook(report, at=at)
    report.save(update_fields=["document", "spreadsheet"])
    _ask_for_seal(report, at=at)
    for person in reachable(Role.PREFECTURE, on=timezone.localdate(at)):
        send_mail(
            "M21",
            to=Recipient.of(person),
            path=basin_reverse("report_detail", year=report.year),
            key=f"{report.year}:{report.version}",
            year=report.year,
            date=short_date(report.as_of),
        )
    return report


def _ask_for_seal(report: EvaluationReport, *, at: datetime) -> None:
    document, publisher = (
        cast(GeneratedDocument, report.document),
        cast(Person, report.published_by),
    )
    signatures.gather(
        document=document,
        title=document.title,
        summary=[("Exercice", str(report.year)), ("Chiffres arrêtés au", long_date(report.as_of))],
        signatures=[
            Given(
                publisher,
                "Publication du rapport",
                "Opérateur local",
                cast(datetime, report.published_at),
            )
        ],
        by=publisher,
        at=at,
    )
