"""The owner's word by a single-use link: one question, one minute (M19)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from alize.common.access import token
from alize.common.errors import ActionDenied
from alize.common.http import form_status
from basins.enums import LinkPurpose
from basins.renewals import renews, sent
from projects import operations
from projects.follow_up import permissions
from projects.follow_up.forms import OpinionForm
from projects.models import OwnerOpinion
from projects.queries.visibility import contact_for


@sensitive_variables("form")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@token(LinkPurpose.OWNER_OPINION)
def owner_opinion(request: HttpRequest) -> HttpResponse:
    """Donner son avis sur l'accompagnement; the link is spent in the same transaction."""
    opinion = _opinion(request)
    if not permissions.give_opinion.allows(opinion):
        return _over(request, opinion)
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.give_opinion(
                opinion_id=opinion.pk, link=request.link, at=timezone.now(), **form.cleaned_data
            )
        except ActionDenied:
            return _over(request, _opinion(request))
        return render(request, "projects/follow_up/opinion_thanks.html", _context(opinion))
    context = {**_context(opinion), "form": form}
    return render(request, "projects/follow_up/opinion.html", context, status=form_status(request))


@renews(LinkPurpose.OWNER_OPINION)
def renew_opinion_link(request: HttpRequest) -> HttpResponse:
    """Recevoir un nouveau lien, unless no answer is expected any more."""
    opinion = _opinion(request)
    if not permissions.give_opinion.allows(opinion):
        return _over(request, opinion)
    operations.renew_opinion_link(link=request.link, at=timezone.now())
    return sent(request, contact=contact_for(opinion.project, on=timezone.localdate()))


def _opinion(request: HttpRequest) -> OwnerOpinion:
    known = OwnerOpinion.objects.select_related("project__beneficiary")
    return get_object_or_404(known, pk=request.link.target_id)


def _context(opinion: OwnerOpinion) -> dict[str, object]:
    return {"opinion": opinion, "contact": contact_for(opinion.project, on=timezone.localdate())}


def _over(request: HttpRequest, opinion: OwnerOpinion) -> HttpResponse:
    """Nothing is expected any more: the answer is there, or the support has stopped."""
    return render(request, "projects/follow_up/opinion_over.html", _context(opinion), status=410)
