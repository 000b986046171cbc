"""A project, its forecasts, its funding, its attachments, what is being typed in it."""

from typing import ClassVar

from django.db import models
from django.db.models import DurationField, F, Q, Value
from django.db.models.functions import Cast

from alize.accounts.fields import AuthorField, PersonField
from alize.common.constraints import one_of, together
from alize.documents.models import StoredFile
from partners.models import Partner
from projects.enums import (
    ENDED,
    GIVEN_UP,
    LABELLED,
    SUPPORT_MONTHS,
    UNREADY,
    Category,
    ContractKind,
    FundingKind,
    JobNature,
    Origin,
    ProjectStatus,
    Request,
)
from projects.models.beneficiary import Beneficiary

SUPPORT = Cast(Value(f"{SUPPORT_MONTHS} months"), DurationField())
"""The months of support, in the calendar of the database."""


class Project(models.Model):
    """Dossier : one project of one company, from the first contact to M+36."""

    reference = models.CharField("référence", max_length=20, unique=True)
    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="projects")
    status = models.CharField(
        "état", max_length=20, choices=ProjectStatus, default=ProjectStatus.CONTACT
    )
    status_since = models.DateField("depuis le")
    need = models.CharField("besoin en une ligne", max_length=200)
    origin = models.CharField("origine", max_length=8, choices=Origin, default=Origin.DIRECT)
    origin_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contacted_on = models.DateField("premier contact")
    operator = PersonField()

    owner_name = models.CharField("dirigeant", max_length=120, blank=True)
    owner_function = models.CharField("fonction", max_length=80, blank=True)
    owner_email = models.EmailField("adresse électronique", max_length=254, blank=True)
    owner_phone = models.CharField("téléphone", max_length=20, blank=True)
    owner_background = models.TextField("parcours", blank=True)

    category = models.CharField("catégorie", max_length=12, choices=Category, blank=True)
    request = models.CharField("demande", max_length=8, choices=Request, blank=True)
    description = models.TextField("projet", blank=True)
    skills_needed = models.TextField("compétences attendues", blank=True)
    days_asked = models.DecimalField(
        "jours demandés", max_digits=5, decimal_places=1, null=True, blank=True
    )
    amount_asked = models.BigIntegerField("avance demandée", null=True, blank=True)

    headcount = models.DecimalField(
        "effectif de référence", max_digits=6, decimal_places=1, null=True, blank=True
    )
    other_schemes = models.TextField("autres dispositifs", blank=True)
    why_alize = models.TextField("pourquoi ALIZE ?", blank=True)
    de_minimis_declared = models.BooleanField("aides de minimis déclarées", default=False)

    follow_up_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="followed_projects"
    )
    follow_up_lead = PersonField(null=True, blank=True)
    is_shared = models.BooleanField(
        "fiche partagée avec les partenaires associés",
        default=False,
        help_text="Ils voient l'entreprise, sa demande et l'état du dossier, rien d'autre.",
    )
    ready_on = models.DateField("prêt le", null=True, blank=True)
    labelled_on = models.DateField("labellisée le", null=True, blank=True)
    support_until = models.DateField("accompagnée jusqu'au", null=True, blank=True)
    """When an amendment of its convention put the end of the support off."""
    closed_on = models.DateField("clos le", null=True, blank=True)
    balance = models.TextField("bilan de l'accompagnement", max_length=4000, blank=True)
    """What the support gave, in the words of the operator: no file closes without it."""
    end_reason = models.CharField("motif", max_length=1000, blank=True)
    """Why it was dropped, withdrawn or interrupted; that of a decision is as long as its letter."""
    company = models.JSONField("entreprise à la fin du dossier", default=dict)
    """The company as the file showed it when it ended, whatever another file writes of it since."""
    revision = models.PositiveIntegerField(default=0)
    """Grows at each save of its own sections, so that two people are told (journeys.md 4.0)."""

    class Meta:
        verbose_name = "dossier"
        ordering: ClassVar = ["-contacted_on", "-reference"]
        indexes: ClassVar = [models.Index(fields=["status", "status_since"])]
        constraints: ClassVar = [
            one_of("project", "status", ProjectStatus),
            one_of("project", "origin", Origin),
            one_of("project", "category", ["", *Category]),
            one_of("project", "request", ["", *Request]),
            models.CheckConstraint(
                condition=Q(amount_asked=None) | Q(amount_asked__gt=0),
                name="project_amount_asked_is_positive",
                violation_error_message="L'avance demandée doit être supérieure à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(days_asked=None) | Q(days_asked__gte=0),
                name="project_days_asked_not_negative",
                violation_error_message="Le nombre de jours ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(UNREADY), ready_on=None)
                | (~Q(status__in=sorted(UNREADY)) & Q(ready_on__isnull=False))
                | Q(status="WITHDRAWN"),
                name="project_ready_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=sorted(LABELLED),
                    labelled_on__isnull=False,
                    follow_up_lead__isnull=False,
                )
                | (~Q(status__in=sorted(LABELLED)) & Q(labelled_on=None)),
                name="project_labelled_has_date_and_follow_up_lead",
                violation_error_message="Un dossier labellisé a une date et un mandataire.",
            ),
            models.CheckConstraint(
                condition=Q(support_until=None)
                | Q(labelled_on__isnull=False, support_until__gt=F("labelled_on")),
                name="project_support_ends_after_its_label",
            ),
            models.CheckConstraint(
                condition=(Q(status="CLOSED", closed_on__isnull=False) & ~Q(balance=""))
                | (~Q(status="CLOSED") & Q(closed_on=None, balance="")),
                name="project_closed_has_its_date_and_its_balance",
                violation_error_message="Écrivez le bilan de l'accompagnement.",
            ),
            models.CheckConstraint(
                # A company is followed for eighteen months at least (R35).
                condition=Q(closed_on=None)
                | (
                    Q(closed_on__gte=F("labelled_on") + SUPPORT)
                    & (Q(support_until=None) | Q(closed_on__gt=F("support_until")))
                ),
                name="project_closed_after_its_term",
                violation_error_message=(
                    "Une entreprise est accompagnée dix-huit mois au moins, et jusqu'au terme de "
                    "sa convention : son dossier se clôt ensuite."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(ENDED)) | Q(company={}),
                name="project_keeps_its_company_once_ended",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=sorted(GIVEN_UP)) & ~Q(end_reason=""))
                | (~Q(status__in=sorted(GIVEN_UP)) & Q(end_reason="")),
                name="project_given_up_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.beneficiary}"


