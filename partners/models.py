"""The organisations that pool their skills and money in a basin (R45-R51)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from alize.accounts.fields import PersonField
from alize.common.constraints import one_of
from alize.common.database import alphabetical
from alize.documents.models import StoredFile
from partners.enums import MandateKind, PartnerKind, PledgeNature, SkillDomain


class Group(models.Model):
    """Groupe : a company with several establishments among the partners (R51)."""

    name = models.CharField("nom", max_length=120, unique=True)

    class Meta:
        verbose_name = "groupe"
        ordering: ClassVar = [alphabetical("name")]

    def __str__(self) -> str:
        return self.name


class PartnerQuerySet(models.QuerySet["Partner"]):
    def active_on(self, day) -> "PartnerQuerySet":
        """Partners that have joined and not left on a day."""
        return self.active_within(day, day)

    def active_within(self, first, last) -> "PartnerQuerySet":
        """Partners on one day at least from the first to the last."""
        return self.filter(joined_on__lte=last).filter(Q(left_on=None) | Q(left_on__gt=first))


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
        ordering: ClassVar = [alphabetical("name")]
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
    """Contact : somebody of a partner; who signs for it does so under a mandate."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    person = PersonField()
    function = models.CharField("fonction", max_length=120)
    is_active = models.BooleanField("en activité", default=True)
    signs = models.BooleanField("signataire", default=False)

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


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force_on(self, day) -> "MandateQuerySet":
        """The mandates that let somebody sign on a day, both ends included."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Mandate(models.Model):
    """Mandat : what lets a contact sign for a partner, from a day to another (signature.md 6.2)."""

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="mandates", db_index=False
    )
    kind = models.CharField("nature", max_length=12, choices=MandateKind)
    document = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+"
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True)
    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints: ClassVar = [
            one_of("mandate", "kind", MandateKind),
            models.UniqueConstraint(
                fields=["contact", "kind", "starts_on"],
                name="mandate_begins_once",
                violation_error_message="Ce mandat est déjà enregistré à cette date.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="mandate_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
            models.CheckConstraint(
                condition=Q(kind="STATUTORY") | Q(document__isnull=False),
                name="mandate_given_by_an_act_has_it",
                violation_error_message="Joignez l'acte qui donne ce mandat.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class SkillOffer(models.Model):
    """Compétence offerte : what a partner may lend the days of its people for (R4, R46)."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="skill_offers")
    domain = models.CharField("domaine", max_length=10, choices=SkillDomain)
    title = models.CharField("compétence", max_length=120)
    days_a_year = models.DecimalField(
        "jours par an", max_digits=5, decimal_places=1, null=True, blank=True
    )
    withdrawn_on = models.DateField("retirée le", null=True)

    class Meta:
        verbose_name = "compétence offerte"
        ordering: ClassVar = ["domain", "title"]
        constraints: ClassVar = [
            one_of("skill_offer", "domain", SkillDomain),
            models.UniqueConstraint(
                fields=["partner", "title"],
                condition=Q(withdrawn_on=None),
                name="skill_offer_is_once_in_a_partner",
                violation_error_message="Ce partenaire offre déjà cette compétence.",
            ),
            models.CheckConstraint(
                condition=Q(days_a_year=None) | Q(days_a_year__gt=0),
                name="skill_offer_has_days_above_zero",
                violation_error_message="Indiquez un nombre de jours supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Pledge(models.Model):
    """Engagement d'un partenaire : what it promises for a year, in money, days or in kind."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="pledges", db_index=False
    )
    year = models.PositiveSmallIntegerField("année")
    nature = models.CharField("nature", max_length=8, choices=PledgeNature)
    amount = models.BigIntegerField("montant", help_text="En centimes, valorisé si besoin.")
    days = models.DecimalField("jours", max_digits=5, decimal_places=1, default=0)
    daily_rate = models.BigIntegerField("valeur d'une journée", null=True, help_text="En centimes.")
    what = models.CharField("quoi", max_length=120, blank=True)
    """What is lent or given in kind; empty for the others."""

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
            models.CheckConstraint(
                condition=Q(
                    nature="SKILLS",
                    daily_rate__gt=0,
                    amount=Round(F("days") * F("daily_rate")),
                )
                | (~Q(nature="SKILLS") & Q(days=0, daily_rate=None)),
                name="pledge_skills_are_days_at_a_rate",
                violation_error_message="Des compétences se promettent en jours, à une valeur.",
            ),
            models.CheckConstraint(
                condition=Q(nature="IN_KIND") & ~Q(what="") | ~Q(nature="IN_KIND") & Q(what=""),
                name="pledge_in_kind_says_what",
                violation_error_message="Dites ce qui est apporté en nature.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.year}"
