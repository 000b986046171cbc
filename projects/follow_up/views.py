"""Suivi : the grid, the grouped reminder, one review, and the answer of a follow-up lead."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.errors import Refusal
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Action, Confirmation, Definition, Link
from alize.common.tables import sorted_and_paged
from alize.common.templatetags.alize import number
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.homes import visitor_of
from projects import operations
from projects.follow_up import permissions, queries
from projects.follow_up.forms import FollowUpFilter, InterventionForm, RemindForm, ReviewForm
from projects.follow_up.screen import SITUATIONS
from projects.follow_up.tables import FollowUpTable
from projects.models import FollowUpReview
from projects.queries.visibility import visible_to


def _trail(*links: Link) -> list[Link]:
    return [Link("Accueil", basin_reverse("basin_home")), *links]


@require_http_methods(["GET", "HEAD", "POST"])
@access("follow_up.read")
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """The companies supported, their reviews, their last word; and what they ask for."""
    today = timezone.localdate()
    seen = visible_to(visitor_of(request)).values("pk")
    followed = queries.followed().filter(pk__in=seen)
    filters = FollowUpFilter(request.GET, queryset=followed, on=today)
    found = filters.qs if filters.is_valid() else followed.filter(status__in=queries.SUPPORTED)
    table = sorted_and_paged(request, FollowUpTable(queries.grid(found, on=today)))
    name = f"{today.isoformat()}_suivi_{request.basin.slug}"
    download = nominal_export_of(request, table, name=name, filters=filters.form)
    if download is not None:
        return download
    table.exports = nominal_export_links(request)
    table.is_filtered = bool(request.GET)
    may_remind = allows(request.roles, "follow_up.write")
    late = queries.to_remind(on=today).filter(project__in=seen).count() if may_remind else 0
    context = {
        "breadcrumb": _trail(Link("Suivi", "")),
        "filters": filters,
        "clear_url": basin_reverse("follow_up_list") if request.GET else "",
        "table": table,
        "satisfaction": queries.satisfaction(followed),
        "help_wanted": queries.help_wanted().filter(project__in=seen),
        "help_asked": queries.help_asked().filter(project__in=seen).count(),
        "answers_help": may_remind,
        "remind": Action(f"Relancer ({late})", basin_reverse("follow_up_remind"), icon="send")
        if late
        else None,
    }
    return render(request, "projects/follow_up/list.html", context)


@require_http_methods(["GET", "POST"])
@access("follow_up.write")
def follow_up_remind(request: HttpRequest) -> HttpResponse:
    """Relancer (groupé) : who will be written to, then one mail a review."""
    now = timezone.now()
    seen = visible_to(visitor_of(request, now)).values("pk")
    reviews = list(queries.to_remind(on=timezone.localdate(now)).filter(project__in=seen))
    form = RemindForm(request.POST or None, reviews=reviews)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            sent = operations.remind(
                review_ids=[review.pk for review in form.cleaned_data["reviews"]],
                by=request.user,
                at=now,
                command_key=form.cleaned_data["command_key"],
            )
        if outcome.accepted:
            messages.success(request, _sent(sent))
            return basin_redirect("follow_up_list")
        status = outcome.status
    confirmation = Confirmation(
        title="Relancer les mandataires",
        effects=(
            "Chaque mandataire reçoit un courriel par point de suivi choisi, avec un nouveau "
            "lien personnel.",
        ),
        told=tuple(dict.fromkeys(str(review.project.follow_up_lead) for review in reviews)),
        label="Envoyer les relances",
        back_url=basin_reverse("follow_up_list"),
    )
    context = {
        "breadcrumb": _trail(Link("Suivi", basin_reverse("follow_up_list")), Link("Relancer", "")),
        "confirmation": confirmation,
        "form": form,
        "reviews": reviews,
    }
    return render(request, "projects/follow_up/remind.html", context, status=status)


def _sent(count: int) -> str:
    if not count:
        return "Aucune relance n'est partie : ces points viennent d'être rendus."
    return "Une relance est partie." if count == 1 else f"{count} relances sont parties."


def _review(request: HttpRequest, review_id: int) -> FollowUpReview:
    """A review of a project that the person sees, or follows up.

    :raises Http404: there is none for them.
    """
    seen = visible_to(visitor_of(request)).values("pk")
    known = FollowUpReview.objects.filter(
        Q(project__in=seen) | Q(project__follow_up_lead=request.user.pk)
    ).select_related(
        "project__beneficiary",
        "project__follow_up_lead",
        "help_project",
        "help_answered_by",
        "handled_by",
    )
    return get_object_or_404(known, pk=review_id)


@require_safe
@access("follow_up.read")
def review_detail(request: HttpRequest, review_id: int) -> HttpResponse:
    """One review as it was given."""
    review = _review(request, review_id)
    company, project = review.project.beneficiary, review.project
    context = {
        "breadcrumb": _trail(
            Link("Suivi", basin_reverse("follow_up_list")), Link(f"M+{review.month}", "")
        ),
        "review": review,
        "company": company,
        "badge": SITUATIONS.get(review.situation),
        "facts": [
            Definition("Rendu le", short_date(timezone.localdate(review.submitted_at)))
            if review.submitted_at
            else Definition("Attendu le", short_date(review.due_on)),
            Definition("Mandataire", str(project.follow_up_lead)),
            Definition(
                "Dossier",
                project.reference,
                url=basin_reverse("project_detail", reference=project.reference),
            ),
            *_seen(review),
            *_handled(review),
        ],
        "acts": _to_do(request, review),
        "reads_file": review.help_project is not None
        and visible_to(visitor_of(request)).filter(pk=review.help_project.pk).exists(),
    }
    return render(request, "projects/follow_up/detail.html", context)


def _to_do(request: HttpRequest, review: FollowUpReview) -> list[Action]:
    """The lead gives the review, the operator deals with what it says and what it asks."""
    if permissions.answer_signed_in.allows(request.user, review):
        return [Action("Faire le point", basin_reverse("review_answer", review_id=review.pk))]
    if not allows(request.roles, "follow_up.write"):
        return []
    acts = []
    if permissions.handle.allows(review, replaced=queries.is_replaced(review)):
        url = basin_reverse("review_handle", review_id=review.pk)
        acts.append(Action("Prendre en charge", url, "check2", post=True))
    if permissions.answer_help.allows(review):
        url = basin_reverse("review_help", review_id=review.pk)
        acts.append(Action("Répondre à la demande", url, "reply"))
    return acts


def _handled(review: FollowUpReview) -> list[Definition]:
    if review.handled_at is None:
        return []
    day = short_date(timezone.localdate(review.handled_at))
    return [Definition("Pris en charge", f"par {review.handled_by}, le {day}")]


@require_POST
@access("follow_up.write")
@refusals_to("review_detail")
def review_handle(request: HttpRequest, review_id: int) -> HttpResponse:
    """Prendre en charge : the operator deals with a company in difficulty."""
    review = _review(request, review_id)
    operations.handle_difficulty(review_id=review.pk, by=request.user, at=timezone.now())
    messages.success(request, "Vous prenez en charge cette entreprise.")
    return basin_redirect("review_detail", review_id=review_id)


def _seen(review: FollowUpReview) -> list[Definition]:
    def written(value: Any, unit: str) -> str:
        return "" if value is None else f"{number(value)} {unit}"

    return [
        Definition("Emplois créés constatés", written(review.jobs_created, "ETP"), number=True),
        Definition("Emplois maintenus", written(review.jobs_retained, "ETP"), number=True),
        Definition("Jours réalisés", written(review.days_done, "j"), number=True),
    ]


@require_http_methods(["GET", "POST"])
@access("follow_up.answer")
def review_answer(request: HttpRequest, review_id: int) -> HttpResponse:
    """The follow-up lead answers from their own account."""
    review = _review(request, review_id)
    try:
        permissions.answer_signed_in(request.user, review)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return basin_redirect("review_detail", review_id=review_id)
    form = ReviewForm(
        request.POST or None, initial=ReviewForm.starting_from(queries.last_before(review))
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.submit_review(
                review_id=review.pk, answer=form.answer(), by=request.user, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, "Votre point de suivi est enregistré. Merci.")
            return basin_redirect("review_detail", review_id=review_id)
    context = {
        "breadcrumb": _trail(
            Link("Suivi", basin_reverse("follow_up_list")), Link(f"M+{review.month}", "")
        ),
        "review": review,
        "form": form,
        "cancel_url": basin_reverse("follow_up_list"),
    }
    return render(request, "projects/follow_up/answer.html", context, status=form_status(request))


@require_http_methods(["GET", "POST"])
@access("follow_up.write")
def review_help(request: HttpRequest, review_id: int) -> HttpResponse:
    """Répondre à une demande d'intervention : open a file for it, or say why not (R36)."""
    review = _review(request, review_id)
    if request.method != "POST" and not permissions.answer_help.allows(review):
        messages.error(request, permissions.answer_help.why_not(review))
        return basin_redirect("review_detail", review_id=review_id)
    form = InterventionForm(request.POST or None, review=review)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            return _answer_help(request, review, form)
        status = outcome.status
    page = basin_reverse("review_detail", review_id=review.pk)
    context = {
        "breadcrumb": _trail(
            Link("Suivi", basin_reverse("follow_up_list")),
            Link(f"M+{review.month}", page),
            Link("Intervention demandée", ""),
        ),
        "review": review,
        "form": form,
        "cancel_url": page,
    }
    return render(request, "projects/follow_up/intervention.html", context, status=status)


def _answer_help(
    request: HttpRequest, review: FollowUpReview, form: InterventionForm
) -> HttpResponse:
    said = form.cleaned_data
    act: dict[str, Any] = {"review_id": review.pk, "by": request.user, "at": timezone.now()}
    if said["answer"] == InterventionForm.DECLINE:
        operations.decline_intervention(reason=said["reason"], **act)
        messages.success(request, "La demande reste sans suite : le mandataire en est averti.")
        return basin_redirect("review_detail", review_id=review.pk)
    project = operations.open_intervention(need=said["need"], **act)
    messages.success(
        request, f"Le dossier {project.reference} est ouvert : le mandataire en est averti."
    )
    return basin_redirect("project_detail", reference=project.reference)