class JobForecast(models.Model):
    """Emplois prévus : how many, of which nature and contract, by when; FTE and heads (K12)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="job_forecasts")
    nature = models.CharField("nature", max_length=8, choices=JobNature)
    contract = models.CharField("contrat", max_length=10, choices=ContractKind)
    fte = models.DecimalField("ETP", max_digits=5, decimal_places=1)
    heads = models.PositiveSmallIntegerField("personnes")
    due_on = models.DateField("échéance", null=True, blank=True)

    class Meta:
        verbose_name = "emplois prévus"
        constraints: ClassVar = [
            one_of("job_forecast", "nature", JobNature),
            one_of("job_forecast", "contract", ContractKind),
            models.CheckConstraint(
                condition=Q(fte__gt=0),
                name="job_forecast_fte_is_positive",
                violation_error_message="Indiquez un nombre d'emplois supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fte} {self.get_contract_display()}"


class FundingLine(models.Model):
    """Ligne du plan de financement : one source and its amount, agreed or not yet."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="funding_lines")
    kind = models.CharField("nature", max_length=12, choices=FundingKind)
    source = models.CharField("financeur", max_length=120)
    amount = models.BigIntegerField("montant")
    is_agreed = models.BooleanField("accordé", default=False)

    class Meta:
        verbose_name = "ligne de financement"
        constraints: ClassVar = [
            one_of("funding_line", "kind", FundingKind),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="funding_line_amount_is_positive",
                violation_error_message="Le montant doit être supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return self.source


class Attachment(models.Model):
    """Pièce : a file joined to a project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    label = models.CharField("intitulé", max_length=120)
    added_at = models.DateTimeField()
    added_by = AuthorField()
    removed_at = models.DateTimeField(null=True)
    removed_by = AuthorField(null=True)

    class Meta:
        verbose_name = "pièce"
        constraints: ClassVar = together("attachment", "removed")

    def __str__(self) -> str:
        return self.label


class Draft(models.Model):
    """Brouillon : what somebody has typed in a form of a project and not saved yet, as typed."""

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    person = PersonField()
    form = models.CharField(max_length=20)
    data = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = "brouillon"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "person", "form"], name="draft_is_once"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.project.reference}"
