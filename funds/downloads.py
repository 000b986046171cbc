"""What somebody asked of the fund and was made aside: its reports, the statements it reads."""

from collections.abc import Iterable
from datetime import datetime

from alize.common.addresses import basin_reverse
from alize.common.screen import Badge, Link, Progress
from alize.documents.models import GeneratedDocument
from basins.access import allows
from basins.downloads import FAILED, READY, UNDER_WAY, Work
from basins.homes import Visitor
from funds.models import BankImport, FunderReport
from funds.queries.bank import STALLED
from funds.reports.papers import title_of


def reports_asked(visitor: Visitor, since: datetime, at: datetime) -> Iterable[Work]:
    """The reports to funders that a person froze, with their files."""
    if not allows(visitor.roles, "ledger.read"):
        return
    frozen = FunderReport.objects.filter(frozen_by=visitor.person.pk, frozen_at__gt=since)
    about = {str(report.pk): report for report in frozen}
    papers = GeneratedDocument.objects.filter(
        target_type=FunderReport._meta.label_lower, target_id__in=about
    ).order_by("pk")
    files: dict[str, list[Link]] = {}
    for paper in papers if about else ():
        kind = "PDF" if paper.content_type == "application/pdf" else "XLSX"
        url = basin_reverse("document_download", document_id=paper.pk)
        files.setdefault(paper.target_id, []).append(Link(f"Télécharger ({kind})", url))
    for key, report in about.items():
        page = Link(
            "Voir le rapport", basin_reverse("funder_report_detail", reference=report.reference)
        )
        yield Work(
            label=f"{title_of(report)} ({report.reference})",
            asked_at=report.frozen_at,
            state=READY if key in files else UNDER_WAY,
            links=files.get(key, [page]),
        )


def imports_asked(visitor: Visitor, since: datetime, at: datetime) -> Iterable[Work]:
    """The statements that a person sent, each with the page that says what became of it."""
    if not allows(visitor.roles, "bank.read"):
        return
    for made in BankImport.objects.filter(asked_by=visitor.person.pk, asked_at__gt=since):
        page = "bank_mapping" if made.is_waiting else "bank_import"
        state = _state_of(made, at=at)
        yield Work(
            label=f"Relevé {made.file_name}",
            asked_at=made.asked_at,
            state=state,
            links=[Link("Voir l'import", basin_reverse(page, import_id=made.pk))],
            progress=Progress(made.done, made.steps) if state == UNDER_WAY else None,
        )


def _state_of(made: BankImport, *, at: datetime) -> Badge:
    if made.is_waiting:
        return Badge("Attend ses colonnes", "attention")
    if made.finished_at is not None:
        return Badge("Refusé", "late") if made.refusal else READY
    return UNDER_WAY if made.asked_at > at - STALLED else FAILED
