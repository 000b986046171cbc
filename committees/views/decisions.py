"""A decision, its letter, its conditions to lift."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.http import basin_redirect, basin_reverse
from alize.common.screen import Link
from alize.documents.models import GeneratedDocument
from basins.access import allows
from committees import operations, permissions
from committees.forms.decisions import ProofForm
from committees.models import Condition, Decision
from committees.queries import decisions
from committees.views.base import carried_out, home_links, meeting_link, visitor_of
from projects.queries.visibility import visible_to


@require_safe
@access("meeting.read")
def decision_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Une décision : the outcome, its sentence, its conditions, its letter."""
    now = timezone.now()
    decision = (
        Decision.objects.filter(
            reference=reference, project__in=visible_to(visitor_of(request, now)).values("pk")
        )
        .select_related("project__beneficiary", "item__meeting", "ballot__proposal")
        .first()
    )
    if decision is None:
        raise Http404
    lifts = allows(request.roles, "condition.lift")
    context = {
        "breadcrumb": home_links(meeting_link(decision.item.meeting), Link(decision.reference, "")),
        "decision": decision,
        "header": decisions.decision_header(decision, lifts=lifts),
        "facts": decisions.facts_of(decision),
        "terms": decision.ballot.proposal_text.splitlines() if decision.ballot else [],
        "conditions": decisions.conditions_of(decision, on=timezone.localdate(now)),
        "lifts": lifts,
        "letter": GeneratedDocument.objects.about(decision).first()
        if allows(request.roles, "diagnosis.read")
        else None,
    }
    return render(request, "committees/decision_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("condition.lift")
def condition_lift(request: HttpRequest, condition_id: int) -> HttpResponse:
    """Lever une condition, with its proof."""
    condition = get_object_or_404(
        Condition.objects.select_related("decision__project__beneficiary"), pk=condition_id
    )
    decision = condition.decision
    form = ProofForm(request.POST or None)
    page = basin_reverse("decision_detail", reference=decision.reference)
    if not permissions.lift_condition.allows(condition):
        messages.warning(request, "Cette condition est déjà levée.")
        return basin_redirect("decision_detail", reference=decision.reference)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.lift_condition(
                condition_id=condition.pk, **form.cleaned_data, by=request.user, at=timezone.now()
            ),
        )
    ):
        messages.success(request, "Condition levée. La présidence est informée.")
        return basin_redirect("decision_detail", reference=decision.reference)
    context = {
        "breadcrumb": home_links(Link(decision.reference, page), Link("Lever une condition", "")),
        "condition": condition,
        "form": form,
        "cancel": page,
    }
    status = 422 if form.errors else 200
    return render(request, "committees/condition_form.html", context, status=status)
