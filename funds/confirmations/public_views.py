"""The year of a partner by a single-use link: no account, two minutes (M20)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alize.common.access import token
from alize.common.errors import ActionDenied
from alize.common.http import form_status, refusals_in
from basins.contacts import PublicContact, contact_of, contact_of_operator
from basins.enums import LinkPurpose
from basins.renewals import renews, sent
from funds import operations
from funds.confirmations import permissions, screen
from funds.confirmations.forms import AnswerForm
from funds.queries.confirmations import PartnerYear, partner_year, requests
from funds.rules.confirmations import ConfirmationState, fingerprint
from projects.queries.visibility import operators


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@token(LinkPurpose.CONTRIBUTIONS)
def contribution_confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the figures, or say what is wrong; the link is spent in the same transaction."""
    about = _about(request)
    if not permissions.answer.allows(about, request.link):
        return _over(request, about)
    seen = fingerprint(about.lines)
    form = AnswerForm(request.POST or None, initial={"seen": seen})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            answer = operations.answer_confirmation(
                link=request.link, at=timezone.now(), **form.cleaned_data
            )
            return render(
                request, "funds/confirmation_thanks.html", {**_context(about), "answer": answer}
            )
        if not permissions.answer.allows(_about(request), request.link):
            return _over(request, about)
        status = outcome.status
        # The figures shown now are those that the next answer is about.
        form.data = {**form.data.dict(), "seen": seen}
    context = {**_context(about), "form": form, "lines": screen.lines(about.lines)}
    return render(request, "funds/confirmation_page.html", context, status=status)


@renews(LinkPurpose.CONTRIBUTIONS)
def renew_confirmation_link(request: HttpRequest) -> HttpResponse:
    """Recevoir un nouveau lien, unless no answer is expected any more."""
    about = _about(request)
    try:
        operations.renew_confirmation_link(link=request.link, at=timezone.now())
    except ActionDenied:
        return _over(request, about)
    return sent(request, contact=_contact(about))


def _about(request: HttpRequest) -> PartnerYear:
    asked = get_object_or_404(requests(), pk=request.link.target_id)
    return partner_year(asked.partner, asked.year)


def _context(about: PartnerYear) -> dict[str, object]:
    return {"about": about, "contact": _contact(about)}


def _contact(about: PartnerYear) -> PublicContact:
    """Whoever asked, else another operator of today: these figures are about no file."""
    here = operators(timezone.localdate())
    asked = [one for one in here if about.request and one.pk == about.request.asked_by_id]
    person = next(iter(asked or here), None)
    return contact_of(person) if person else contact_of_operator()


def _over(request: HttpRequest, about: PartnerYear) -> HttpResponse:
    """No answer is expected of this person any more."""
    context = {**_context(about), "is_waiting": about.state == ConfirmationState.WAITING}
    return render(request, "funds/confirmation_over.html", context, status=410)
