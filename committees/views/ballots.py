"""What the president does with a ballot: open, close, cancel, proclaim."""

from contextlib import nullcontext
from datetime import date

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.constraints import sentence_of
from alize.common.dates import clock_time
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, refusals_in, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from alize.common.words import counted
from committees import operations, permissions
from committees.enums import FAVOURABLE, BallotStatus, DecisionOutcome
from committees.forms.decisions import ParticularsForm
from committees.models import Ballot
from committees.queries import ballots, hands, polls
from committees.views.base import (
    ballot_in_scope,
    home_links,
    item_in_scope,
    meeting_link,
    require_leading,
)


@require_POST
@access("ballot.chair")
@refusals_to("item_detail")
def ballot_open(request: HttpRequest, item_id: int) -> HttpResponse:
    """Ouvrir le vote, secret when whoever leads it says so."""
    now = timezone.now()
    item = item_in_scope(request, item_id, at=now)
    require_leading(request, item)
    try:
        ballot = operations.open_ballot(
            item_id=item.pk, secret=request.POST.get("secret") == "1", by=request.user, at=now
        )
    except IntegrityError as error:
        raise ActionDenied(sentence_of(error)) from error
    word = "Le vote secret" if ballot.is_secret else "Le vote"
    messages.success(request, f"{word} est ouvert depuis {clock_time(now)}.")
    return _back(request, ballot)


