"""The pipeline: projects annotated once for the table and the board, companies known already."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.lookups import Unaccent
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Upper

from projects.enums import STAGES, JobNature, Stage
from projects.models import Beneficiary, JobForecast, Project

CharField.register_lookup(Unaccent)
TextField.register_lookup(Unaccent)
SHOWN_IN_A_COLUMN = 12
SIREN_DIGITS = 9
"""From so many digits on, spaces are those of a SIREN or SIRET, not between words."""


def listed(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Projects with all that a line of the list shows."""
    planned = (
        JobForecast.objects.filter(project=OuterRef("pk"), nature=JobNature.CREATED)
        .order_by()
        .values("project")
        .annotate(total=Sum("fte"))
        .values("total")
    )
    return projects.select_related("beneficiary").annotate(jobs_planned=Subquery(planned))


def matching(projects: QuerySet[Project], words: str) -> QuerySet[Project]:
    """Projects whose company, reference, SIRET, town, need or owner says all these words."""
    compact = "".join(words.split())
    for word in [compact] if compact.isdigit() and len(compact) >= SIREN_DIGITS else words.split():
        found = (
            Q(beneficiary__name__unaccent__icontains=word)
            | Q(beneficiary__town__unaccent__icontains=word)
            | Q(reference__icontains=word)
            | Q(owner_name__unaccent__icontains=word)
            | Q(need__unaccent__icontains=word)
        )
        if word.isdigit():
            found |= Q(beneficiary__siret__contains=word)
        projects = projects.filter(found)
    return projects


@dataclass(frozen=True)
class Column:
    """One stage of the board: its first projects, how many there are in all."""

    stage: Stage
    projects: Sequence[Project]
    total: int
    amount: int

    @property
    def hidden(self) -> int:
        """How many are not drawn."""
        return self.total - len(self.projects)


def board_of(projects: Sequence[Project]) -> list[Column]:
    """Group projects by stage, the longest waiting first; the ended ones, the latest first."""
    columns = []
    for stage, statuses in STAGES.items():
        mine = sorted(
            (project for project in projects if project.status in statuses),
            key=lambda project: project.status_since,
            reverse=stage == Stage.ENDED,
        )
        amount = sum(project.amount_asked or 0 for project in mine)
        columns.append(Column(stage, mine[:SHOWN_IN_A_COLUMN], len(mine), amount))
    return columns


def companies_like(*, siret: str, name: str) -> list[Beneficiary]:
    """Companies already known by this number, by one of the same firm, or by this name."""
    known = Q(pk=None)
    if siret:
        known |= Q(siret__startswith=siret[:9])
    if name:
        known |= Q(name__unaccent__iexact=name.strip())
    return list(
        Beneficiary.objects.filter(known).prefetch_related("projects").order_by(Upper("name"))
    )
