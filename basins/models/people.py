"""Who holds which role in a basin, how they come to it, how they lose a second factor."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators as Operator
from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.accounts.models import Person
from alize.common.constraints import days_held, one_of, together
from basins.enums import NATIONAL_ROLES, Role
from basins.models.basins import Basin
from basins.rules import CONTROL_LASTS, period_in_words


class MembershipQuerySet(models.QuerySet["Membership"]):
    def held_on(self, day) -> "MembershipQuerySet":
        """The roles in force on a day, both ends included."""
        return self.not_over(day).filter(starts_on__lte=day)

    def not_over(self, day) -> "MembershipQuerySet":
        """The roles in force on a day, and those that begin later."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Membership(models.Model):
    """Rôle dans un bassin : a person, a role, from a day to another; national ones have no basin.

    Read at each request, never kept in the session. A trigger keeps one NATIONAL_STAFF without end.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    basin = models.ForeignKey(
        Basin, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    granted_by = AuthorField(null=True, blank=True)
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle"
        constraints: ClassVar = [
            one_of("membership", "role", Role),
            models.CheckConstraint(
                condition=Q(role__in=sorted(NATIONAL_ROLES), basin=None)
                | (~Q(role__in=sorted(NATIONAL_ROLES)) & Q(basin__isnull=False)),
                name="membership_national_has_no_basin",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.AUDITOR)
                | Q(ends_on__isnull=False, ends_on__lte=F("starts_on") + CONTROL_LASTS),
                name="membership_control_is_limited",
                violation_error_message="Un contrôle dure trente jours au plus : il se renouvelle.",
            ),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=F("person")),
                name="membership_not_granted_to_oneself",
                violation_error_message="On ne s'attribue pas un rôle à soi-même.",
            ),
            ExclusionConstraint(
                name="membership_one_side_of_the_money",
                expressions=[
                    ("person", Operator.EQUAL),
                    ("basin", Operator.EQUAL),
                    (days_held(), Operator.OVERLAPS),
                ],
                condition=Q(role__in=[Role.OPERATOR, Role.FINANCE]),
                violation_error_message=(
                    "Une même personne ne peut pas préparer et libérer les paiements d'un bassin."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


class Acquaintance(models.Model):
    """Personne connue d'un bassin : whom its database role may read; without a basin, each of them.

    A trigger adds whoever is given a role and none is ever taken away: rows of a basin name people
    for ever, and a list would lose those whose person it cannot read.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "personne connue d'un bassin"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "basin"], name="acquaintance_is_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.basin or 'tous les bassins'}"


class Invitation(models.Model):
    """Invitation : the only way to an account; single use, seven days, bound to one address."""

    email = models.EmailField("adresse électronique", max_length=254)
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80)
    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField("rôle", max_length=20, choices=Role)
    starts_on = models.DateField("à partir du", null=True)
    """None for a role that is held as soon as it is accepted."""
    ends_on = models.DateField("jusqu'au", null=True)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = AuthorField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "invitation"
        constraints: ClassVar = [
            one_of("invitation", "role", Role),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="invitation_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"

    @property
    def period(self) -> str:
        """From when to when the role would be held, in words; empty for « until it is ended »."""
        return period_in_words(self.role, self.starts_on, self.ends_on)


class SecondFactorReset(models.Model):
    """Remise à zéro d'un second facteur : asked, approved by another, done a day later (SD13)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, null=True, related_name="+")
    """None when it was asked where the national roles are."""
    reason = models.CharField("motif", max_length=300)
    asked_at = models.DateTimeField()
    asked_by = AuthorField()
    due_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = AuthorField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = AuthorField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "remise à zéro d'un second facteur"
        constraints: ClassVar = [
            *together("reset", "approved", "stopped"),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person"))
                & (
                    Q(approved_by=None)
                    | ~Q(approved_by=F("asked_by")) & ~Q(approved_by=F("person"))
                ),
                name="reset_takes_two_other_persons",
                violation_error_message=(
                    "Une remise à zéro est demandée par une personne et approuvée par une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(approved_at__isnull=False, stopped_at=None, done_at__gte=F("due_at")),
                name="reset_is_done_approved_and_a_day_later",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=F("asked_at") + timedelta(hours=24)),
                name="reset_waits_a_day",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(done_at=None, stopped_at=None),
                name="reset_one_waiting",
                violation_error_message="Une remise à zéro est déjà demandée pour cette personne.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.asked_at:%d/%m/%Y}"
