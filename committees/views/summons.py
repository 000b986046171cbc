"""The summons of a meeting: sent, answered, reminded, cancelled; the quorum they let expect."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, long_datetime
from alize.common.http import basin_redirect, keys_in, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from alize.common.words import counted
from committees import operations, permissions
from committees.forms.meetings import AnswerForm, CancellationForm
from committees.invitations import calendar_entry
from committees.models import Meeting, Seat
from committees.queries import answers, forecast, meetings, seats
from committees.queries.meetings import seats_in_office
from committees.views.base import carried_out, confirm_page, home_links, meeting_link, own_seat


def _page(meeting: Meeting) -> str:
    return basin_reverse("meeting_detail", number=meeting.number)


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("meeting_detail")
def meeting_convene(request: HttpRequest, number: str) -> HttpResponse:
    """Envoyer les convocations, after a page that says who receives them."""
    now = timezone.now()
    meeting = meetings.sitting_numbered(number)
    if request.method == "POST":
        operations.convene(meeting_id=meeting.pk, by=request.user, at=now)
        messages.success(request, "Convocations envoyées.")
        return basin_redirect("meeting_detail", number=number)
    day = seats.day_of(meeting)
    permissions.convene(meeting, items=meeting.items.count())
    permissions.chair(able=seats.chair_is_able(meeting))
    people = [str(one) for one in seats.called(day)]
    files = counted(meeting.items.count(), "dossier", "dossiers")
    approved = (
        f"Validé {long_datetime(meeting.agenda_approved_at)}"
        if meeting.agenda_approved_at
        else "Pas validé par la présidence (facultatif)"
    )
    return confirm_page(
        request,
        meeting,
        Confirmation(
            title="Envoyer les convocations",
            facts=(
                Definition("Séance", long_date(day)),
                Definition("Président de séance", str(meeting.chair)),
                Definition("Ordre du jour", approved),
            ),
            effects=(
                "Chaque titulaire d'un siège, et chaque suppléant, reçoit la convocation, l'entrée "
                "de son agenda et de quoi répondre.",
                f"L'ordre du jour compte {files}.",
            ),
            told=people,
            label="Envoyer les convocations",
            back_url=_page(meeting),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("meeting_detail")
def meeting_cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Annuler une séance, with the reason that is told."""
    now = timezone.now()
    meeting = meetings.sitting_numbered(number)
    permissions.cancel_meeting(meeting)
    form = CancellationForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.cancel_meeting(
                meeting_id=meeting.pk, reason=form.cleaned_data["reason"], by=request.user, at=now
            ),
        )
    ):
        messages.success(request, "Séance annulée.")
        return basin_redirect("meeting_detail", number=number)
    people = seats.called(seats.day_of(meeting)) if meeting.convened_at else []
    return confirm_page(
        request,
        meeting,
        Confirmation(
            title="Annuler la séance",
            facts=(Definition("Séance", long_datetime(meeting.held_at)),),
            effects=(
                "Ses dossiers sont de nouveau prêts pour une autre séance.",
                "Son numéro reste pris : une séance annulée figure au calendrier.",
            ),
            told=[str(one) for one in people],
            label="Annuler la séance",
            back_url=_page(meeting),
            danger=True,
        ),
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("meeting_detail")
def meeting_remind(request: HttpRequest, number: str) -> HttpResponse:
    """Relancer ceux qui n'ont pas répondu, after a page that names them."""
    now = timezone.now()
    meeting = meetings.sitting_numbered(number)
    if request.method == "POST":
        told = operations.remind(meeting_id=meeting.pk, by=request.user, at=now)
        messages.success(request, f"Relance envoyée à {', '.join(map(str, told))}.")
        return basin_redirect("meeting_detail", number=number)
    silent = answers.silent_members(meeting)
    permissions.remind(meeting, silent=len(silent), at=now)
    return confirm_page(
        request,
        meeting,
        Confirmation(
            title="Relancer ceux qui n'ont pas répondu",
            facts=(Definition("Séance", long_datetime(meeting.held_at)),),
            effects=(
                "Chacun reçoit un courriel qui demande sa réponse, avec de quoi la donner.",
                "La relance suivante pourra partir un jour après.",
            ),
            told=[str(person) for person in silent],
            label="Envoyer la relance",
            back_url=_page(meeting),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("interest.declare")
@refusals_to("meeting_detail")
def answer_give(request: HttpRequest, number: str) -> HttpResponse:
    """Répondre à la convocation : the mail leads here, one button confirms."""
    meeting = meetings.sitting_numbered(number)
    seat = own_seat(request, meeting)
    colleagues = answers.colleagues_of(seat, request.user)
    is_expected = answers.is_expected(meeting, seat, request.user)
    possible = answers.possible_replies(meeting, is_expected=is_expected)
    wanted = request.GET.get("reponse", "")
    last = answers.answer_of(meeting, seat)
    form = AnswerForm(
        request.POST or None,
        possible=possible,
        colleagues=colleagues,
        initial={"reply": wanted if wanted in possible else (last.reply if last else None)},
    )
    if request.method == "POST" and form.is_valid():
        _answer(request, meeting, seat, **form.cleaned_data)
        return basin_redirect("meeting_detail", number=number)
    context = {
        "breadcrumb": home_links(meeting_link(meeting), Link("Votre réponse", "")),
        "meeting": meeting,
        "seat": seat,
        "form": form,
        "colleagues": colleagues,
        "gives": is_expected or seat.holder_id == request.user.pk,
        "news": answers.news_of(last) if last else "",
        "may_answer": permissions.answer_summons.allows(
            meeting, next(iter(possible), ""), possible=possible
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/meeting_answer.html", context, status=status)


def _answer(
    request: HttpRequest, meeting: Meeting, seat: Seat, *, reply: str, asked: int | None
) -> None:
    """Keep an answer, or the request that somebody else of the seat sit, and say so."""
    act = {"meeting_id": meeting.pk, "seat_id": seat.pk, "by": request.user, "at": timezone.now()}
    if asked is None:
        operations.answer_summons(reply=reply, **act)
        messages.success(request, "Votre réponse est enregistrée ; la dernière compte.")
        return
    answer = operations.ask_to_sit(asked_id=asked, **act)
    messages.success(
        request, f"{answer.asked} reçoit votre demande : le siège compte dès sa réponse."
    )


@require_safe
@access("meeting.read")
def meeting_calendar(request: HttpRequest, number: str) -> HttpResponse:
    """The meeting as an entry of one's diary.

    :raises Http404: it is cancelled, or no summons have left.
    """
    meeting = meetings.sitting_numbered(number)
    if meeting.convened_at is None or meeting.cancelled_at is not None:
        raise Http404
    entry = calendar_entry(meeting, "PUBLISH", at=meeting.convened_at, to=request.user)
    return HttpResponse(
        entry,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="seance-{meeting.number}.ics"'},
    )


@require_safe
@access("meeting.write")
def meeting_forecast(request: HttpRequest, number: str) -> HttpResponse:
    """The quorum that the answers let expect; ticking seats says what if they left, and keeps
    nothing."""
    meeting = meetings.sitting_numbered(number)
    expected = forecast.expected_seats(meeting)
    leaving = frozenset(keys_in(request.GET.getlist("part"))) & expected
    context: dict[str, Any] = {
        "breadcrumb": home_links(meeting_link(meeting), Link("Prévision du quorum", "")),
        "meeting": meeting,
        "rows": forecast.forecast_of(meeting),
        "simulated": forecast.forecast_of(meeting, leaving=leaving) if leaving else [],
        "expected": [
            (seat, seat.pk in leaving)
            for seat in seats_in_office(seats.day_of(meeting))
            if seat.pk in expected
        ],
        "leaving": counted(len(leaving), "siège part", "sièges partent"),
    }
    return render(request, "committees/meeting_forecast.html", context)
