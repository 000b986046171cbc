"""The organisations that pool their skills and money in a basin (R45-R51)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.models import Person
from alize.common.constraints import one_of
from partners.enums import PartnerKind, PledgeNature


class Group(models.Model):
    """Groupe : a company with several establishments among the partners (R51)."""

    name = models.CharField("nom", max_length=120, unique=True)

    class Meta:
        verbose_name = "groupe"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class PartnerQuerySet(models.QuerySet["Partner"]):
    def active_on(self, day) -> "PartnerQuerySet":
        """Partners that have joined and not left on a day."""
        return self.filter(joined_on__lte=day).filter(Q(left_on=None) | Q(left_on__gt=day))


class Partner(models.Model):
    """Partenaire : one establishment or body that signed the partnership convention."""

    name = models.CharField("nom", max_length=120, unique=True)
    short_name = models.CharField("nom court", max_length=40, blank=True)
    kind = models.CharField("nature", max_length=10, choices=PartnerKind)
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="establishments"
    )
    siren = models.CharField("SIREN", max_length=9, blank=True)
    town = models.CharField("commune", max_length=80, blank=True)
    joined_on = models.DateField("partenaire depuis le")
    left_on = models.DateField("jusqu'au", null=True, blank=True)
    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "partenaire"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            one_of("partner", "kind", PartnerKind),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=F("joined_on")),
                name="partner_leaves_after_joining",
                violation_error_message="La date de départ précède la date d'arrivée.",
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
                name="partner_siren_has_nine_digits",
                violation_error_message="Un numéro SIREN a neuf chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class Contact(models.Model):
    """Contact : somebody of a partner; a signatory has a mandate with its dates."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    function = models.CharField("fonction", max_length=120)
    is_active = models.BooleanField("en activité", default=True)
    signs = models.BooleanField("signataire", default=False)
    mandate = models.CharField("mandat", max_length=120, blank=True)
    mandate_until = models.DateField("mandat jusqu'au", null=True, blank=True)

    class Meta:
        verbose_name = "contact"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "person"],
                name="contact_is_once_in_a_partner",
                violation_error_message="Cette personne est déjà un contact de ce partenaire.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.function}"


class Pledge(models.Model):
    """Engagement d'un partenaire : what it promises for a year, in money, days or in kind."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="pledges")
    year = models.PositiveSmallIntegerField("année")
    nature = models.CharField("nature", max_length=8, choices=PledgeNature)
    amount = models.BigIntegerField("montant", help_text="En centimes, valorisé si besoin.")
    days = models.DecimalField("jours", max_digits=5, decimal_places=1, default=0)

    class Meta:
        verbose_name = "engagement"
        constraints: ClassVar = [
            one_of("pledge", "nature", PledgeNature),
            models.UniqueConstraint(
                fields=["partner", "year", "nature"],
                name="pledge_is_once_a_year_and_nature",
                violation_error_message="Cet engagement est déjà enregistré pour l'année.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, days__gte=0),
                name="pledge_is_not_negative",
                violation_error_message="Un engagement ne peut pas être négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.year}"
