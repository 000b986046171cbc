"""What the committee decided, under which conditions, and what was put right afterwards."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from committees.enums import APPROVALS, WITHOUT_BALLOT, ConditionKind, DecisionOutcome
from committees.models.agenda import AgendaItem
from committees.models.ballots import Ballot
from committees.models.meetings import Meeting
from committees.models.proposals import Proposal
from projects.models import Project


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self, on: date | None = None) -> Self:
        """Decisions that still count, today or at the end of a day.

        One that a new deliberation replaced, or whose conditions were not lifted in time, is kept
        and read, never signed, paid or counted.
        """
        if on is None:
            return self.filter(revised_by=None, lapsed_at=None)
        return self.exclude(revised_by__decided_on__lte=on).exclude(lapsed_at__date__lte=on)


class Decision(models.Model):
    """Décision : what the committee decided on a project, as proclaimed.

    Approved or rejected, it has its ballot; adjourned, withdrawn or sent back to an expert, the
    chair may have recorded it without one.
    """

    reference = models.CharField("référence", max_length=24, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions")
    ballot = models.OneToOneField(
        Ballot, on_delete=models.PROTECT, null=True, related_name="decision"
    )
    outcome = models.CharField("décision", max_length=20, choices=DecisionOutcome)
    label = models.CharField("nom de la décision", max_length=40, blank=True)
    """How the committee named it that day, when not as the programme does."""
    decided_on = models.DateField("le")
    amount = models.BigIntegerField("avance accordée", default=0)
    days = models.DecimalField("jours accordés", max_digits=5, decimal_places=1, default=0)
    reason = models.TextField("motif", blank=True)
    redirection = models.CharField("réorientation", max_length=300, blank=True)
    pieces_awaited = models.TextField("pièces attendues", blank=True)
    target_meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expert = models.CharField("expert", max_length=200, blank=True)
    expert_due_on = models.DateField("rendu avant le", null=True, blank=True)
    revises = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="revised_by"
    )
    """The decision that a new deliberation replaces."""
    recorded_by = AuthorField(null=True)
    notified_at = models.DateTimeField(null=True)
    notified_by = AuthorField(null=True)
    letter_to_hand_over = models.BooleanField("lettre à remettre", default=False)
    """Its company has no address: the letter waits for somebody to give it."""
    lapsed_at = models.DateTimeField("caduque depuis", null=True)
    reopened_at = models.DateTimeField("rouverte le", null=True)
    reopened_by = AuthorField(null=True)
    company = models.JSONField("entreprise", default=dict)
    """The company as the committee read it, whatever is written of it since."""
    reopening_reason = models.CharField("motif de la réouverture", max_length=300, blank=True)
    """Why the committee deliberates anew; the decision stands until another replaces it."""
    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        ordering: ClassVar = ["-decided_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["decided_on", "outcome"])]
        constraints: ClassVar = [
            one_of("decision", "outcome", DecisionOutcome),
            *together("decision", "notified", "reopened"),
            models.CheckConstraint(
                condition=Q(reopened_at=None) | ~Q(reopening_reason=""),
                name="decision_reopened_with_its_reason",
                violation_error_message="Dites pourquoi le comité délibère à nouveau.",
            ),
            models.CheckConstraint(
                condition=Q(ballot__isnull=False)
                | Q(outcome__in=sorted(WITHOUT_BALLOT), recorded_by__isnull=False),
                name="decision_comes_from_a_ballot",
                violation_error_message="Cette décision demande un vote du comité.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=sorted(APPROVALS)) | Q(amount=0, days=0),
                name="decision_grants_only_when_approved",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="EXTRA_DIAGNOSIS")
                | Q(expert_due_on__isnull=False) & ~Q(expert=""),
                name="decision_extra_diagnosis_has_its_expert",
                violation_error_message="Désignez l'expert et la date à laquelle il rend son avis.",
            ),
            models.CheckConstraint(condition=~Q(revises=F("pk")), name="decision_revises_another"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_outcome_display()}"

    def get_outcome_display(self) -> str:
        """The outcome in the words of the committee, as they were when it decided."""
        return self.label or DecisionOutcome(self.outcome).label

    @property
    def stands(self) -> bool:
        """Whether it still counts: neither replaced nor lapsed."""
        return self.lapsed_at is None and not hasattr(self, "revised_by")

    @property
    def proposal(self) -> Proposal:
        """What was put to the vote; an approval has always one.

        :raises LookupError: the chair recorded the decision without a vote.
        """
        if self.ballot is None:
            raise LookupError(self.reference)
        return self.ballot.proposal


class Rectification(models.Model):
    """Rectification : a typing error put right before the minutes are signed; the old one stays."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="rectifications")
    field = models.CharField("donnée", max_length=40)
    before = models.TextField("avant")
    after = models.TextField("après")
    reason = models.CharField("motif", max_length=300)
    rectified_at = models.DateTimeField()
    rectified_by = AuthorField()

    class Meta:
        verbose_name = "rectification"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="rectification_gives_its_reason",
                violation_error_message="Une rectification donne son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision.reference} {self.field}"


class Reservation(models.Model):
    """Réserve du comité local : a question on a decision, that never changes it (R25, R31)."""

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="reservations", db_index=False
    )
    text = models.CharField("réserve", max_length=500)
    due_on = models.DateField("réponse attendue avant le")
    made_at = models.DateTimeField()
    made_by = AuthorField()
    answer = models.TextField("réponse", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = AuthorField(null=True)

    class Meta:
        verbose_name = "réserve"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            *together("reservation", "answered"),
            models.CheckConstraint(condition=~Q(text=""), name="reservation_says_something"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="reservation_answer_says_something",
            ),
            models.UniqueConstraint(
                fields=["decision", "made_by", "text"], name="reservation_is_made_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Condition(models.Model):
    """Condition d'une décision : a suspensive one blocks signature and payment until lifted."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    kind = models.CharField("nature", max_length=10, choices=ConditionKind)
    text = models.CharField("condition", max_length=300)
    owner = models.CharField("à la charge de", max_length=120, blank=True)
    proof_expected = models.CharField("justificatif attendu", max_length=200, blank=True)
    due_on = models.DateField("avant le")
    proof = models.CharField("justificatif", max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = AuthorField(null=True)

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
