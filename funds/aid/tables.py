"""The list of aid."""

import django_tables2 as tables

from alize.common.tables import BadgeColumn, DateColumn, EurosColumn, List


class AidTable(List):
    """Aides de minimis d'une entreprise unique."""

    caption = "Aides de minimis"
    noun = "aide"

    granted_on = DateColumn(verbose_name="Accordée le", orderable=False)
    grantor = tables.Column(verbose_name="Organisme", orderable=False)
    purpose = tables.Column(verbose_name="Objet", orderable=False)
    company = tables.Column(verbose_name="Entreprise", orderable=False)
    amount = EurosColumn(verbose_name="Aide", orderable=False)
    status = BadgeColumn(verbose_name="Compte", orderable=False)
    act = tables.TemplateColumn(
        verbose_name="Suite",
        template_name="funds/aid_act.html",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta:
        empty_text = "Aucune aide déclarée ni accordée"
