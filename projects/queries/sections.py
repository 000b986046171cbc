"""What is known of a file and what is missing from it: sections, hints, who changed what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Q

from alize.accounts.models import Person
from alize.audit.models import AuditEvent
from alize.common.dates import short_date
from alize.common.screen import Progress, Step, StepState
from alize.common.words import listed
from basins.models import Basin
from partners.models import Partner
from projects import rules
from projects.enums import Category, FundingKind, Request, Section
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


# -- Hints: advice, never a wall (R12, R16, R18) --------------------------------------------------
@dataclass(frozen=True)
class Hint:
    """One sign of eligibility: good, to be looked at, or not known yet."""

    label: str
    detail: str
    state: str


def hints_of(project: Project, *, basin: Basin, on: date) -> list[Hint]:
    """What the operator should notice before going further; nothing here blocks."""
    return [
        _age_hint(project, on),
        _place_hint(project, basin),
        _de_minimis_hint(project),
        _honour_loan_hint(project),
    ]


def _age_hint(project: Project, on: date) -> Hint:
    label = "PME de plus de trois ans"
    founded = company_of(project).founded_on
    if founded is None:
        return Hint(label, "Date de création à renseigner.", "unknown")
    if rules.is_young(founded, on=on):
        return Hint(label, f"Créée le {short_date(founded)} : cible secondaire.", "watch")
    return Hint(label, f"Créée le {short_date(founded)}.", "good")


def _place_hint(project: Project, basin: Basin) -> Hint:
    label = "Département du bassin"
    company = company_of(project)
    if not company.postal_code:
        return Hint(label, "Code postal à renseigner.", "unknown")
    department = rules.department_of(company.postal_code)
    if department in basin.departments:
        place = company.town or company.postal_code
        return Hint(label, f"{place} est dans le département du bassin ({department}).", "good")
    named = ", ".join(basin.departments)
    return Hint(label, f"{company.postal_code} n'est pas du bassin ({named}).", "watch")


def _de_minimis_hint(project: Project) -> Hint:
    label = "Aides de minimis"
    if project.de_minimis_declared:
        return Hint(label, "Déclarées par l'entreprise.", "good")
    return Hint(label, "À faire déclarer par l'entreprise.", "watch")


def _honour_loan_hint(project: Project) -> Hint:
    label = "Un seul dispositif"
    kinds = {line.kind for line in project.funding_lines.all()}
    if FundingKind.HONOUR_LOAN not in kinds:
        return Hint(label, "Aucun prêt d'honneur au plan de financement.", "good")
    if project.request == Request.SKILLS:
        return Hint(label, "Prêt d'honneur : seules des compétences sont demandées.", "good")
    return Hint(label, "Un prêt d'honneur : l'aide peut se limiter aux compétences.", "watch")


# -- Who is of the same group ---------------------------------------------------------------------
def partners_of_same_group(project: Project) -> frozenset[int]:
    """The partners that are one with the company: the same legal person, or of its group."""
    siren = project.beneficiary.siret[:9]
    if not siren:
        return frozenset()
    same = Partner.objects.filter(siren=siren)
    groups = same.exclude(group=None).values("group_id")
    related = Partner.objects.filter(Q(pk__in=same.values("pk")) | Q(group_id__in=groups))
    return frozenset(related.values_list("pk", flat=True))


# -- Two people at once ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Change:
    """The last time somebody saved a section, and from which other file of the company."""

    who: Person
    at: datetime
    elsewhere: str = ""


def last_change(project: Project, section: str, *, after: int) -> Change | None:
    """Who saved the section since a revision, if anybody did; the files of a company share one."""
    files = {str(project.pk): project.reference}
    if section == Section.COMPANY:
        same = Project.objects.filter(beneficiary=project.beneficiary_id)
        files = {str(pk): reference for pk, reference in same.values_list("pk", "reference")}
    event = (
        AuditEvent.objects.filter(
            target_type=project._meta.label_lower,
            target_id__in=files,
            type="project.section_saved",
            facts__section=str(section),
            facts__revision__gt=after,
        )
        .order_by("-sequence")
        .first()
    )
    if event is None:
        return None
    other = files[event.target_id] if event.target_id != str(project.pk) else ""
    return Change(Person.objects.get(pk=cast(int, event.by_id)), event.at, other)
