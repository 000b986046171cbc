"""Signs of eligibility: advice to the operator, never a wall (R12, R16, R18)."""

from dataclasses import dataclass
from datetime import date

from alize.common.dates import short_date
from basins.models import Basin
from projects import rules
from projects.enums import FundingKind, Request
from projects.models import Project
from projects.queries.company import company_of


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
