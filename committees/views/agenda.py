"""The agenda of a meeting, the proposal worded on a file."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.faults import Sent
from alize.common.http import basin_redirect, keys_in, refusals_to
from alize.common.screen import Confirmation, Link
from committees import operations, permissions
from committees.enums import DecisionOutcome, InstalmentStep
from committees.forms.meetings import DurationForm, ItemForm
from committees.forms.proposals import ConditionFormSet, ProposalForm, SkillsFormSet
from committees.models import AgendaItem, Proposal
from committees.operations import ConditionLine, SkillsLine
from committees.queries import agenda as agendas
from committees.queries import items, leading, meetings, proposals
from committees.queries.ballots import last_ballot
from committees.queries.rules import committee_rules
from committees.views.base import (
    carried_out,
    confirm_page,
    home_links,
    item_in_scope,
    meeting_link,
    require_presidency,
)
from partners.models import Contact
from partners.queries import lenders


def _meeting_page(item_id: int) -> str:
    """The page of the meeting of a passage."""
    item = AgendaItem.objects.select_related("meeting").filter(pk=item_id).first()
    if item is None:
        raise Http404
    return basin_reverse("meeting_detail", number=item.meeting.number) + "#ordre-du-jour"


@require_POST
@access("meeting.write")
@refusals_to("meeting_detail")
def item_add(request: HttpRequest, number: str) -> HttpResponse:
    """Inscrire un dossier prêt, with « Annuler »."""
    meeting = meetings.meeting_numbered(number)
    typed = request.POST if "project" in request.POST else request.GET
    form = ItemForm(typed, ready=agendas.ready_projects())
    if form.is_valid():
        project = form.cleaned_data["project"]
        item = operations.put_on_agenda(
            meeting_id=meeting.pk,
            project_id=project.pk,
            minutes_planned=form.cleaned_data["minutes_planned"] or AgendaItem.USUAL_MINUTES,
            rank=form.cleaned_data["rank"],
            by=request.user,
            at=timezone.now(),
        )
        undo = basin_reverse("item_remove", item_id=item.pk)
        said = f"{project.beneficiary} est à l'ordre du jour."
        messages.success(request, said, extra_tags=f"undo:{undo}")
    else:
        messages.error(
            request, "Choisissez un dossier prêt pour le comité, et qui n'est pas déjà inscrit."
        )
    return redirect(basin_reverse("meeting_detail", number=number) + "#ordre-du-jour")


@require_POST
@access("meeting.write")
@refusals_to(_meeting_page)
def item_move(request: HttpRequest, item_id: int) -> HttpResponse:
    """Monter ou descendre un dossier."""
    page = _meeting_page(item_id)
    steps = -1 if request.POST.get("sens") == "monter" else 1
    operations.move_item(item_id=item_id, steps=steps, by=request.user, at=timezone.now())
    return redirect(f"{page.partition('#')[0]}#passage-{item_id}")


@require_POST
@access("meeting.write")
@refusals_to("meeting_detail")
def agenda_order(request: HttpRequest, number: str) -> HttpResponse:
    """Put the files in the order in which they were dropped."""
    meeting = meetings.meeting_numbered(number)
    asked = keys_in(request.POST.getlist("item"))
    operations.order_agenda(
        meeting_id=meeting.pk, item_ids=asked, by=request.user, at=timezone.now()
    )
    messages.success(request, "Ordre du jour enregistré.")
    return redirect(basin_reverse("meeting_detail", number=number) + "#ordre-du-jour")


@require_POST
@access("agenda.approve")
@refusals_to("meeting_detail")
def agenda_approve(request: HttpRequest, number: str) -> HttpResponse:
    """Valider l'ordre du jour."""
    meeting = meetings.meeting_numbered(number)
    operations.approve_agenda(meeting_id=meeting.pk, by=request.user, at=timezone.now())
    messages.success(request, "Ordre du jour validé.")
    return basin_redirect("meeting_detail", number=number)


