"""The lists of the fund."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone

from alize.common.tables import (
    BadgeColumn,
    DateColumn,
    EurosColumn,
    List,
    NumberColumn,
    ReferenceColumn,
)
from funds.enums import kind_label
from funds.foresight.tables import ShareColumn
from funds.models import Entry, Posting
from funds.queries import entry_state
from funds.queries.screens import EntryState
from funds.rules import loss_rate


class YesNoColumn(tables.Column):
    """Oui ou Non."""

    def render(self, value: bool) -> str:
        return "Oui" if value else "Non"


class AdvanceTable(List):
    """Avances remboursables."""

    caption = "Avances remboursables"
    noun = "avance"
    nothing_yet = "Aucune avance pour l'instant"
    comes_from = "Une avance y entre quand le comité d'agrément l'accorde à une entreprise."

    company = tables.Column(verbose_name="Entreprise", linkify=lambda record: record.url)
    reference = ReferenceColumn(
        verbose_name="Référence", attrs={"td": {"class": "nowrap"}, "th": {"class": "nowrap"}}
    )
    status = BadgeColumn(verbose_name="Situation", orderable=False)
    granted = EurosColumn(verbose_name="Accordé", total=True)
    renounced = EurosColumn(verbose_name="Renoncé", total=True)
    repaid = EurosColumn(verbose_name="Remboursé", total=True)
    outstanding = EurosColumn(verbose_name="Encours", total=True)
    due_on = DateColumn(verbose_name="Échéance")
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


class PlanTable(List):
    """Échéances d'un échéancier."""

    caption = "Échéancier"
    noun = "échéance"

    rank = NumberColumn(verbose_name="N°", orderable=False)
    due_on = DateColumn(verbose_name="Date", orderable=False)
    amount = EurosColumn(verbose_name="Montant", orderable=False, total=True)


class EntryTable(List):
    """Écritures d'une avance."""

    caption = "Écritures"
    noun = "écriture"

    name = tables.Column(verbose_name="Opération", orderable=False)
    value_on = DateColumn(verbose_name="Date de valeur", orderable=False)
    amount = EurosColumn(verbose_name="Montant", orderable=False)
    who = tables.Column(verbose_name="Enregistré par", orderable=False)
    state = tables.TemplateColumn(
        verbose_name="Suite",
        template_name="funds/entry_state.html",
        orderable=False,
    )

    def value_state(self, record: EntryState) -> str:
        """What became of it, without the act."""
        return record.state.label if record.state else ""


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
    nature = tables.Column(verbose_name="Nature")
    with_return = YesNoColumn(verbose_name="Droit de reprise")
    lent = EurosColumn(verbose_name="Compte des avances", total=True)
    spent = EurosColumn(verbose_name="Fonctionnement", total=True)
    valued = EurosColumn(verbose_name="Valorisé", total=True)

    class Meta:
        empty_text = "Aucune dotation enregistrée"


class PostingTable(List):
    """Lignes des journaux."""

    caption = "Journaux"
    noun = "ligne"
    nothing_yet = "Aucune écriture pour l'instant"
    comes_from = "Chaque dotation, versement, remboursement ou frais enregistré y entre."

    booked_on = DateColumn(verbose_name="Date", accessor="entry__booked_on")
    number = ReferenceColumn(verbose_name="Pièce", accessor="entry", orderable=False)
    code = tables.Column(verbose_name="Compte", accessor="account__code")
    account = tables.Column(verbose_name="Intitulé", accessor="account__label", orderable=False)
    label = tables.Column(verbose_name="Libellé", accessor="entry__label", orderable=False)
    debit = EurosColumn(verbose_name="Débit", default="")
    credit = EurosColumn(verbose_name="Crédit", default="")
    state = tables.Column(verbose_name="Suite", accessor="entry", orderable=False)

    class Meta:
        empty_text = "Aucune écriture ne correspond"

    def __init__(self, *args: Any, may_reverse: bool, **kwargs: Any) -> None:
        self.may_reverse = may_reverse
        super().__init__(*args, **kwargs)

    def render_state(self, value: Entry, record: Posting) -> str:
        """Once an entry, on its first line; with the act, for those who may."""
        if record.rank > 1:
            return ""
        state = entry_state(value, may_reverse=self.may_reverse)
        return render_to_string("funds/entry_state.html", {"record": state})

    def value_state(self, value: Entry) -> str:
        """What became of the entry, on each line: a spreadsheet is sorted."""
        state = entry_state(value, may_reverse=False).state
        return state.label if state else ""


class AccountTable(List):
    """Balance des comptes."""

    caption = "Balance des comptes"
    noun = "compte"

    code = tables.Column(verbose_name="Compte", orderable=False)
    outside = tables.Column(verbose_name="Compte de l'association", orderable=False)
    label = tables.Column(verbose_name="Intitulé", orderable=False)
    perimeter = tables.Column(verbose_name="Périmètre", orderable=False)
    before = EurosColumn(verbose_name="Solde avant", orderable=False, total=True)
    debit = EurosColumn(verbose_name="Débit", orderable=False, total=True)
    credit = EurosColumn(verbose_name="Crédit", orderable=False, total=True)
    after = EurosColumn(verbose_name="Solde", orderable=False, total=True)

    class Meta:
        empty_text = "Aucun compte n'a bougé"


