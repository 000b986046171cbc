"""What a sealed document is worth today."""

from django.db import models


class Standing(models.TextChoices):
    """Situation d'un document scellé."""

    IN_FORCE = "IN_FORCE", "en vigueur"
    REPLACED = "REPLACED", "remplacé"
    CANCELLED = "CANCELLED", "annulé"