@require_POST
@access("meeting.write")
@refusals_to(_meeting_page)
def item_minutes(request: HttpRequest, item_id: int) -> HttpResponse:
    """Changer la durée prévue."""
    page = _meeting_page(item_id)
    form = DurationForm(request.POST)
    if form.is_valid():
        operations.set_minutes(
            item_id=item_id, **form.cleaned_data, by=request.user, at=timezone.now()
        )
    else:
        messages.error(request, "Une durée va de 5 à 180 minutes.")
    return redirect(page)


@require_http_methods(["GET", "HEAD", "POST"])
@access("meeting.write")
@refusals_to(_meeting_page)
def item_remove(request: HttpRequest, item_id: int) -> HttpResponse:
    """Retirer un dossier de l'ordre du jour, with « Annuler »; what was worded on it asks first."""
    page = _meeting_page(item_id)
    item = AgendaItem.objects.select_related("meeting", "project__beneficiary").get(pk=item_id)
    comes_back = agendas.comes_back(item)
    if request.method != "POST":
        permissions.prepare(item.meeting)
        permissions.take_off(item)
        return _confirm_removal(request, item, back=page)
    operations.remove_from_agenda(item_id=item_id, by=request.user, at=timezone.now())
    place = {
        "project": item.project_id,
        "rank": item.rank,
        "minutes_planned": item.minutes_planned,
    }
    again = f"{basin_reverse('item_add', number=item.meeting.number)}?{urlencode(place)}"
    messages.success(
        request,
        "Dossier retiré : il est de nouveau prêt pour une séance.",
        extra_tags=f"undo:{again}" if comes_back else "",
    )
    return redirect(page)


def _confirm_removal(request: HttpRequest, item: AgendaItem, *, back: str) -> HttpResponse:
    company = item.project.beneficiary
    effects = [
        "La demande sur l'avance quitte l'ordre du jour ; elle pourra être posée à nouveau."
        if item.matter
        else f"{company} est de nouveau prêt pour une séance."
    ]
    if item.proposals.exists():
        effects.append("La proposition rédigée pour cette séance est effacée.")
    if item.meeting.second_of_id is not None:
        effects.append("Une seconde convocation ne le reprend pas : il attend une autre séance.")
    confirmation = Confirmation(
        title=f"Retirer {company} de l'ordre du jour",
        effects=effects,
        label="Retirer le dossier",
        back_url=back,
        danger=True,
    )
    return confirm_page(request, item.meeting, confirmation)


@require_http_methods(["GET", "HEAD", "POST"])
@access("proposal.write")
def proposal_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    """Rédiger la proposition de décision : advance, skills by company, follow-up, conditions."""
    now = timezone.now()
    today = timezone.localdate(now)
    item = item_in_scope(request, item_id, at=now)
    require_presidency(may=leading.words(request.user, item, on=today))
    suspends = permissions.end_in.allows(
        DecisionOutcome.APPROVED_CONDITIONS, rules=committee_rules(), item=item
    )
    data = request.POST or None
    form, skills, conditions = _forms(data, item, suspends=suspends, on=today)
    parts = [form, conditions] if item.matter else [form, skills, conditions]
    valid = data is not None and False not in [part.is_valid() for part in parts]
    if valid and carried_out(
        form,
        lambda: operations.save_proposal(
            item_id=item.pk,
            **_asked(form, skills, conditions),
            mark=request.POST.get("mark"),
            by=request.user,
            at=now,
        ),
    ):
        messages.success(request, "Proposition enregistrée.")
        return basin_redirect("item_detail", item_id=item.pk)
    mark = proposals.mark_of(item)
    is_behind = request.POST.get("mark", mark) != mark
    context = {
        "mark": mark,
        "theirs": items.proposal_lines(item, last_ballot(item)) if is_behind else [],
        "breadcrumb": home_links(
            meeting_link(item.meeting),
            Link(item.project.beneficiary.name, basin_reverse("item_detail", item_id=item.pk)),
            Link("Proposition de décision", ""),
        ),
        "item": item,
        "form": form,
        "skills": skills,
        "conditions": conditions,
        "sent": Sent(form, {"Apport": skills, "Condition": conditions}),
        "suspends": suspends,
        "ask": items.ask_of(item),
    }
    status = 200 if data is None else 422
    return render(request, "committees/proposal_form.html", context, status=status)


