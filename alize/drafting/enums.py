"""Choices of the models."""

from django.db import models


class TextKind(models.TextChoices):
    """Nature du modèle."""

    PARTNERSHIP = "PARTNERSHIP", "Convention de partenariat"
    OPERATOR = "OPERATOR", "Convention d'opérateur local"
    COOPERATION = "COOPERATION", "Convention de coopération et développement"
    AMENDMENT = "AMENDMENT", "Avenant à la convention de partenariat"
    COOPERATION_AMENDMENT = "COOPERATION_AMENDMENT", "Avenant à la convention de coopération"

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return SLUGS[self]


SLUGS = {
    TextKind.PARTNERSHIP: "partenariat",
    TextKind.OPERATOR: "operateur",
    TextKind.COOPERATION: "cooperation",
    TextKind.AMENDMENT: "avenant",
    TextKind.COOPERATION_AMENDMENT: "avenant-cooperation",
}
KINDS = {slug: kind for kind, slug in SLUGS.items()}
