"""The minutes: drafted, sent, signed, read."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, basin_reverse, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from alize.documents.models import GeneratedDocument
from basins.access import allows
from basins.enums import Role
from committees import documents, operations, permissions
from committees.enums import MinutesStatus
from committees.forms.minutes import NarrativeForm
from committees.models import Minutes
from committees.queries import headers, meetings, seats
from committees.views.base import home_links, meeting_link, visitor_of


def _minutes(number: str) -> Minutes:
    meeting = meetings.meeting_numbered(number)
    minutes = (
        Minutes.objects.filter(meeting=meeting)
        .select_related("meeting__chair__partner", "meeting__chair__holder", "signed_by")
        .first()
    )
    if minutes is None:
        raise Http404
    return minutes


def may_read(request: HttpRequest, minutes: Minutes) -> bool:
    """Signed minutes are for all; before, for who drafts and who signs (security.md 2.2)."""
    if minutes.status == MinutesStatus.SIGNED:
        return allows(request.roles, "meeting.read")
    return bool(request.roles & {Role.OPERATOR, Role.PRESIDENT})


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.read")
def minutes_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Procès-verbal : votes and presences locked, the narrative written and saved as one types."""
    now = timezone.now()
    minutes = _minutes(number)
    if not may_read(request, minutes):
        raise Http404
    items = minutes.meeting.items.select_related("project__beneficiary").order_by("rank")
    writes = allows(request.roles, "minutes.write") and permissions.write_minutes.allows(minutes)
    form = NarrativeForm(
        request.POST or None, items=items, initial={"narrative": minutes.narrative}
    )
    if request.method == "POST":
        if not allows(request.roles, "minutes.write"):
            raise PermissionDenied
        if form.is_valid():
            return _save(request, minutes, form, at=now)
    context = {
        "breadcrumb": home_links(meeting_link(minutes.meeting), Link("Procès-verbal", "")),
        "minutes": minutes,
        "meeting": minutes.meeting,
        "header": headers.minutes_header(minutes, visitor_of(request, now)),
        "form": form if writes else None,
        "parts": documents.minutes_context(minutes),
        "files": GeneratedDocument.objects.about(minutes)[:1],
        "writes": writes,
        "signs": _signs(request, minutes),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/minutes_detail.html", context, status=status)


def _save(
    request: HttpRequest, minutes: Minutes, form: NarrativeForm, *, at: datetime
) -> HttpResponse:
    page = {"number": minutes.meeting.number}
    try:
        operations.save_minutes(
            minutes_id=minutes.pk,
            narrative=form.cleaned_data["narrative"],
            items=form.by_item(),
            by=request.user,
            at=at,
        )
    except ActionDenied as denied:
        if request.htmx:
            return HttpResponse(denied.reason, status=409)
        messages.error(request, denied.reason)
        return basin_redirect("minutes_detail", **page)
    if request.htmx:
        return HttpResponse(status=204)
    messages.success(request, "Procès-verbal enregistré.")
    return basin_redirect("minutes_detail", **page)


def _signs(request: HttpRequest, minutes: Minutes) -> bool:
    return (
        allows(request.roles, "minutes.sign")
        and minutes.status == MinutesStatus.SENT
        and minutes.drafted_by_id != request.user.pk
    )


@require_POST
@access("minutes.write")
@refusals_to("minutes_detail")
def minutes_draft(request: HttpRequest, number: str) -> HttpResponse:
    """Produire le projet en PDF."""
    minutes = _minutes(number)
    operations.draft_minutes_pdf(minutes_id=minutes.pk, by=request.user, at=timezone.now())
    messages.success(request, "Le PDF se prépare : actualisez cette page dans quelques secondes.")
    return basin_redirect("minutes_detail", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@access("minutes.write")
@refusals_to("minutes_detail")
def minutes_send(request: HttpRequest, number: str) -> HttpResponse:
    """Envoyer à la présidence, pour signature."""
    minutes = _minutes(number)
    if request.method == "POST":
        operations.send_minutes(minutes_id=minutes.pk, by=request.user, at=timezone.now())
        messages.success(request, "Le procès-verbal est parti à la présidence.")
        return basin_redirect("minutes_detail", number=number)
    permissions.write_minutes(minutes)
    return _confirm(
        request,
        minutes,
        Confirmation(
            title="Envoyer le procès-verbal à la présidence",
            effects=(
                "Vous ne pouvez plus le modifier, sauf si la présidence vous le renvoie.",
                "Le projet est mis en page, marqué « PROJET ».",
            ),
            told=(f"{seats.presided(minutes.meeting)}, pour relecture et signature",),
            label="Envoyer à la présidence",
            back_url=basin_reverse("minutes_detail", number=number),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("minutes.sign", fresh=True)
@refusals_to("minutes_detail")
def minutes_sign(request: HttpRequest, number: str) -> HttpResponse:
    """Signer le procès-verbal."""
    minutes = _minutes(number)
    if request.method == "POST":
        operations.sign_minutes(minutes_id=minutes.pk, by=request.user, at=timezone.now())
        messages.success(request, "Procès-verbal signé. Il part aux membres du comité.")
        return basin_redirect("minutes_detail", number=number)
    if not _signs(request, minutes):
        raise ActionDenied("Ce procès-verbal n'attend pas votre signature.")
    return _confirm(
        request,
        minutes,
        Confirmation(
            title="Signer le procès-verbal",
            facts=(Definition("Séance", documents.minutes_title(minutes.meeting)),),
            effects=(
                "Le procès-verbal devient définitif et reçoit sa référence.",
                "Une observation ultérieure s'ajoute en annexe, jamais dans le texte.",
            ),
            told=("les titulaires des sièges du comité",),
            label="Signer le procès-verbal",
            back_url=basin_reverse("minutes_detail", number=number),
        ),
    )


@require_POST
@access("minutes.sign")
@refusals_to("minutes_detail")
def minutes_return(request: HttpRequest, number: str) -> HttpResponse:
    """Renvoyer à la rédaction."""
    minutes = _minutes(number)
    operations.return_minutes(minutes_id=minutes.pk, by=request.user, at=timezone.now())
    messages.success(request, "Le procès-verbal est renvoyé à l'opérateur, qui peut le corriger.")
    return basin_redirect("minutes_detail", number=number)


def _confirm(request: HttpRequest, minutes: Minutes, confirmation: Confirmation) -> HttpResponse:
    number = minutes.meeting.number
    links = home_links(
        meeting_link(minutes.meeting),
        Link("Procès-verbal", basin_reverse("minutes_detail", number=number)),
        Link(confirmation.title, ""),
    )
    context = {"confirmation": confirmation, "breadcrumb": links}
    return render(request, "committees/confirm.html", context)
