"""What was sent to a company about one instalment (funds.md, feature 13)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of
from funds.enums import ReminderStep
from funds.models.advances import Advance


class Reminder(models.Model):
    """Relance : one step of a ladder for one instalment, sent once.

    The instalment is a day of an advance, not a line of a version: a new plan that keeps its dates
    starts no ladder again.
    """

    advance = models.ForeignKey(
        Advance, on_delete=models.PROTECT, related_name="reminders", db_index=False
    )
    due_on = models.DateField("échéance du")
    asked_from = models.DateField("réclamée depuis le")
    """Where its ladder begins: its own day, or that on which what had paid it came back."""
    step = models.CharField("palier", max_length=6, choices=ReminderStep)
    amount = models.BigIntegerField("reste dû")
    """Of the instalment, in cents, when the reminder left."""
    joins = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="joined")
    """The reminder whose letter asks for this one too; none for the first of its letter."""
    email = models.EmailField("adressée à", max_length=254, blank=True)
    """Nothing when the company has no address: its letter is printed and posted."""
    sent_at = models.DateTimeField()
    sent_by = AuthorField()

    class Meta:
        verbose_name = "relance"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            one_of("reminder", "step", ReminderStep),
            models.UniqueConstraint(
                fields=["advance", "due_on", "asked_from", "step"],
                name="reminder_is_sent_once",
                violation_error_message="Cette relance est déjà partie.",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reminder_claims_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.advance}"
