"""The minutes: drafted, sent, signed, read."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from alize.documents.models import GeneratedDocument
from basins.access import allows
from basins.enums import Role
from basins.homes import visitor_of
from committees import documents, operations, permissions
from committees.enums import MinutesStatus
from committees.forms.minutes import NarrativeForm, ReturnForm
from committees.models import AgendaItem, Minutes
from committees.operations import Saved
from committees.queries import drafting, headers, issued, leading, meetings
from committees.queries.rules import committee_rules
from committees.views.base import carried_out, home_links, meeting_link


def minutes_of(number: str) -> Minutes:
    """The minutes of a meeting.

    :raises Http404: the meeting is not over.
    """
    meeting = meetings.meeting_numbered(number)
    minutes = (
        Minutes.objects.filter(meeting=meeting)
        .select_related(
            "meeting__chair__partner",
            "meeting__chair__holder",
            "meeting__second_of",
            "signed_by",
            "countersigned_by",
            "drafted_by",
            "approved_in",
            "document",
        )
        .first()
    )
    if minutes is None:
        raise Http404
    return minutes


def may_read(request: HttpRequest, minutes: Minutes) -> bool:
    """Signed minutes are for all; before, for who drafts and who signs (security.md 2.2)."""
    if minutes.status == MinutesStatus.SIGNED:
        return allows(request.roles, "minutes.read")
    return bool(request.roles & {Role.OPERATOR, Role.PRESIDENT}) or leading.signs(
        request.user, minutes.meeting
    )


def _readable_minutes(request: HttpRequest, number: str) -> Minutes:
    """The minutes of a meeting, for whom they are.

    :raises Http404: the meeting is not over, or they are not this person's to read yet.
    """
    minutes = minutes_of(number)
    if not may_read(request, minutes):
        raise Http404
    return minutes


@require_http_methods(["GET", "HEAD", "POST"])
@access("minutes.read")
def minutes_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Procès-verbal : votes and presences locked, the narrative written and saved as one types."""
    minutes = _readable_minutes(request, number)
    items = list(minutes.meeting.items.select_related("project__beneficiary").order_by("rank"))
    if request.method != "POST":
        return _page(request, minutes, items)
    if not allows(request.roles, "minutes.write"):
        raise PermissionDenied
    form = NarrativeForm(request.POST, items=items)
    if not form.is_valid():
        return _page(request, minutes, items, form=form)
    return _save(request, minutes, items, form, at=timezone.now())


def _page(
    request: HttpRequest,
    minutes: Minutes,
    items: list[AgendaItem],
    *,
    form: NarrativeForm | None = None,
    saved: Saved | None = None,
) -> HttpResponse:
    now = timezone.now()
    writes = allows(request.roles, "minutes.write") and permissions.write_minutes.allows(minutes)
    if writes and form is None:
        form = NarrativeForm(items=items, initial={"narrative": minutes.narrative})
    elif form is not None:
        form.catch_up(drafting.texts_of(minutes))
    signs = _signs(request, minutes)
    files = list(GeneratedDocument.objects.about(minutes))
    file = _paper(minutes, files)
    context = {
        "breadcrumb": _trail(request, minutes),
        "reads_decisions": allows(request.roles, "meeting.read"),
        "minutes": minutes,
        "meeting": minutes.meeting,
        "header": headers.minutes_header(minutes, visitor_of(request, now)),
        "form": form if writes else None,
        "parts": documents.minutes_context(minutes),
        "file": file,
        "is_making": minutes.status == MinutesStatus.SIGNED and file is None,
        "annex": minutes.annex if allows(request.roles, "vote.nominal") else None,
        "notes": [file for file in files if file.kind == documents.REMARKS][:1],
        "remarks": minutes.remarks.select_related("made_by"),
        "remarks_on": allows(request.roles, "minutes.remark")
        and permissions.remark.allows(minutes),
        "approves_in": meetings.approving(minutes, request.user),
        "changes": drafting.changes_since(minutes) if signs else [],
        "writes": writes,
        "signs": signs,
        **_marks(form, minutes, saved),
    }
    status = 422 if form is not None and (form.errors or saved) else 200
    return render(request, "committees/minutes_detail.html", context, status=status)


