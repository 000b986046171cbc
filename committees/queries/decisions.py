"""What the page of a decision shows, which conditions are left, which decisions need somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import add_months, long_date, short_date
from alize.common.money import format_euros, format_number
from alize.common.screen import Action, Badge, Definition, Link, ObjectHeader
from basins.access import allows
from basins.enums import Role
from basins.homes import Visitor
from basins.queries import holders
from committees import permissions
from committees.enums import (
    APPROVALS,
    FAVOURABLE,
    ConditionKind,
    DecisionOutcome,
    LiftedBy,
    MeetingMode,
    MeetingStatus,
)
from committees.models import AgendaItem, Ballot, Condition, Decision, Meeting
from committees.queries import ballots, leading, seats
from committees.queries.badges import outcome_badge
from committees.queries.rules import committee_rules
from projects.enums import ProjectStatus
from projects.models import Project
from projects.queries.visibility import visible_to


@dataclass(frozen=True)
class Powers:
    """What one person may do with a decision."""

    lifts: bool = False
    rectifies: bool = False
    reopens: bool = False


def decision_header(decision: Decision, powers: Powers) -> ObjectHeader:
    """The head of a decision: what is left to do about it."""
    project = basin_reverse("project_detail", reference=decision.project.reference)
    others = [Action("Le dossier", project, "folder2-open")]
    page = {"reference": decision.reference}
    if powers.rectifies:
        others.append(Action("Rectifier", basin_reverse("decision_rectify", **page), "pencil"))
    if powers.reopens:
        url = basin_reverse("decision_reopen", **page)
        others.append(Action("Demander une nouvelle délibération", url, "arrow-counterclockwise"))
    now, action = _next(decision, powers)
    return ObjectHeader(
        name=f"Décision sur {decision.project.beneficiary}",
        reference=decision.reference,
        status=_status_badge(decision),
        now=now,
        action=action,
        others=tuple(others),
    )


def _status_badge(decision: Decision) -> Badge:
    """Its outcome, or why it no longer counts."""
    if decision.lapsed_at is not None:
        return Badge("Agrément caduc", "late", "hourglass-bottom")
    if not decision.stands:
        return Badge("Remplacée", "quiet", "arrow-right-circle")
    return outcome_badge(decision)


def _next(decision: Decision, powers: Powers) -> tuple[str, Action | None]:
    if decision.lapsed_at is not None:
        day = long_date(timezone.localdate(decision.lapsed_at))
        return f"Conditions non levées à temps : agrément caduc depuis le {day}.", None
    if not decision.stands:
        return f"Remplacée par la décision {decision.revised_by.reference}.", None
    if decision.reopened_at is not None:
        return "Le comité doit délibérer à nouveau ; rien ne se signe d'ici là.", None
    blocking = open_conditions().filter(decision=decision, kind=ConditionKind.SUSPENSIVE)
    left = blocking.order_by("due_on").first()
    if left is not None:
        url = basin_reverse("condition_lift", condition_id=left.pk)
        action = Action("Lever la condition", url, "check2-square") if powers.lifts else None
        return f"Une condition est à lever avant le {long_date(left.due_on)}.", action
    match decision.outcome:
        case DecisionOutcome.APPROVED | DecisionOutcome.APPROVED_CONDITIONS:
            return "La convention peut être préparée.", None
        case DecisionOutcome.DEFERRED if decision.target_meeting is not None:
            return f"À réexaminer à la séance {decision.target_meeting.number}.", None
        case DecisionOutcome.EXTRA_DIAGNOSIS if decision.expert_due_on is not None:
            return f"Avis attendu avant le {long_date(decision.expert_due_on)}.", None
    return "", None


Saying = Callable[[Decision], list[Definition]]
_SAID_AFTER: list[Saying] = []


def said_after(rule: Saying) -> Saying:
    """Let a room above add to a decision what is said of it a posteriori (R25)."""
    _SAID_AFTER.append(rule)
    return rule


def facts_of(decision: Decision) -> list[Definition]:
    """The date, what is granted or awaited, who follows, why."""
    facts = [Definition("Proclamée le", long_date(decision.decided_on))]
    if (approval := decision.item.approval) is not None:
        url = basin_reverse("decision_detail", reference=approval.reference)
        facts.append(Definition("Demande", decision.item.get_matter_display()))
        facts.append(Definition("Sur l'avance de la décision", approval.reference, url=url))
    if decision.revises is not None:
        url = basin_reverse("decision_detail", reference=decision.revises.reference)
        facts.append(Definition("Remplace", decision.revises.reference, url=url))
    if not decision.stands and decision.lapsed_at is None:
        newer = decision.revised_by.reference
        url = basin_reverse("decision_detail", reference=newer)
        facts.append(Definition("Remplacée par", newer, url=url))
    if decision.ballot is None:
        facts.append(Definition("Sans vote, par", str(decision.recorded_by)))
    if decision.outcome in APPROVALS:
        lead = decision.proposal.follow_up_lead
        facts += [
            Definition(
                "Avance accordée", format_euros(decision.amount) if decision.amount else "Aucune"
            ),
            Definition(
                "Jours accordés", format_number(decision.days) if decision.days else "Aucun"
            ),
            Definition("Mandataire du suivi", str(lead) if lead else ""),
        ]
    facts += [Definition(term, value) for term, value in particulars(decision)]
    return facts + [said for rule in _SAID_AFTER for said in rule(decision)]


def particulars(decision: Decision) -> list[tuple[str, str]]:
    """What an outcome says beside its name, the same on screen, in the minutes and the letter."""
    said = [
        ("Motif", decision.reason),
        ("Réorientation", decision.redirection),
        ("Pièces attendues", " ; ".join(decision.pieces_awaited.splitlines())),
        (
            "Réexamen",
            f"séance {decision.target_meeting.number}, "
            f"le {long_date(seats.day_of(decision.target_meeting))}"
            if decision.target_meeting
            else "",
        ),
        ("Expert", decision.expert),
        ("Avis attendu", long_date(decision.expert_due_on) if decision.expert_due_on else ""),
    ]
    return [(term, value) for term, value in said if value]


@dataclass(frozen=True)
class ConditionRow:
    """One condition with its state on a day."""

    condition: Condition
    state: Badge
    is_open: bool


def conditions_of(decision: Decision, *, on: date) -> list[ConditionRow]:
    """Every condition of a decision, the open ones first."""
    rows = [
        ConditionRow(condition, state_of(condition, on), condition.lifted_at is None)
        for condition in decision.conditions.select_related("lifted_by").order_by("due_on", "pk")
    ]
    return sorted(rows, key=lambda row: not row.is_open)


def state_of(condition: Condition, on: date) -> Badge:
    """Lifted, late or still to lift."""
    if condition.lifted_at:
        return Badge(f"Levée le {short_date(timezone.localdate(condition.lifted_at))}", "done")
    if condition.due_on < on:
        return Badge("En retard", "late")
    return Badge("À lever", "attention")


def open_conditions() -> QuerySet[Condition]:
    """The conditions not lifted yet, those to follow as those that block signature and payment."""
    return Condition.objects.filter(lifted_at=None, decision__in=_in_force())


def conditions_to_lift(projects: QuerySet[Project], *, search: str) -> QuerySet[Condition]:
    """The open conditions of these files, the late ones first; of a company, a text or an owner."""
    waiting = open_conditions().filter(decision__project__in=projects.values("pk"))
    if search:
        waiting = waiting.filter(
            Q(decision__project__beneficiary__name__icontains=search)
            | Q(text__icontains=search)
            | Q(owner__icontains=search)
        )
    about = ("decision__project__beneficiary", "decision__item__meeting")
    return waiting.select_related(*about).order_by("due_on", "pk")


def _in_force() -> QuerySet[Decision]:
    """What was approved or accepted, stands, and is not to be deliberated anew."""
    return Decision.objects.standing().filter(outcome__in=FAVOURABLE, reopened_at=None)


def conditional_approvals() -> QuerySet[Decision]:
    """The approvals in force of which a suspensive condition is left, the oldest first."""
    return (
        _in_force()
        .filter(
            project__status=ProjectStatus.APPROVED_CONDITIONS,
            conditions__kind=ConditionKind.SUSPENSIVE,
            conditions__lifted_at=None,
        )
        .distinct()
        .order_by("decided_on", "pk")
    )


def lapses_on(decision: Decision) -> date:
    """When an approval lapses: after the months of the rules, never before its own last date."""
    months = committee_rules().conditions_lapse_months
    left = decision.conditions.filter(kind=ConditionKind.SUSPENSIVE, lifted_at=None)
    own = list(left.values_list("due_on", flat=True))
    return max([add_months(decision.decided_on, months), *own])


def lifters(*, on: date) -> frozenset[int]:
    """Who may lift a condition now, by the rules: operator, presidency, or the chair in session."""
    match LiftedBy(committee_rules().conditions_lifted_by):
        case LiftedBy.OPERATOR:
            people = holders(Role.OPERATOR, on=on)
        case LiftedBy.PRESIDENT:
            people = seats.presidents(on)
        case LiftedBy.COMMITTEE:
            sitting = Meeting.objects.filter(status=MeetingStatus.OPEN)
            sitting = sitting.exclude(mode=MeetingMode.WRITTEN)
            there = [row for meeting in sitting for row in seats.seated(meeting)]
            people = [row.person for row in there if leading.chairs(row.person, row.meeting)]
    return frozenset(person.pk for person in people)


def experts_awaited() -> QuerySet[Decision]:
    """The complementary diagnoses asked for, as long as the file has not come back."""
    return (
        Decision.objects.standing()
        .filter(
            outcome=DecisionOutcome.EXTRA_DIAGNOSIS,
            project__status=ProjectStatus.EXTRA_DIAGNOSIS,
        )
        .select_related("project__beneficiary")
    )


def letters_to_hand_over(visitor: Visitor) -> QuerySet[Decision]:
    """The decisions that wait to be given by hand, on the files that a person reads."""
    waiting = Decision.objects.filter(
        letter_to_hand_over=True, project__in=visible_to(visitor).values("pk")
    )
    return waiting.select_related("project__beneficiary").order_by("decided_on", "pk")


TITLES = {
    DecisionOutcome.DEFERRED: "Ajourner le dossier",
    DecisionOutcome.EXTRA_DIAGNOSIS: "Demander un diagnostic complémentaire",
    DecisionOutcome.WITHDRAWN: "Enregistrer le retrait du dossier",
}
"""What may be decided without a vote, as its page is called."""


def without_vote(visitor: Visitor, item: AgendaItem, last: Ballot | None) -> list[Link]:
    """What this person may record on a file without putting it to the vote."""
    if not allows(visitor.roles, "decision.record"):
        return []
    person = visitor.person
    leads = (
        leading.leads(person, item, on=visitor.on) and ballots.suspension_of(item.meeting) is None
    )
    keeps = leading.is_secretary(person, seats.day_of(item.meeting))
    links, rules, rejected = [], committee_rules(), ballots.standing_rejection(item)
    for outcome, title in TITLES.items():
        if not permissions.end_in.allows(outcome, rules=rules, item=item):
            continue
        if not permissions.pass_over.allows(rejected, outcome):
            continue
        notes = outcome == DecisionOutcome.WITHDRAWN and keeps
        check = permissions.record_without_ballot
        if (leads or notes) and check.allows(item, last=last, in_session=not notes):
            url = basin_reverse("decision_record", item_id=item.pk, outcome=outcome.value)
            links.append(Link(title, url))
    return links


def reopened(project_id: int) -> Decision | None:
    """The decision that a new deliberation on a file replaces."""
    return (
        Decision.objects.standing()
        .filter(project=project_id, reopened_at__isnull=False)
        .order_by("-pk")
        .first()
    )
