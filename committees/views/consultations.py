"""Written consultations: prepared by the operator, launched by the president, voted by all (C5)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_datetime
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from basins.access import allows
from basins.homes import visitor_of
from committees import operations, permissions
from committees.enums import MeetingStatus
from committees.forms.consultations import ConsultationForm, DiscussionForm
from committees.forms.meetings import CancellationForm
from committees.models import AgendaItem, Meeting
from committees.queries import agenda as agendas
from committees.queries import consultations, items, leading, meetings, packs, seats
from committees.queries.ballots import is_overdue, last_ballot
from committees.queries.rules import committee_rules
from committees.queries.secrecy import ruling_on
from committees.views.base import (
    ballot_in_scope,
    carried_out,
    confirm_page,
    home_links,
    item_in_scope,
    meeting_link,
    require_presiding,
)
from committees.views.minutes import may_read
from projects.queries.visibility import keepers_named


def _consultation(number: str) -> Meeting:
    """A written consultation by its number.

    :raises Http404: no such meeting, or it is held in session.
    """
    meeting = meetings.meeting_numbered(number)
    if not meeting.is_written:
        raise Http404
    return meeting


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
def consultation_create(request: HttpRequest) -> HttpResponse:
    """Préparer une consultation écrite."""
    now = timezone.now()
    form = ConsultationForm(
        request.POST or None,
        projects=agendas.ready_projects(),
        initial={"reminds": committee_rules().consultation_reminders},
    )
    made: list[AgendaItem] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: made.append(
                operations.prepare_consultation(**form.asked(), by=request.user, at=now)
            ),
        )
    ):
        messages.success(request, "Consultation préparée. Rédigez la proposition de décision.")
        return basin_redirect("proposal_edit", item_id=made[0].pk)
    return _form_page(request, form, title="Préparer une consultation écrite")


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("consultation_detail")
def consultation_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Modifier une consultation en préparation."""
    now = timezone.now()
    meeting = _consultation(number)
    item = item_in_scope(request, meeting.items.get().pk, at=now)
    permissions.prepare_consultation(meeting)
    form = ConsultationForm(
        request.POST or None,
        projects=agendas.ready_projects() | agendas.project_of(item),
        initial=consultations.as_typed(meeting, item.project_id),
    )
    changed: list[AgendaItem] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: changed.append(
                operations.change_consultation(
                    meeting_id=meeting.pk,
                    **form.asked(),
                    mark=form.cleaned_data["mark"],
                    by=request.user,
                    at=now,
                )
            ),
        )
    ):
        if changed[0].pk != item.pk:
            messages.success(request, "Consultation modifiée. Rédigez la nouvelle proposition.")
            return basin_redirect("proposal_edit", item_id=changed[0].pk)
        messages.success(request, "Consultation modifiée.")
        return basin_redirect("consultation_detail", number=number)
    return _form_page(
        request, form, title="Modifier la consultation écrite", label="Enregistrer", meeting=meeting
    )


