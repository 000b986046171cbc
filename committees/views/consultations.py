"""Written consultations: prepared by the operator, launched by the president, voted by all (C5)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.dates import long_datetime
from alize.common.http import basin_redirect, basin_reverse, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from basins.access import allows
from committees import operations
from committees.enums import MeetingMode
from committees.forms.consultations import ConsultationForm, DiscussionForm
from committees.models import AgendaItem, Meeting
from committees.queries import agenda as agendas
from committees.queries import consultations, leading, meetings, seats
from committees.queries.ballots import last_ballot
from committees.views.base import (
    ballot_in_scope,
    carried_out,
    home_links,
    item_in_scope,
    require_presiding,
)


def _consultation(number: str) -> Meeting:
    """A written consultation by its number.

    :raises Http404: no such meeting, or it is held in session.
    """
    meeting = meetings.meeting_numbered(number)
    if meeting.mode != MeetingMode.WRITTEN:
        raise Http404
    return meeting


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
def consultation_create(request: HttpRequest) -> HttpResponse:
    """Préparer une consultation écrite."""
    now = timezone.now()
    rules = seats.committee_rules()
    form = ConsultationForm(request.POST or None, projects=agendas.ready_projects())
    if request.method == "POST" and form.is_valid():
        made: list[AgendaItem] = []
        if carried_out(
            form,
            lambda: made.append(
                operations.prepare_consultation(**form.asked(), by=request.user, at=now)
            ),
        ):
            messages.success(request, "Consultation préparée. Rédigez la proposition de décision.")
            return basin_redirect("proposal_edit", item_id=made[0].pk)
    context = {
        "form": form,
        "allowed": rules.consultations,
        "min_days": rules.consultation_min_days,
        "breadcrumb": home_links(Link("Consultation écrite", "")),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/consultation_form.html", context, status=status)


@require_safe
@access("meeting.read")
def consultation_detail(request: HttpRequest, number: str) -> HttpResponse:
    """What is asked, until when, who has voted; how, once it is closed."""
    now = timezone.now()
    meeting = _consultation(number)
    item = item_in_scope(request, meeting.items.get().pk, at=now)
    ballot = last_ballot(item)
    day = seats.day_of(meeting)
    seat = seats.seat_of(request.user, meeting, on=day)
    context: dict[str, Any] = {
        "meeting": meeting,
        "item": item,
        "ballot": ballot,
        "facts": [
            Definition("Objet", meeting.get_matter_display()),
            Definition("Pourquoi par écrit", meeting.urgency),
            Definition("Clôture", long_datetime(meeting.closes_at)),
        ],
        "badge": consultations.badge_of(meeting, ballot),
        "waiting": consultations.undecided_seats(ballot) if ballot else [],
        "has_proposal": item.proposals.exists(),
        "writes": allows(request.roles, "meeting.write"),
        "presides": leading.presides(request.user, item),
        "votes": seat is not None and seat.pk in seats.voting_seats(day),
        "breadcrumb": home_links(Link(f"Consultation {number}", "")),
    }
    return render(request, "committees/consultation_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("ballot.chair")
@refusals_to("consultation_detail")
def consultation_launch(request: HttpRequest, number: str) -> HttpResponse:
    """Lancer la consultation, after a page that says who is written to."""
    now = timezone.now()
    meeting = _consultation(number)
    item = item_in_scope(request, meeting.items.get().pk, at=now)
    require_presiding(request, item)
    if request.method == "POST":
        operations.launch_consultation(meeting_id=meeting.pk, by=request.user, at=now)
        messages.success(
            request, f"Consultation lancée, jusqu'au {long_datetime(meeting.closes_at)}."
        )
        return basin_redirect("consultation_detail", number=number)
    confirmation = Confirmation(
        "Lancer la consultation",
        effects=[
            "La proposition de décision ne change plus ; chaque membre vote depuis son courrier.",
            f"Le vote se clôt de lui-même le {long_datetime(meeting.closes_at)}.",
            "Un silence ne vaut jamais accord : la moitié des sièges doit voter.",
        ],
        told=[str(seat) for seat in consultations.voting_seats(now)],
        label="Lancer la consultation",
        back_url=basin_reverse("consultation_detail", number=number),
    )
    context = {"confirmation": confirmation, "breadcrumb": home_links(Link("Lancer", ""))}
    return render(request, "committees/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("vote.cast")
@refusals_to("ballot_detail")
def consultation_discuss(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Demander une discussion en séance."""
    now = timezone.now()
    ballot = ballot_in_scope(request, ballot_id, at=now)
    meeting = ballot.item.meeting
    seat = seats.seat_of(request.user, meeting, on=seats.day_of(meeting))
    if seat is None or ballot.closes_at is None:
        raise Http404
    form = DiscussionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.ask_for_discussion(
            ballot_id=ballot.pk, seat_id=seat.pk, **form.cleaned_data, by=request.user, at=now
        )
        messages.success(request, "Le dossier sera discuté en séance ; la consultation s'arrête.")
        return basin_redirect("meeting_list")
    following = consultations.next_meeting(at=now)
    confirmation = Confirmation(
        "Demander une discussion en séance",
        effects=[
            "La consultation s'arrête ; les votes déjà reçus ne comptent pas.",
            f"Le dossier va à la séance du {long_datetime(following.held_at)}."
            if following
            else "Le dossier attend la prochaine séance.",
        ],
        told=["Tous les membres qui votent", f"{ballot.item.project.operator}, opérateur"],
        label="Demander la discussion",
        back_url=basin_reverse("ballot_detail", ballot_id=ballot.pk),
    )
    context = {
        "confirmation": confirmation,
        "form": form,
        "breadcrumb": home_links(Link("Discussion en séance", "")),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/confirm.html", context, status=status)
