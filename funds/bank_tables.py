"""The lists of the bank."""

import django_tables2 as tables

from alize.common.tables import (
    BadgeColumn,
    DateColumn,
    EurosColumn,
    List,
    NumberColumn,
    ReferenceColumn,
)
from funds.foresight.tables import SumTable


class StatementTable(List):
    """Relevés d'un compte."""

    caption = "Relevés importés"
    noun = "relevé"

    until = DateColumn(verbose_name="Arrêté au", orderable=False)
    since = DateColumn(verbose_name="Depuis le", orderable=False)
    number = tables.Column(verbose_name="Banque", orderable=False)
    opening = EurosColumn(verbose_name="Ouverture", orderable=False)
    closing = EurosColumn(verbose_name="Clôture", orderable=False)
    count = NumberColumn(verbose_name="Opérations", orderable=False)

    class Meta:
        empty_text = "Aucun relevé importé"


class UnseenTable(List):
    """Écritures que la banque n'a pas encore montrées."""

    caption = "Écritures absentes des relevés"
    noun = "écriture"

    value_on = DateColumn(verbose_name="Date de valeur", orderable=False)
    label = tables.Column(verbose_name="Écriture", orderable=False)
    moved = EurosColumn(verbose_name="Montant", orderable=False, total=True)


class ReconciliationTable(SumTable):
    """Du solde de la banque à celui de la comptabilité."""

    caption = "État de rapprochement"


class NotEnteredTable(List):
    """Opérations de la banque qu'aucune écriture du jour n'explique."""

    caption = "Pas en comptabilité"
    noun = "opération"

    booked_on = DateColumn(verbose_name="Date", orderable=False)
    label = tables.Column(verbose_name="Libellé", orderable=False)
    amount = EurosColumn(verbose_name="Opération", orderable=False)
    left = EurosColumn(verbose_name="Reste", orderable=False, total=True)

    class Meta:
        empty_text = "Toutes les opérations de la banque sont en comptabilité"


class NotShownTable(List):
    """Écritures qu'aucun relevé du jour ne montre."""

    caption = "Pas à la banque"
    noun = "écriture"

    value_on = DateColumn(verbose_name="Date de valeur", orderable=False)
    number = ReferenceColumn(verbose_name="Pièce", orderable=False)
    label = tables.Column(verbose_name="Écriture", orderable=False)
    left = EurosColumn(verbose_name="Montant", orderable=False, total=True)

    class Meta:
        empty_text = "Toutes les écritures sont sur les relevés"


class BankLineTable(List):
    """Opérations bancaires."""

    caption = "Opérations bancaires"
    noun = "opération"
    nothing_yet = "Aucune opération pour l'instant"
    comes_from = "Elles viennent des relevés importés."

    booked_on = DateColumn(verbose_name="Date", orderable=False)
    label = tables.TemplateColumn(
        verbose_name="Libellé", template_name="funds/bank/line_label.html", orderable=False
    )
    bank = tables.Column(verbose_name="Banque", orderable=False)
    amount = EurosColumn(verbose_name="Montant", orderable=False)
    status = BadgeColumn(verbose_name="Rapprochement", orderable=False)

    class Meta:
        empty_text = "Aucune opération ne correspond"


class ToSendTable(List):
    """Versements à envoyer, as a spreadsheet takes them away: the page ticks them in a form."""

    caption = "Versements à envoyer"
    noun = "versement"

    company = tables.Column(
        verbose_name="Entreprise",
        accessor="ready__order__advance__project__beneficiary__name",
        orderable=False,
    )
    advance = ReferenceColumn(
        verbose_name="Avance", accessor="ready__order__advance__reference", orderable=False
    )
    amount = EurosColumn(
        verbose_name="Montant", accessor="ready__order__amount", orderable=False, total=True
    )
    account = tables.Column(verbose_name="Vers le compte", default="", orderable=False)
    stopped = tables.Column(verbose_name="Ce qui le retient", default="", orderable=False)


class SepaTable(List):
    """Fichiers de virements."""

    caption = "Fichiers de virements"
    noun = "fichier"
    nothing_yet = "Aucun fichier préparé"
    comes_from = "Un fichier réunit les versements libérés, pour que la banque les exécute."

    name = tables.Column(verbose_name="Fichier", linkify=lambda record: record.url, orderable=False)
    built_on = DateColumn(verbose_name="Préparé le", orderable=False)
    count = NumberColumn(verbose_name="Virements", orderable=False)
    total = EurosColumn(verbose_name="Total", orderable=False)
    status = BadgeColumn(verbose_name="État", orderable=False)

    class Meta:
        empty_text = "Aucun fichier préparé"


class TransferTable(List):
    """Virements d'un fichier."""

    caption = "Virements"
    noun = "virement"

    holder = tables.Column(verbose_name="Bénéficiaire", accessor="payee__holder", orderable=False)
    iban = tables.Column(verbose_name="Compte", orderable=False)
    end_to_end_id = tables.Column(verbose_name="Référence", orderable=False)
    pay_on = DateColumn(verbose_name="Exécution", orderable=False)
    amount = EurosColumn(verbose_name="Montant", orderable=False, total=True)
