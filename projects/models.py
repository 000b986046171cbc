"""Companies, their projects, the diagnosis before and the follow-up after."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.models import Person
from alize.common.constraints import one_of, together
from alize.documents.models import StoredFile
from partners.models import Partner
from projects.enums import (
    Category,
    ContractKind,
    FundingKind,
    JobNature,
    Opinion,
    Origin,
    ProjectStatus,
    Request,
    Situation,
)


class Beneficiary(models.Model):
    """Bénéficiaire : the small company, once, whatever the number of its projects."""

    siret = models.CharField("SIRET", max_length=14, blank=True)
    name = models.CharField("raison sociale", max_length=120)
    legal_form = models.CharField("forme juridique", max_length=60, blank=True)
    activity = models.CharField("activité", max_length=200, blank=True)
    founded_on = models.DateField("créée le", null=True, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    town = models.CharField("commune", max_length=80, blank=True)
    ceased_on = models.DateField("cessation", null=True, blank=True)

    class Meta:
        verbose_name = "entreprise"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="beneficiary_siret_is_unique",
                violation_error_message="Cette entreprise est déjà connue sous ce SIRET.",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
                name="beneficiary_siret_has_fourteen_digits",
                violation_error_message="Un numéro SIRET a quatorze chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AnnualAccounts(models.Model):
    """Chiffres annuels : turnover and headcount of a company for one year (K24)."""

    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="accounts")
    year = models.PositiveSmallIntegerField("exercice")
    turnover = models.BigIntegerField("chiffre d'affaires", help_text="En centimes.")

    class Meta:
        verbose_name = "chiffres annuels"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["beneficiary", "year"], name="annual_accounts_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(turnover__gte=0),
                name="annual_accounts_turnover_not_negative",
                violation_error_message="Un chiffre d'affaires n'est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beneficiary} {self.year}"


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
    operator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

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
    follow_up_lead = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ready_on = models.DateField("prêt le", null=True, blank=True)
    labelled_on = models.DateField("labellisée le", null=True, blank=True)
    closed_on = models.DateField("clos le", null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    """Grows at each save of a section, so that two people at once are told (journeys.md 4.0)."""

    class Meta:
        verbose_name = "dossier"
        ordering: ClassVar = ["-contacted_on", "-reference"]
        indexes: ClassVar = [models.Index(fields=["status", "status_since"])]
        constraints: ClassVar = [
            one_of("project", "status", ProjectStatus),
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
                condition=Q(
                    status__in=["LABELLED", "REVIEW_DUE", "INTERRUPTED", "CLOSED"],
                    labelled_on__isnull=False,
                    follow_up_lead__isnull=False,
                )
                | ~Q(status__in=["LABELLED", "REVIEW_DUE", "INTERRUPTED", "CLOSED"]),
                name="project_labelled_has_date_and_follow_up_lead",
                violation_error_message="Un dossier labellisé a une date et un mandataire.",
            ),
            models.CheckConstraint(
                condition=Q(status="CLOSED", closed_on__isnull=False) | ~Q(status="CLOSED"),
                name="project_closed_has_its_date",
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
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "pièce"
        constraints: ClassVar = together("attachment", "removed")

    def __str__(self) -> str:
        return self.label


class PreliminaryDiagnosis(models.Model):
    """Diagnostic préalable : asked of the referrer, delivered before the meeting (R33)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="diagnoses")
    referrer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    question = models.TextField("question", blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("à rendre le")
    opened_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    validated_at = models.DateTimeField(null=True)
    validated_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    context = models.TextField("contexte", blank=True)
    market = models.TextField("marché", blank=True)
    management = models.TextField("dirigeant", blank=True)
    finances = models.TextField("finances", blank=True)
    skills = models.TextField("besoin en compétences", blank=True)
    jobs = models.TextField("emplois", blank=True)
    risks = models.TextField("risques", blank=True)
    project_rating = models.PositiveSmallIntegerField("qualité du projet", null=True, blank=True)
    owner_rating = models.PositiveSmallIntegerField("capacité du porteur", null=True, blank=True)
    impact_rating = models.PositiveSmallIntegerField(
        "impact sur le territoire", null=True, blank=True
    )
    opinion = models.CharField("avis", max_length=12, choices=Opinion, blank=True)

    class Meta:
        verbose_name = "diagnostic préalable"
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            *together("preliminary_diagnosis", "validated"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(validated_at=None),
                name="preliminary_diagnosis_one_under_way",
                violation_error_message="Un diagnostic est déjà demandé pour ce dossier.",
            ),
            models.CheckConstraint(
                condition=Q(validated_at=None) | Q(submitted_at__isnull=False),
                name="preliminary_diagnosis_validated_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | ~Q(opinion=""),
                name="preliminary_diagnosis_submitted_with_opinion",
                violation_error_message="Choisissez un avis avant de rendre le diagnostic.",
            ),
        ]

    def __str__(self) -> str:
        return f"Diagnostic {self.project.reference}"


class FollowUpReview(models.Model):
    """Point de suivi : what the follow-up lead saw at M+n; no answer is not zero (K13)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reviews")
    month = models.PositiveSmallIntegerField("mois")
    due_on = models.DateField("attendu le")
    asked_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    situation = models.CharField("situation", max_length=10, choices=Situation, blank=True)
    jobs_created = models.DecimalField(
        "emplois créés constatés", max_digits=5, decimal_places=1, null=True, blank=True
    )
    jobs_retained = models.DecimalField(
        "emplois maintenus", max_digits=5, decimal_places=1, null=True, blank=True
    )
    days_done = models.DecimalField(
        "jours réalisés", max_digits=5, decimal_places=1, null=True, blank=True
    )
    comment = models.TextField("en quelques lignes", blank=True)
    needs_help = models.BooleanField("nouvelle intervention souhaitée", default=False)
    help_wanted = models.TextField("laquelle", blank=True)

    class Meta:
        verbose_name = "point de suivi"
        ordering: ClassVar = ["project_id", "month"]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=Q(submitted_at=None), name="review_waiting")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "month"], name="follow_up_review_is_once"),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | (~Q(situation="") & Q(jobs_created__isnull=False)),
                name="follow_up_review_submitted_is_complete",
                violation_error_message="Indiquez la situation et les emplois constatés.",
            ),
            models.CheckConstraint(
                condition=(Q(jobs_created=None) | Q(jobs_created__gte=0))
                & (Q(jobs_retained=None) | Q(jobs_retained__gte=0))
                & (Q(days_done=None) | Q(days_done__gte=0)),
                name="follow_up_review_numbers_not_negative",
                violation_error_message="Un nombre d'emplois ou de jours n'est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"M+{self.month} {self.project.reference}"
