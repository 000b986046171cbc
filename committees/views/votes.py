"""What a member does, on a phone first: vote, find a receipt again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import clock_time
from alize.common.http import basin_redirect, key_in, refusals_in, refusals_to
from alize.common.screen import Choice, Link
from alize.common.tables import paged
from basins.access import allows
from committees import operations, signs
from committees.enums import BallotStatus, ReasonRequired
from committees.forms.votes import VoteForm
from committees.models import Ballot, Meeting, Proxy, Seat
from committees.queries import ballots, consultations, hands, live, papers, polls, seats
from committees.queries.papers import Paper
from committees.views.base import (
    ballot_in_scope,
    home_links,
    is_leading,
    is_presiding,
    item_in_scope,
    meeting_link,
    note_sign,
    own_seat,
    state_answer,
)


@require_http_methods(["GET", "HEAD", "POST"])
@access("diagnosis.read")
def ballot_detail(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """One ballot: the frozen proposal, my papers while it is open, the result once it is closed."""
    now = timezone.now()
    form, status = None, 200
    if request.method == "POST":
        form = VoteForm(request.POST)
        status = _cast(request, ballot_id, form, at=now)
        if status == 200:
            return _acknowledged(request, ballot_id)
    ballot = ballot_in_scope(request, ballot_id, at=now)
    context = ballot_context(request, ballot, form, at=now)
    return render(request, "committees/ballot_detail.html", context, status=status)


def _acknowledged(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The page of the ballot, or the screen of the meeting where the paper was."""
    if request.POST.get("retour") != "direct":
        return basin_redirect("ballot_detail", ballot_id=ballot_id)
    meeting = Meeting.objects.get(items__ballots=ballot_id)
    return basin_redirect("meeting_live", number=meeting.number)


def ballot_context(
    request: HttpRequest, ballot: Ballot, sent: VoteForm | None = None, *, at: datetime
) -> dict[str, Any]:
    """What the page of a ballot shows to this person; a paper that was refused keeps its words."""
    item = ballot.item
    seat = None
    if allows(request.roles, "vote.cast"):
        seat = seats.seat_of(request.user, item.meeting, on=seats.day_of(item.meeting))
    poll = polls.poll_page(ballot, request.user, seat=seat, at=at)
    state = live.live_state(ballot.pk, request.user, on=timezone.localdate(at))
    return {
        "breadcrumb": home_links(
            meeting_link(item.meeting),
            Link(item.project.beneficiary.name, basin_reverse("item_detail", item_id=item.pk)),
            Link("Vote", ""),
        ),
        "ballot": ballot,
        "watched": state.status if state else ballot.status,
        "closes_in": state.closes_in(at) if state else None,
        "item": item,
        "poll": poll,
        "seat": seat,
        "form": sent,
        "papers": [_paper_form(ballot, paper, sent) for paper in poll.papers],
        "leads": is_leading(request, item) and ballots.suspension_of(item.meeting) is None,
        "notes_hands": not poll.is_suspended and allows(request.roles, "hands.note"),
        "may_discuss": consultations.may_discuss(ballot, seat, at=at),
        "waiting_hands": ballot.status == BallotStatus.OPEN and hands.waiting(ballot),
        "presides": allows(request.roles, "ballot.chair") and is_presiding(request, item),
    }


def _paper_form(
    ballot: Ballot, paper: Paper, sent: VoteForm | None
) -> tuple[Paper, VoteForm, Sequence[Choice]]:
    """The form of one paper: the one that was sent and refused, else a new one."""
    form, choices = VoteForm(initial=paper.initial, auto_id=f"id_%s_{paper.seat.pk}"), paper.choices
    if sent is not None and sent.data.get("seat") == str(paper.seat.pk):
        form, choices = sent, papers.choices(ballot, sent.data.get("choice", ""))
    form.ask_reason(ReasonRequired(ballot.reason_required))
    return paper, form, choices


