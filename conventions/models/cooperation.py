"""The conventions that support a company (R60-R63)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.accounts.models import LONGEST_NAME
from alize.common.constraints import one_of, together
from alize.documents.models import DIGEST
from committees.models import Decision
from conventions.enums import PRESIDENCY, SignerCapacity
from conventions.models.text import TextToSign, stages_of
from partners.enums import MandateKind
from partners.models import Partner
from projects.models import Project
from signatures.models import Circuit


class CooperationConvention(TextToSign):
    """Convention de coopération et développement : the means given to an approved company (R60)."""

    reference = models.CharField("référence", max_length=24, unique=True)
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="cooperation_conventions"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="cooperation_conventions"
    )
    starts_on = models.DateField("prise d'effet")
    payment_expected_on = models.DateField("versement attendu le", null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = AuthorField()
    text_version = models.PositiveSmallIntegerField("version du modèle", null=True)
    circuit = models.OneToOneField(
        Circuit, on_delete=models.PROTECT, null=True, related_name="cooperation_convention"
    )
    """The last circuit of its signature; none for those signed before the tool."""
    signed_on = models.DateField("signée par tous le", null=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = AuthorField(null=True)
    void_asked_at = models.DateTimeField(null=True)
    void_asked_by = AuthorField(null=True)
    void_reason = models.CharField("motif de l'annulation", max_length=300, blank=True)
    """Why what all have signed would be given up before its day."""

    class Meta:
        verbose_name = "convention de coopération et développement"
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            *stages_of("cooperation_convention"),
            *together("cooperation_convention", "recorded", "void_asked"),
            models.CheckConstraint(
                condition=Q(void_asked_at=None, void_reason="")
                | (Q(void_asked_at__isnull=False) & ~Q(void_reason="")),
                name="cooperation_convention_void_has_its_reason",
                violation_error_message="L'annulation d'une convention signée dit son motif.",
            ),
            models.CheckConstraint(
                condition=Q(void_asked_by=None)
                | Q(cancelled_by=None)
                | ~Q(cancelled_by=F("void_asked_by")),
                name="cooperation_convention_voided_by_another",
                violation_error_message=(
                    "L'annulation d'une convention signée est demandée par une personne et décidée "
                    "par une autre."
                ),
            ),
            models.UniqueConstraint(
                fields=["decision"],
                condition=~Q(status="CANCELLED"),
                name="cooperation_convention_one_live",
                violation_error_message="Cette décision a déjà sa convention.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["FROZEN", "SIGNING", "SIGNED"])
                & Q(frozen_at__isnull=False, snapshot__isnull=False, text_version__isnull=False)
                | ~Q(status__in=["FROZEN", "SIGNING", "SIGNED"]),
                name="cooperation_convention_frozen_has_its_text",
            ),
            models.CheckConstraint(
                condition=Q(status="SIGNED", signed_on__isnull=False, recorded_at__isnull=False)
                | (~Q(status="SIGNED") & Q(signed_on=None, recorded_at=None)),
                name="cooperation_convention_signed_is_dated",
                violation_error_message="Indiquez la date de la dernière signature.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Signer(models.Model):
    """Signataire : computed from the decision, any number of them (R62, R63)."""

    convention = models.ForeignKey(
        CooperationConvention, on_delete=models.CASCADE, related_name="signers", db_index=False
    )
    rank = models.PositiveSmallIntegerField()
    capacity = models.CharField("qualité", max_length=14, choices=SignerCapacity)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.CharField("structure", max_length=120)
    name = models.CharField("nom", max_length=LONGEST_NAME, blank=True)
    function = models.CharField("fonction", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", max_length=254, blank=True)
    mandate = models.CharField("mandat", max_length=120, blank=True)
    mandate_since = models.DateField("mandat depuis le", null=True, blank=True)
    mandate_until = models.DateField("mandat jusqu'au", null=True, blank=True)
    mandate_sha256 = models.CharField(max_length=64, blank=True)
    """Digest of the act that gives it, kept with the mandate of a partner or with this one."""
    signs_annex = models.BooleanField("signe l'annexe de l'avance", default=False)
    signs_convention = models.BooleanField("signe la convention", default=True)
    signed_on = models.DateField("signé le", null=True)

    class Meta:
        verbose_name = "signataire"
        ordering: ClassVar = ["convention_id", "rank"]
        constraints: ClassVar = [
            one_of("signer", "capacity", SignerCapacity),
            models.UniqueConstraint(fields=["convention", "rank"], name="signer_rank_is_once"),
            models.CheckConstraint(
                # A partner's mandates have theirs (`mandate_given_by_an_act_has_it`).
                condition=Q(partner__isnull=False)
                | Q(mandate__in=["", PRESIDENCY, MandateKind.STATUTORY.label])
                | Q(mandate_sha256__regex=DIGEST),
                name="signer_mandate_given_by_an_act_has_it",
                violation_error_message="Joignez l'acte qui donne ce mandat.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"