def _paper(minutes: Minutes, files: list[GeneratedDocument]) -> GeneratedDocument | None:
    """The last draft, until the document that the signature made."""
    if minutes.status == MinutesStatus.SIGNED:
        return issued.paper_of(minutes)
    return next((file for file in files if file.kind == documents.MINUTES), None)


def _trail(request: HttpRequest, minutes: Minutes) -> list[Link]:
    """The way back, by the pages that this role opens."""
    here = Link("Procès-verbal", "")
    if not allows(request.roles, "meeting.read"):
        return [home_links()[0], here]
    return home_links(meeting_link(minutes.meeting), here)


def _marks(form: NarrativeForm | None, minutes: Minutes, saved: Saved | None) -> dict:
    """What each part was when it was read: a text that is not the stored one keeps its mark."""
    marks = drafting.marks_of(minutes)
    clashes = saved.clashes if saved else ()
    if form is not None and form.is_bound:
        marks |= form.marks_behind(marks)
    labels = {name: field.label for name, field in form.fields.items()} if form else {}
    return {
        "marks": marks,
        "clashes": [(clash, labels.get(clash.name, "")) for clash in clashes],
    }


def _save(
    request: HttpRequest,
    minutes: Minutes,
    items: list[AgendaItem],
    form: NarrativeForm,
    *,
    at: datetime,
) -> HttpResponse:
    page = {"number": minutes.meeting.number}
    try:
        saved = operations.save_minutes(
            minutes_id=minutes.pk,
            narrative=form.cleaned_data["narrative"],
            items=form.by_item(),
            marks=form.marks() or None,
            keep=frozenset(request.POST.getlist("keep")),
            by=request.user,
            at=at,
        )
    except ActionDenied as denied:
        if request.htmx:
            return HttpResponse(denied.reason, status=409)
        messages.error(request, denied.reason)
        return basin_redirect("minutes_detail", **page)
    if request.htmx:
        context = {"oob": True, **_marks(form, saved.minutes, saved)}
        return render(request, "committees/minutes_marks.html", context)
    if saved.clashes:
        return _page(request, minutes_of(page["number"]), items, form=form, saved=saved)
    messages.success(request, "Procès-verbal enregistré.")
    return basin_redirect("minutes_detail", **page)


def _signs(request: HttpRequest, minutes: Minutes) -> bool:
    return (
        allows(request.roles, "minutes.sign")
        and minutes.status == MinutesStatus.SENT
        and minutes.drafted_by_id != request.user.pk
        and leading.signs(request.user, minutes.meeting)
    )


def _require_signer(request: HttpRequest, minutes: Minutes) -> None:
    if not _signs(request, minutes):
        raise ActionDenied("Ce procès-verbal n'attend pas votre signature.")


