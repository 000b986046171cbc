"""Composition : who sits, for whom, until when, who replaces whom."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import answered
from alize.common.screen import Action, Link
from alize.common.words import of
from basins.access import allows
from committees import operations
from committees.forms.seats import (
    AlternatesForm,
    ChairOrderForm,
    CorrectionForm,
    EndForm,
    HolderForm,
    SeatForm,
)
from committees.models import Seat
from committees.queries import composition, seats
from committees.queries.rules import committee_rules
from committees.views.base import home_links
from partners.models import Partner

TITLE = "Composition du comité"


def _trail(*links: Link) -> list[Link]:
    return home_links(Link("Composition", basin_reverse("seat_list")), *links)


@require_safe
@access("meeting.read")
def seat_list(request: HttpRequest) -> HttpResponse:
    """Les sièges en fonction, l'ordre de remplacement, les anciens sièges."""
    today = timezone.localdate()
    writes = allows(request.roles, "seat.write")
    context = {
        "title": TITLE,
        "breadcrumb": home_links(Link("Composition", "")),
        "lead": composition.summary(today),
        "benches": composition.benches(today),
        "substitutes": [
            seat for seat in composition.able_to_replace(today) if seat.replacing is not None
        ],
        "past": composition.ended(today),
        "waiting": composition.without_seat(today) if writes else [],
        "writes": writes,
        "reads_rules": allows(request.roles, "rules.read"),
    }
    return render(request, "committees/seat_list.html", context)


