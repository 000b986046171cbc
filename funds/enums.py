"""Choices of the fund."""

from django.db import models

from alize.common.transitions import TransitionTable


class Perimeter(models.TextChoices):
    """Périmètres : two bank accounts never mixed (R41), and what is valued without money."""

    FUND = "FUND", "Avances"
    OPS = "OPS", "Fonctionnement"
    NATURE = "NATURE", "Valorisations"


class AccountKey(models.TextChoices):
    """Comptes of the default chart (funds.md 2.3); codes and labels are those of the rows."""

    FUND_BANK = "FUND_BANK", "Banque, compte des avances"
    RECEIVABLE = "RECEIVABLE", "Avances remboursables"
    RETURNABLE = "RETURNABLE", "Dotations avec droit de reprise"
    GRANTED = "GRANTED", "Dotations sans droit de reprise"
    OVERPAID = "OVERPAID", "Trop-perçus à rendre"
    UNIDENTIFIED = "UNIDENTIFIED", "Mouvements à identifier"
    LOSS = "LOSS", "Pertes sur avances"
    RECOVERED = "RECOVERED", "Récupérations sur pertes"
    KEPT = "KEPT", "Trop-perçus gardés"
    FORGONE = "FORGONE", "Trop-perçus abandonnés"
    PROVISION = "PROVISION", "Dépréciation des avances"
    PROVISION_MADE = "PROVISION_MADE", "Dotations aux dépréciations"
    PROVISION_FREED = "PROVISION_FREED", "Reprises sur dépréciations"
    FUND_LIAISON = "FUND_LIAISON", "Liaison avec le fonctionnement"
    OPS_BANK = "OPS_BANK", "Banque, compte de fonctionnement"
    OPS_INCOME = "OPS_INCOME", "Contributions au fonctionnement"
    ENGINEERING = "ENGINEERING", "Ingénierie locale"
    ALLOWANCE = "ALLOWANCE", "Défraiement de l'opérateur"
    BANK_FEES = "BANK_FEES", "Frais bancaires"
    OPS_EXPENSE = "OPS_EXPENSE", "Autres frais de fonctionnement"
    OPS_UNIDENTIFIED = "OPS_UNIDENTIFIED", "Mouvements à identifier"
    OPS_LIAISON = "OPS_LIAISON", "Liaison avec les avances"
    VALUED_USE = "VALUED_USE", "Emploi des contributions en nature"
    VALUED_SOURCE = "VALUED_SOURCE", "Contributions en nature"


class Journal(models.TextChoices):
    """Journaux : one for each bank account, one for what is valued, one for the rest."""

    FUND_BANK = "BA", "Banque des avances"
    OPS_BANK = "BF", "Banque de fonctionnement"
    NATURE = "VA", "Valorisations"
    GENERAL = "OD", "Opérations diverses"


class EntryKind(models.TextChoices):
    """What an entry records (funds.md 2.3)."""

    CONTRIBUTION = "CONTRIBUTION", "Dotation reçue"
    VALUATION = "VALUATION", "Apport valorisé"
    DISBURSEMENT = "DISBURSEMENT", "Versement d'une avance"
    REPAYMENT = "REPAYMENT", "Remboursement"
    BOUNCE = "BOUNCE", "Remboursement impayé ou annulé"
    OFFSET = "OFFSET", "Imputation d'un trop-perçu"
    REFUND = "REFUND", "Trop-perçu rendu"
    KEPT = "KEPT", "Trop-perçu gardé"
    FORGONE = "FORGONE", "Trop-perçu abandonné"
    WRITE_OFF = "WRITE_OFF", "Passage en perte"
    RECOVERY = "RECOVERY", "Récupération"
    PROVISION = "PROVISION", "Dépréciation"
    RESTITUTION = "RESTITUTION", "Restitution à un financeur"
    BANK_FEE = "BANK_FEE", "Frais bancaires"
    TRANSFER = "TRANSFER", "Virement entre les comptes"
    UNIDENTIFIED = "UNIDENTIFIED", "Mouvement à identifier"
    ENGINEERING = "ENGINEERING", "Ingénierie locale"
    ALLOWANCE = "ALLOWANCE", "Défraiement de l'opérateur"
    EXPENSE = "EXPENSE", "Frais de fonctionnement"
    REVERSAL = "REVERSAL", "Contre-passation"


def kind_label(kind: str, perimeter: str) -> str:
    """What an entry records, in the words of its account: what pays running costs is no capital."""
    if kind == EntryKind.CONTRIBUTION and perimeter == Perimeter.OPS:
        return "Contribution au fonctionnement"
    return str(EntryKind(kind).label)


class AuthorizationKind(models.TextChoices):
    """What takes a second signature; an entry of the same kind follows, but for a renunciation."""

    REFUND = "REFUND", "Rendre un trop-perçu"
    KEPT = "KEPT", "Garder un trop-perçu"
    FORGONE = "FORGONE", "Abandonner un trop-perçu rendu"
    WRITE_OFF = "WRITE_OFF", "Passer en perte"
    RESTITUTION = "RESTITUTION", "Restituer une dotation"
    ALLOWANCE = "ALLOWANCE", "Défrayer l'opérateur"
    RENOUNCE = "RENOUNCE", "Renoncer au solde à verser"


class LossCause(models.TextChoices):
    """Why a debt will not come back."""

    LIQUIDATION = "LIQUIDATION", "Liquidation judiciaire"
    PLAN = "PLAN", "Plan de sauvegarde ou de redressement"
    CESSATION = "CESSATION", "Cessation d'activité"
    WAIVER = "WAIVER", "Remise accordée par le comité"
    OTHER = "OTHER", "Autre cause"


