"""Links with a file: each member answers before seeing the ballot, the chair may impose (C2)."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Link
from alize.common.words import of
from basins.enums import Role
from committees import operations, permissions
from committees.enums import BallotStatus, InterestAnswer
from committees.forms.interests import InterestForm, RecusalForm
from committees.models import AgendaItem, Seat
from committees.queries import interests, recusals, seats
from committees.queries.ballots import last_ballot
from committees.queries.rules import committee_rules
from committees.views.base import (
    carried_out,
    home_links,
    is_presiding,
    item_in_scope,
    meeting_link,
)


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
    previous = recusals.latest_answer(item, seat)
    suggested = interests.suggestions(item, seat, reader=request.user)
    forced = committee_rules().recusal_links
    initial = {"link": suggested[0].kind} if suggested else {}
    if previous:
        initial = {"answer": previous.answer, "link": previous.link, "reason": previous.reason}
    form = InterestForm(request.POST or None, initial=initial, forced=forced)
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
        "suggested": suggested,
        "must_withdraw": any(one.kind in forced for one in suggested),
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


@require_safe
@access("diagnosis.read")
def interest_list(request: HttpRequest, item_id: int) -> HttpResponse:
    """Liens et déports of every seat on one file, for who presides and who keeps the minutes."""
    item = item_in_scope(request, item_id, at=timezone.now())
    chairs = _chairs(request, item)
    if not chairs and Role.OPERATOR not in request.roles:
        raise PermissionDenied("Les liens déclarés sont lus par la présidence et l'opérateur.")
    context = {
        "breadcrumb": _links(item, "Liens et déports"),
        "item": item,
        "lines": interests.lines_of(item, last_ballot(item), chairs=chairs),
    }
    return render(request, "committees/interest_list.html", context)


def _chairs(request: HttpRequest, item: AgendaItem) -> bool:
    """Whether the person presides over this file or over the committee."""
    return Role.PRESIDENT in request.roles or is_presiding(request, item)


def _links(item: AgendaItem, title: str, *between: Link) -> list[Link]:
    company = Link(item.project.beneficiary.name, basin_reverse("item_detail", item_id=item.pk))
    return home_links(meeting_link(item.meeting), company, *between, Link(title, ""))


def _ruled_on(
    request: HttpRequest, item_id: int, seat_id: int, *, at: datetime
) -> tuple[AgendaItem, Seat]:
    """The file and the seat that a ruling is about.

    :raises Http404: the file is not the person's to read, or the seat is not in office.
    :raises PermissionDenied: the person does not preside.
    """
    item = item_in_scope(request, item_id, at=at)
    in_office = Seat.objects.in_office(seats.day_of(item.meeting))
    seat = in_office.filter(pk=seat_id).select_related("partner", "holder").first()
    if seat is None:
        raise Http404
    if not _chairs(request, item):
        raise PermissionDenied("Seule la présidence peut imposer un déport, ou le lever.")
    return item, seat


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.preside")
def recusal_impose(request: HttpRequest, item_id: int, seat_id: int) -> HttpResponse:
    """Imposer un déport, with its reason."""
    now = timezone.now()
    item, seat = _ruled_on(request, item_id, seat_id, at=now)
    form = RecusalForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.impose_recusal(
                item_id=item.pk, seat_id=seat.pk, **form.cleaned_data, by=request.user, at=now
            ),
        )
    ):
        messages.success(request, f"{seat.partner} est déporté de ce dossier.")
        if seats.seat_of(request.user, item.meeting, on=seats.day_of(item.meeting)) == seat:
            return basin_redirect("meeting_detail", number=item.meeting.number)
        return basin_redirect("interest_list", item_id=item.pk)
    parent = Link("Liens et déports", basin_reverse("interest_list", item_id=item.pk))
    context = {
        "breadcrumb": _links(item, "Imposer un déport", parent),
        "item": item,
        "seat": seat,
        "form": form,
        "suggested": interests.suggestions(item, seat),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/interest_impose.html", context, status=status)


@require_POST
@access("meeting.preside")
@refusals_to(lambda item_id, seat_id: basin_reverse("interest_list", item_id=item_id))
def recusal_lift(request: HttpRequest, item_id: int, seat_id: int) -> HttpResponse:
    """Lever un déport imposé."""
    now = timezone.now()
    item, seat = _ruled_on(request, item_id, seat_id, at=now)
    operations.lift_recusal(item_id=item.pk, seat_id=seat.pk, by=request.user, at=now)
    messages.success(request, f"Le déport {of(seat.partner)} est levé : sa réponse est attendue.")
    return basin_redirect("interest_list", item_id=item.pk)
