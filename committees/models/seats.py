"""Who sits in the committee, and by which rules it votes (R27-R30, voting.md 5.3)."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from alize.accounts.models import Person
from alize.common.constraints import one_of
from committees.enums import SeatKind
from partners.enums import PartnerKind
from partners.models import Contact, Partner


class CommitteeRules(models.Model):
    """Règles du comité : the basin's voting rules; the defaults are those of voting.md 5.3."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    quorum_numerator = models.PositiveSmallIntegerField(default=1)
    quorum_denominator = models.PositiveSmallIntegerField(default=2)
    quorum_strict = models.BooleanField(default=False)
    proxies_count_in_quorum = models.BooleanField(default=True)
    recused_in_base = models.BooleanField(default=False)
    floor = models.PositiveSmallIntegerField(default=3)
    majority = models.CharField(max_length=10, default="CAST")
    casting_vote = models.BooleanField(default=True)
    tie_outcome = models.CharField(max_length=10, default="DEFERRED")
    max_proxies = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = "règles du comité"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="committee_rules_is_single"),
            models.CheckConstraint(
                condition=Q(quorum_denominator__gt=0)
                & Q(quorum_numerator__lte=F("quorum_denominator")),
                name="committee_rules_quorum_is_a_fraction",
                violation_error_message="Le quorum est une fraction entre zéro et un.",
            ),
        ]

    def __str__(self) -> str:
        return "Règles du comité d'agrément"


class SeatQuerySet(models.QuerySet["Seat"]):
    def in_office(self, day) -> "SeatQuerySet":
        """Seats whose period covers a day, both ends included."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def of_person(self, person_id: int) -> "SeatQuerySet":
        """Seats that a person holds or may sit in as an alternate."""
        alternate = Seat.alternates.through.objects.filter(person_id=person_id)
        return self.filter(Q(holder_id=person_id) | Q(pk__in=alternate.values("seat_id")))

    def deliberative(self, day) -> "SeatQuerySet":
        """Seats in office that have a voice."""
        return self.in_office(day).filter(kind=SeatKind.DELIBERATIVE)

    def able_to_chair(self, day) -> "SeatQuerySet":
        """Seats whose holder is an active representative of a partner company (R30)."""
        active = Contact.objects.filter(
            partner=OuterRef("partner"), person=OuterRef("holder"), is_active=True
        )
        return self.deliberative(day).filter(Exists(active), partner__kind=PartnerKind.COMPANY)


class Seat(models.Model):
    """Siège : one voice of one partner, held by somebody, with up to two alternates."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField("voix", max_length=12, choices=SeatKind)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    alternates = models.ManyToManyField(Person, related_name="+", blank=True)
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "siège"
        ordering: ClassVar = ["partner__name"]
        constraints: ClassVar = [
            one_of("seat", "kind", SeatKind),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="seat_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(ends_on=None),
                name="seat_one_open_per_partner",
                violation_error_message="Ce partenaire a déjà un siège.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.holder})"
