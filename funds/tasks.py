"""Work done aside: a bank file is read and matched, the letter of a reminder is laid out.

The lines of a file are matched a few at a time: the progress is what is committed.
"""

from datetime import date, datetime

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_document
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from alize.outbox.operations import enqueue
from basins import tenancy
from basins.enums import Role
from basins.queries import reachable
from basins.rounds import daily
from basins.telling import tell_staff
from funds import documents, operations
from funds.confirmations import permissions
from funds.enums import ReminderStep
from funds.models import BankImport, ConfirmationRequest, FunderReport, Reminder
from funds.operations.bank import CHUNK
from funds.operations.letters import mail_paper, mail_reminder
from funds.queries import verification
from funds.queries.confirmations import partner_year
from funds.reports import papers

_LETTERS = {
    ReminderStep.NOTICE: "avis-echeance",
    ReminderStep.FIRST: "relance",
    ReminderStep.SECOND: "relance",
    ReminderStep.FORMAL: "mise-en-demeure",
}
"""The kind of the letter of each step."""


@daily("funds.verify_ledger")
def verify_ledger(*, at: datetime) -> None:
    """Verify the ledger (funds.md 2.6), and tell ASTREES and the operator what is found."""
    findings = verification.verify().findings
    if not findings:
        return
    day, path = timezone.localdate(at), basin_reverse("journal")
    words = {
        "basin": tenancy.current().name,
        "count": str(len(findings)),
        "first": str(findings[0]),
    }
    tell_staff("M82", path=path, key=day.isoformat(), **words)
    for person in reachable(Role.OPERATOR, on=day):
        send_mail("M82", to=Recipient.of(person), path=path, key=day.isoformat(), **words)


@handler("funds.read_statement")
def read_statement(*, at: datetime, import_id: int) -> None:
    """Read a file whole, or refuse it."""
    _go_on(operations.read_import(import_id=import_id, at=at))


@handler("funds.match_lines")
def match_lines(*, at: datetime, import_id: int, step: int) -> None:
    """Match the next lines; `step` only tells the works of one import apart."""
    made = operations.match_chunk(import_id=import_id, size=CHUNK, on=timezone.localdate(at), at=at)
    _go_on(made)


@handler("funds.cancel_grants")
def cancel_grants(*, at: datetime, project_id: int, on: str) -> None:
    """Free the money of an approval that fell, from the day it did."""
    operations.cancel_grants(project_id=project_id, on=date.fromisoformat(on), at=at)


def _go_on(made: BankImport) -> None:
    if made.finished_at is None and made.statement_id:
        key = f"{made.pk}:{made.done}"
        enqueue("funds.match_lines", key=key, import_id=made.pk, step=made.done)


@handler("funds.send_reminder")
def send_reminder(*, at: datetime, reminder_id: int) -> None:
    """Lay out the letter of a reminder, then send the company its link, if it has an address."""
    reminder = Reminder.objects.select_related("advance__project__beneficiary", "sent_by").get(
        pk=reminder_id
    )
    advance = reminder.advance
    sent_on = timezone.localdate(reminder.sent_at)
    issue_document(
        kind=_LETTERS[ReminderStep(reminder.step)],
        reference=f"RE-{advance.reference.removeprefix('AV-')}-{reminder.pk}",
        title=f"{reminder.get_step_display()} du {short_date(sent_on)}",
        template="pdf/reminder.html",
        context=documents.reminder_context(reminder),
        as_of=sent_on,
        target=reminder,
        by=reminder.sent_by,
        at=at,
    )
    mail_reminder(reminder, key=str(reminder.pk), at=at)


@handler("funds.issue_report")
def issue_report(*, at: datetime, report_id: int) -> None:
    """Lay out the documents of a report to funders from the figures that it froze."""
    report = FunderReport.objects.select_related("frozen_by").get(pk=report_id)
    papers.issue_report(report, by=report.frozen_by, at=at)


@handler("funds.send_paper")
def send_paper(*, at: datetime, document_id: int, email: str) -> None:
    """Send the company the link of a paper of its advance."""
    paper = GeneratedDocument.objects.get(pk=document_id)
    key = f"{paper.pk}:{timezone.localdate(at).isoformat()}"
    mail_paper(paper, email=email, key=key, at=at)


@handler("funds.remind_confirmation")
def remind_confirmation(*, at: datetime, request_id: int, asked_at: str) -> None:
    """Ask a partner again, unless it has answered, or was asked anew since this was planned."""
    request = ConfirmationRequest.objects.select_related("partner").get(pk=request_id)
    about = partner_year(request.partner, request.year)
    if request.asked_at == datetime.fromisoformat(asked_at) and permissions.remind.allows(about):
        operations.remind_confirmation(request_id=request_id, by=None, at=at)
