"""What is missing from each section of a file before its diagnosis is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alize.common.screen import Progress, Step, StepState
from alize.common.words import listed
from projects import rules
from projects.enums import Category, Request, Section
from projects.models import Project
from projects.queries.company import company_of


@dataclass(frozen=True)
class Filled:
    """One section and what it still needs."""

    section: Section
    missing: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name on the screen."""
        return str(self.section.label)


def sections_of(project: Project) -> list[Filled]:
    """The six sections, each with what is missing before the diagnosis can be asked."""
    return [Filled(section, tuple(_MISSING[section](project))) for section in Section]


def _empty(project: object, **labels: str) -> list[str]:
    """The labels of the fields that hold nothing."""
    return [label for name, label in labels.items() if getattr(project, name) in (None, "")]


def _company(project: Project) -> list[str]:
    company = company_of(project)
    missing = ["la raison sociale"] if company.name.startswith(rules.PROVISIONAL) else []
    if not company.siret and project.category != Category.START_UP:
        missing.append("le SIRET")
    return missing + _empty(
        company, activity="l'activité", postal_code="le code postal", town="la commune"
    )


def _owner(project: Project) -> list[str]:
    missing = _empty(project, owner_name="le nom du dirigeant")
    if not (project.owner_email or project.owner_phone):
        missing.append("une adresse ou un téléphone")
    return missing


def _project(project: Project) -> list[str]:
    missing = _empty(
        project, category="la catégorie", request="ce qui est demandé", description="le projet"
    )
    if project.request in {Request.ADVANCE, Request.BOTH} and project.amount_asked is None:
        missing.append("le montant de l'avance")
    if project.request in {Request.SKILLS, Request.BOTH} and not project.skills_needed:
        missing.append("les compétences attendues")
    return missing


def _jobs(project: Project) -> list[str]:
    missing = _empty(project, headcount="l'effectif de référence")
    if not project.job_forecasts.all():
        missing.append("les emplois prévus")
    return missing


def _funding(project: Project) -> list[str]:
    missing = [] if project.funding_lines.all() else ["le plan de financement"]
    return missing + _empty(project, why_alize="«\u00a0pourquoi ALIZE\u00a0?\u00a0»")


def _attachments(project: Project) -> list[str]:
    kept = [one for one in project.attachments.all() if one.removed_at is None]
    return [] if kept else ["une pièce au moins"]


_MISSING: dict[Section, Callable[[Project], list[str]]] = {
    Section.COMPANY: _company,
    Section.OWNER: _owner,
    Section.PROJECT: _project,
    Section.JOBS: _jobs,
    Section.FUNDING: _funding,
    Section.ATTACHMENTS: _attachments,
}


def progress_of(
    filled: Sequence[Filled], *, url: Callable[[Section], str], current: Section | None = None
) -> Progress:
    """« 4/6 rubriques complètes », each with its link."""
    return Progress(
        done=sum(not one.missing for one in filled),
        total=len(filled),
        label="rubriques complètes",
        steps=tuple(
            Step(
                one.label,
                _state(one, current),
                f"Il manque {listed(one.missing)}" if _state(one, current) == "current" else "",
                url(one.section),
            )
            for one in filled
        ),
    )


def _state(one: Filled, current: Section | None) -> StepState:
    if not one.missing:
        return "done"
    return "current" if one.section == current else "todo"
