"""What a member does, on a phone first: vote, find a receipt again."""

from datetime import datetime

from django.contrib import messages
from django.db import IntegrityError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    JsonResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.constraints import sentence_of
from alize.common.dates import clock_time
from alize.common.errors import AlreadyUsed, InvalidInput, Refusal
from alize.common.http import basin_redirect, basin_reverse
from alize.common.screen import Link
from basins.access import allows
from committees import operations
from committees.forms.votes import VoteForm
from committees.models import Seat
from committees.queries import ballots, polls, seats
from committees.views.base import (
    ballot_in_scope,
    home_links,
    is_presiding,
    meeting_link,
)


@require_http_methods(["GET", "HEAD", "POST"])
@access("diagnosis.read")
def ballot_detail(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """One ballot: the frozen proposal, my vote while it is open, the result once it is closed."""
    now = timezone.now()
    ballot = ballot_in_scope(request, ballot_id, at=now)
    seat = None
    if allows(request.roles, "vote.cast"):
        seat = seats.seat_of(
            request.user, ballot.item.meeting, on=seats.day_of(ballot.item.meeting)
        )
    form, status = None, 200
    if request.method == "POST":
        form = VoteForm(request.POST)
        status = _cast(request, ballot_id, form, at=now)
        if status == 200:
            return basin_redirect("ballot_detail", ballot_id=ballot_id)
        ballot.refresh_from_db()
    poll = polls.poll_page(ballot, request.user, seat=seat)
    context = {
        "breadcrumb": home_links(
            meeting_link(ballot.item.meeting),
            Link(
                ballot.item.project.beneficiary.name,
                basin_reverse("item_detail", item_id=ballot.item_id),
            ),
            Link("Vote", ""),
        ),
        "ballot": ballot,
        "item": ballot.item,
        "poll": poll,
        "seat": seat,
        "form": form or VoteForm(initial=poll.initial),
        "choices": polls.choices(form.data.get("choice", "") if form else poll.initial["choice"]),
        "presides": allows(request.roles, "ballot.chair") and is_presiding(request, ballot.item),
    }
    return render(request, "committees/ballot_detail.html", context, status=status)


def _cast(request: HttpRequest, ballot_id: int, form: VoteForm, *, at: datetime) -> int:
    """Cast the vote; refused, the form keeps what was typed and says why. Returns the status.

    :raises Http404: the role has no vote, or the seat is another person's.
    """
    if not allows(request.roles, "vote.cast"):
        raise Http404
    if not form.is_valid():
        return 422
    typed = form.cleaned_data
    if not Seat.objects.of_person(request.user.pk).filter(pk=typed["seat"]).exists():
        raise Http404
    try:
        receipt = operations.cast_vote(
            ballot_id=ballot_id,
            seat_id=typed["seat"],
            choice=typed["choice"],
            reason=typed["reason"],
            command_key=typed["command_key"],
            by=request.user,
            at=at,
        )
    except IntegrityError as error:
        form.add_error(None, sentence_of(error))
        return 422
    except AlreadyUsed as refusal:
        form.add_error(None, refusal.reason)
        return 409
    except Refusal as refusal:
        form.add_error(refusal.field if isinstance(refusal, InvalidInput) else None, refusal.reason)
        return 422
    hour = clock_time(receipt.vote.cast_at)
    messages.success(
        request, f"Vote enregistré à {hour} — vous pouvez le modifier jusqu'à la clôture."
    )
    return 200


@require_safe
@access("diagnosis.read")
def ballot_state(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The light answer of a ballot under way: one query, no template, 304 while nothing moves."""
    state = ballots.live_state(ballot_id, request.user)
    if state is None:
        raise Http404
    if request.headers.get("If-None-Match") == state.tag:
        return HttpResponseNotModified(headers={"ETag": state.tag})
    return JsonResponse({"state": state.status, "votes": state.votes}, headers={"ETag": state.tag})


@require_safe
@access("vote.cast")
def receipt_list(request: HttpRequest) -> HttpResponse:
    """Mes votes : every receipt, with the digest sealed at the close."""
    context = {
        "breadcrumb": home_links(Link("Mes votes", "")),
        "receipts": ballots.receipts_of(request.user),
    }
    return render(request, "committees/receipt_list.html", context)
