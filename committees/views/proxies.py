"""Pouvoirs: give one, accept or decline one, take one's vote back (C3)."""

from datetime import datetime

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.constraints import sentence_of
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Link
from basins.access import allows
from basins.enums import Role
from basins.homes import visitor_of
from committees import operations, permissions
from committees.enums import MeetingStatus
from committees.forms.proxies import ProxyForm
from committees.models import Meeting, Proxy, Seat
from committees.queries import answers, meetings, proxies, seats
from committees.queries.proxies import ProxyRow
from committees.views.base import carried_out, home_links, meeting_link


@require_http_methods(["GET", "HEAD", "POST"])
@access("proxy.give")
@refusals_to("meeting_detail")
def proxy_give(request: HttpRequest, number: str) -> HttpResponse:
    """Donner pouvoir: to whom, for what, with which instruction."""
    now = timezone.now()
    meeting = meetings.meeting_numbered(number)
    seat = seats.seat_of(request.user, meeting, on=seats.day_of(meeting))
    is_seated = seat is not None and seats.seated(meeting).filter(seat=seat).exists()
    permissions.give_proxy(meeting, seat, proxies.rules_of(meeting), is_seated=is_seated, at=now)
    items = proxies.readable_items(meeting, visitor_of(request, now))
    found = proxies.candidates(meeting, seat, items)
    form = ProxyForm(request.POST or None, candidates=found, items=items)
    if request.method == "POST" and form.is_valid():

        def give() -> None:
            operations.give_proxy(
                meeting_id=meeting.pk, giver_id=seat.pk, **form.asked(), by=request.user, at=now
            )

        try:
            if carried_out(form, give):
                messages.success(request, "Pouvoir envoyé : il vaudra dès qu'il sera accepté.")
                return basin_redirect("proxy_list", number=number)
        except IntegrityError as error:
            form.add_error(None, sentence_of(error))
    context = {
        "breadcrumb": home_links(meeting_link(meeting), Link("Donner pouvoir", "")),
        "meeting": meeting,
        "seat": seat,
        "form": form,
        "colleagues": answers.colleagues_of(seat, request.user),
        "asks": meeting.status == MeetingStatus.CONVENED,
        "suitable": [one for one in found if not one.why_not],
        "unsuitable": [one for one in found if one.why_not],
    }
    status = 422 if form.errors else 200
    return render(request, "committees/proxy_form.html", context, status=status)


@require_safe
@access("proxy.read")
def proxy_list(request: HttpRequest, number: str) -> HttpResponse:
    """Pouvoirs of a meeting: mine first, then all of them for who keeps or leads the meeting."""
    now = timezone.now()
    meeting = meetings.meeting_numbered(number)
    seat = None
    if allows(request.roles, "proxy.give"):
        seat = seats.seat_of(request.user, meeting, on=seats.day_of(meeting))
    rows = proxies.rows_of(meeting, visitor_of(request, now))
    mine = seat.pk if seat else None
    context = {
        "breadcrumb": home_links(meeting_link(meeting), Link("Pouvoirs", "")),
        "meeting": meeting,
        "seat": seat,
        "given": [row for row in rows if row.proxy.giver_id == mine],
        "received": [row for row in rows if row.proxy.holder_id == mine],
        "of_others": [row for row in rows if mine not in {row.proxy.giver_id, row.proxy.holder_id}]
        if _reads_all(request)
        else [],
        "takes_proxies": permissions.takes_proxies(meeting, at=now),
        "may_give": _may_give(meeting, seat, at=now) and not _gave_all(rows, mine),
    }
    return render(request, "committees/proxy_list.html", context)


def _reads_all(request: HttpRequest) -> bool:
    return bool(request.roles & {Role.OPERATOR, Role.PRESIDENT, Role.AUDITOR})


def _gave_all(rows: list[ProxyRow], mine: int | None) -> bool:
    """Whether one's seat has given, for the whole meeting, a proxy that stands."""
    given = (row.proxy for row in rows if row.proxy.giver_id == mine)
    return any(one.item_id is None and one.declined_at is None for one in given)


def _may_give(meeting: Meeting, seat: Seat | None, *, at: datetime) -> bool:
    if seat is None:
        return False
    is_seated = seats.seated(meeting).filter(seat=seat).exists()
    return permissions.give_proxy.allows(
        meeting, seat, proxies.rules_of(meeting), is_seated=is_seated, at=at
    )


def _list_of(proxy_id: int) -> str:
    """The page that lists the proxies of the meeting of one."""
    proxy = Proxy.objects.select_related("meeting").get(pk=proxy_id)
    return basin_reverse("proxy_list", number=proxy.meeting.number)


def _of_mine(request: HttpRequest, proxy_id: int, side: str) -> Proxy:
    """A proxy that a seat of the person gave or received.

    :raises Http404: there is none, or it is between others.
    """
    mine = Seat.objects.of_person(request.user.pk).values("pk")
    proxy = Proxy.objects.filter(pk=proxy_id, **{f"{side}__in": mine}).first()
    if proxy is None:
        raise Http404
    return proxy


@require_POST
@access("proxy.give")
@refusals_to(_list_of)
def proxy_answer(request: HttpRequest, proxy_id: int) -> HttpResponse:
    """Accepter ou refuser."""
    proxy = _of_mine(request, proxy_id, "holder")
    accept = request.POST.get("reponse") == "accepter"
    operations.answer_proxy(proxy_id=proxy.pk, accept=accept, by=request.user, at=timezone.now())
    said = "Pouvoir accepté : vous voterez aussi pour ce siège." if accept else "Pouvoir refusé."
    messages.success(request, said)
    return basin_redirect("proxy_list", number=proxy.meeting.number)


@require_POST
@access("proxy.give")
@refusals_to(_list_of)
def proxy_revoke(request: HttpRequest, proxy_id: int) -> HttpResponse:
    """Reprendre mon vote."""
    proxy = _of_mine(request, proxy_id, "giver")
    operations.revoke_proxy(proxy_id=proxy.pk, by=request.user, at=timezone.now())
    messages.success(request, "Vous avez repris votre vote.")
    return basin_redirect("proxy_list", number=proxy.meeting.number)