@require_safe
@access("meeting.read")
def seat_detail(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Un siège : ses titulaires successifs, ses suppléants."""
    today = timezone.localdate()
    seat = _seat(seat_id)
    history = composition.history_of(seat, on=today)
    writes = allows(request.roles, "seat.write")
    mine = next(line for line in history if line.seat.pk == seat.pk)
    context = {
        "breadcrumb": _trail(Link(str(seat.partner), "")),
        "seat": seat,
        "badges": mine.badges,
        "facts": composition.facts_of(mine),
        "history": [line for line in history if line.seat.pk != seat.pk],
        "actions": _actions(seat) if writes else [],
        "writes": writes,
        "invites": allows(request.roles, "people.invite"),
    }
    return render(request, "committees/seat_detail.html", context)


def _actions(seat: Seat) -> list[Action]:
    acts = []
    if committee_rules().alternates_allowed:
        acts.append(Action("Suppléants", _page(seat, "seat_alternates"), "people"))
    if seat.ends_on is None:
        acts.append(Action("Changer de titulaire", _page(seat, "seat_replace"), "arrow-left-right"))
    if not composition.has_sat(seat):
        acts.append(Action("Corriger", _page(seat, "seat_edit"), "pencil"))
    return [*acts, Action("Fin du mandat", _page(seat, "seat_end"), "calendar-x")]


def _seat(seat_id: int) -> Seat:
    return get_object_or_404(Seat.objects.select_related("partner", "holder"), pk=seat_id)


def _page(seat: Seat, name: str = "seat_detail") -> str:
    return basin_reverse(name, seat_id=seat.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@access("seat.write")
def seat_create(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Ouvrir un siège à un partenaire."""
    today = timezone.localdate()
    partner = get_object_or_404(Partner, pk=partner_id)
    initial = {"starts_on": today, "kind": composition.usual_kind(partner, on=today)}
    form = SeatForm(request.POST or None, people=composition.people_of(partner), initial=initial)
    return _answer(
        request,
        form,
        lambda: operations.create_seat(
            partner_id=partner.pk, **form.asked(), by=request.user, at=timezone.now()
        ),
        title=f"Ouvrir un siège à {partner}",
        done=f"{partner} siège au comité.",
        back=basin_reverse("seat_list"),
        partner=partner,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("seat.write")
def seat_edit(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Corriger un siège qui n'a pas encore siégé."""
    seat = _seat(seat_id)
    shown, people = composition.seat_as_typed(seat), composition.people_of(seat.partner)
    form = CorrectionForm(request.POST or None, people=people, initial=shown)
    return _answer(
        request,
        form,
        lambda: operations.correct_seat(
            seat_id=seat.pk, **form.asked(), by=request.user, at=timezone.now()
        ),
        title=f"Corriger le siège {of(seat.partner)}",
        done="Siège corrigé.",
        back=_page(seat),
        partner=seat.partner,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("seat.write")
def seat_replace(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Changer de titulaire : the mandate ends, the next one begins."""
    seat = _seat(seat_id)
    form = HolderForm(
        request.POST or None,
        people=composition.people_of(seat.partner).exclude(pk=seat.holder_id),
        initial={"starts_on": timezone.localdate()},
    )
    return _answer(
        request,
        form,
        lambda: operations.replace_holder(
            seat_id=seat.pk, **form.asked(), by=request.user, at=timezone.now()
        ),
        title=f"Changer le titulaire {of(seat.partner)}",
        lead=f"Le mandat {of(seat.holder)} se termine la veille ; ses votes restent.",
        done="Le nouveau titulaire est enregistré.",
        back=_page(seat),
        partner=seat.partner,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("seat.write")
def seat_end(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Dire quand un mandat se termine."""
    seat = _seat(seat_id)
    form = EndForm(request.POST or None, initial={"ends_on": seat.ends_on})
    return _answer(
        request,
        form,
        lambda: operations.end_seat(
            seat_id=seat.pk, **form.cleaned_data, by=request.user, at=timezone.now()
        ),
        title=f"Fin du mandat : {seat.partner}",
        lead=f"{seat.holder} siège jusqu'à ce jour compris. Ses votes et son histoire restent.",
        done="Fin de mandat enregistrée.",
        back=_page(seat),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("seat.write")
def seat_alternates(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Dire qui siège quand le titulaire ne vient pas."""
    seat = _seat(seat_id)
    form = AlternatesForm(
        request.POST or None,
        people=composition.people_of(seat.partner).exclude(pk=seat.holder_id),
        present=seats.alternates_of(seat),
    )
    return _answer(
        request,
        form,
        lambda: operations.set_alternates(
            seat_id=seat.pk,
            people=form.people(),
            mark=form.cleaned_data["mark"],
            by=request.user,
            at=timezone.now(),
        ),
        title=f"Suppléants {of(seat.partner)}",
        lead=f"Ils siègent et votent à la place {of(seat.holder)}, un seul à la fois.",
        done="Suppléants enregistrés.",
        back=_page(seat),
        partner=seat.partner,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("seat.write")
def chair_order(request: HttpRequest) -> HttpResponse:
    """L'ordre de remplacement de la présidence."""
    form = ChairOrderForm(
        request.POST or None, seats=composition.able_to_replace(timezone.localdate())
    )
    return _answer(
        request,
        form,
        lambda: operations.set_chair_order(
            seat_ids=form.order(),
            mark=form.cleaned_data["mark"],
            by=request.user,
            at=timezone.now(),
        ),
        title="Ordre de remplacement",
        lead="Si la présidence se déporte ou s'absente, le premier présent de cette liste préside.",
        done="Ordre de remplacement enregistré.",
        back=basin_reverse("seat_list"),
    )


def _answer(
    request: HttpRequest,
    form: Form,
    act: Callable[[], Any],
    *,
    title: str,
    done: str,
    back: str,
    lead: str = "",
    partner: Partner | None = None,
) -> HttpResponse:
    """The form of an act on the seats, which goes to their list."""
    context = {
        "title": title,
        "lead": lead,
        "back_url": back,
        "partner": partner,
        "breadcrumb": _trail(Link(title, "")),
    }
    seats_url, template = basin_reverse("seat_list"), "committees/seat_form.html"
    return answered(
        request, form, act, said=done, back=seats_url, template=template, context=context
    )
