"""A decision, its letter, its correction, its conditions to lift."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Confirmation, Definition, Link
from alize.common.tables import sorted_and_paged
from alize.documents.models import GeneratedDocument
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.homes import visitor_of
from committees import operations, permissions, wording
from committees.enums import WITHOUT_BALLOT, DecisionOutcome
from committees.forms.decisions import (
    ConditionFilterForm,
    ParticularsForm,
    ProofForm,
    RectifyForm,
    WhyForm,
)
from committees.models import AgendaItem, Condition, Decision
from committees.queries import decisions, drafting, leading, reservations
from committees.queries.rules import committee_rules
from committees.tables import ConditionRow, ConditionTable
from committees.views.base import (
    carried_out,
    decision_in_scope,
    home_links,
    item_in_scope,
    meeting_link,
)
from projects.models import Project
from projects.queries.visibility import keepers_named, visible_to


def _powers(request: HttpRequest, decision: Decision, *, on: date) -> decisions.Powers:
    """What the page offers to the one who reads it; each act is judged again when it is asked."""
    meeting = decision.item.meeting
    signs = allows(request.roles, "decision.rectify")
    presidents = leading.signer_ids(meeting) if signs else frozenset()
    return decisions.Powers(
        lifts=allows(request.roles, "condition.lift")
        and request.user.pk in decisions.lifters(on=on),
        rectifies=permissions.rectify.allows(request.user, decision, presidents=presidents),
        reopens=meeting.closed_at is not None
        and permissions.reopen.allows(request.user, decision, presidents=presidents),
    )


@require_safe
@access("meeting.read")
def decision_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Une décision : the outcome, its sentence, its conditions, its letter."""
    now = timezone.now()
    today = timezone.localdate(now)
    decision = decision_in_scope(request, reference, at=now)
    powers = _powers(request, decision, on=today)
    ballot = decision.ballot
    context = {
        "breadcrumb": home_links(meeting_link(decision.item.meeting), Link(decision.reference, "")),
        "decision": decision,
        "header": decisions.decision_header(decision, powers),
        "facts": decisions.facts_of(decision),
        "terms": ballot.proposal_text.splitlines() if ballot else [],
        "conditions": decisions.conditions_of(decision, on=today),
        "lapses_on": decisions.lapses_on(decision)
        if decisions.conditional_approvals().filter(pk=decision.pk).exists()
        else None,
        "rectifications": decision.rectifications.select_related("rectified_by"),
        "lifts": powers.lifts and decision.stands,
        "reservations": reservations.reservations_of(decision),
        "reserves": allows(request.roles, "decision.reserve")
        and permissions.make_reservation.allows(decision),
        "answers": allows(request.roles, "decision.answer"),
        "letter": GeneratedDocument.objects.about(decision).first()
        if allows(request.roles, "diagnosis.read")
        else None,
        "by_hand": wording.BY_HAND,
        "hands_over": allows(request.roles, "meeting.write"),
    }
    return render(request, "committees/decision_detail.html", context)


@require_POST
@access("meeting.write")
@refusals_to("decision_detail")
def letter_handed(request: HttpRequest, reference: str) -> HttpResponse:
    """Lettre remise : its company, which has no address, received it by hand."""
    now = timezone.now()
    decision = decision_in_scope(request, reference, at=now)
    operations.hand_letter_over(decision_id=decision.pk, by=request.user, at=now)
    messages.success(request, "La remise de la lettre est notée.")
    return basin_redirect("decision_detail", reference=reference)


