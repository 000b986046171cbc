"""What the pages of the committee share: the visitor, objects in scope, breadcrumbs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    JsonResponse,
)
from django.shortcuts import render
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.common.http import refusals_in
from alize.common.screen import Confirmation, Link
from basins.access import allows
from basins.homes import visitor_of
from committees import permissions, signs
from committees.models import AgendaItem, Ballot, Decision, Meeting, Seat
from committees.queries import leading, meetings, seats
from committees.queries.live import LiveState
from projects.queries.visibility import visible_to


def item_in_scope(request: HttpRequest, item_id: int, *, at: datetime) -> AgendaItem:
    """A passage whose file the person may read; the others do not exist for them.

    :raises Http404: no such passage, or the person has withdrawn from it.
    """
    item = (
        AgendaItem.objects.filter(
            pk=item_id, project__in=visible_to(visitor_of(request, at)).values("pk")
        )
        .select_related("meeting__chair__holder", "meeting__chair__partner", "project__beneficiary")
        .first()
    )
    if item is None:
        raise Http404
    return item


def ballot_in_scope(request: HttpRequest, ballot_id: int, *, at: datetime) -> Ballot:
    """A ballot on a file that the person may read.

    :raises Http404: no such ballot, or the person has withdrawn from its file.
    """
    ballot = (
        Ballot.objects.filter(
            pk=ballot_id, item__project__in=visible_to(visitor_of(request, at)).values("pk")
        )
        .select_related(
            "item__meeting__chair__holder",
            "item__meeting__chair__partner",
            "item__project__beneficiary",
            "proposal",
        )
        .first()
    )
    if ballot is None:
        raise Http404
    return ballot


def is_presiding(request: HttpRequest, item: AgendaItem) -> bool:
    """Whether the person of this request presides over this file."""
    return leading.presides(request.user, item, on=timezone.localdate())


def is_leading(request: HttpRequest, item: AgendaItem) -> bool:
    """Whether the person of this request leads the votes on this file: the chair, or for it."""
    return allows(request.roles, "ballot.chair") and leading.leads(
        request.user, item, on=timezone.localdate()
    )


def require_leading(request: HttpRequest, item: AgendaItem) -> None:
    """Close a page to whoever does not lead the votes on a file.

    :raises PermissionDenied: with its reason (403).
    """
    require_presidency(may=is_leading(request, item))


def require_presiding(request: HttpRequest, item: AgendaItem) -> None:
    """Close a page to whoever does not preside.

    :raises PermissionDenied: with its reason (403).
    """
    require_presidency(may=is_presiding(request, item))


def require_presidency(*, may: bool) -> None:
    """Close a page to whoever may not, as what they preside over stands.

    :raises PermissionDenied: with its reason (403).
    """
    if reason := permissions.preside.why_not(may=may):
        raise PermissionDenied(reason)


def own_seat(request: HttpRequest, meeting: Meeting) -> Seat:
    """The seat of the person in a meeting.

    :raises ActionDenied: they have none that day.
    """
    seat = seats.seat_of(request.user, meeting, on=seats.day_of(meeting))
    if seat is None:
        raise ActionDenied("Aucun siège du comité n'est à votre nom à cette date.")
    return seat


def decision_in_scope(request: HttpRequest, reference: str, *, at: datetime) -> Decision:
    """A decision on a file that the person may read.

    :raises Http404: no such decision, or the person has withdrawn from its file.
    """
    visible = visible_to(visitor_of(request, at)).values("pk")
    decision = (
        Decision.objects.filter(reference=reference, project__in=visible)
        .select_related(
            "project__beneficiary",
            "item__meeting__chair__holder",
            "ballot__proposal__follow_up_lead",
            "revised_by",
            "revises",
            "target_meeting",
            "recorded_by",
        )
        .first()
    )
    if decision is None:
        raise Http404
    return decision


def home_links(*links: Link) -> list[Link]:
    """The breadcrumb of a page of the committee."""
    home = Link("Accueil", basin_reverse("basin_home"))
    return [home, Link("Comité d'agrément", basin_reverse("meeting_list")), *links]


def meeting_link(meeting: Meeting, *, current: bool = False) -> Link:
    return Link(str(meeting), "" if current else meetings.page_of(meeting))


def confirm_page(
    request: HttpRequest, meeting: Meeting, confirmation: Confirmation, **more: Any
) -> HttpResponse:
    """What cannot be undone, on a page of its own."""
    links = home_links(meeting_link(meeting), Link(confirmation.title, ""))
    context = {"confirmation": confirmation, "breadcrumb": links, **more}
    form = more.get("form")
    status = 422 if form is not None and form.errors else 200
    return render(request, "committees/confirm.html", context, status=status)


def carried_out(form: Form, act: Callable[[], Any]) -> bool:
    """Carry out an act asked by a form; refused, the reason joins the form and nothing is lost."""
    with refusals_in(form) as outcome:
        act()
    return outcome.accepted


def note_sign(request: HttpRequest) -> None:
    """Once a minute a page under way says that it is there, beside what it asks for."""
    if "signe" in request.GET:
        signs.note(request.user.pk, at=timezone.now())


def state_answer(request: HttpRequest, state: LiveState | None) -> HttpResponse:
    """The light answer that a page under way asks for; 304 while nothing moves.

    :raises Http404: there is nothing to see.
    """
    if state is None:
        raise Http404
    headers = {"ETag": state.tag}
    if request.headers.get("If-None-Match") == state.tag:
        return HttpResponseNotModified(headers=headers)
    return JsonResponse(state.as_dict(timezone.now()), headers=headers)
