"""The lists of the reports to funders."""

import django_tables2 as tables

from alize.common.tables import DateColumn, EurosColumn, List
from funds.foresight.tables import ShareColumn
from funds.reports.lines import RATE_HEAD


class ReportTable(List):
    """Rapports figés."""

    caption = "Rapports aux financeurs"
    noun = "rapport"

    reference = tables.Column(
        verbose_name="Référence", orderable=False, linkify=lambda record: record["url"]
    )
    funder = tables.Column(verbose_name="Financeur", orderable=False)
    as_of = DateColumn(verbose_name="Arrêté au", orderable=False)
    frozen = tables.Column(verbose_name="Figé par", orderable=False)

    class Meta:
        empty_text = "Aucun rapport figé"


class FlowTable(List):
    """Ce que chaque financeur a apporté, et ce que c'est devenu."""

    noun = "ligne"

    funder = tables.Column(verbose_name="Financeur", orderable=False)
    paid_in = EurosColumn(verbose_name="Apporté", orderable=False)
    lent = EurosColumn(verbose_name="Prêté", orderable=False)
    repaid = EurosColumn(verbose_name="Remboursé", orderable=False)
    lost = EurosColumn(verbose_name="Perdu", orderable=False)
    returned = EurosColumn(verbose_name="Repris", orderable=False)


class StandingTable(FlowTable):
    """Le même depuis l'origine, avec ce qu'il en reste."""

    out = EurosColumn(verbose_name="Encore prêté", orderable=False)
    left = EurosColumn(verbose_name="Vaut encore", orderable=False)
    rate = ShareColumn(verbose_name=RATE_HEAD, orderable=False)
