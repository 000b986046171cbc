"""The review by a single-use link: no account, one thing to do, five minutes (journeys.md C7)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from alize.common.access import token
from alize.common.errors import ActionDenied
from alize.common.http import form_status
from alize.common.words import listed
from basins.enums import LinkPurpose
from basins.renewals import renews, sent
from projects import operations
from projects.enums import Situation
from projects.follow_up import permissions, queries
from projects.follow_up.forms import ReviewForm
from projects.models import FollowUpReview
from projects.queries.visibility import alerted, contact_for


@sensitive_variables("form")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@token(LinkPurpose.FOLLOW_UP_REVIEW)
def follow_up_review(request: HttpRequest) -> HttpResponse:
    """Give the review, the link being spent in the same transaction; later, read what came of it.

    What it asked of the committee is answered by another link (R36).
    """
    review = _review(request)
    if review.help_answered_at is not None:
        return render(request, "projects/follow_up/answered.html", _context(review))
    if not permissions.answer.allows(review):
        return _over(request, review)
    form = ReviewForm(
        request.POST or None, initial=ReviewForm.starting_from(queries.last_before(review))
    )
    if request.method == "POST" and form.is_valid():
        try:
            review = operations.submit_review(
                review_id=review.pk, answer=form.answer(), link=request.link, at=timezone.now()
            )
        except ActionDenied:
            return _over(request, review)
        return render(
            request,
            "projects/follow_up/thanks.html",
            {**_telling(review), "is_difficult": review.situation == Situation.DIFFICULT},
        )
    context = {**_telling(review), "form": form}
    return render(request, "projects/follow_up/by_link.html", context, status=form_status(request))


@renews(LinkPurpose.FOLLOW_UP_REVIEW)
def renew_review_link(request: HttpRequest) -> HttpResponse:
    """Recevoir un nouveau lien, unless no answer is expected any more."""
    review = _review(request)
    try:
        operations.renew_link(link=request.link, at=timezone.now())
    except ActionDenied:
        return _over(request, review)
    return sent(request, contact=contact_for(review.project, on=timezone.localdate()))


def _review(request: HttpRequest) -> FollowUpReview:
    known = FollowUpReview.objects.select_related("project__beneficiary", "help_project")
    return get_object_or_404(known, pk=request.link.target_id)


def _context(review: FollowUpReview) -> dict[str, object]:
    return {"review": review, "contact": contact_for(review.project, on=timezone.localdate())}


def _telling(review: FollowUpReview) -> dict[str, object]:
    """The same, and whom a difficulty is told to at once (M17)."""
    people = alerted(review.project, on=timezone.localdate())
    return {**_context(review), "alerted": listed([str(person) for person in people])}


def _over(request: HttpRequest, review: FollowUpReview) -> HttpResponse:
    """Nothing is expected any more: the answer is there, or the company is no longer followed."""
    return render(request, "projects/follow_up/over.html", _context(review), status=410)