def _cast(request: HttpRequest, ballot_id: int, form: VoteForm, *, at: datetime) -> int:
    """Cast the vote; refused, the form keeps what was typed and says why. Returns the status.

    A whole committee votes at once: what may be seen is asked as its phones do, in one light query.

    :raises Http404: the role has no vote, or the ballot or the seat is not the person's.
    """
    may_vote = allows(request.roles, "vote.cast")
    day = timezone.localdate(at)
    if not may_vote or live.live_state(ballot_id, request.user, on=day) is None:
        _journal_refusal(request, ballot_id, at=at)
        raise Http404
    if not form.is_valid():
        return 422
    ballot = Ballot.objects.only("is_secret", "vote_changes").get(pk=ballot_id)
    typed = form.cleaned_data
    try:
        with refusals_in(form) as outcome:
            said = _drop(request, ballot, typed, at=at)
    except Seat.DoesNotExist:
        _journal_refusal(request, ballot_id, at=at)
        raise Http404 from None
    if outcome.accepted:
        signs.note(request.user.pk, at=at)
        messages.success(request, said)
    if outcome.status != 403:
        return outcome.status
    if not _is_mine(request, ballot_id, typed["seat"]):
        raise Http404
    # A vote refused is no page refused: the reason stands on it, with what was typed.
    return 422


def _drop(request: HttpRequest, ballot: Ballot, typed: dict[str, Any], *, at: datetime) -> str:
    """Drop one paper; the sentence that acknowledges it."""
    if ballot.is_secret:
        operations.cast_secret_vote(
            ballot_id=ballot.pk,
            seat_id=typed["seat"],
            choice=typed["choice"],
            by=request.user,
            at=at,
        )
        return "Bulletin secret déposé : il ne peut plus être changé, ni relié à vous."
    receipt = operations.cast_vote(
        ballot_id=ballot.pk,
        seat_id=typed["seat"],
        choice=typed["choice"],
        reason=typed["reason"],
        command_key=typed["command_key"],
        by=request.user,
        at=at,
    )
    hour = clock_time(receipt.vote.cast_at)
    if not ballot.vote_changes:
        return f"Vote enregistré à {hour}."
    return f"Vote enregistré à {hour} — vous pouvez le modifier jusqu'à la clôture."


def _is_mine(request: HttpRequest, ballot_id: int, seat_id: int) -> bool:
    """Whether a seat is the person's, or has given them its proxy."""
    if Seat.objects.of_person(request.user.pk).filter(pk=seat_id).exists():
        return True
    return Proxy.objects.filter(
        meeting__items__ballots=ballot_id,
        giver=seat_id,
        holder__in=Seat.objects.of_person(request.user.pk),
    ).exists()


def _journal_refusal(request: HttpRequest, ballot_id: int, *, at: datetime) -> None:
    """Keep in the journal a vote sent where it could not count (S34)."""
    if request.method == "POST":
        seat = request.POST.get("seat", "")
        operations.refuse_vote(
            ballot_id=ballot_id,
            seat_id=key_in(seat),
            by=request.user,
            at=at,
        )


@require_POST
@access("vote.cast")
@refusals_to("item_detail")
def secrecy_ask(request: HttpRequest, item_id: int) -> HttpResponse:
    """Demander un vote secret, before the ballot opens."""
    now = timezone.now()
    item = item_in_scope(request, item_id, at=now)
    seat = own_seat(request, item.meeting)
    operations.ask_secrecy(item_id=item.pk, seat_id=seat.pk, by=request.user, at=now)
    messages.success(request, "Votre demande de vote secret est notée.")
    if request.POST.get("retour") == "direct":
        return basin_redirect("meeting_live", number=item.meeting.number)
    return basin_redirect("item_detail", item_id=item.pk)


@require_safe
@access("diagnosis.read")
def ballot_state(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The light answer of a ballot under way: one query, no template, 304 while nothing moves."""
    note_sign(request)
    today = timezone.localdate()
    return state_answer(request, live.live_state(ballot_id, request.user, on=today))


@require_safe
@access("vote.cast")
def receipt_list(request: HttpRequest) -> HttpResponse:
    """Mes votes : every receipt, with the digest sealed at the close."""
    context = {
        "breadcrumb": home_links(Link("Mes votes", "")),
        "page": paged(request, ballots.receipts_of(request.user, on=timezone.localdate())),
    }
    return render(request, "committees/receipt_list.html", context)
