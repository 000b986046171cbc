"""The list of the projects."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables

from alize.common.addresses import basin_reverse
from alize.common.tables import (
    BadgeColumn,
    DateColumn,
    EurosColumn,
    List,
    NumberColumn,
    ReferenceColumn,
)
from alize.common.templatetags.alize import number
from basins.homes import Visitor
from projects.models import Project
from projects.queries import status_badge


class FteColumn(NumberColumn):
    """Full-time equivalents, with their decimal."""

    def written(self, value: Decimal) -> str:
        return number(value)


def _address(record: Project) -> str:
    return basin_reverse("project_detail", reference=record.reference)


class ProjectTable(List):
    """Dossiers, one a line, with the totals of what is asked."""

    caption = "Dossiers du bassin"
    noun = "dossier"

    company = tables.Column(
        verbose_name="Entreprise", accessor="beneficiary__name", linkify=_address
    )
    reference = ReferenceColumn(verbose_name="Référence")
    status = BadgeColumn(verbose_name="État")
    status_since = DateColumn(verbose_name="Depuis le")
    town = tables.Column(verbose_name="Commune", accessor="beneficiary__town")
    jobs_planned = FteColumn(verbose_name="Emplois prévus", total=True)
    amount_asked = EurosColumn(verbose_name="Avance demandée", total=True)

    class Meta:
        empty_text = "Aucun dossier ne correspond"
        default = ""
        order_by = ("-status_since",)

    def __init__(self, *args: Any, visitor: Visitor, **kwargs: Any) -> None:
        self.visitor = visitor
        super().__init__(*args, **kwargs)

    def render_status(self, record: Project, column: BadgeColumn) -> str:
        return column.render(status_badge(record, self.visitor))

    def value_status(self, record: Project) -> str:
        return status_badge(record, self.visitor).label
