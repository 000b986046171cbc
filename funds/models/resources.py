"""What the partners bring: money on one of the two accounts, days and things valued (R41, R70)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from funds.enums import Perimeter
from funds.rules.allowance import AGREED_YEARS
from partners.enums import PledgeNature
from partners.models import Partner


class Contribution(models.Model):
    """Dotation : what a funder brought, one line of the fund; its amounts are its postings."""

    funder = models.CharField("financeur", max_length=120)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, related_name="contributions"
    )
    nature = models.CharField("nature", max_length=8, choices=PledgeNature)
    perimeter = models.CharField("compte", max_length=6, choices=Perimeter)
    with_return = models.BooleanField("avec droit de reprise")
    returns_on = models.DateField("à rendre le", null=True)
    """When its funder takes back what is left of it, if that is agreed."""
    days = models.DecimalField("jours", max_digits=5, decimal_places=1, null=True)
    daily_rate = models.BigIntegerField("valeur d'une journée", null=True)
    source = models.CharField("pièce", max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = AuthorField()
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "dotation"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("contribution", "nature", PledgeNature),
            one_of("contribution", "perimeter", Perimeter),
            models.UniqueConstraint(
                fields=["id", "perimeter"], name="contribution_in_its_perimeter"
            ),
            models.CheckConstraint(
                condition=Q(nature="MONEY", perimeter__in=["FUND", "OPS"])
                | (~Q(nature="MONEY") & Q(perimeter="NATURE")),
                name="contribution_nature_and_account",
                violation_error_message=(
                    "L'argent va sur l'un des deux comptes ; ce qui est valorisé reste à part."
                ),
            ),
            models.CheckConstraint(
                condition=Q(with_return=False) | Q(perimeter="FUND"),
                name="contribution_returns_from_the_fund",
                violation_error_message=(
                    "Seule une dotation du compte des avances peut revenir à son financeur."
                ),
            ),
            models.CheckConstraint(
                condition=Q(returns_on=None) | Q(with_return=True),
                name="contribution_returned_has_its_right",
                violation_error_message=(
                    "Seule une dotation avec droit de reprise se rend à une date."
                ),
            ),
            models.CheckConstraint(
                condition=Q(nature="SKILLS", days__gt=0, daily_rate__gt=0)
                | (~Q(nature="SKILLS") & Q(days=None, daily_rate=None)),
                name="contribution_skills_have_their_days",
                violation_error_message="Des compétences se comptent en jours, à une valeur.",
            ),
        ]

    def __str__(self) -> str:
        return self.funder


class AllowanceAgreement(models.Model):
    """Accord de tous les partenaires sur le défraiement, for one civil year (R77).

    One recorded by mistake is withdrawn before it serves, with its reason; it stays readable.
    """

    year = models.PositiveSmallIntegerField("année")
    agreed_on = models.DateField("donné le")
    source = models.CharField("pièce", max_length=200)
    partners = models.ManyToManyField(Partner, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = AuthorField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = AuthorField(null=True)
    withdrawal = models.CharField("motif du retrait", max_length=300, blank=True)

    class Meta:
        verbose_name = "accord sur le défraiement"
        ordering: ClassVar = ["-year", "-pk"]
        constraints: ClassVar = [
            *together("allowance_agreement", "withdrawn"),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(withdrawn_at=None),
                name="allowance_agreement_one_a_year",
                violation_error_message="L'accord de cette année est déjà enregistré.",
            ),
            models.CheckConstraint(
                condition=Q(
                    agreed_on__year__lte=F("year"), agreed_on__year__gte=F("year") - AGREED_YEARS
                ),
                name="allowance_agreement_is_of_its_year",
                violation_error_message=(
                    "Un accord vaut pour l'année où il est donné et les trois suivantes au plus."
                ),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal="")),
                name="allowance_agreement_withdrawn_has_its_reason",
                violation_error_message="Le retrait d'un accord dit son motif.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)
