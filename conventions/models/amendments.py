"""What changes in a convention that all have signed, whichever it is (signature.md 6.2)."""

from typing import ClassVar, cast

from django.db import models
from django.db.models import Q

from alize.accounts.fields import PersonField
from alize.accounts.models import LONGEST_NAME
from alize.common.constraints import one_of
from alize.documents.models import DIGEST
from conventions.enums import SignerCapacity
from conventions.models.cooperation import CooperationConvention
from conventions.models.partnership import Agreement, PartnershipConvention, life_of
from funds.models import ScheduleVersion
from partners.enums import MandateKind
from partners.models import Partner


class Amendment(Agreement):
    """Avenant : what changes in a convention in force, and who joins it (signature.md 6.2).

    Of a partnership convention, or of a cooperation convention, which takes effect once signed.
    """

    convention = models.ForeignKey(
        PartnershipConvention,
        on_delete=models.PROTECT,
        null=True,
        related_name="amendments",
        db_index=False,
    )
    cooperation = models.ForeignKey(
        CooperationConvention,
        on_delete=models.PROTECT,
        null=True,
        related_name="amendments",
        db_index=False,
    )
    number = models.PositiveSmallIntegerField("numéro")
    reason = models.TextField("motif")
    takes_effect_on = models.DateField("prise d'effet", null=True)
    new_ends_on = models.DateField("nouveau terme", null=True, blank=True)
    changes = models.TextField("dispositions modifiées", blank=True)
    incoming = models.ManyToManyField(Partner, related_name="+", blank=True)

    amends_skills = models.BooleanField("change les apports en compétences", default=False)
    jobs_created = models.DecimalField(
        "emplois à créer", max_digits=5, decimal_places=1, null=True, blank=True
    )
    jobs_retained = models.DecimalField(
        "emplois à maintenir", max_digits=5, decimal_places=1, null=True, blank=True
    )
    follow_up_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    follow_up_lead = PersonField(null=True, blank=True)
    schedule = models.ForeignKey(
        ScheduleVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    """The plan of the advance that the committee accepted: its annex."""

    class Meta:
        verbose_name = "avenant"
        ordering: ClassVar = ["convention_id", "cooperation_id", "number"]
        constraints: ClassVar = [
            *life_of("amendment"),
            models.CheckConstraint(
                condition=Q(convention__isnull=False, cooperation=None)
                | Q(convention=None, cooperation__isnull=False),
                name="amendment_is_of_one_convention",
            ),
            models.CheckConstraint(
                condition=Q(cooperation=None, takes_effect_on__isnull=False)
                | Q(cooperation__isnull=False, status="SIGNED", takes_effect_on__isnull=False)
                | (Q(cooperation__isnull=False, takes_effect_on=None) & ~Q(status="SIGNED")),
                name="amendment_takes_effect_on_its_day",
                violation_error_message="Indiquez la date de prise d'effet.",
            ),
            models.CheckConstraint(
                condition=Q(cooperation__isnull=False)
                | Q(
                    amends_skills=False,
                    jobs_created=None,
                    jobs_retained=None,
                    follow_up_lead=None,
                    schedule=None,
                ),
                name="amendment_support_is_of_a_cooperation",
            ),
            models.CheckConstraint(
                condition=Q(follow_up_lead=None, follow_up_partner=None)
                | Q(follow_up_lead__isnull=False, follow_up_partner__isnull=False),
                name="amendment_lead_comes_with_their_partner",
            ),
            models.CheckConstraint(
                condition=(Q(jobs_created=None) | Q(jobs_created__gte=0))
                & (Q(jobs_retained=None) | Q(jobs_retained__gte=0)),
                name="amendment_jobs_are_not_negative",
                violation_error_message="Un nombre d'emplois n'est pas négatif.",
            ),
            models.UniqueConstraint(
                fields=["convention", "number"],
                name="amendment_number_is_once",
                violation_error_message="Ce numéro est déjà celui d'un autre avenant.",
            ),
            models.UniqueConstraint(
                fields=["cooperation", "number"],
                name="amendment_number_is_once_a_cooperation",
                violation_error_message="Ce numéro est déjà celui d'un autre avenant.",
            ),
            models.UniqueConstraint(
                fields=["cooperation"],
                condition=Q(status__in=["DRAFT", "FROZEN", "SIGNING"]),
                name="amendment_waits_for_the_one_before",
                violation_error_message=(
                    "Un avenant à cette convention n'est pas encore signé : le suivant l'attend."
                ),
            ),
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(status__in=["DRAFT", "FROZEN", "SIGNING"]),
                name="amendment_of_a_basin_waits_for_the_one_before",
                violation_error_message=(
                    "Un avenant à cette convention n'est pas encore signé : le suivant l'attend."
                ),
            ),
            models.UniqueConstraint(
                fields=["schedule"],
                condition=~Q(status="CANCELLED"),
                name="amendment_schedule_is_once",
                violation_error_message="Cet échéancier est déjà l'annexe d'un autre avenant.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avenant n° {self.number}"

    @property
    def founding(self) -> PartnershipConvention:
        """The partnership convention that it changes."""
        return cast(PartnershipConvention, self.convention)

    @property
    def supporting(self) -> CooperationConvention:
        """The cooperation convention that it changes."""
        return cast(CooperationConvention, self.cooperation)


class AmendedSkills(models.Model):
    """Apport en compétences modifié : one line of what the companies lend from now on."""

    amendment = models.ForeignKey(
        Amendment, on_delete=models.CASCADE, related_name="skills", db_index=False
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    days = models.DecimalField("jours", max_digits=5, decimal_places=1)
    topic = models.CharField("objet", max_length=120)

    class Meta:
        verbose_name = "apport en compétences modifié"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["amendment", "partner"],
                name="amended_skills_once_a_partner",
                violation_error_message="Cette entreprise est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(days__gt=0),
                name="amended_skills_days_are_positive",
                violation_error_message="Indiquez un nombre de jours supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.days} j"


class AmendmentMandate(models.Model):
    """Mandat d'un signataire d'avenant : under what somebody signs it for no partner (R62, R63)."""

    amendment = models.ForeignKey(
        Amendment, on_delete=models.CASCADE, related_name="mandates", db_index=False
    )
    capacity = models.CharField("qualité", max_length=14, choices=SignerCapacity)
    organisation = models.CharField("structure", max_length=120)
    name = models.CharField("nom", max_length=LONGEST_NAME)
    mandate = models.CharField("mandat", max_length=120)
    mandate_since = models.DateField("mandat depuis le")
    mandate_until = models.DateField("mandat jusqu'au", null=True)
    mandate_sha256 = models.CharField(max_length=64, blank=True)
    """Digest of the act that gives it."""

    class Meta:
        verbose_name = "mandat d'un signataire d'avenant"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("amendment_mandate", "capacity", SignerCapacity),
            models.UniqueConstraint(
                fields=["amendment", "capacity", "organisation"],
                name="amendment_mandate_is_once_a_structure",
                violation_error_message="Cette structure a déjà un mandat pour cet avenant.",
            ),
            models.CheckConstraint(
                condition=Q(mandate=MandateKind.STATUTORY.label) | Q(mandate_sha256__regex=DIGEST),
                name="amendment_mandate_given_by_an_act_has_it",
                violation_error_message="Joignez l'acte qui donne ce mandat.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"
