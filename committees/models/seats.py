"""Who sits in the committee, and by which rules it votes (R27-R30, voting.md 5.3)."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from alize.accounts.models import Person
from alize.common.constraints import one_of
from alize.documents.models import StoredFile
from committees.enums import LiftedBy, MinutesApproval, ReasonRequired, SeatKind
from partners.enums import PartnerKind
from partners.models import Contact, Partner


class CommitteeRules(models.Model):
    """Règles du comité : how the basin's committee works; the defaults are those of voting.md 5.3.

    What the committee's own regulations must allow stays off until that document is attached.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    quorum_numerator = models.PositiveSmallIntegerField(default=1)
    quorum_denominator = models.PositiveSmallIntegerField(default=2)
    quorum_strict = models.BooleanField(default=False)
    proxies_count_in_quorum = models.BooleanField(default=True)
    recused_in_base = models.BooleanField(default=False)
    floor = models.PositiveSmallIntegerField(default=3)
    min_companies = models.PositiveSmallIntegerField(default=0)
    second_convocation = models.BooleanField(default=True)
    second_min_days = models.PositiveSmallIntegerField(default=7)
    second_max_days = models.PositiveSmallIntegerField(default=31)
    majority = models.CharField(max_length=10, default="CAST")
    high_amount = models.BigIntegerField(null=True, blank=True)
    high_majority = models.CharField(max_length=10, blank=True)
    casting_vote = models.BooleanField(default=True)
    tie_outcome = models.CharField(max_length=10, default="DEFERRED")
    abstention_allowed = models.BooleanField(default=True)
    referrer_votes = models.BooleanField(default=True)
    lead_votes = models.BooleanField(default=True)
    recusal_links = models.JSONField(default=list)
    max_proxies = models.PositiveSmallIntegerField(default=1)
    proxies_in_same_college = models.BooleanField(default=False)
    proxies_in_consultation = models.BooleanField(default=False)
    secret_by_default = models.BooleanField(default=False)
    secret_on_request_of = models.PositiveSmallIntegerField(default=1)
    nominal_list_printed = models.BooleanField(default=False)
    vote_changes = models.BooleanField(default=True)
    reason_required = models.CharField(
        max_length=7, choices=ReasonRequired, default=ReasonRequired.AGAINST
    )
    show_of_hands = models.BooleanField(default=True)
    phone_votes = models.BooleanField(default=False)
    remote_meetings = models.BooleanField(default=False)
    consultations = models.BooleanField(default=False)
    consultation_min_days = models.PositiveSmallIntegerField(default=5)
    consultation_max_change = models.PositiveSmallIntegerField(default=20)
    consultation_discussion = models.BooleanField(default=True)
    consultation_closes_early = models.BooleanField(default=False)
    conditions_lifted_by = models.CharField(
        max_length=9, choices=LiftedBy, default=LiftedBy.OPERATOR
    )
    conditions_lapse_months = models.PositiveSmallIntegerField(default=6)
    minutes_approval = models.CharField(
        max_length=5, choices=MinutesApproval, default=MinutesApproval.TACIT
    )
    minutes_signatures = models.PositiveSmallIntegerField(default=1)
    regulations = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "règles du comité"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="committee_rules_is_single"),
            one_of("committee_rules", "reason_required", ReasonRequired),
            one_of("committee_rules", "conditions_lifted_by", LiftedBy),
            one_of("committee_rules", "minutes_approval", MinutesApproval),
            models.CheckConstraint(
                condition=Q(quorum_denominator__gt=0)
                & Q(quorum_numerator__lte=F("quorum_denominator")),
                name="committee_rules_quorum_is_a_fraction",
                violation_error_message="Le quorum est une fraction entre zéro et un.",
            ),
            models.CheckConstraint(
                condition=Q(high_amount=None, high_majority="")
                | Q(high_amount__gt=0) & ~Q(high_majority=""),
                name="committee_rules_high_amount_has_its_majority",
                violation_error_message="Un seuil de montant va avec sa majorité, et inversement.",
            ),
            models.CheckConstraint(
                condition=Q(
                    max_proxies__lte=2,
                    min_companies__lte=3,
                    minutes_signatures__range=(1, 2),
                    secret_on_request_of__gte=1,
                    consultation_min_days__range=(3, 15),
                    second_min_days__lte=F("second_max_days"),
                ),
                name="committee_rules_within_limits",
                violation_error_message="Une de ces valeurs sort de ce que les règles permettent.",
            ),
            models.CheckConstraint(
                condition=Q(regulations__isnull=False)
                | Q(
                    remote_meetings=False,
                    consultations=False,
                    phone_votes=False,
                    proxies_in_consultation=False,
                ),
                name="committee_rules_need_regulations",
                violation_error_message=(
                    "Joignez d'abord le règlement du comité : il doit prévoir cette possibilité."
                ),
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


class ChairSubstitute(models.Model):
    """Ordre de remplacement : which company seats replace the chair, one after the other (R30)."""

    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField("rang", unique=True)

    class Meta:
        verbose_name = "remplaçant de la présidence"
        ordering: ClassVar = ["rank"]

    def __str__(self) -> str:
        return f"{self.rank}. {self.seat}"