EFFECTS = {
    DecisionOutcome.DEFERRED: "Le dossier attend ses pièces, puis revient à une séance.",
    DecisionOutcome.EXTRA_DIAGNOSIS: "Le dossier attend l'avis de l'expert, puis revient.",
    DecisionOutcome.WITHDRAWN: "Le dossier est retiré : l'entreprise en ouvrira un autre.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@access("decision.record")
@refusals_to(lambda item_id, outcome: basin_reverse("item_detail", item_id=item_id))
def decision_record(request: HttpRequest, item_id: int, outcome: str) -> HttpResponse:
    """Ajourner, demander un diagnostic complémentaire ou noter un retrait, sans vote."""
    now = timezone.now()
    if outcome not in WITHOUT_BALLOT:
        raise Http404
    item = item_in_scope(request, item_id, at=now)
    wanted = DecisionOutcome(outcome)
    # Once it is sent, what the state of the file refuses is said beside what was typed.
    check = operations.check_ending if request.method == "POST" else operations.check_without_ballot
    check(item, wanted, by=request.user, at=now)
    form = ParticularsForm(request.POST or None, outcome=outcome, on=timezone.localdate(now))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.record_without_ballot(
                item_id=item.pk,
                outcome=outcome,
                particulars=form.particulars(),
                by=request.user,
                at=now,
            ),
        )
    ):
        messages.success(
            request,
            f"Décision enregistrée : {wording.inside(committee_rules().label_of(wanted))}.",
        )
        return basin_redirect("item_detail", item_id=item.pk)
    confirmation = _ending(item, wanted, on=timezone.localdate(now))
    links = home_links(
        meeting_link(item.meeting),
        Link(str(item.project.beneficiary), confirmation.back_url),
        Link(confirmation.title, ""),
    )
    context = {"confirmation": confirmation, "form": form, "breadcrumb": links}
    return render(request, "committees/confirm.html", context, status=422 if form.errors else 200)


def _ending(item: AgendaItem, wanted: DecisionOutcome, *, on: date) -> Confirmation:
    project = item.project
    sits = item.meeting.opened_at is not None
    noted = "figure au procès-verbal" if sits else "figurera au procès-verbal si la séance se tient"
    return Confirmation(
        title=decisions.TITLES[wanted],
        facts=(Definition("Dossier", f"{project.beneficiary} ({project.reference})"),),
        effects=(
            f"La décision est numérotée, sans vote ; elle {noted}.",
            EFFECTS[wanted],
            wording.LETTER_MADE,
            *([] if project.owner_email else [wording.BY_HAND]),
        ),
        told=_told(project, owner=bool(project.owner_email), on=on),
        label=decisions.TITLES[wanted],
        back_url=basin_reverse("item_detail", item_id=item.pk),
        danger=wanted == DecisionOutcome.WITHDRAWN,
    )


def _told(project: Project, *, owner: bool, on: date) -> list[str]:
    """Its company, when it is written to, and whoever keeps the file."""
    company = [f"{project.owner_name}, {project.beneficiary}"] if owner else []
    return company + keepers_named(project, on=on)


@require_http_methods(["GET", "HEAD", "POST"])
@access("decision.rectify")
@refusals_to("decision_detail")
def decision_rectify(request: HttpRequest, reference: str) -> HttpResponse:
    """Rectifier une erreur de saisie, before the minutes are signed."""
    now = timezone.now()
    decision = decision_in_scope(request, reference, at=now)
    permissions.rectify(
        request.user, decision, presidents=leading.signer_ids(decision.item.meeting)
    )
    form = RectifyForm(request.POST or None, decision=decision, on=timezone.localdate(now))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.rectify_decision(
                decision_id=decision.pk,
                corrections=form.corrections(),
                why=form.cleaned_data["why"],
                by=request.user,
                at=now,
            ),
        )
    ):
        messages.success(request, "Décision rectifiée. La lettre est produite à nouveau.")
        return basin_redirect("decision_detail", reference=reference)
    page = basin_reverse("decision_detail", reference=reference)
    context = {
        "breadcrumb": home_links(Link(reference, page), Link("Rectifier", "")),
        "decision": decision,
        "form": form,
        "effects": _rectify_effects(decision),
        "cancel": page,
    }
    status = 422 if form.errors else 200
    return render(request, "committees/decision_rectify.html", context, status=status)


def _rectify_effects(decision: Decision) -> str:
    effects = "La lettre de décision est produite à nouveau et part à l'entreprise."
    if not decision.project.owner_email:
        effects = f"La lettre de décision est produite à nouveau. {wording.BY_HAND}"
    if drafting.is_countersigned(decision.item.meeting):
        effects += " Le procès-verbal, déjà contresigné, revient au secrétariat."
    return effects


