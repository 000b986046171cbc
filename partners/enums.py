"""Choices of the partners."""

from django.db import models


class PartnerKind(models.TextChoices):
    """Who a partner is; each kind belongs to one group of the resource profile (R72)."""

    COMPANY = "COMPANY", "Entreprise partenaire"
    ASSOCIATE = "ASSOCIATE", "Partenaire associé"
    AUTHORITY = "AUTHORITY", "Collectivité"
    STATE = "STATE", "État, Caisse des dépôts"
    NETWORK = "NETWORK", "ASTREES"


class PledgeNature(models.TextChoices):
    MONEY = "MONEY", "Argent"
    SKILLS = "SKILLS", "Compétences"
    IN_KIND = "IN_KIND", "En nature"
