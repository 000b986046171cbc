"""The partners of a year, with where their confirmation stands."""

import django_tables2 as tables

from alize.common.tables import BadgeColumn, EurosColumn, List


class YearTable(List):
    """Apports à confirmer."""

    caption = "Apports à confirmer"
    noun = "partenaire"

    partner = tables.Column(verbose_name="Partenaire", linkify=lambda record: record.url)
    pledged = EurosColumn(verbose_name="Promis", total=True)
    received = EurosColumn(verbose_name="Reçu", total=True)
    state = BadgeColumn(verbose_name="Confirmation", orderable=False)
    said = tables.Column(verbose_name="Par", orderable=False)

    class Meta:
        empty_text = "Rien n'est promis ni reçu cette année-là"
