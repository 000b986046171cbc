"""Work done aside: a bank file is read and matched, the letter of a reminder is laid out.

The lines of a file are matched a few at a time: the progress is what is committed.
"""

from datetime import datetime, timedelta
from functools import partial

from celery import shared_task
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.common.dates import listed_days, short_date
from alize.common.http import basin_reverse
from alize.common.money import format_euros
from alize.common.words import listed
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_document
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from alize.outbox.operations import enqueue
from basins import links, tenancy
from basins.enums import LinkPurpose, Role
from basins.queries import holders
from basins.rounds import in_every_basin
from basins.telling import tell_staff
from funds import documents, operations
from funds.confirmations import permissions
from funds.enums import ReminderStep
from funds.models import Advance, BankImport, ConfirmationRequest, Reminder
from funds.operations.bank import CHUNK
from funds.queries import verification
from funds.queries.confirmations import partner_year
from funds.queries.reminders import of_one_letter

LETTER_READABLE = timedelta(days=90)
_LETTERS = {
    ReminderStep.NOTICE: ("avis-echeance", "M18"),
    ReminderStep.FIRST: ("relance", "M26"),
    ReminderStep.SECOND: ("relance", "M27"),
    ReminderStep.FORMAL: ("mise-en-demeure", "M28"),
}
"""The kind of the letter of each step, and the mail that hands it over."""


@shared_task(name="funds.verify_ledgers")
def verify_ledgers() -> int:
    """Every day, in every basin, verify the ledger (funds.md 2.6); returns how many failed.

    A basin that fails does not stop the others.
    """
    return in_every_basin(partial(_verify_ledger, at=timezone.now()), failure="funds.verify_failed")


@transaction.atomic
def _verify_ledger(*, at: datetime) -> None:
    """Tell ASTREES and the operator what is found, if anything is."""
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
    for person in holders(Role.OPERATOR, on=day):
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
def cancel_grants(*, at: datetime, project_id: int) -> None:
    """Free the money of an approval that fell."""
    operations.cancel_grants(project_id=project_id, at=at)


def _go_on(made: BankImport) -> None:
    if made.finished_at is None and made.statement_id:
        key = f"{made.pk}:{made.done}"
        enqueue("funds.match_lines", key=key, import_id=made.pk, step=made.done)


@handler("funds.send_reminder")
def send_reminder(*, at: datetime, reminder_id: int) -> None:
    """Lay out the letter of a reminder, then send the company its link, if it has an address."""
    reminder = Reminder.objects.select_related(
        "advance__project__beneficiary", "advance__project__operator", "sent_by"
    ).get(pk=reminder_id)
    kind, code = _LETTERS[ReminderStep(reminder.step)]
    advance, project = reminder.advance, reminder.advance.project
    sent_on = timezone.localdate(reminder.sent_at)
    issue_document(
        kind=kind,
        reference=f"RE-{advance.reference.removeprefix('AV-')}-{reminder.pk}",
        title=f"{reminder.get_step_display()} du {short_date(sent_on)}",
        template="pdf/reminder.html",
        context=documents.reminder_context(reminder),
        as_of=sent_on,
        target=reminder,
        by=reminder.sent_by,
        at=at,
    )
    if not reminder.email:
        return
    send_mail(
        code,
        to=Recipient(reminder.email, project.owner_name),
        path=_path("reminder_page", LinkPurpose.REPAYMENT, reminder.pk, reminder.email, at),
        key=str(reminder.pk),
        **_words(advance),
        **_asked(reminder),
    )


@handler("funds.send_paper")
def send_paper(*, at: datetime, document_id: int, email: str) -> None:
    """Send the company the link of a paper of its advance."""
    document = GeneratedDocument.objects.get(pk=document_id)
    advance = Advance.objects.select_related("project__beneficiary", "project__operator").get(
        pk=document.target_id
    )
    send_mail(
        "M29",
        to=Recipient(email, advance.project.owner_name),
        path=_path("paper_page", LinkPurpose.ADVANCE_PAPER, document.pk, email, at),
        key=f"{document.pk}:{timezone.localdate(at).isoformat()}",
        title=document.title,
        date=short_date(document.as_of),
        **_words(advance),
    )


@handler("funds.remind_confirmation")
def remind_confirmation(*, at: datetime, request_id: int, asked_at: str) -> None:
    """Ask a partner again, unless it has answered, or was asked anew since this was planned."""
    request = ConfirmationRequest.objects.select_related("partner").get(pk=request_id)
    about = partner_year(request.partner, request.year)
    if request.asked_at == datetime.fromisoformat(asked_at) and permissions.remind.allows(about):
        operations.remind_confirmation(request_id=request_id, by=None, at=at)


def _path(name: str, purpose: LinkPurpose, target_id: int, email: str, at: datetime) -> str:
    """Where the company reads something without an account, on a link of its own."""
    token = links.issue(
        basin=tenancy.current(),
        purpose=purpose,
        target_id=target_id,
        email=email,
        at=at,
        valid=LETTER_READABLE,
    )
    return reverse(name, kwargs={"token": token})


def _asked(reminder: Reminder) -> dict[str, str]:
    """What the mail of a letter asks: « échéances du 15/06/2026 et du 15/07/2026 », of which."""
    asked = of_one_letter(reminder)
    days = listed_days(sorted({one.due_on for one in asked}))
    due = f"échéance{'s' if len(asked) > 1 else ''} du {days}"
    references = list(dict.fromkeys(one.advance.reference for one in asked))
    return {
        "due": due if reminder.step == ReminderStep.FORMAL else due.capitalize(),
        "date": days,
        "several": "oui" if len(asked) > 1 else "",
        "amount": format_euros(sum(one.amount for one in asked)),
        "of": "des avances remboursables" if len(references) > 1 else "de l'avance remboursable",
        "references": f"{'les références' if len(references) > 1 else 'la référence'} "
        f"{listed(references)}",
    }


def _words(advance: Advance) -> dict[str, str]:
    """Of which advance a mail speaks, and whom to ask about it."""
    operator = advance.project.operator
    return {
        "company": advance.project.beneficiary.name,
        "reference": advance.reference,
        "contact": operator.full_name,
        "contact_email": operator.email,
    }
