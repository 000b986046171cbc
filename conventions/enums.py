"""Choices of the conventions."""

from django.db import models

from alize.common.transitions import TransitionTable
from conventions.rules import Capacity
from conventions.rules import partnership as partnership_rules


class AgreementStatus(models.TextChoices):
    """What was done of a convention or an amendment; the day says the rest."""

    DRAFT = "DRAFT", "En préparation"
    FROZEN = "FROZEN", "Prête à signer"
    SIGNING = "SIGNING", "En signature"
    SIGNED = "SIGNED", "Signée par tous"
    CANCELLED = "CANCELLED", "Annulée"


AGREEMENT_TRANSITIONS = TransitionTable(
    AgreementStatus,
    {
        AgreementStatus.DRAFT: frozenset({AgreementStatus.FROZEN, AgreementStatus.CANCELLED}),
        AgreementStatus.FROZEN: frozenset(
            {AgreementStatus.DRAFT, AgreementStatus.SIGNING, AgreementStatus.CANCELLED}
        ),
        AgreementStatus.SIGNING: frozenset(
            {AgreementStatus.DRAFT, AgreementStatus.SIGNED, AgreementStatus.CANCELLED}
        ),
        AgreementStatus.SIGNED: frozenset(),
        AgreementStatus.CANCELLED: frozenset(),
    },
)


ENGAGED = frozenset({AgreementStatus.FROZEN, AgreementStatus.SIGNING, AgreementStatus.SIGNED})
"""What nobody else may say the same of: the term of a convention, from its freezing on."""


UNLAUNCHED = frozenset({AgreementStatus.DRAFT, AgreementStatus.FROZEN})
"""Nobody was asked to sign it: whoever prepares it reads it marked « PROJET »."""


class SignerCapacity(models.TextChoices):
    """In which capacity somebody signs; the values are those of the rules."""

    OWNER = Capacity.OWNER, "Dirigeant de l'entreprise bénéficiaire"
    COMPANY = Capacity.COMPANY, "Entreprise apportant des compétences"
    FOLLOW_UP_LEAD = Capacity.FOLLOW_UP_LEAD, "Mandataire du suivi"
    PRESIDENT = Capacity.PRESIDENT, "Présidence du comité d'agrément"
    OPERATOR = Capacity.OPERATOR, "Opérateur local"


PRESIDENCY = "Désignation à la présidence"
"""What lets the president sign, while they hold the presidency and their seat."""


class PartnershipCapacity(models.TextChoices):
    """In which capacity somebody signs a partnership convention; the values are the rules'."""

    COMPANY = partnership_rules.Capacity.COMPANY, "Entreprise partenaire"
    ASSOCIATE = partnership_rules.Capacity.ASSOCIATE, "Partenaire associé"
    AUTHORITY = partnership_rules.Capacity.AUTHORITY, "Collectivité partenaire"
    STATE = partnership_rules.Capacity.STATE, "Partenaire public"
    CHAIR = partnership_rules.Capacity.CHAIR, "Présidence du comité local de pilotage"
    NETWORK = partnership_rules.Capacity.NETWORK, "Maître d'ouvrage délégué"
    OPERATOR = partnership_rules.Capacity.OPERATOR, "Opérateur local"
