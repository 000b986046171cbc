"""The lists of the fund."""

import django_tables2 as tables

from alize.common.tables import (
    BadgeColumn,
    DateColumn,
    EurosColumn,
    List,
    NumberColumn,
    ReferenceColumn,
)


class AdvanceTable(List):
    """Avances remboursables."""

    caption = "Avances remboursables"
    noun = "avance"

    company = tables.Column(verbose_name="Entreprise", linkify=lambda record: record.url)
    reference = ReferenceColumn(
        verbose_name="Référence", attrs={"td": {"class": "nowrap"}, "th": {"class": "nowrap"}}
    )
    status = BadgeColumn(verbose_name="Situation", orderable=False)
    granted = EurosColumn(verbose_name="Accordé", total=True)
    repaid = EurosColumn(verbose_name="Remboursé", total=True)
    outstanding = EurosColumn(verbose_name="Encours", total=True)
    next_due_on = DateColumn(verbose_name="Échéance")
    arrears = EurosColumn(verbose_name="En retard", total=True)
    days_late = NumberColumn(verbose_name="Jours")

    class Meta:
        empty_text = "Aucune avance ne correspond"


class InstalmentTable(List):
    """Échéancier en vigueur."""

    caption = "Échéancier"
    noun = "échéance"

    name = tables.Column(verbose_name="Échéance", orderable=False)
    due_on = DateColumn(verbose_name="Date", orderable=False)
    amount = EurosColumn(verbose_name="Montant", orderable=False, total=True)
    left = EurosColumn(verbose_name="Reste à payer", orderable=False, total=True)
    status = BadgeColumn(verbose_name="État", orderable=False)


class MovementTable(List):
    """Mouvements d'une avance."""

    caption = "Mouvements"
    noun = "mouvement"

    name = tables.Column(verbose_name="Mouvement", orderable=False)
    value_on = DateColumn(verbose_name="Date de valeur", orderable=False)
    amount = EurosColumn(verbose_name="Montant", orderable=False)
    who = tables.Column(verbose_name="Enregistré par", orderable=False)
    state = tables.TemplateColumn(
        verbose_name="Suite", template_name="funds/movement_state.html", orderable=False
    )


class OrderTable(List):
    """Ordres de versement d'une avance."""

    caption = "Ordres de versement"
    noun = "ordre"

    pay_on = DateColumn(verbose_name="Date du versement", orderable=False)
    amount = EurosColumn(verbose_name="Montant", orderable=False)
    status = BadgeColumn(verbose_name="État", orderable=False)
    prepared = tables.Column(verbose_name="Préparé par", orderable=False)
    released = tables.Column(verbose_name="Libéré par", orderable=False)


class ContributionTable(List):
    """Dotations reçues."""

    caption = "Dotations reçues"
    noun = "dotation"

    funder = tables.Column(verbose_name="Financeur")
    received_on = DateColumn(verbose_name="Reçue le")
    amount = EurosColumn(verbose_name="Montant", total=True)

    class Meta:
        empty_text = "Aucune dotation enregistrée"
