"""The basins side by side, no ranking by default (journeys.md A2)."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string

from alize.common.money import NO_BREAK_SPACE
from alize.common.tables import (
    NUMBER,
    DateColumn,
    List,
    NumberColumn,
    WholeEurosColumn,
)
from network.queries import BasinLine, Network
from network.screen import REASONS
from steering import lines
from steering.rules.measures import SMALLEST_SHOWN, Ratio


class TenthsColumn(NumberColumn):
    """Jobs or days, kept in tenths."""

    def written(self, value: int) -> str:
        return lines.tenths(value)

    def value(self, value: int) -> Decimal:
        return Decimal(value).scaleb(-1)


class RatioColumn(tables.Column):
    """A ratio with its n; of fewer than five, it is not shown outside its basin (kpis.md 7.0)."""

    def __init__(self, total: str, **kwargs: Any) -> None:
        self.total = total
        super().__init__(**{"attrs": NUMBER, "footer": self._total} | kwargs)

    def _total(self, table: Any) -> str:
        return _with_n(getattr(table.network.totals, self.total))

    def order(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        """By value; what is masked or unknown last."""
        name = self.accessor
        rows.data.sort(
            key=lambda row: (
                not _shown(row[name]),
                (-1 if is_descending else 1) * (row[name].permille or 0),
            )
        )
        return rows, True

    def render(self, value: Ratio) -> str:
        return _with_n(value) if _shown(value) else f"n < {SMALLEST_SHOWN}"

    def value(self, value: Ratio) -> str:
        return self.render(value)


def _with_n(ratio: Ratio) -> str:
    """« 82 % (n = 17) »: a rate says of how many it speaks."""
    return f"{lines.permille(ratio.permille)} (n = {ratio.n})".replace(" ", NO_BREAK_SPACE)


def _shown(ratio: Ratio) -> bool:
    return not ratio.is_small and ratio.value is not None


class BasinTable(List):
    """Bassins : one line a basin, totals below."""

    caption = "Bassins du réseau"
    noun = "bassin"

    name = tables.Column(verbose_name="Bassin", footer="Réseau")
    attention = tables.Column(verbose_name="Attention", orderable=False)
    meetings = NumberColumn(verbose_name="Séances", total=True)
    examined = NumberColumn(verbose_name="Examinés", total=True)
    approved = NumberColumn(verbose_name="Agréés", total=True)
    approval = RatioColumn("approval", verbose_name="Taux d'agrément", accessor="approval")
    planned = TenthsColumn(verbose_name="Emplois prévus", total=True)
    created = TenthsColumn(verbose_name="Emplois constatés", total=True)
    granted = WholeEurosColumn(verbose_name="Avances accordées", total=True)
    days = TenthsColumn(verbose_name="Jours contractualisés", total=True)
    outstanding = WholeEurosColumn(verbose_name="Encours", total=True)
    arrears = WholeEurosColumn(verbose_name="Impayés", total=True)
    last_meeting_on = DateColumn(verbose_name="Dernière séance")
    convention_ends_on = DateColumn(verbose_name="Convention jusqu'au")
    as_of = DateColumn(verbose_name="Arrêté au")

    class Meta:
        attrs = {"class": "table-scroll list-compact basins"}
        order_by = "name"
        empty_text = "Aucun bassin ne correspond"

    def __init__(self, network: Network, shown: list[BasinLine], **kwargs: Any) -> None:
        self.network = network
        super().__init__([_row(line) for line in shown], **kwargs)

    def render_name(self, record: dict[str, Any]) -> str:
        return render_to_string("network/basin.html", record)

    def value_name(self, value: str) -> str:
        return value

    def render_attention(self, value: list[Any]) -> str:
        return render_to_string("network/reasons.html", {"badges": value})

    def value_attention(self, value: list[Any]) -> str:
        return ", ".join(badge.label for badge in value)


def _row(line: BasinLine) -> dict[str, Any]:
    state, year = line.state, line.year
    return {
        "name": line.basin.name,
        "url": line.url,
        "departments": ", ".join(line.basin.departments),
        "meetings": year.meetings,
        "examined": year.projects_examined,
        "approved": year.projects_approved,
        "approval": line.approval,
        "planned": year.jobs_planned_tenths,
        "created": year.jobs_created_tenths,
        "granted": year.advances_granted,
        "days": year.days_contracted_tenths,
        "outstanding": state.outstanding,
        "arrears": state.arrears,
        "last_meeting_on": state.last_meeting_on,
        "convention_ends_on": state.convention_ends_on,
        "as_of": state.as_of,
        "attention": [REASONS[concern.reason] for concern in line.concerns],
    }