@require_http_methods(["GET", "HEAD", "POST"])
@access("decision.rectify")
@refusals_to("decision_detail")
def decision_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Demander une nouvelle délibération, once the minutes are signed."""
    now = timezone.now()
    decision = decision_in_scope(request, reference, at=now)
    permissions.reopen(request.user, decision, presidents=leading.signer_ids(decision.item.meeting))
    form = WhyForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.reopen_decision(
                decision_id=decision.pk, **form.cleaned_data, by=request.user, at=now
            ),
        )
    ):
        messages.success(request, "Le dossier est prêt à être inscrit à une séance.")
        return basin_redirect("decision_detail", reference=reference)
    confirmation = _reopening(decision, on=timezone.localdate(now))
    links = home_links(Link(reference, confirmation.back_url), Link("Nouvelle délibération", ""))
    context = {"confirmation": confirmation, "form": form, "breadcrumb": links}
    return render(request, "committees/confirm.html", context, status=422 if form.errors else 200)


def _reopening(decision: Decision, *, on: date) -> Confirmation:
    project = decision.project
    was_told = bool(decision.notified_at and project.owner_email)
    outcome = wording.inside(decision.get_outcome_display())
    return Confirmation(
        title="Demander une nouvelle délibération",
        facts=(
            Definition("Décision", f"{decision.reference}, {outcome}"),
            Definition("Entreprise", str(project.beneficiary)),
        ),
        effects=(
            "Le dossier redevient prêt pour le comité ; l'opérateur l'inscrit à une séance.",
            "La décision actuelle demeure jusqu'à ce qu'une autre la remplace ; rien ne se signe "
            "ni ne se verse d'ici là.",
            "L'entreprise a déjà reçu sa décision : elle sera prévenue que le comité délibère à "
            "nouveau. Expliquez-lui pourquoi avant qu'elle ne lise ce mail."
            if was_told
            else "L'entreprise n'a pas encore reçu sa décision.",
        ),
        told=_told(project, owner=was_told, on=on),
        label="Demander une nouvelle délibération",
        back_url=basin_reverse("decision_detail", reference=decision.reference),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])  # sent, it exports
@access("meeting.read")
def condition_list(request: HttpRequest) -> HttpResponse:
    """Conditions à lever : the late ones first, who proves what, before when (O5)."""
    form = ConditionFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    visible = visible_to(visitor_of(request, timezone.now()))
    waiting = decisions.conditions_to_lift(visible, search=asked.get("q", ""))
    acts = any(allows(request.roles, act) for act in ("condition.lift", "decision.rectify"))
    table = ConditionTable(_condition_rows(request, waiting), exclude=() if acts else ("acts",))
    exported = nominal_export_of(request, table, name="conditions", filters=form)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    table.is_filtered = any(asked.values())
    context = {
        "breadcrumb": home_links(Link("Conditions à lever", "")),
        "table": sorted_and_paged(request, table),
        "filter_form": form,
        "clear_url": basin_reverse("condition_list") if table.is_filtered else "",
    }
    return render(request, "committees/condition_list.html", context)


def _condition_rows(request: HttpRequest, waiting: Iterable[Condition]) -> list[ConditionRow]:
    """The lines of the list, each with what the one who reads it may do."""
    today = timezone.localdate()
    lifts = allows(request.roles, "condition.lift") and request.user.pk in decisions.lifters(
        on=today
    )

    def acts(one: Condition) -> list[Link]:
        found = []
        if lifts:
            found.append(Link("Lever", basin_reverse("condition_lift", condition_id=one.pk)))
        if one.due_on < today and _powers(request, one.decision, on=today).reopens:
            reopen = basin_reverse("decision_reopen", reference=one.decision.reference)
            found.append(Link("Remettre à l'ordre du jour", reopen))
        return found

    return [
        ConditionRow(one, decisions.state_of(one, today), partial(acts, one)) for one in waiting
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@access("condition.lift")
@refusals_to(lambda condition_id: basin_reverse("condition_list"))
def condition_lift(request: HttpRequest, condition_id: int) -> HttpResponse:
    """Lever une condition, with its proof."""
    now = timezone.now()
    visible = visible_to(visitor_of(request, now)).values("pk")
    condition = get_object_or_404(
        Condition.objects.select_related("decision__project__beneficiary"),
        pk=condition_id,
        decision__project__in=visible,
    )
    decision = condition.decision
    form = ProofForm(request.POST or None)
    page = basin_reverse("decision_detail", reference=decision.reference)
    lifters = decisions.lifters(on=timezone.localdate(now))
    try:
        permissions.lift_condition(request.user, condition, lifters=lifters)
    except ActionDenied as denied:
        messages.warning(request, denied.reason)
        return basin_redirect("decision_detail", reference=decision.reference)
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(
            form,
            lambda: operations.lift_condition(
                condition_id=condition.pk, **form.cleaned_data, by=request.user, at=now
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
