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
    """What a partner promises for a year (R53)."""

    MONEY = "MONEY", "Argent"
    SKILLS = "SKILLS", "Compétences"
    IN_KIND = "IN_KIND", "En nature"


class MandateKind(models.TextChoices):
    """What lets somebody sign for a structure (signature.md 6.2)."""

    STATUTORY = "STATUTORY", "Représentant légal"
    DELEGATION = "DELEGATION", "Délégation de signature"
    DELIBERATION = "DELIBERATION", "Délibération"


class SkillDomain(models.TextChoices):
    """The shelves of the catalogue of skills."""

    STRATEGY = "STRATEGY", "Stratégie et direction"
    FINANCE = "FINANCE", "Finance et gestion"
    PEOPLE = "PEOPLE", "Ressources humaines et droit social"
    PRODUCTION = "PRODUCTION", "Production, qualité et méthodes"
    TECHNIQUE = "TECHNIQUE", "Technique, recherche et développement"
    DIGITAL = "DIGITAL", "Numérique"
    PURCHASING = "PURCHASING", "Achats et logistique"
    SALES = "SALES", "Commerce, export et communication"
    SAFETY = "SAFETY", "Sécurité, énergie et environnement"
