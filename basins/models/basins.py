"""Basins: one territory, one schema of the database."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django_tenants.models import DomainMixin, TenantMixin

from alize.common.constraints import one_of
from basins.enums import BasinStatus, SuspensionReason
from basins.rules import DEPARTMENTS

_HAS_SPACE = Q(status=BasinStatus.INSTALLED) | Q(
    status=BasinStatus.VALIDATED, opened_at__isnull=False
)


class BasinQuerySet(models.QuerySet["Basin"]):
    def open(self) -> "BasinQuerySet":
        """The basins whose space is worked in: installed, or validated and preparing to be."""
        return self.filter(_HAS_SPACE, suspended_at=None)

    def suspended(self) -> "BasinQuerySet":
        """The basins that nobody works in for a while."""
        return self.filter(suspended_at__isnull=False)

    def with_space(self) -> "BasinQuerySet":
        """The basins that have a space, suspended or closed ones too."""
        was_open = Q(installed_on__isnull=False) | Q(opened_at__isnull=False)
        return self.filter(_HAS_SPACE | Q(status=BasinStatus.CLOSED) & was_open)


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
    suspended_at = models.DateTimeField("suspendu le", null=True, blank=True)
    """Since when nobody works in its space; the journal says who decided it."""
    suspended_for = models.CharField(
        "motif de suspension", max_length=12, choices=SuspensionReason, blank=True
    )
    objects = BasinQuerySet.as_manager()

    class Meta:
        verbose_name = "bassin"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            one_of("basin", "status", BasinStatus),
            one_of("basin", "suspended_for", ["", *SuspensionReason]),
            models.CheckConstraint(
                condition=Q(suspended_at=None, suspended_for="")
                | Q(suspended_at__isnull=False) & ~Q(suspended_for=""),
                name="basin_suspended_has_its_reason",
            ),
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

    @property
    def is_open(self) -> bool:
        """Whether its space is worked in, as `BasinQuerySet.open` says it."""
        has_space = self.status == BasinStatus.INSTALLED or (
            self.status == BasinStatus.VALIDATED and self.opened_at is not None
        )
        return has_space and self.suspended_at is None

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """Domaine : a host name of a basin, for installations that route by host."""

    class Meta:
        verbose_name = "domaine"


class SchemaBlueprint(models.Model):
    """Plan de schéma : the SQL of a fresh basin, produced from the migrations (scale.md 1)."""

    fingerprint = models.CharField(max_length=64, unique=True)
    sql = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "plan de schéma"

    def __str__(self) -> str:
        return self.fingerprint[:12]
