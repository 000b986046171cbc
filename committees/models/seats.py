"""Who sits in the committee, and who replaces its chair (R27-R30, voting.md 5.2)."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators as Operator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from alize.accounts.fields import PersonField
from alize.accounts.models import Person
from alize.common.constraints import days_held, one_of
from committees.enums import SeatKind
from partners.enums import PartnerKind
from partners.models import Contact, Partner


class SeatQuerySet(models.QuerySet["Seat"]):
    def in_office(self, day) -> "SeatQuerySet":
        """Seats whose period covers a day, both ends included."""
        return self.lasting(day).filter(starts_on__lte=day)

    def lasting(self, day) -> "SeatQuerySet":
        """Seats whose period has not ended before a day; it may not have begun."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def of_person(self, person_id: int) -> "SeatQuerySet":
        """Seats that a person holds or may sit in as an alternate."""
        alternate = Alternate.objects.filter(person_id=person_id)
        return self.filter(Q(holder_id=person_id) | Q(pk__in=alternate.values("seat_id")))

    def deliberative(self, day) -> "SeatQuerySet":
        """Seats in office that have a voice."""
        return self.in_office(day).filter(kind=SeatKind.DELIBERATIVE)

    def able_to_chair(self, day) -> "SeatQuerySet":
        """Seats whose holder is an active representative of a partner company (R30)."""
        active = Contact.objects.filter(
            partner=OuterRef("partner"), person=OuterRef("holder"), is_active=True
        )
        return self.deliberative(day).filter(
            Exists(active),
            partner__kind=PartnerKind.COMPANY,
            partner__in=Partner.objects.active_on(day),
        )


class Seat(models.Model):
    """Siège : one voice of one partner, held by somebody for a time, with up to two alternates.

    Another holder is another row: triggers keep what a seat was once it has voted, and keep the
    people of the local operator from deciding unless the rules let them (SD6).
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField("voix", max_length=12, choices=SeatKind)
    holder = PersonField()
    alternates = models.ManyToManyField(Person, through="Alternate", related_name="+", blank=True)
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "siège"
        ordering: ClassVar = ["partner"]
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
            ExclusionConstraint(
                name="seat_one_at_a_time",
                expressions=[
                    ("partner", Operator.EQUAL),
                    (days_held(), Operator.OVERLAPS),
                ],
                violation_error_message="Ce partenaire a déjà un siège à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.holder})"


class Alternate(models.Model):
    """Suppléant : who may sit in the place of the holder of a seat."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = PersonField()

    class Meta:
        verbose_name = "suppléant"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "person"], name="alternate_once_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.seat}"


class ChairSubstitute(models.Model):
    """Ordre de remplacement : which company seats replace the chair, one after the other (R30)."""

    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField("rang", unique=True)

    class Meta:
        verbose_name = "remplaçant de la présidence"
        ordering: ClassVar = ["rank"]

    def __str__(self) -> str:
        return f"{self.rank}. {self.seat}"
