"""What decisions still ask for on the home page: conditions, letters, advice."""

from datetime import date

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Badge, Todo, Waiting
from basins.homes import HomeParts, Visitor
from committees.models import Decision
from committees.queries.decisions import experts_awaited, letters_to_hand_over, open_conditions
from projects.queries.visibility import visible_to


def add_to(parts: HomeParts, visitor: Visitor) -> None:
    """Of the operator, who follows them up on the files from which they did not withdraw (SD5)."""
    seen = visible_to(visitor).values("pk")
    conditions = open_conditions().filter(decision__project__in=seen)
    for condition in conditions.select_related("decision__project__beneficiary"):
        parts.todos.append(
            (
                condition.due_on,
                Todo(
                    f"Lever une condition : {condition.decision.project.beneficiary}",
                    basin_reverse("decision_detail", reference=condition.decision.reference),
                    action="Voir",
                    context=condition.text,
                    due=f"avant le {long_date(condition.due_on)}",
                    badge=Badge("En retard", "late") if condition.due_on < visitor.on else None,
                ),
            )
        )
    for decision in letters_to_hand_over(visitor):
        url = basin_reverse("decision_detail", reference=decision.reference)
        label = f"Remettre la lettre de décision : {decision.project.beneficiary}"
        context = "Le dirigeant n'a pas d'adresse électronique"
        due = f"décision du {long_date(decision.decided_on)}"
        parts.todos.append((decision.decided_on, Todo(label, url, "Voir", context, due)))
    for decision in experts_awaited().filter(project__in=seen):
        _expert(parts, decision, on=visitor.on)


def _expert(parts: HomeParts, decision: Decision, *, on: date) -> None:
    """An advice that is awaited, or to ask for again once its day is over."""
    company, due_on = decision.project.beneficiary, decision.expert_due_on
    expected = f"attendu avant le {long_date(due_on)}" if due_on else ""
    if due_on and due_on < on:
        url = basin_reverse("project_detail", reference=decision.project.reference)
        label, late = f"Relancer l'expert : {company}", Badge("En retard", "late")
        todo = Todo(label, url, "Voir", context=decision.expert, due=expected, badge=late)
        parts.todos.append((due_on, todo))
        return
    url = basin_reverse("decision_detail", reference=decision.reference)
    label = f"Diagnostic complémentaire : {company}"
    parts.waiting.append(Waiting(label, url, decision.expert, expected))


def add_late_conditions(parts: HomeParts, visitor: Visitor) -> None:
    """Not lifted at their date, they come back to the committee (voting.md 5.3, Conditions)."""
    late = open_conditions().filter(
        due_on__lt=visitor.on, decision__project__in=visible_to(visitor).values("pk")
    )
    for condition in late.select_related("decision__project__beneficiary").order_by("due_on"):
        parts.todos.append(
            (
                condition.due_on,
                Todo(
                    f"Condition non levée : {condition.decision.project.beneficiary}",
                    basin_reverse("condition_list"),
                    action="Remettre à l'ordre du jour",
                    context=condition.text,
                    due=f"avant le {long_date(condition.due_on)}",
                    badge=Badge("En retard", "late"),
                ),
            )
        )
