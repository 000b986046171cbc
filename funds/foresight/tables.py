"""The lists behind the figures of the fund."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables

from alize.common.money import format_share
from alize.common.tables import (
    NUMBER,
    DateColumn,
    EurosColumn,
    List,
    NumberColumn,
    WholeEurosColumn,
)
from funds.foresight import figures


class ShareColumn(tables.Column):
    """A share in per cent, right-aligned."""

    sheet_format = '0.00" %"'

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"attrs": NUMBER, **kwargs})

    def render(self, value: Decimal) -> str:
        return figures.percent(value)

    def value(self, value: Decimal) -> Decimal:
        return value


class RateColumn(ShareColumn):
    """A rate held in basis points."""

    def render(self, value: int) -> str:
        return format_share(value)

    def value(self, value: int) -> Decimal:
        return Decimal(value).scaleb(-2)


class CapacityTable(List):
    """Capacité d'engagement, mois par mois."""

    caption = "Aujourd'hui et les douze mois qui viennent"
    noun = "ligne"

    ends_on = DateColumn(verbose_name="Au", orderable=False)
    expected = EurosColumn(verbose_name="Remboursements attendus", orderable=False, total=True)
    counted = EurosColumn(verbose_name="Retenus", orderable=False, total=True)
    restituted = EurosColumn(verbose_name="À rendre aux financeurs", orderable=False, total=True)
    free = EurosColumn(verbose_name="Libre ce jour-là", orderable=False)


class SumTable(List):
    """Une somme, terme par terme, as a spreadsheet takes it away."""

    caption = "Le calcul"
    noun = "terme"

    label = tables.Column(verbose_name="Terme", orderable=False)
    cents = EurosColumn(verbose_name="Montant", orderable=False)


class AgeTable(List):
    """L'encours selon le retard."""

    caption = "Encours selon le retard"
    noun = "tranche"

    name = tables.Column(verbose_name="Retard", orderable=False, linkify=lambda record: record.url)
    count = NumberColumn(verbose_name="Avances", orderable=False, total=True)
    outstanding = EurosColumn(verbose_name="Encours", orderable=False, total=True)
    overdue = EurosColumn(verbose_name="En retard", orderable=False, total=True)
    rate = RateColumn(verbose_name="Taux", orderable=False)
    provision = EurosColumn(verbose_name="Provision proposée", orderable=False, total=True)


class RiskTable(List):
    """Le portefeuille à risque."""

    caption = "Portefeuille à risque"
    noun = "mesure"

    name = tables.Column(verbose_name="Mesure", orderable=False, linkify=lambda record: record.url)
    share = ShareColumn(verbose_name="Sans les rééchelonnées", orderable=False)
    with_restructured = ShareColumn(verbose_name="Avec les rééchelonnées", orderable=False)


class SimulationTable(List):
    """La simulation, mois par mois."""

    caption = "La simulation, mois par mois"
    noun = "ligne"

    ends_on = DateColumn(verbose_name="Fin du mois", orderable=False)
    paid = WholeEurosColumn(verbose_name="Versé", orderable=False, total=True)
    due = WholeEurosColumn(verbose_name="Échéances", orderable=False, total=True)
    received = WholeEurosColumn(verbose_name="Encaissé", orderable=False, total=True)
    added = WholeEurosColumn(verbose_name="Apports nets", orderable=False, total=True)
    cash = WholeEurosColumn(verbose_name="Trésorerie", orderable=False)
    low = WholeEurosColumn(verbose_name="Bas à 80 %", orderable=False)
    high = WholeEurosColumn(verbose_name="Haut à 80 %", orderable=False)
    stock = WholeEurosColumn(verbose_name="Encours", orderable=False)
    losses = WholeEurosColumn(verbose_name="Pertes", orderable=False)

    class Meta:
        attrs = {"class": "table-scroll list-compact"}
