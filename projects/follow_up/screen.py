"""The words and colours of the follow-up; what a company's reviews have seen."""

from datetime import date
from decimal import Decimal

from alize.common.screen import Badge, Definition
from alize.common.templatetags.alize import number
from projects.enums import SUPPORT_MONTHS, Situation, Usefulness
from projects.follow_up import queries
from projects.follow_up.rules import PointState
from projects.models import Project

BADGES = {
    PointState.COMING: Badge("à venir", "neutral", "circle"),
    PointState.DUE: Badge("dû", "attention", "clock-fill"),
    PointState.LATE: Badge("en retard", "late"),
    PointState.DONE: Badge("fait", "done"),
    PointState.DROPPED: Badge("sans objet", "quiet"),
}

SITUATIONS = {
    Situation.GOOD: Badge("Bien", "done"),
    Situation.WATCH: Badge("À surveiller", "attention"),
    Situation.DIFFICULT: Badge("Difficile", "late"),
}

OPINIONS = {
    Usefulness.USEFUL: Badge("Utile", "done"),
    Usefulness.PARTLY: Badge("En partie utile", "attention"),
    Usefulness.USELESS: Badge("Pas utile", "late"),
}


def seen_of(project: Project, *, on: date) -> list[Definition]:
    """What the reviews of a labelled company say of its support, and the last one when awaited."""
    [line] = queries.grid(queries.followed().filter(pk=project.pk), on=on)
    last, term = line.last, line.reviews.get(SUPPORT_MONTHS)
    said = "aucun"
    if last is not None:
        said = f"M+{last.month}, « {SITUATIONS[Situation(last.situation)].label} »"
    awaited = term is not None and term.submitted_at is None
    return [
        Definition("Mandataire", str(project.follow_up_lead)),
        Definition("Dernier point de suivi", said),
        *([Definition(f"Point M+{SUPPORT_MONTHS}", "Pas encore rendu")] if awaited else []),
        Definition("Emplois créés", _out_of(line.jobs_seen, line.jobs_planned, "ETP")),
        Definition("Jours réalisés", _out_of(line.days_done, line.days_contracted, "j")),
    ]


def _out_of(seen: Decimal | None, promised: Decimal, unit: str) -> str:
    """« 2 ETP sur 3 prévus »."""
    planned = f"prévu{'s' if promised >= 2 else ''}"
    if seen is None:
        return f"{number(promised)} {unit} {planned}, rien de constaté"
    return f"{number(seen)} {unit} sur {number(promised)} {planned}"
