"""What every reader of a project may know: its card, and its life on one line."""

from datetime import date
from typing import NamedTuple

from django.db.models import Sum
from django.utils import timezone

from alize.common.charts import Milestone, Timeline, timeline
from alize.common.dates import add_months
from alize.common.money import format_euros, format_number
from alize.common.screen import Definition
from projects import panels
from projects.enums import ENDED, JobNature, ProjectStatus
from projects.models import Project
from projects.queries.company import company_of

MILESTONES_AFTER = ((6, "M+6"), (12, "M+12"), (18, "M+18 : bilan"), (36, "M+36 : enquête"))


def card_of(project: Project) -> list[Definition]:
    """The facts of a project in one look."""
    company = company_of(project)
    jobs = project.job_forecasts.filter(nature=JobNature.CREATED).aggregate(total=Sum("fte"))
    fte = jobs["total"]
    days = project.days_asked
    return [
        Definition("Besoin", project.need),
        Definition("Activité", company.activity),
        Definition("Commune", f"{company.postal_code} {company.town}".strip()),
        Definition("Catégorie", project.get_category_display() if project.category else ""),
        Definition("Demande", project.get_request_display() if project.request else ""),
        Definition(
            "Avance demandée", format_euros(project.amount_asked) if project.amount_asked else ""
        ),
        Definition("Jours demandés", f"{format_number(days)} j" if days else ""),
        Definition("Emplois prévus", f"{format_number(fte)} ETP" if fte else ""),
        Definition("Origine", _origin(project)),
    ]


def _origin(project: Project) -> str:
    if project.origin_partner:
        return f"{project.get_origin_display()} : {project.origin_partner}"
    return project.get_origin_display()


class Step(NamedTuple):
    """Étape of the journey of a file, and whether its day is all that it waits for."""

    label: str
    day: date | None
    waits_for_its_day: bool = True


def timeline_of(project: Project, *, on: date) -> Timeline:
    """From the contact to M+36; a file that ended stops where it stopped."""
    known = [
        Step("Contact", project.contacted_on),
        Step("Diagnostic validé", _diagnosed_on(project)),
        _committee(project),
        Step("Convention signée", project.labelled_on),
    ]
    if project.status in ENDED and project.status != ProjectStatus.CLOSED:
        reached = [step for step in known if step.day]
        known = [*reached, Step(project.get_status_display(), project.status_since)]
    else:
        signed = project.labelled_on
        known += [
            Step(label, add_months(signed, month) if signed else None)
            for month, label in MILESTONES_AFTER
        ]
    return timeline(_milestones(known, on=on), title="Parcours du dossier")


def _diagnosed_on(project: Project) -> date | None:
    diagnosis = project.diagnoses.filter(validated_at__isnull=False).first()
    return timezone.localdate(diagnosis.validated_at) if diagnosis else project.ready_on


def _committee(project: Project) -> Step:
    moment = panels.moment_of("committee", project)
    if moment is None:
        return Step("Comité d'agrément", None)
    return Step(moment.label or "Comité d'agrément", moment.on, moment.is_reached)


def _milestones(known: list[Step], *, on: date) -> list[Milestone]:
    """Past dates are done; the first that is not is where the project stands."""
    milestones, standing = [], False
    for label, day, waits_for_its_day in known:
        if day is not None and day <= on and waits_for_its_day:
            milestones.append(Milestone(label, "done", day))
        else:
            milestones.append(Milestone(label, "todo" if standing else "current", day))
            standing = True
    return milestones
