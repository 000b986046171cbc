"""What a company reads of its advance through a link, which it may ask for again (M18, M26-M29)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.audit import operations as audit
from alize.common.dates import listed_days, short_date
from alize.common.money import format_euros
from alize.common.words import listed
from alize.documents.models import GeneratedDocument
from alize.notifications.operations import Recipient, send_mail
from basins import links, tenancy
from basins.enums import LinkPurpose
from basins.models import SingleUseLink
from funds.enums import ReminderStep
from funds.models import Advance, Reminder
from funds.queries.reminders import of_one_letter
from projects.queries.visibility import contact_for

LETTER_READABLE = timedelta(days=90)
_MAILS = {
    ReminderStep.NOTICE: "M18",
    ReminderStep.FIRST: "M26",
    ReminderStep.SECOND: "M27",
    ReminderStep.FORMAL: "M28",
}
"""The mail that hands over the letter of each step."""


def mail_reminder(reminder: Reminder, *, key: str, at: datetime) -> None:
    """Send the company the link of the letter of a reminder, if it has an address."""
    if not reminder.email:
        return
    advance = reminder.advance
    send_mail(
        _MAILS[ReminderStep(reminder.step)],
        to=Recipient(reminder.email, advance.project.owner_name),
        path=_path("reminder_page", LinkPurpose.REPAYMENT, reminder.pk, reminder.email, at),
        key=key,
        **_words(advance, at=at),
        **_asked(reminder),
    )


def mail_paper(paper: GeneratedDocument, *, email: str, key: str, at: datetime) -> None:
    """Send the company the link of a paper of its advance."""
    advance = _advance_of(paper)
    send_mail(
        "M29",
        to=Recipient(email, advance.project.owner_name),
        path=_path("paper_page", LinkPurpose.ADVANCE_PAPER, paper.pk, email, at),
        key=key,
        title=paper.title,
        date=short_date(paper.as_of),
        **_words(advance, at=at),
    )


@transaction.atomic
def renew_reminder_link(*, link: SingleUseLink, at: datetime) -> Advance:
    """Send a new link to the address of the first, unless one has just left.

    :raises ActionDenied: the company has another address now.
    """
    reminder = Reminder.objects.select_related("advance__project__beneficiary").get(
        pk=link.target_id
    )
    Advance.objects.select_for_update().get(pk=reminder.advance_id)
    links.check_address(link, reminder.advance.project.owner_email)
    if not links.was_issued_lately(link, at=at):
        mail_reminder(reminder, key=f"renewed:{reminder.pk}:{at.isoformat()}", at=at)
        audit.record("reminder.link_renewed", target=reminder, at=at)
    return reminder.advance


@transaction.atomic
def renew_paper_link(*, link: SingleUseLink, at: datetime) -> Advance:
    """Send a new link to the address of the first, unless one has just left.

    :raises ActionDenied: the company has another address now.
    """
    paper = GeneratedDocument.objects.get(pk=link.target_id)
    advance = Advance.objects.select_for_update().get(pk=paper.target_id)
    links.check_address(link, advance.project.owner_email)
    if not links.was_issued_lately(link, at=at):
        key = f"renewed:{paper.pk}:{at.isoformat()}"
        mail_paper(paper, email=link.email, key=key, at=at)
        audit.record("paper.link_renewed", target=paper, at=at)
    return advance


def _advance_of(paper: GeneratedDocument) -> Advance:
    return Advance.objects.select_related("project__beneficiary").get(pk=paper.target_id)


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


def _asked(reminder: Reminder) -> dict[str, Any]:
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


def _words(advance: Advance, *, at: datetime) -> dict[str, Any]:
    """Of which advance a mail speaks, and whom to ask about it."""
    return {
        "company": advance.project.beneficiary.name,
        "reference": advance.reference,
        "contact": str(contact_for(advance.project, on=timezone.localdate(at))),
    }
