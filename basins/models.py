"""Basins, who runs them, and who holds which role in them; all of it in `public`."""

from datetime import timedelta
from functools import reduce
from operator import sub
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.fields import RangeOperators as Operator
from django.db import models
from django.db.models import F, Func, Q, Value
from django_tenants.models import DomainMixin, TenantMixin

from alize.accounts.models import LONGEST_NAME, Person
from alize.common.constraints import one_of, together
from basins.enums import NATIONAL_ROLES, BasinStatus, LinkPurpose, Role
from basins.references import TERMS, Reference, Terms
from basins.rules import CONTROL_LASTS, DEPARTMENTS, period_in_words


class BasinQuerySet(models.QuerySet["Basin"]):
    def open(self) -> "BasinQuerySet":
        """The basins that have a space: installed, or validated and preparing to be."""
        return self.filter(
            Q(status=BasinStatus.INSTALLED)
            | Q(status=BasinStatus.VALIDATED, opened_at__isnull=False)
        )


class Basin(TenantMixin):
    """Bassin d'emploi : one territory of the programme, one schema of the database (R10)."""

    auto_create_schema = False
    auto_drop_schema = False

    slug = models.SlugField("adresse", max_length=40, unique=True)
    name = models.CharField("nom", max_length=80)
    status = models.CharField(
        "état", max_length=12, choices=BasinStatus, default=BasinStatus.CANDIDATE
    )
    departments = ArrayField(
        models.CharField(max_length=3),
        verbose_name="départements",
        default=list,
        help_text="Codes des départements que le bassin touche.",
    )
    first_convention_on = models.DateField("première convention", null=True, blank=True)
    installed_on = models.DateField("installé le", null=True, blank=True)
    opened_at = models.DateTimeField("espace ouvert le", null=True, blank=True)
    """When its space was ready, of a basin that came by a candidacy."""
    members_show_factor = models.BooleanField("second facteur exigé des membres", default=False)
    """Beside the roles that always do (security.md 2.1)."""
    objects = BasinQuerySet.as_manager()

    class Meta:
        verbose_name = "bassin"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            one_of("basin", "status", BasinStatus),
            models.CheckConstraint(
                condition=Q(schema_name__regex=r"^b_[0-9]{4}$"),
                name="basin_schema_name_is_ours",
            ),
            models.CheckConstraint(
                condition=~Q(status=BasinStatus.INSTALLED) | Q(installed_on__isnull=False),
                name="basin_installed_has_its_date",
                violation_error_message="Indiquez la date d'installation du bassin.",
            ),
            models.CheckConstraint(
                condition=Q(departments__contained_by=list(DEPARTMENTS)),
                name="basin_departments_exist",
                violation_error_message="Un des numéros n'est pas celui d'un département.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """Domaine : a host name of a basin, for installations that route by host."""

    class Meta:
        verbose_name = "domaine"


class LocalOperator(models.Model):
    """Opérateur local : the legal person that runs the basin, as it is now (R38, R44)."""

    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, related_name="operators")
    name = models.CharField("nom", max_length=120)
    short_name = models.CharField("nom court", max_length=40)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    address = models.CharField("siège", max_length=200, blank=True)
    representative = models.CharField("représenté par", max_length=LONGEST_NAME, blank=True)
    representative_function = models.CharField("en qualité de", max_length=120, blank=True)
    representative_email = models.EmailField("son adresse électronique", max_length=254, blank=True)
    """Warned of each role that handles money (SD12)."""
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "opérateur local"
        constraints: ClassVar = [
            *together("local_operator", "changed"),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
                name="local_operator_siren_has_nine_digits",
                violation_error_message="Un numéro SIREN a neuf chiffres.",
            ),
            models.CheckConstraint(
                condition=~Q(representative="") | Q(representative_function=""),
                name="local_operator_function_is_of_somebody",
                violation_error_message="Indiquez qui représente l'opérateur en cette qualité.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
    granted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
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
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        Operator.OVERLAPS,
                    ),
                ],
                condition=Q(role__in=[Role.OPERATOR, Role.FINANCE]),
                violation_error_message=(
                    "Une même personne ne peut pas préparer et libérer les paiements d'un bassin."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


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
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
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


class SingleUseLink(models.Model):
    """Lien à usage unique : opens one page of one basin for somebody without an account."""

    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=LinkPurpose)
    target_id = models.BigIntegerField()
    email = models.EmailField(max_length=254)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    """Since when somebody else is asked instead: no other link follows it."""

    class Meta:
        verbose_name = "lien à usage unique"
        constraints: ClassVar = [
            one_of("single_use_link", "purpose", LinkPurpose),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(withdrawn_at=None),
                name="single_use_link_is_used_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.target_id}"


class SecondFactorReset(models.Model):
    """Remise à zéro d'un second facteur : asked, approved by another, done a day later (SD13)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, null=True, related_name="+")
    """None when it was asked where the national roles are."""
    reason = models.CharField("motif", max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
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


def _bounded() -> Q:
    """What the numbers of each reference may be; SQL lets pass what it does not know."""
    bounded = Q()
    for reference, terms in TERMS.items():
        places = range(len(terms.parts))
        fits = Q(reference=reference.value, numbers__len=len(terms.parts))
        for place in places:
            name = f"numbers__{place}"
            fits &= Q(**{f"{name}__gte": terms.least, f"{name}__lte": terms.most})
        if terms.is_range:
            fits &= Q(numbers__0__lte=F("numbers__1"))
        if terms.is_whole:
            fits &= Q(numbers__0=reduce(sub, (F(f"numbers__{one}") for one in places[1:]), 100))
        bounded |= fits
    return bounded


class ReferenceValueQuerySet(models.QuerySet["ReferenceValue"]):
    def standing(self) -> "ReferenceValueQuerySet":
        """Those that serve, or will, the last first."""
        return self.filter(withdrawn_at=None).order_by("reference", "-effective_from")

    def in_force_on(self, day) -> "ReferenceValueQuerySet":
        """The value of each reference on a day: the last whose day is not after it."""
        return self.standing().filter(effective_from__lte=day).distinct("reference")


class ReferenceValue(models.Model):
    """Valeur d'un repère national : given from a day on, withdrawn before that day (A7, R65-R76).

    A trigger keeps what was ever in force. Those of the document have nobody who gave them.
    """

    reference = models.CharField("repère", max_length=11)
    numbers = ArrayField(models.BigIntegerField(), verbose_name="valeur")
    effective_from = models.DateField("à partir du")
    reason = models.CharField("motif", max_length=500)
    created_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    objects = ReferenceValueQuerySet.as_manager()

    class Meta:
        verbose_name = "valeur d'un repère national"
        constraints: ClassVar = [
            *together("reference_value", "created", "withdrawn"),
            models.CheckConstraint(
                condition=_bounded(),
                name="reference_value_is_bounded",
                violation_error_message="Cette valeur n'est pas celle d'un repère : vérifiez-la.",
            ),
            models.UniqueConstraint(
                fields=["reference", "effective_from"],
                condition=Q(withdrawn_at=None),
                name="reference_value_is_once_a_day",
                violation_error_message=(
                    "Une autre valeur prend effet ce jour-là : retirez-la d'abord, ou choisissez "
                    "un autre jour."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terms.label} {self.effective_from:%d/%m/%Y}"

    @property
    def terms(self) -> Terms:
        """What its reference counts."""
        return Reference(self.reference).terms


class SchemaBlueprint(models.Model):
    """Plan de schéma : the SQL of a fresh basin, produced from the migrations (scale.md 1)."""

    fingerprint = models.CharField(max_length=64, unique=True)
    sql = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "plan de schéma"

    def __str__(self) -> str:
        return self.fingerprint[:12]
