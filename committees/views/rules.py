"""Règles du comité : each setting with its default and its reason, and how they change."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, refusals_in, refusals_to
from alize.common.screen import Action, Link
from alize.documents.views import serve
from basins.access import allows
from committees import operations, permissions
from committees.forms.rules import RegulationsForm, RulesForm
from committees.queries import rules as queries
from committees.queries.rules import committee_rules
from committees.views.base import home_links

TITLE = "Règles du comité"
PROPOSED = "Changement proposé. La présidence du comité décide."


@require_safe
@access("rules.read")
def rules_detail(request: HttpRequest) -> HttpResponse:
    """Every setting by subject, what waits for the president, what has changed."""
    row = committee_rules()
    waiting = queries.waiting_change()
    may_propose = allows(request.roles, "rules.propose") and waiting is None
    change = Action("Proposer un changement", basin_reverse("rules_edit"), "pencil")
    context = {
        "title": TITLE,
        "breadcrumb": home_links(Link(TITLE, "")),
        "groups": queries.lines_of(row),
        "row": row,
        "waiting": queries.in_words(waiting) if waiting else None,
        "applies": waiting is not None
        and allows(request.roles, "rules.apply")
        and permissions.apply_rules.allows(request.user, waiting),
        "takes_back": waiting is not None and waiting.proposed_by_id == request.user.pk,
        "past": [one for one in queries.changes() if one.change.pk != getattr(waiting, "pk", None)],
        "may_propose": may_propose,
        "action": change if may_propose else None,
    }
    return render(request, "committees/rules_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("rules.propose")
def rules_edit(request: HttpRequest) -> HttpResponse:
    """Proposer d'autres règles."""
    form = RulesForm(request.POST or None, row=committee_rules())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with refusals_in(form) as outcome:
                operations.propose_rules(
                    values=form.values(),
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(request, PROPOSED)
                return basin_redirect("rules_detail")
            status = outcome.status
    title = "Proposer un changement"
    context = {"title": title, "form": form, "breadcrumb": _trail(title)}
    return render(request, "committees/rules_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("rules.propose")
def regulations_attach(request: HttpRequest) -> HttpResponse:
    """Joindre le règlement du comité."""
    form = RegulationsForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with refusals_in(form) as outcome:
                operations.propose_regulations(
                    **form.cleaned_data, by=request.user, at=timezone.now()
                )
                messages.success(request, PROPOSED)
                return basin_redirect("rules_detail")
            status = outcome.status
    title = "Joindre le règlement du comité"
    context = {"title": title, "form": form, "breadcrumb": _trail(title)}
    return render(request, "committees/rules_form.html", context, status=status)


def _trail(title: str) -> list[Link]:
    return home_links(Link(TITLE, basin_reverse("rules_detail")), Link(title, ""))


@require_POST
@access("rules.apply")
@refusals_to(lambda change_id: basin_reverse("rules_detail"))
def rules_apply(request: HttpRequest, change_id: int) -> HttpResponse:
    """Mettre un changement en vigueur."""
    _waiting_or_404(change_id)
    operations.apply_rules(change_id=change_id, by=request.user, at=timezone.now())
    messages.success(
        request,
        "Les nouvelles règles sont en vigueur. Les scrutins déjà ouverts gardent les leurs.",
    )
    return basin_redirect("rules_detail")


@require_POST
@access("rules.decide")
@refusals_to(lambda change_id: basin_reverse("rules_detail"))
def rules_refuse(request: HttpRequest, change_id: int) -> HttpResponse:
    """Écarter un changement, ou reprendre sa proposition."""
    _waiting_or_404(change_id)
    operations.refuse_rules(change_id=change_id, by=request.user, at=timezone.now())
    messages.success(request, "Changement écarté : les règles restent ce qu'elles étaient.")
    return basin_redirect("rules_detail")


def _waiting_or_404(change_id: int) -> None:
    if not queries.is_known(change_id):
        raise Http404


@require_safe
@access("rules.read")
def regulations_download(request: HttpRequest) -> HttpResponse:
    """Le règlement du comité."""
    stored = committee_rules().regulations
    if stored is None:
        raise Http404
    return serve(stored, request)


@require_safe
@access("rules.read")
def regulations_proposed(request: HttpRequest, change_id: int) -> HttpResponse:
    """Le règlement qu'un changement joint, or joined once."""
    stored = queries.regulations_of(change_id)
    if stored is None:
        raise Http404
    return serve(stored, request)
