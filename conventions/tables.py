"""The lists of the conventions."""

import django_tables2 as tables

from alize.common.tables import BadgeColumn, DateColumn, List, NumberColumn, ReferenceColumn


class ConventionTable(List):
    """Conventions de coopération et développement."""

    caption = "Conventions de coopération et développement"
    noun = "convention"
    nothing_yet = "Aucune convention pour l'instant"
    comes_from = "Une convention se prépare ici dès que le comité d'agrément a agréé un dossier."

    reference = ReferenceColumn(verbose_name="Convention", linkify=lambda record: record.url)
    company = tables.Column(verbose_name="Entreprise")
    status = BadgeColumn(verbose_name="État", orderable=False)
    signed = tables.Column(verbose_name="Signatures", orderable=False)
    since = DateColumn(verbose_name="Depuis le")

    class Meta:
        empty_text = "Aucune convention ne correspond"


class PartnershipTable(List):
    """Conventions de partenariat du bassin."""

    caption = "Conventions de partenariat"
    noun = "convention"

    name = tables.Column(
        verbose_name="Convention", orderable=False, linkify=lambda record: record.url
    )
    period = tables.Column(verbose_name="Période", orderable=False)
    signed = tables.Column(verbose_name="Signature", orderable=False)
    partners = NumberColumn(verbose_name="Partenaires", orderable=False)
    status = BadgeColumn(verbose_name="État", orderable=False)

    class Meta:
        empty_text = "Aucune convention de partenariat enregistrée"
