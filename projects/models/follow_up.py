"""The follow-up that comes after the signature: what its lead sees, what the owner thinks of it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from projects.enums import Situation, Usefulness
from projects.models.project import Project


class FollowUpReview(models.Model):
    """Point de suivi : what the follow-up lead saw at M+n; no answer is not zero (K13)."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="reviews", db_index=False
    )
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
    handled_at = models.DateTimeField(null=True)
    handled_by = AuthorField(null=True)
    """Who has taken a difficult situation in hand."""
    needs_help = models.BooleanField("nouvelle intervention souhaitée", default=False)
    help_wanted = models.TextField("laquelle", blank=True)
    help_answered_at = models.DateTimeField(null=True)
    help_answered_by = AuthorField(null=True)
    help_project = models.OneToOneField(
        Project, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The file opened for what is asked, which the committee examines (R36)."""
    help_refusal = models.TextField("pourquoi sans suite", blank=True)

    class Meta:
        verbose_name = "point de suivi"
        ordering: ClassVar = ["project_id", "month"]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=Q(submitted_at=None), name="review_waiting")
        ]
        constraints: ClassVar = [
            one_of("follow_up_review", "situation", ["", *Situation]),
            *together("follow_up_review", "handled", "help_answered"),
            models.CheckConstraint(
                condition=Q(handled_at=None) | Q(situation=Situation.DIFFICULT),
                name="follow_up_review_handled_is_difficult",
                violation_error_message="Ce point de suivi ne signale pas de difficulté.",
            ),
            models.CheckConstraint(
                condition=Q(help_answered_at=None, help_project=None, help_refusal="")
                | Q(needs_help=True, submitted_at__isnull=False, help_answered_at__isnull=False)
                & (
                    Q(help_project__isnull=False, help_refusal="")
                    | Q(help_project=None) & ~Q(help_refusal="")
                ),
                name="follow_up_review_help_has_a_file_or_a_reason",
                violation_error_message=(
                    "Ouvrez un dossier pour cette demande, ou dites pourquoi elle reste sans suite."
                ),
            ),
            models.CheckConstraint(
                condition=Q(help_project=None) | ~Q(help_project=F("project")),
                name="follow_up_review_help_has_a_file_of_its_own",
            ),
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


class OwnerOpinion(models.Model):
    """Avis du dirigeant : whether the support is of use, in the owner's words (M19, K26)."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="opinions", db_index=False
    )
    month = models.PositiveSmallIntegerField("mois")
    due_on = models.DateField("demandé le")
    asked_at = models.DateTimeField(null=True)
    """Nothing for an owner without an address."""
    answered_at = models.DateTimeField(null=True)
    usefulness = models.CharField("avis", max_length=10, choices=Usefulness, blank=True)
    comment = models.TextField("en quelques mots", blank=True)

    class Meta:
        verbose_name = "avis du dirigeant"
        ordering: ClassVar = ["project_id", "month"]
        constraints: ClassVar = [
            one_of("owner_opinion", "usefulness", ["", *Usefulness]),
            models.UniqueConstraint(fields=["project", "month"], name="owner_opinion_is_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, usefulness="", comment="")
                | (Q(answered_at__isnull=False) & ~Q(usefulness="")),
                name="owner_opinion_answered_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"M+{self.month} {self.project.reference}"
