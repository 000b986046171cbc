"""What a partner is asked to confirm of the means it gave in a year, and what it answers (M20)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of
from funds.enums import ConfirmationOutcome
from partners.models import Contact, Partner


class ConfirmationRequest(models.Model):
    """Demande de confirmation : one a partner and year, asked again when its figures change."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="confirmation_requests", db_index=False
    )
    year = models.PositiveSmallIntegerField("année")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = AuthorField()

    class Meta:
        verbose_name = "demande de confirmation"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partner", "year"],
                name="confirmation_request_is_once_a_year",
                violation_error_message="La confirmation de cette année est déjà demandée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.year}"


class ConfirmationAnswer(models.Model):
    """Réponse d'un partenaire : on the figures it was shown, kept as evidence; never changed."""

    request = models.ForeignKey(
        ConfirmationRequest, on_delete=models.PROTECT, related_name="answers"
    )
    outcome = models.CharField("réponse", max_length=9, choices=ConfirmationOutcome)
    reason = models.TextField("ce qui n'est pas juste", blank=True)
    figures = models.JSONField("montants montrés")
    name = models.CharField("par", max_length=170)
    email = models.EmailField("à l'adresse", max_length=254)
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = "réponse d'un partenaire"
        ordering: ClassVar = ["-answered_at", "-pk"]
        constraints: ClassVar = [
            one_of("confirmation_answer", "outcome", ConfirmationOutcome),
            models.CheckConstraint(
                condition=Q(outcome="CONFIRMED", reason="")
                | (Q(outcome="DISPUTED") & ~Q(reason="")),
                name="confirmation_answer_says_what_is_wrong",
                violation_error_message="Dites ce qui n'est pas juste.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
