"""What each member says once a year: skills, links, confidentiality (C1)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import PersonField
from alize.common.constraints import one_of
from alize.common.words import of
from committees.enums import LinkKind
from committees.models.seats import Seat


class MemberDeclaration(models.Model):
    """Déclaration annuelle : of one person for one seat; a later one of the year replaces it.

    Append-only: what was undertaken, and when, stays.
    """

    person = PersonField(db_index=False)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="declarations")
    year = models.PositiveSmallIntegerField("année")
    skills = models.TextField("compétences offertes", blank=True)
    undertaking = models.TextField("engagement de confidentialité")
    """The words that were signed, as they were."""
    signed_name = models.CharField("nom tapé", max_length=161)
    declared_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "déclaration annuelle"
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["person", "year"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(undertaking="") & ~Q(signed_name=""),
                name="member_declaration_is_signed",
                violation_error_message="Tapez votre nom pour signer votre engagement.",
            ),
        ]

    def __str__(self) -> str:
        return f"Déclaration {self.year} {of(self.person)}"


class DeclaredLink(models.Model):
    """Lien déclaré dans l'année : suggested again when a file of that company comes."""

    declaration = models.ForeignKey(
        MemberDeclaration, on_delete=models.PROTECT, related_name="links"
    )
    kind = models.CharField("nature", max_length=11, choices=LinkKind)
    name = models.CharField("entreprise", max_length=120)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    said = models.CharField("précision", max_length=200, blank=True)

    class Meta:
        verbose_name = "lien déclaré"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("declared_link", "kind", LinkKind),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="declared_link_names_a_company",
                violation_error_message="Donnez le nom de l'entreprise.",
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
                name="declared_link_siren_has_nine_digits",
                violation_error_message="Un numéro SIREN a neuf chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_kind_display()})"