@require_POST
@access("minutes.write")
@refusals_to("minutes_detail")
def minutes_draft(request: HttpRequest, number: str) -> HttpResponse:
    """Produire le projet en PDF."""
    minutes = minutes_of(number)
    operations.draft_minutes_pdf(minutes_id=minutes.pk, by=request.user, at=timezone.now())
    messages.success(request, "Le PDF se prépare : actualisez cette page dans quelques secondes.")
    return basin_redirect("minutes_detail", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@access("minutes.write")
@refusals_to("minutes_detail")
def minutes_send(request: HttpRequest, number: str) -> HttpResponse:
    """Envoyer à la présidence, pour signature."""
    if committee_rules().minutes_signatures > 1:
        return basin_redirect("minutes_countersign", number=number)
    return _send(request, number, title="Envoyer le procès-verbal à la présidence")


@require_http_methods(["GET", "HEAD", "POST"])
@access("minutes.write", fresh=True)
@refusals_to("minutes_detail")
def minutes_countersign(request: HttpRequest, number: str) -> HttpResponse:
    """Contresigner et envoyer à la présidence, when the rules ask for two signatures."""
    return _send(request, number, title="Contresigner et envoyer le procès-verbal")


def _send(request: HttpRequest, number: str, *, title: str) -> HttpResponse:
    minutes = minutes_of(number)
    if request.method == "POST":
        operations.send_minutes(minutes_id=minutes.pk, by=request.user, at=timezone.now())
        messages.success(request, "Le procès-verbal est parti à la présidence.")
        return basin_redirect("minutes_detail", number=number)
    permissions.write_minutes(minutes)
    return confirm_minutes(
        request,
        minutes,
        Confirmation(
            title=title,
            effects=(
                "Vous ne pouvez plus le modifier, sauf si la présidence vous le renvoie.",
                "Le projet est mis en page, marqué « PROJET ».",
            ),
            told=tuple(
                f"{person}, pour relecture et signature"
                for person in leading.signers(minutes.meeting)
            ),
            label="Envoyer à la présidence",
            back_url=basin_reverse("minutes_detail", number=number),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("minutes.sign", fresh=True)
@refusals_to("minutes_detail")
def minutes_sign(request: HttpRequest, number: str) -> HttpResponse:
    """Signer le procès-verbal."""
    minutes = _readable_minutes(request, number)
    if request.method == "POST":
        operations.sign_minutes(minutes_id=minutes.pk, by=request.user, at=timezone.now())
        messages.success(request, "Procès-verbal signé. Il part aux membres du comité.")
        return basin_redirect("minutes_detail", number=number)
    _require_signer(request, minutes)
    return confirm_minutes(
        request,
        minutes,
        Confirmation(
            title="Signer le procès-verbal",
            facts=(Definition("Séance", documents.minutes_title(minutes.meeting)),),
            effects=(
                "Le procès-verbal devient définitif et reçoit sa référence.",
                "Les présences, les votes et les décisions qu'il constate ne changent plus.",
                "Une observation ultérieure s'ajoute en annexe, jamais dans le texte.",
            ),
            told=(
                "les titulaires des sièges du comité et les suppléants qui ont siégé",
                "ASTREES, avec ou sans siège",
            ),
            label="Signer le procès-verbal",
            back_url=basin_reverse("minutes_detail", number=number),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("minutes.sign")
@refusals_to("minutes_detail")
def minutes_return(request: HttpRequest, number: str) -> HttpResponse:
    """Renvoyer à la rédaction, saying what to correct."""
    minutes = _readable_minutes(request, number)
    form = ReturnForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.return_minutes(
                minutes_id=minutes.pk, **form.cleaned_data, by=request.user, at=timezone.now()
            ),
        )
    ):
        messages.success(
            request, "Le procès-verbal est renvoyé à l'opérateur, qui peut le corriger."
        )
        return basin_redirect("minutes_detail", number=number)
    if request.method != "POST":
        _require_signer(request, minutes)
    confirmation = Confirmation(
        title="Renvoyer le procès-verbal",
        effects=("L'opérateur le corrige ; ses changements vous seront montrés.",),
        told=(str(minutes.drafted_by),),
        label="Renvoyer à l'opérateur",
        back_url=basin_reverse("minutes_detail", number=number),
    )
    return confirm_minutes(request, minutes, confirmation, form=form)


def confirm_minutes(
    request: HttpRequest, minutes: Minutes, confirmation: Confirmation, *, form=None
) -> HttpResponse:
    """The page before an act on minutes."""
    number = minutes.meeting.number
    links = home_links(
        meeting_link(minutes.meeting),
        Link("Procès-verbal", basin_reverse("minutes_detail", number=number)),
        Link(confirmation.title, ""),
    )
    context = {"confirmation": confirmation, "breadcrumb": links, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "committees/confirm.html", context, status=status)