class ChartTable(List):
    """Plan de comptes."""

    caption = "Plan de comptes"
    noun = "compte"

    inside = tables.Column(verbose_name="Compte", orderable=False)
    inside_label = tables.Column(verbose_name="Intitulé", orderable=False)
    code = tables.Column(verbose_name="Compte de l'association", orderable=False)
    label = tables.Column(verbose_name="Son intitulé", orderable=False)
    perimeter = tables.Column(verbose_name="Périmètre", orderable=False)


class LedgerTable(List):
    """Grand livre d'un compte."""

    caption = "Grand livre"
    noun = "ligne"

    booked_on = DateColumn(verbose_name="Date", orderable=False)
    number = ReferenceColumn(verbose_name="Pièce", orderable=False)
    label = tables.Column(verbose_name="Libellé", orderable=False)
    debit = EurosColumn(verbose_name="Débit", orderable=False, default="", total=True)
    credit = EurosColumn(verbose_name="Crédit", orderable=False, default="", total=True)
    balance = EurosColumn(verbose_name="Solde", orderable=False)

    class Meta:
        empty_text = "Ce compte n'a pas bougé"


class ClosingTable(List):
    """Clôtures."""

    caption = "Clôtures"
    noun = "clôture"
    nothing_yet = "Aucune période clôturée"
    comes_from = "En général, chaque année se clôture une fois ses comptes arrêtés."

    closed_on = DateColumn(verbose_name="Clôturé au", orderable=False)
    recorded_at = tables.DateTimeColumn(
        verbose_name="Enregistrée le", format="d/m/Y", orderable=False
    )
    recorded_by = tables.Column(
        verbose_name="Par", accessor="recorded_by__full_name", orderable=False
    )

    class Meta:
        empty_text = "Aucune période clôturée"

    def value_recorded_at(self, value: datetime) -> date:
        """Its day, here, as a spreadsheet receives it."""
        return timezone.localdate(value)


class LossRateColumn(ShareColumn):
    """What is lost in per cent of what was lent; in the last line, of all that was."""

    def __init__(self, *args: Any, lost: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"footer": self._total, **kwargs})
        self.lost = lost

    def sum_of(self, bound_column: Any, table: Any) -> Decimal:
        """The rate of all its rows, whatever the page."""
        rows = [row.record for row in table.rows]
        lost, lent = (sum(getattr(one, name) for one in rows) for name in (self.lost, "lent"))
        return loss_rate(lost=lost, lent=lent)

    def _total(self, bound_column: Any, table: Any) -> str:
        return self.render(self.sum_of(bound_column, table))


class LineTable(List):
    """Lignes du fonds."""

    caption = "Lignes du fonds"
    noun = "ligne"

    label = tables.Column(verbose_name="Dotation", orderable=False)
    with_return = tables.Column(verbose_name="Droit de reprise", orderable=False)
    paid_in = EurosColumn(verbose_name="Apporté", orderable=False, total=True)
    lent = EurosColumn(verbose_name="Prêté", orderable=False, total=True)
    out = EurosColumn(verbose_name="Encore prêté", orderable=False, total=True)
    lost = EurosColumn(verbose_name="Perdu", orderable=False, total=True)
    gross_loss = LossRateColumn(
        verbose_name="Sinistralité brute", lost="written_off", orderable=False
    )
    net_loss = LossRateColumn(verbose_name="Sinistralité nette", lost="lost", orderable=False)
    returned = EurosColumn(verbose_name="Repris", orderable=False, total=True)
    entitlement = EurosColumn(verbose_name="Peut reprendre", orderable=False)
    act = tables.TemplateColumn(
        verbose_name="Action",
        template_name="funds/line_action.html",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta:
        empty_text = "Aucune dotation sur le compte des avances"


class PledgeTable(List):
    """Promesses et apports."""

    caption = "Promesses et apports"
    noun = "ligne"

    partner = tables.Column(verbose_name="Partenaire", orderable=False)
    kind = tables.Column(verbose_name="Groupe", orderable=False)
    nature = tables.Column(verbose_name="Nature", orderable=False)
    pledged = EurosColumn(verbose_name="Promis", orderable=False, total=True)
    received = EurosColumn(verbose_name="Reçu", orderable=False, total=True)
    gap = EurosColumn(verbose_name="Reste à venir", orderable=False, total=True)

    class Meta:
        empty_text = "Ni promesse ni apport cette année"


class ProfileTable(List):
    """Le profil des apports reçus, beside its reference, as a spreadsheet takes it away."""

    caption = "Profil des apports reçus"
    noun = "groupe"

    label = tables.Column(verbose_name="Groupe", orderable=False)
    cents = EurosColumn(verbose_name="Reçu", orderable=False, total=True)
    share = NumberColumn(verbose_name="Part (%)", orderable=False, total=True)
    target = NumberColumn(verbose_name="Repère (%)", orderable=False, total=True)


class CostTable(List):
    """Écritures du compte de fonctionnement."""

    caption = "Compte de fonctionnement"
    noun = "écriture"

    value_on = DateColumn(verbose_name="Date", orderable=False)
    kind = tables.Column(verbose_name="Nature", orderable=False)
    label = tables.Column(verbose_name="Libellé", orderable=False)
    amount = EurosColumn(verbose_name="Montant", orderable=False)

    class Meta:
        empty_text = "Aucune écriture cette année"

    def render_kind(self, record: Entry) -> str:
        """In the words of the operating account."""
        return kind_label(record.kind, record.perimeter)
