"""Choices of the models."""

from django.db import models


class TextKind(models.TextChoices):
    """Nature du modèle."""

    PARTNERSHIP = "PARTNERSHIP", "Convention de partenariat"
    OPERATOR = "OPERATOR", "Convention d'opérateur local"
    COOPERATION = "COOPERATION", "Convention de coopération et développement"
    AMENDMENT = "AMENDMENT", "Avenant"