@require_POST
@access("ballot.chair")
@refusals_to("ballot_detail")
def ballot_announce(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Annoncer la clôture dans 15 secondes."""
    now = timezone.now()
    ballot = ballot_in_scope(request, ballot_id, at=now)
    require_leading(request, ballot.item)
    operations.announce_close(ballot_id=ballot.pk, by=request.user, at=now)
    messages.success(request, "Clôture annoncée : fermez le vote dans 15 secondes.")
    return _back(request, ballot)


@require_http_methods(["GET", "HEAD", "POST"])
@access("ballot.chair")
@refusals_to("ballot_detail")
def ballot_close(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Clore le vote, after a page that says how many have voted."""
    now = timezone.now()
    ballot = ballot_in_scope(request, ballot_id, at=now)
    require_leading(request, ballot.item)
    if request.method == "POST":
        closed = operations.close_ballot(ballot_id=ballot.pk, by=request.user, at=now)
        messages.success(request, f"Le vote est clos depuis {clock_time(closed.closed_at)}.")
        return _back(request, ballot)
    if ballot.status in {BallotStatus.CLOSED, BallotStatus.PROCLAIMED}:
        return basin_redirect("ballot_detail", ballot_id=ballot.pk)
    permissions.close_ballot(ballot, unsettled=hands.unsettled(ballot))
    turnout = polls.turnout(ballot)
    voted = counted(turnout.votes, "siège a voté", "sièges ont voté")
    there = counted(turnout.expected, "présent ou représenté", "présents ou représentés")
    effects = [f"{voted} sur {there}."]
    effects += ["Plus aucun vote n'est accepté ni modifié.", "Le résultat est calculé et figé."]
    return _confirm(
        request,
        ballot,
        Confirmation(
            title="Clore le vote",
            facts=(Definition("Dossier", str(ballot.item.project.beneficiary)),),
            effects=effects,
            label="Clore le vote",
            back_url=basin_reverse("ballot_detail", ballot_id=ballot.pk),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("ballot.chair")
@refusals_to("ballot_detail")
def ballot_cancel(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Annuler le scrutin, to amend the proposal."""
    now = timezone.now()
    ballot = ballot_in_scope(request, ballot_id, at=now)
    require_leading(request, ballot.item)
    if request.method == "POST":
        operations.cancel_ballot(ballot_id=ballot.pk, by=request.user, at=now)
        messages.success(request, "Scrutin annulé : modifiez la proposition, puis rouvrez le vote.")
        return basin_redirect("item_detail", item_id=ballot.item_id)
    permissions.within_the_hour(ballot, at=now)
    permissions.cancel_ballot(ballot)
    return _confirm(
        request,
        ballot,
        Confirmation(
            title="Annuler le scrutin",
            facts=(Definition("Dossier", str(ballot.item.project.beneficiary)),),
            effects=(
                "Les votes déjà reçus sont sans effet ; ils restent au journal.",
                "La proposition peut être modifiée, puis un autre scrutin ouvert.",
            ),
            label="Annuler le scrutin",
            back_url=basin_reverse("ballot_detail", ballot_id=ballot.pk),
            danger=True,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("ballot.chair")
@refusals_to("ballot_detail")
def ballot_proclaim(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Proclamer et notifier, after a page that restates the result and who will be told.

    The letter can be read first, as it would be sent (O5).

    `?ajourner=1` adjourns instead of using the casting vote (C8); `?autre=1` leaves a rejected
    proposal for another one (voting.md 5.3), until its rejection is proclaimed after all.
    """
    now = timezone.now()
    ballot = ballot_in_scope(request, ballot_id, at=now)
    require_leading(request, ballot.item)
    is_told = ballot.status == BallotStatus.PROCLAIMED
    defer, set_aside = (request.GET.get(name) == "1" for name in ("ajourner", "autre"))
    if is_told and (set_aside or not ballots.is_awaited(ballot)):
        return basin_redirect("ballot_detail", ballot_id=ballot.pk)
    permissions.in_session(ballots.suspension_of(ballot.item.meeting))
    permissions.proclaim(ballot, last=ballots.last_ballot(ballot.item))
    if set_aside:
        permissions.set_aside(ballot)
    outcome = None if set_aside else polls.outcome_of(ballot, defer=defer and not is_told)
    needs_reason = outcome is not None and outcome not in FAVOURABLE
    today = timezone.localdate(now)
    form = (
        ParticularsForm(request.POST or None, outcome=outcome, on=today) if needs_reason else None
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        asked = {
            "ballot_id": ballot.pk,
            "particulars": form.particulars() if form else None,
            "defer": defer,
            "by": request.user,
            "at": now,
        }
        with nullcontext() if form is None else refusals_in(form):
            if "apercu" in request.POST:
                return _shown(operations.letter_before(**asked), ballot)
            operations.proclaim(**asked, set_aside=set_aside)
            messages.success(request, polls.proclaimed_sentence(ballot, outcome))
            return _back(request, ballot)
    return _confirm(request, ballot, _proclaiming(ballot, outcome, on=today), form=form)


def _proclaiming(ballot: Ballot, outcome: DecisionOutcome | None, *, on: date) -> Confirmation:
    effects, told = polls.consequences(ballot, outcome, on=on)
    return Confirmation(
        title=polls.proclaim_title(ballot, outcome),
        facts=(
            Definition("Dossier", str(ballot.item.project.beneficiary)),
            Definition("Résultat", ballot.result_sentence),
        ),
        effects=effects,
        told=told,
        label=polls.proclaim_title(ballot, outcome),
        back_url=basin_reverse("ballot_detail", ballot_id=ballot.pk),
        preview="Lire la lettre avant" if outcome else "",
    )


def _shown(letter: bytes, ballot: Ballot) -> HttpResponse:
    name = f"lettre_{ballot.item.project.reference}_projet.pdf"
    return HttpResponse(
        letter,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _back(request: HttpRequest, ballot: Ballot) -> HttpResponse:
    """The page of the ballot, or the screen of the meeting from which it is led."""
    if "direct" in (request.POST.get("retour"), request.GET.get("retour")):
        return basin_redirect("meeting_live", number=ballot.item.meeting.number)
    return basin_redirect("ballot_detail", ballot_id=ballot.pk)


def _confirm(
    request: HttpRequest,
    ballot: Ballot,
    confirmation: Confirmation,
    *,
    form: ParticularsForm | None = None,
) -> HttpResponse:
    links = home_links(
        meeting_link(ballot.item.meeting),
        Link("Vote", basin_reverse("ballot_detail", ballot_id=ballot.pk)),
        Link(confirmation.title, ""),
    )
    context = {"confirmation": confirmation, "breadcrumb": links, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "committees/confirm.html", context, status=status)
