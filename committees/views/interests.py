"""A member answers on their links with a file, before seeing its ballot (C2)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.http import basin_redirect
from alize.common.screen import Link
from committees import operations, permissions
from committees.enums import BallotStatus, InterestAnswer
from committees.forms.interests import InterestForm
from committees.models import AgendaItem
from committees.queries import seats
from committees.queries.ballots import last_ballot
from committees.views.base import carried_out, home_links, meeting_link


@require_http_methods(["GET", "HEAD", "POST"])
@access("interest.declare")
def interest_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    """Avez-vous un lien avec ce dossier ? The page shows the company, nothing of its file."""
    now = timezone.now()
    item = (
        AgendaItem.objects.filter(pk=item_id)
        .select_related("meeting", "project__beneficiary")
        .first()
    )
    seat = item and seats.seat_of(request.user, item.meeting, on=seats.day_of(item.meeting))
    if item is None or seat is None:
        raise Http404
    previous = seats.latest_answer(item, seat)
    initial = {"answer": previous.answer, "reason": previous.reason} if previous else {}
    form = InterestForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if carried_out(
            form,
            lambda: operations.declare_interest(
                item_id=item.pk, seat_id=seat.pk, **typed, by=request.user, at=now
            ),
        ):
            return _answered(request, item, typed["answer"])
    last = last_ballot(item)
    context = {
        "breadcrumb": home_links(
            meeting_link(item.meeting), Link(item.project.beneficiary.name, "")
        ),
        "item": item,
        "seat": seat,
        "form": form,
        "previous": previous,
        "may_answer": permissions.declare_interest.allows(
            item, InterestAnswer.RECUSED, last=last, previous=previous
        ),
        "is_open": last is not None and last.status == BallotStatus.OPEN,
    }
    status = 422 if form.errors else 200
    return render(request, "committees/interest_form.html", context, status=status)


def _answered(request: HttpRequest, item: AgendaItem, answer: str) -> HttpResponse:
    if answer == InterestAnswer.RECUSED:
        messages.success(
            request, "Vous vous êtes déporté : ce dossier ne vous est plus accessible."
        )
        return basin_redirect("meeting_detail", number=item.meeting.number)
    messages.success(request, "Réponse enregistrée.")
    last = last_ballot(item)
    if last is not None and last.status == BallotStatus.OPEN:
        return basin_redirect("ballot_detail", ballot_id=last.pk)
    return basin_redirect("item_detail", item_id=item.pk)
