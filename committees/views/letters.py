"""What the company reads through the link of its mail, without an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alize.common.access import token
from alize.documents.models import GeneratedDocument
from alize.documents.views import serve
from basins.enums import LinkPurpose
from basins.renewals import renews, sent
from committees.enums import APPROVALS
from committees.models import Decision
from committees.operations.letters import renew_letter_link
from projects.queries.visibility import contact_for


def _decision(request: HttpRequest) -> tuple[Decision, GeneratedDocument]:
    decision = (
        Decision.objects.select_related("project__beneficiary")
        .filter(pk=request.link.target_id)
        .first()
    )
    letter = decision and GeneratedDocument.objects.about(decision).first()
    if decision is None or letter is None:
        raise Http404
    return decision, letter


@require_safe
@token(LinkPurpose.DECISION_LETTER)
def letter_page(request: HttpRequest) -> HttpResponse:
    """La décision : its outcome, what comes next, the letter to keep."""
    decision, letter = _decision(request)
    context = {
        "decision": decision,
        "letter": letter,
        "is_approved": decision.outcome in APPROVALS,
        "contact": contact_for(decision.project, on=timezone.localdate()),
        "download_url": f"{request.path}lettre/",
    }
    return render(request, "committees/letter.html", context)


@require_safe
@token(LinkPurpose.DECISION_LETTER)
def letter_download(request: HttpRequest) -> HttpResponse:
    """The letter itself."""
    return serve(_decision(request)[1], request)


@renews(LinkPurpose.DECISION_LETTER)
def renew_letter(request: HttpRequest) -> HttpResponse:
    """Recevoir un nouveau lien."""
    decision = renew_letter_link(link=request.link, at=timezone.now())
    return sent(request, contact=contact_for(decision.project, on=timezone.localdate()))
