"""Votes given by a show of hands: noted on one screen, confirmed by whoever presides (SD7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.errors import Refusal
from alize.common.http import basin_redirect, form_status, keys_in, refusals_to, without_nul
from alize.common.screen import Link
from committees import operations, permissions, wording
from committees.models import Ballot, CollectedVote
from committees.operations import HandLine
from committees.queries import ballots, hands, papers
from committees.queries.hands import HandRow
from committees.queries.rules import committee_rules
from committees.views.base import ballot_in_scope, home_links, meeting_link, require_presiding


@require_http_methods(["GET", "HEAD", "POST"])
@access("hands.note")
@refusals_to("hands_note")
def hands_note(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Noter les votes à main levée: every seat that is there, three answers each."""
    now = timezone.now()
    ballot = ballot_in_scope(request, ballot_id, at=now)
    rules = committee_rules()
    allowed = rules.show_of_hands or rules.phone_votes
    rows = hands.rows_of(ballot, at=now)
    if request.POST.get("acte") == "ecarter":
        discarded = operations.discard_hands(
            ballot_id=ballot.pk, collected_ids=_mine(request, ballot), by=request.user, at=now
        )
        messages.success(request, wording.hands_discarded(len(discarded)))
        return basin_redirect("hands_note", ballot_id=ballot.pk)
    if request.method == "POST":
        rows = [replace(row, noted=_ticked(request, row)) for row in rows]
        try:
            noted = operations.note_hands(
                ballot_id=ballot.pk, lines=_lines(rows), by=request.user, at=now
            )
        except Refusal as refusal:
            messages.error(request, refusal.reason)
        else:
            messages.success(request, wording.hands_noted(len(noted)))
            return basin_redirect("hands_note", ballot_id=ballot.pk)
    sits = permissions.in_session.allows(ballots.suspended_by(ballot))
    may_note = sits and permissions.note_hands.allows(ballot, allowed=allowed)
    context = {
        "breadcrumb": _breadcrumb(ballot, "Votes à main levée"),
        "ballot": ballot,
        "item": ballot.item,
        "rows": rows,
        "choices": papers.choices(ballot),
        "may_note": may_note,
        "may_discard": may_note and bool(_mine(request, ballot)),
        "by_hand": rules.show_of_hands,
        "by_phone": rules.phone_votes,
    }
    return render(request, "committees/hands_note.html", context, status=form_status(request))


def _mine(request: HttpRequest, ballot: Ballot) -> list[int]:
    """What this person noted and nobody has confirmed."""
    return [row.pk for row in hands.waiting(ballot) if row.entered_by_id == request.user.pk]


def _ticked(request: HttpRequest, row: HandRow) -> CollectedVote:
    """What was ticked for a seat, not noted yet."""
    return CollectedVote(
        choice=request.POST.get(f"vote-{row.seat.pk}", ""),
        reason=without_nul(request.POST.get(f"motif-{row.seat.pk}", ""))[:200],
        by_phone=request.POST.get(f"telephone-{row.seat.pk}") == "1",
    )


def _lines(rows: Sequence[HandRow]) -> list[HandLine]:
    """The same, as the act takes it; a seat without an answer is left out."""
    return [
        HandLine(row.seat.pk, row.noted.choice, row.noted.reason, row.noted.by_phone)
        for row in rows
        if not row.state and row.noted and row.noted.choice
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@access("hands.confirm")
@refusals_to("ballot_detail")
def hands_confirm(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Confirmer les votes recueillis, all or one by one."""
    now = timezone.now()
    ballot = ballot_in_scope(request, ballot_id, at=now)
    require_presiding(request, ballot.item)
    if request.method == "POST":
        return _decide(request, ballot, at=now)
    context = {
        "breadcrumb": _breadcrumb(ballot, "Votes recueillis"),
        "ballot": ballot,
        "item": ballot.item,
        "lines": hands.waiting_lines(ballot),
    }
    return render(request, "committees/hands_confirm.html", context)


def _decide(request: HttpRequest, ballot: Ballot, *, at: datetime) -> HttpResponse:
    ids = keys_in(request.POST.getlist("vote"))
    if request.POST.get("acte") == "ecarter":
        discarded = operations.discard_hands(
            ballot_id=ballot.pk, collected_ids=ids, by=request.user, at=at
        )
        messages.success(request, wording.hands_discarded(len(discarded)))
    else:
        votes = operations.confirm_hands(
            ballot_id=ballot.pk, collected_ids=ids, by=request.user, at=at
        )
        messages.success(request, wording.hands_confirmed(len(votes)))
    if hands.waiting(ballot).exists():
        return basin_redirect("hands_confirm", ballot_id=ballot.pk)
    return basin_redirect("ballot_detail", ballot_id=ballot.pk)


def _breadcrumb(ballot: Ballot, label: str) -> list[Link]:
    return home_links(
        meeting_link(ballot.item.meeting),
        Link("Vote", basin_reverse("ballot_detail", ballot_id=ballot.pk)),
        Link(label, ""),
    )
