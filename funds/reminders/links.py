"""What the company reads through the link of its mail, without an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alize.common.access import token
from alize.common.dates import listed_days, long_date
from alize.common.words import listed
from alize.documents.models import GeneratedDocument
from alize.documents.views import serve
from basins.contacts import PublicContact
from basins.enums import LinkPurpose
from basins.renewals import renews, sent
from funds import queries
from funds.bank.identifiers import grouped_iban
from funds.models import Advance, Reminder
from funds.operations.letters import renew_paper_link, renew_reminder_link
from funds.queries.numbers import fund_number
from funds.queries.reminders import instalments_left, of_one_letter
from projects.queries.visibility import contact_for


def _contact(advance: Advance) -> PublicContact:
    """Whom the company asks today, whoever kept its file when the link left."""
    return contact_for(advance.project, on=timezone.localdate())


def _reminder(request: HttpRequest) -> tuple[Reminder, GeneratedDocument]:
    found = Reminder.objects.select_related("advance__project__beneficiary")
    reminder = found.filter(pk=request.link.target_id).first()
    letter = reminder and GeneratedDocument.objects.about(reminder).first()
    if reminder is None or letter is None:
        raise Http404
    return reminder, letter


@require_safe
@token(LinkPurpose.REPAYMENT)
def reminder_page(request: HttpRequest) -> HttpResponse:
    """L'échéance, or those of one letter: what is left to pay today, how to pay, the letter."""
    reminder, letter = _reminder(request)
    asked = of_one_letter(reminder)
    advances = list(dict.fromkeys(one.advance for one in asked))
    standings = queries.standings_of(advances, on=timezone.localdate())
    left = [(one, instalments_left(standings[one.advance_id]).get(one.due_on, 0)) for one in asked]
    number = fund_number(timezone.localdate())
    context = {
        "reminder": reminder,
        "letter": letter,
        "days": listed_days(sorted({one.due_on for one in asked}), long_date),
        "several": len(asked) > 1,
        "references": listed([one.reference for one in advances]),
        "many": len(advances) > 1,
        "lines": left,
        "left": sum(cents for _, cents in left),
        "account": number,
        "iban": grouped_iban(number.iban) if number else "",
        "contact": _contact(reminder.advance),
        "download_url": f"{request.path}lettre/",
    }
    return render(request, "funds/reminder_page.html", context)


@require_safe
@token(LinkPurpose.REPAYMENT)
def reminder_letter(request: HttpRequest) -> HttpResponse:
    """The letter itself."""
    return serve(_reminder(request)[1], request)


def _paper(request: HttpRequest) -> GeneratedDocument:
    papers = GeneratedDocument.objects.filter(target_type=Advance._meta.label_lower)
    return get_object_or_404(papers, pk=request.link.target_id)


@require_safe
@token(LinkPurpose.ADVANCE_PAPER)
def paper_page(request: HttpRequest) -> HttpResponse:
    """Le document d'une avance: what it is, to keep."""
    paper = _paper(request)
    advance = Advance.objects.select_related("project__beneficiary").get(pk=paper.target_id)
    context = {
        "paper": paper,
        "advance": advance,
        "contact": _contact(advance),
        "download_url": f"{request.path}document/",
    }
    return render(request, "funds/paper_page.html", context)


@require_safe
@token(LinkPurpose.ADVANCE_PAPER)
def paper_download(request: HttpRequest) -> HttpResponse:
    """The document itself."""
    return serve(_paper(request), request)


@renews(LinkPurpose.REPAYMENT)
def renew_reminder(request: HttpRequest) -> HttpResponse:
    """Recevoir un nouveau lien."""
    advance = renew_reminder_link(link=request.link, at=timezone.now())
    return sent(request, contact=_contact(advance))


@renews(LinkPurpose.ADVANCE_PAPER)
def renew_paper(request: HttpRequest) -> HttpResponse:
    """Recevoir un nouveau lien."""
    advance = renew_paper_link(link=request.link, at=timezone.now())
    return sent(request, contact=_contact(advance))