class AdvanceStatus(models.TextChoices):
    """The life of the promise; what is lent and owed is derived from the entries."""

    GRANTED = "GRANTED", "Accordée"
    CONTRACTED = "CONTRACTED", "Conventionnée"
    CANCELLED = "CANCELLED", "Annulée"


ADVANCE_TRANSITIONS = TransitionTable(
    AdvanceStatus,
    {
        AdvanceStatus.GRANTED: frozenset({AdvanceStatus.CONTRACTED, AdvanceStatus.CANCELLED}),
        AdvanceStatus.CONTRACTED: frozenset({AdvanceStatus.CANCELLED}),
        AdvanceStatus.CANCELLED: frozenset(),
    },
)


class PaymentOrderStatus(models.TextChoices):
    PREPARED = "PREPARED", "À libérer"
    RELEASED = "RELEASED", "Versé"
    CANCELLED = "CANCELLED", "Annulé"


class AidBasis(models.TextChoices):
    """Ce que pèse une avance dans les aides de minimis (funds.md 2.6)."""

    NOMINAL = "NOMINAL", "Son montant entier"
    EQUIVALENT = "EQUIVALENT", "Son équivalent-subvention brut"


class ScheduleReason(models.TextChoices):
    """Nature d'un échéancier: the first, after another payment, or as the committee decided."""

    INITIAL = "INITIAL", "Premier échéancier"
    TRANCHE = "TRANCHE", "Nouveau versement"
    RESCHEDULE = "RESCHEDULE", "Rééchelonnement"
    MORATORIUM = "MORATORIUM", "Moratoire"


RESTRUCTURINGS = (ScheduleReason.RESCHEDULE, ScheduleReason.MORATORIUM)


class ReminderStep(models.TextChoices):
    """Palier de relance d'une échéance, from the notice to the formal notice."""

    NOTICE = "NOTICE", "Avis d'échéance"
    FIRST = "FIRST", "Première relance"
    SECOND = "SECOND", "Deuxième relance"
    FORMAL = "FORMAL", "Mise en demeure"


class ReversalStatus(models.TextChoices):
    PROPOSED = "PROPOSED", "À décider"
    APPROVED = "APPROVED", "Acceptée"
    REFUSED = "REFUSED", "Refusée"


class ReversalCause(models.TextChoices):
    """Why an entry is undone: an error of ours, or the code of the bank that sent it back."""

    ERROR = "ERROR", "Erreur de saisie"
    AM04 = "AM04", "Provision insuffisante (AM04)"
    AC04 = "AC04", "Compte clos (AC04)"
    AC06 = "AC06", "Compte bloqué (AC06)"
    AC01 = "AC01", "Coordonnées bancaires fausses (AC01)"
    MD01 = "MD01", "Pas de mandat valable (MD01)"
    MD06 = "MD06", "Contestation du débiteur (MD06)"
    MD07 = "MD07", "Débiteur décédé (MD07)"
    MS02 = "MS02", "Refus du débiteur (MS02)"
    MS03 = "MS03", "Motif non communiqué par la banque (MS03)"
    BANK = "BANK", "Autre rejet de la banque"


MANDATE_CAUSES = frozenset({ReversalCause.MD01, ReversalCause.MD06, ReversalCause.MD07})
"""Those by which a bank doubts the mandate of a debit (funds.md 1, feature 9)."""


class ClearingAct(models.TextChoices):
    """What a line of a statement turned out to be (feature 22)."""

    ENTRY = "ENTRY", "Écriture déjà saisie"
    REPAYMENT = "REPAYMENT", "Remboursement"
    CONTRIBUTION = "CONTRIBUTION", "Dotation reçue"
    BOUNCE = "BOUNCE", "Retour de la banque"
    COST = "COST", "Dépense"
    SUSPENSE = "SUSPENSE", "À identifier"
    MOVED = "MOVED", "Pour l'autre compte"
    IDENTIFIED = "IDENTIFIED", "Identifié depuis"
    RESUMED = "RESUMED", "N'attend plus"
    INTERNAL = "INTERNAL", "Virement d'une banque à l'autre"


class Verification(models.TextChoices):
    """Vérification du bénéficiaire : what the bank answers of who holds an account (T11)."""

    MATCH = "MATCH", "Le nom correspond"
    CLOSE = "CLOSE", "Le nom correspond presque"
    NO_MATCH = "NO_MATCH", "Le nom ne correspond pas"
    NOT_ASKED = "NOT_ASKED", "La banque n'a pas été interrogée"


class TransferSchema(models.TextChoices):
    """The format of the files of transfers that a bank takes (funds.md 3.2)."""

    V09 = "pain.001.001.09", "pain.001.001.09, la version en vigueur"
    V03 = "pain.001.001.03", "pain.001.001.03, l'ancienne version"


class NumberStatus(models.TextChoices):
    """A number of an account of the fund: a change of bank may be withdrawn before its day."""

    PROPOSED = "PROPOSED", "À décider"
    APPROVED = "APPROVED", "Approuvé"
    REFUSED = "REFUSED", "Refusé"
    WITHDRAWN = "WITHDRAWN", "Retiré"


class PayeeStatus(models.TextChoices):
    """The bank details of a company: proposed by one, decided by another."""

    PROPOSED = "PROPOSED", "À décider"
    APPROVED = "APPROVED", "Approuvées"
    REFUSED = "REFUSED", "Refusées"


class ConfirmationOutcome(models.TextChoices):
    """What a partner says of the means it gave in a year (M20)."""

    CONFIRMED = "CONFIRMED", "Confirmés"
    DISPUTED = "DISPUTED", "À corriger"
