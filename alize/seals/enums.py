"""What a sealed document is worth today."""

from django.db import models


class Standing(models.TextChoices):
    """Situation d'un document scellé."""

    IN_FORCE = "IN_FORCE", "en vigueur"
    AMENDED = "AMENDED", "modifié"
    REPLACED = "REPLACED", "remplacé"
    EXPIRED = "EXPIRED", "arrivé à son terme"
    LACKING = "LACKING", "à régulariser"
    VOID = "VOID", "sans effet"


FOLLOWED = frozenset({Standing.AMENDED, Standing.REPLACED})
"""Another document says what is true since."""