def _forms(
    data: QueryDict | None, item: AgendaItem, *, suspends: bool, on: date
) -> tuple[ProposalForm, BaseFormSet, BaseFormSet]:
    """The terms, the skills by company, the conditions: as the last proposal says, or as typed."""
    proposal = item.proposals.order_by("-pk").first()
    form = ProposalForm(
        data, on=on, about_advance=bool(item.matter), initial=_initial(item, proposal)
    )
    # A line is compared with an empty one when it is sent, not with what somebody else wrote since.
    stands = proposal if data is None else None
    skills = SkillsFormSet(
        # About an advance already paid, nothing new is granted: there are no skills to word.
        data if not item.matter else None,
        prefix="skills",
        initial=_skills(stands),
        form_kwargs={"partners": lenders(on)},
    )
    conditions = ConditionFormSet(
        data,
        prefix="conditions",
        initial=_conditions(stands),
        form_kwargs={"suspends": suspends},
    )
    return form, skills, conditions


def _initial(item: AgendaItem, proposal: Proposal | None) -> dict[str, Any]:
    """The last proposal, or what the company asks for."""
    if proposal is None:
        project = item.project
        lead = Contact.objects.filter(
            person=project.follow_up_lead_id, partner=project.follow_up_partner_id
        ).first()
        return {"amount": project.amount_asked, "lead": lead}
    return {
        "amount": proposal.amount or None,
        "lines": proposal.lines or None,
        "step_months": proposal.step_months,
        "grace_months": proposal.grace_months,
        "comment": proposal.comment,
        "lead": Contact.objects.filter(
            person=proposal.follow_up_lead_id, partner=proposal.follow_up_partner_id
        ).first(),
    }


def _skills(proposal: Proposal | None) -> list[dict[str, Any]]:
    if proposal is None:
        return []
    return list(proposal.skills.order_by("pk").values("partner", "days", "topic"))


def _conditions(proposal: Proposal | None) -> list[dict[str, Any]]:
    if proposal is None:
        return []
    return list(
        proposal.conditions.order_by("pk").values(
            "kind", "text", "owner", "proof_expected", "due_on"
        )
    )


def _kept(forms: BaseFormSet) -> list[dict[str, Any]]:
    """What was typed in the lines that are neither empty nor taken away."""
    lines = [form.cleaned_data for form in forms if form.has_changed() or form.initial]
    return [line for line in lines if line and not line.get("DELETE")]


def _asked(form: ProposalForm, skills: BaseFormSet, conditions: BaseFormSet) -> dict[str, Any]:
    typed = form.cleaned_data
    lead = typed.get("lead")
    return {
        "amount": typed.get("amount") or 0,
        "lines": typed.get("lines") or 0,
        "step_months": typed.get("step_months") or InstalmentStep.MONTHLY,
        "grace_months": typed.get("grace_months") or 0,
        "follow_up_partner_id": lead.partner_id if lead else None,
        "follow_up_lead_id": lead.person_id if lead else None,
        "comment": typed["comment"],
        "skills": [
            SkillsLine(line["partner"].pk, line["days"], line["topic"]) for line in _kept(skills)
        ]
        if skills.is_bound
        else [],
        "conditions": [
            ConditionLine(
                line["kind"], line["text"], line["due_on"], line["owner"], line["proof_expected"]
            )
            for line in _kept(conditions)
        ],
    }
