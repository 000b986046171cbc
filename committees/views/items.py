"""One file on the agenda: its page, read or not, with the notes of whoever reads it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect
from alize.common.screen import Link
from basins.access import allows
from basins.enums import Role
from basins.homes import visitor_of
from committees import operations, permissions
from committees.forms.notes import NoteForm
from committees.models import AgendaItem
from committees.queries import (
    decisions,
    headers,
    items,
    leading,
    notes,
    presences,
    questions,
    recusals,
    seats,
)
from committees.queries.badges import ANSWER_BADGES
from committees.queries.ballots import last_ballot
from committees.views.base import (
    carried_out,
    home_links,
    is_leading,
    is_presiding,
    item_in_scope,
    meeting_link,
)


@require_POST
@access("note.write")
def item_read(request: HttpRequest, item_id: int) -> HttpResponse:
    """« J'ai lu ce dossier », or « À relire »."""
    now = timezone.now()
    item = item_in_scope(request, item_id, at=now)
    read = request.POST.get("lu") != "non"
    operations.mark_read(item_id=item.pk, read=read, by=request.user, at=now)
    if not read:
        return basin_redirect("item_detail", item_id=item.pk)
    messages.success(request, f"{item.project.beneficiary} : dossier lu.")
    meeting = basin_reverse("meeting_detail", number=item.meeting.number)
    return redirect(f"{meeting}#ordre-du-jour")


@require_safe
@access("diagnosis.read")
def item_detail(request: HttpRequest, item_id: int) -> HttpResponse:
    """The file on one page: the synthesis, what is proposed, the diagnosis, the attachments."""
    now = timezone.now()
    return _page(request, item_in_scope(request, item_id, at=now), at=now)


@require_POST
@access("note.write")
def item_note(request: HttpRequest, item_id: int) -> HttpResponse:
    """Mes notes, kept as one types or by the button."""
    now = timezone.now()
    item = item_in_scope(request, item_id, at=now)
    form = NoteForm(request.POST)
    saved = form.is_valid() and carried_out(
        form,
        lambda: operations.save_note(item_id=item.pk, **form.cleaned_data, by=request.user, at=now),
    )
    if request.htmx:
        return HttpResponse(status=204 if saved else 422)
    if not saved:
        return _page(request, item, form=form, at=now)
    messages.success(request, "Notes enregistrées.")
    return redirect(basin_reverse("item_detail", item_id=item.pk) + "#mes-notes")


def _page(
    request: HttpRequest, item: AgendaItem, *, form: NoteForm | None = None, at: datetime
) -> HttpResponse:
    visitor = visitor_of(request, at)
    seat = None
    if allows(request.roles, "interest.declare"):
        seat = seats.seat_of(request.user, item.meeting, on=seats.day_of(item.meeting))
    if form is None and allows(request.roles, "note.write"):
        form = NoteForm(initial={"text": notes.notes_of(request.user, item)})
    answer = recusals.latest_answer(item, seat)
    last = last_ballot(item)
    context = {
        "breadcrumb": home_links(
            meeting_link(item.meeting), Link(item.project.beneficiary.name, "")
        ),
        "item": item,
        "header": headers.item_header(
            item,
            last=last,
            presides=is_leading(request, item),
            seat=seat,
            answer=answer,
            at=at,
        ),
        "seat": seat,
        "reads_links": bool(request.roles & {Role.OPERATOR, Role.PRESIDENT})
        or is_presiding(request, item),
        "answer": answer,
        "answer_badge": ANSWER_BADGES.get(answer.answer) if answer else None,
        "may_answer": seat is not None
        and permissions.declare_interest.allows(item, "RECUSED", last=last, previous=answer),
        "proposal": items.proposal_lines(item, last),
        "may_write": permissions.write_proposal.allows(
            item, last=last, words=leading.words(request.user, item, on=visitor.on)
        ),
        "synthesis": items.synthesis_of(item, visitor),
        "quorum": presences.quorum_sentence(presences.quorum_now(item.meeting, item)),
        "decision": item.decision,
        "without_vote": decisions.without_vote(visitor, item, last),
        "last": last,
        "is_read": item.readings.filter(person=request.user.pk).exists(),
        "form": form,
        "questions": questions.questions_of(item),
        "asks": allows(request.roles, "question.ask") and permissions.ask_question.allows(item),
        "answers": questions.answers(request.user, item, request.roles, on=visitor.on),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "committees/item_detail.html", context, status=status)
