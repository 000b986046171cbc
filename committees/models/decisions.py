"""What the committee decided, and under which conditions."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.models import Person
from alize.common.constraints import one_of, together
from committees.enums import ConditionKind, DecisionOutcome
from committees.models.ballots import Ballot
from projects.models import Project


class Decision(models.Model):
    """Décision : what the committee decided on a project, as proclaimed."""

    reference = models.CharField("référence", max_length=24, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="decisions")
    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField("décision", max_length=20, choices=DecisionOutcome)
    decided_on = models.DateField("le")
    amount = models.BigIntegerField("avance accordée", default=0)
    days = models.DecimalField("jours accordés", max_digits=5, decimal_places=1, default=0)
    reason = models.TextField("motif", blank=True)
    notified_at = models.DateTimeField(null=True)
    notified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "décision"
        ordering: ClassVar = ["-decided_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["decided_on", "outcome"])]
        constraints: ClassVar = [
            one_of("decision", "outcome", DecisionOutcome),
            *together("decision", "notified"),
            models.CheckConstraint(
                condition=Q(outcome__in=["APPROVED", "APPROVED_CONDITIONS"]) | Q(amount=0, days=0),
                name="decision_grants_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_outcome_display()}"


class Condition(models.Model):
    """Condition d'une décision : a suspensive one blocks signature and payment until lifted."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    kind = models.CharField("nature", max_length=10, choices=ConditionKind)
    text = models.CharField("condition", max_length=300)
    due_on = models.DateField("avant le")
    proof = models.CharField("justificatif", max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "condition"
        constraints: ClassVar = [
            one_of("condition", "kind", ConditionKind),
            *together("condition", "lifted"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(proof=""),
                name="condition_lifted_with_proof",
                violation_error_message="Indiquez le justificatif qui lève la condition.",
            ),
        ]

    def __str__(self) -> str:
        return self.text
