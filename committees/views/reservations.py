"""« Émettre une réserve »: the local steering committee on a decision, a posteriori (R25, R31)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import refusals_to
from alize.common.screen import Link
from committees import operations, permissions
from committees.forms.reservations import ReservationAnswerForm, ReservationForm
from committees.models import Decision, Reservation
from committees.views.base import carried_out, decision_in_scope, home_links, meeting_link


def _page(reference: str) -> str:
    """The reservations on the page of a decision."""
    return basin_reverse("decision_detail", reference=reference) + "#reserves"


def _page_of(reservation_id: int) -> str:
    return _page(Reservation.objects.get(pk=reservation_id).decision.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@access("decision.reserve")
@refusals_to(_page)
def reservation_make(request: HttpRequest, reference: str) -> HttpResponse:
    """Émettre une réserve."""
    now = timezone.now()
    decision = decision_in_scope(request, reference, at=now)
    permissions.make_reservation(decision)
    form = ReservationForm(request.POST or None, on=timezone.localdate(now))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.make_reservation(
                decision_id=decision.pk, **form.cleaned_data, by=request.user, at=now
            ),
        )
    ):
        messages.success(request, "Réserve transmise à la présidence et à l'opérateur.")
        return redirect(_page(reference))
    words = {"title": "Émettre une réserve", "label": "Transmettre ma réserve"}
    return _form(request, decision, form, **words)


@require_http_methods(["GET", "HEAD", "POST"])
@access("decision.answer")
@refusals_to(_page_of)
def reservation_answer(request: HttpRequest, reservation_id: int) -> HttpResponse:
    """Répondre à une réserve: the presidency, or the operator for it."""
    now = timezone.now()
    found = Reservation.objects.select_related("decision", "made_by").filter(pk=reservation_id)
    reservation = found.first()
    if reservation is None:
        raise Http404
    decision = decision_in_scope(request, reservation.decision.reference, at=now)
    permissions.answer_reservation(reservation)
    form = ReservationAnswerForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.answer_reservation(
                reservation_id=reservation.pk, **form.cleaned_data, by=request.user, at=now
            ),
        )
    ):
        messages.success(request, "Réponse enregistrée : le comité local la lit.")
        return redirect(_page(decision.reference))
    words = {"title": "Répondre à la réserve", "label": "Envoyer la réponse"}
    return _form(request, decision, form, reservation=reservation, **words)


def _form(
    request: HttpRequest,
    decision: Decision,
    form: ReservationForm | ReservationAnswerForm,
    *,
    title: str,
    **more: Any,
) -> HttpResponse:
    page = Link(decision.reference, _page(decision.reference))
    context = {
        "breadcrumb": home_links(meeting_link(decision.item.meeting), page, Link(title, "")),
        "decision": decision,
        "form": form,
        "title": title,
        "cancel": page.url,
        **more,
    }
    status = 422 if form.errors else 200
    return render(request, "committees/reservation_form.html", context, status=status)
