"""The conventions that found a basin and their renewal (R7, R52-R59, R84)."""

from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from alize.common.constraints import days_held, one_of
from alize.documents.models import GeneratedDocument
from alize.seals.enums import Standing as SealStanding
from basins.references import ALLOWANCE_CAP
from conventions.enums import ENGAGED, AgreementStatus
from conventions.models.text import TextToSign, stages_of
from conventions.rules.partnership import ALERTS
from partners.models import Partner
from signatures.models import Circuit


class Agreement(TextToSign):
    """A text on the whole basin, or what amends any: signed on a day, at a place."""

    signed_on = models.DateField("signée le", null=True, blank=True)
    signed_at_place = models.CharField("à", max_length=200, blank=True)
    circuit = models.OneToOneField(Circuit, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


def life_of(model: str) -> list[models.BaseConstraint]:
    """Each status has its dates, whoever writes it."""
    return [
        *stages_of(model),
        models.CheckConstraint(
            condition=~Q(status__in=["FROZEN", "SIGNING"])
            | Q(frozen_at__isnull=False, snapshot__isnull=False),
            name=f"{model}_frozen_has_its_text",
        ),
        models.CheckConstraint(
            condition=~Q(status="DRAFT") | Q(frozen_at=None, snapshot=None, document=None),
            name=f"{model}_draft_is_not_frozen",
        ),
        models.CheckConstraint(
            condition=Q(status="SIGNED", signed_on__isnull=False)
            | (~Q(status="SIGNED") & Q(signed_on=None)),
            name=f"{model}_signed_is_dated",
            violation_error_message="Indiquez la date de la dernière signature.",
        ),
    ]


class PartnershipConventionQuerySet(models.QuerySet["PartnershipConvention"]):
    def live(self) -> Self:
        """Those that were not cancelled."""
        return self.exclude(status=AgreementStatus.CANCELLED)


class PartnershipConvention(Agreement):
    """Convention de partenariat : creates or renews the basin for three years (R52, R7, R84)."""

    number = models.PositiveSmallIntegerField("numéro")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    renews = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals"
    )
    partners = models.ManyToManyField(Partner, related_name="partnership_conventions")

    territory = models.TextField("territoire", blank=True)
    jobs_target = models.PositiveSmallIntegerField("objectif d'emplois", default=0)
    projects_target = models.PositiveSmallIntegerField("objectif de projets", default=0)
    meetings_target = models.PositiveSmallIntegerField("objectif de séances", default=0)
    specific_objectives = models.TextField("objectifs propres au bassin", blank=True)

    insertion = models.TextField("structures d'insertion", blank=True)
    distant_jobseekers = models.TextField("demandeurs les plus éloignés de l'emploi", blank=True)
    alternation = models.TextField("alternance entre entreprises", blank=True)
    employment_service = models.TextField("service public de l'emploi", blank=True)
    schemes = models.TextField("dispositifs existants", blank=True)

    local_engineering = models.BigIntegerField(
        "ingénierie locale par an", default=0, help_text="En centimes."
    )
    allowance = models.BigIntegerField(
        "défraiement de l'opérateur par an", default=0, help_text="En centimes."
    )
    budget_comment = models.TextField("commentaire du budget", blank=True)

    chair = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    chaired_by = models.CharField("présidence du comité local", max_length=120, blank=True)
    shared_functions = models.TextField("fonctions réparties", blank=True)

    operator_document = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    operator_circuit = models.OneToOneField(
        Circuit, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Launched and sealed with the other one (R59)."""
    objects = PartnershipConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention de partenariat"
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints: ClassVar = [
            *life_of("partnership_convention"),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(status="CANCELLED"),
                name="partnership_convention_number_is_once",
                violation_error_message="Ce numéro est déjà celui d'une autre convention.",
            ),
            models.UniqueConstraint(
                fields=["renews"],
                condition=~Q(status="CANCELLED"),
                name="partnership_convention_renewed_once",
                violation_error_message="Le renouvellement de cette convention est déjà préparé.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="partnership_convention_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
            ExclusionConstraint(
                name="partnership_convention_one_at_a_time",
                expressions=[
                    (days_held(), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=sorted(ENGAGED)),
                violation_error_message="Une autre convention court à ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(local_engineering__gte=0)
                & Q(allowance__gte=0, allowance__lte=ALLOWANCE_CAP),
                name="partnership_convention_allowance_is_capped",
                violation_error_message=(
                    "L'opérateur peut être défrayé de 10 000 € par an au plus."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Convention de partenariat n° {self.number}"


class TermAlert(models.Model):
    """Alerte d'échéance : sent once for each of 12, 9, 6 and 3 months before a term (M23)."""

    convention = models.ForeignKey(
        PartnershipConvention, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    ends_on = models.DateField("terme")
    """An amendment that puts it off begins the alerts again."""
    months = models.PositiveSmallIntegerField("mois")
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = "alerte d'échéance"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["convention", "ends_on", "months"], name="term_alert_is_once"
            ),
            models.CheckConstraint(
                condition=Q(months__in=list(ALERTS)), name="term_alert_is_at_its_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.months} mois"


class ToldStanding(models.Model):
    """Situation annoncée : what the public register was last told of a sealed agreement."""

    document = models.OneToOneField(GeneratedDocument, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField("situation", max_length=10, choices=SealStanding)
    replaced_by = models.CharField("par", max_length=60, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = "situation annoncée"
        constraints: ClassVar = [one_of("told_standing", "standing", SealStanding)]

    def __str__(self) -> str:
        return f"{self.document} {self.standing}"