def _form_page(
    request: HttpRequest,
    form: ConsultationForm,
    *,
    title: str,
    label: str = "Préparer la consultation",
    meeting: Meeting | None = None,
) -> HttpResponse:
    rules = committee_rules()
    links = [meeting_link(meeting)] if meeting else []
    context = {
        "form": form,
        "title": title,
        "label": label,
        "cancel": meetings.page_of(meeting) if meeting else basin_reverse("meeting_list"),
        "allowed": rules.consultations,
        "min_days": rules.consultation_min_days,
        "breadcrumb": home_links(
            *links, Link("Modifier" if meeting else "Consultation écrite", "")
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/consultation_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to("consultation_detail")
def consultation_cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Annuler une consultation en préparation, with its reason."""
    now = timezone.now()
    meeting = _consultation(number)
    item = item_in_scope(request, meeting.items.get().pk, at=now)
    permissions.prepare_consultation(meeting)
    form = CancellationForm(request.POST or None)
    form.fields["reason"].help_text = "Il reste sur la page de la consultation."
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.cancel_meeting(
                meeting_id=meeting.pk, **form.cleaned_data, by=request.user, at=now
            ),
        )
    ):
        messages.success(request, "Consultation annulée.")
        return basin_redirect("consultation_detail", number=number)
    project = item.project
    confirmation = Confirmation(
        title="Annuler la consultation écrite",
        facts=(Definition("Dossier", f"{project.beneficiary} ({project.reference})"),),
        effects=(
            "Le dossier est de nouveau prêt, pour une séance ou une autre consultation.",
            "Son numéro reste pris ; elle figure annulée parmi les séances de l'année.",
        ),
        label="Annuler la consultation",
        back_url=meetings.page_of(meeting),
        danger=True,
    )
    return confirm_page(request, meeting, confirmation, form=form)


@require_safe
@access("meeting.read")
def consultation_detail(request: HttpRequest, number: str) -> HttpResponse:
    """What is asked, until when, who has voted; how, once it is closed."""
    now = timezone.now()
    meeting = _consultation(number)
    item = item_in_scope(request, meeting.items.get().pk, at=now)
    ballot = last_ballot(item)
    is_over = ballot is not None and is_overdue(ballot, at=now)
    day = seats.day_of(meeting)
    seat = seats.seat_of(request.user, meeting, on=day)
    writes = allows(request.roles, "meeting.write")
    minutes = getattr(meeting, "minutes", None)
    context: dict[str, Any] = {
        "meeting": meeting,
        "item": item,
        "ballot": ballot,
        "facts": consultations.facts_of(meeting),
        "badge": consultations.badge_of(meeting, ballot, at=now),
        "is_over": is_over,
        "waiting": consultations.undecided_seats(ballot) if ballot else [],
        "proposal": items.proposal_lines(item, ballot),
        "decision": item.decision,
        "has_proposal": item.proposals.filter(ballot=None).exists(),
        "minutes": minutes if minutes is not None and may_read(request, minutes) else None,
        "writes": writes,
        "changes": writes and permissions.prepare_consultation.allows(meeting),
        "presides": leading.presides(request.user, item, on=timezone.localdate(now)),
        "votes": seat is not None
        and seat.pk in seats.voting_seats(day)
        and ballot is not None
        and not is_over,
        "breadcrumb": home_links(meeting_link(meeting, current=True)),
    }
    if allows(request.roles, "pack.ask") and meeting.status != MeetingStatus.CANCELLED:
        context["pack"] = packs.pack_state(meeting, visitor_of(request, now), at=now)
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
    permissions.launch_consultation(meeting, item)
    confirmation = Confirmation(
        "Lancer la consultation",
        effects=[
            *([f"Pourquoi par écrit : {meeting.urgency}"] if meeting.urgency else []),
            "La proposition de décision ne change plus ; chaque membre vote depuis son courrier.",
            f"Le vote se clôt de lui-même le {long_datetime(meeting.closes_at)}.",
            "Un silence ne vaut jamais accord : le quorum se compte sur ceux qui votent.",
            consultations.reminders_in_words(meeting, at=now),
            *filter(None, [ruling_on(item).because]),
        ],
        told=[str(seat) for seat in consultations.voting_seats(now)],
        label="Lancer la consultation",
        back_url=basin_reverse("consultation_detail", number=number),
    )
    return confirm_page(request, meeting, confirmation)


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
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.ask_for_discussion(
                ballot_id=ballot.pk, seat_id=seat.pk, **form.cleaned_data, by=request.user, at=now
            ),
        )
    ):
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
        told=[
            "Tous les membres qui votent",
            *keepers_named(ballot.item.project, on=timezone.localdate(now)),
        ],
        label="Demander la discussion",
        back_url=basin_reverse("ballot_detail", ballot_id=ballot.pk),
    )
    context = {
        "confirmation": confirmation,
        "form": form,
        "breadcrumb": home_links(meeting_link(meeting), Link("Discussion en séance", "")),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/confirm.html", context, status=status)
