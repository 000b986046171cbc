"""By which rules the committee votes, and how they change (voting.md 5.3)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import ExpressionWrapper

from alize.accounts.fields import AuthorField
from alize.common.constraints import each_of, one_of, together
from alize.documents.models import StoredFile
from committees.enums import (
    OPTIONAL_OUTCOMES,
    ConsultationMatter,
    DecisionOutcome,
    LiftedBy,
    LinkKind,
    MinutesApproval,
    ReasonRequired,
)
from committees.rules import Majority, Outcome

LABEL_LENGTH = 40
LIMITS = {
    "floor": (1, 20),
    "min_companies": (0, 3),
    "second_min_days": (1, 28),
    "second_max_months": (1, 3),
    "max_proxies": (0, 2),
    "secret_on_request_of": (1, 20),
    "consultation_max_change": (0, 100),
    "consultation_min_days": (3, 15),
    "conditions_lapse_months": (1, 24),
    "minutes_signatures": (1, 2),
}
"""The least and the most that each number may be."""


def all_matters() -> list[str]:
    """What a written consultation may be about, unless the committee says less."""
    return list(ConsultationMatter.values)


def all_outcomes() -> list[str]:
    """What a deliberation may end in besides, unless the committee says less."""
    return [str(outcome) for outcome in OPTIONAL_OUTCOMES]


def _named(outcome: DecisionOutcome) -> models.CharField:
    """How the committee names an outcome."""
    return models.CharField(max_length=LABEL_LENGTH, default=outcome.label)


class CommitteeRules(models.Model):
    """Règles du comité : how the basin's committee works; the defaults are those of voting.md 5.3.

    What the committee's own regulations must allow stays off until that document is attached.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    quorum_numerator = models.PositiveSmallIntegerField(default=1)
    quorum_denominator = models.PositiveSmallIntegerField(default=2)
    quorum_strict = models.BooleanField(default=False)
    proxies_count_in_quorum = models.BooleanField(default=True)
    recused_in_base = models.BooleanField(default=False)
    floor = models.PositiveSmallIntegerField(default=3)
    min_companies = models.PositiveSmallIntegerField(default=0)
    second_convocation = models.BooleanField(default=True)
    second_min_days = models.PositiveSmallIntegerField(default=7)
    second_max_months = models.PositiveSmallIntegerField(default=1)
    majority = models.CharField(max_length=10, default="CAST")
    high_amount = models.BigIntegerField(null=True, blank=True)
    high_majority = models.CharField(max_length=10, blank=True)
    casting_vote = models.BooleanField(default=True)
    tie_outcome = models.CharField(max_length=10, default="DEFERRED")
    abstention_allowed = models.BooleanField(default=True)
    referrer_votes = models.BooleanField(default=True)
    lead_votes = models.BooleanField(default=True)
    operator_votes = models.BooleanField(default=False)
    alternates_allowed = models.BooleanField(default=True)
    recusal_links = models.JSONField(default=list, blank=True)
    declaration_required = models.BooleanField(default=False)
    max_proxies = models.PositiveSmallIntegerField(default=1)
    proxies_in_same_college = models.BooleanField(default=False)
    proxies_in_consultation = models.BooleanField(default=False)
    secret_by_default = models.BooleanField(default=False)
    secret_on_request_of = models.PositiveSmallIntegerField(default=1)
    nominal_list_printed = models.BooleanField(default=False)
    vote_changes = models.BooleanField(default=True)
    reason_required = models.CharField(
        max_length=7, choices=ReasonRequired, default=ReasonRequired.AGAINST
    )
    show_of_hands = models.BooleanField(default=True)
    phone_votes = models.BooleanField(default=False)
    remote_meetings = models.BooleanField(default=False)
    consultations = models.BooleanField(default=False)
    consultation_min_days = models.PositiveSmallIntegerField(default=5)
    consultation_max_change = models.PositiveSmallIntegerField(default=20)
    consultation_max_amount = models.BigIntegerField(null=True, blank=True)
    """Cents of the advance that may be settled in writing; none, any amount."""
    consultation_matters = models.JSONField(default=all_matters, blank=True)
    consultation_reminders = models.BooleanField(default=True)
    consultation_discussion = models.BooleanField(default=True)
    consultation_closes_early = models.BooleanField(default=False)
    outcomes = models.JSONField(default=all_outcomes, blank=True)
    approved_label = _named(DecisionOutcome.APPROVED)
    approved_conditions_label = _named(DecisionOutcome.APPROVED_CONDITIONS)
    deferred_label = _named(DecisionOutcome.DEFERRED)
    extra_diagnosis_label = _named(DecisionOutcome.EXTRA_DIAGNOSIS)
    rejected_label = _named(DecisionOutcome.REJECTED)
    withdrawn_label = _named(DecisionOutcome.WITHDRAWN)
    conditions_lifted_by = models.CharField(
        max_length=9, choices=LiftedBy, default=LiftedBy.OPERATOR
    )
    conditions_lapse_months = models.PositiveSmallIntegerField(default=6)
    minutes_approval = models.CharField(
        max_length=5, choices=MinutesApproval, default=MinutesApproval.TACIT
    )
    minutes_signatures = models.PositiveSmallIntegerField(default=1)
    regulations = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "règles du comité"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="committee_rules_is_single"),
            one_of("committee_rules", "majority", Majority),
            one_of("committee_rules", "high_majority", ["", *Majority]),
            one_of("committee_rules", "tie_outcome", [Outcome.DEFERRED, Outcome.REJECTED]),
            one_of("committee_rules", "reason_required", ReasonRequired),
            one_of("committee_rules", "conditions_lifted_by", LiftedBy),
            one_of("committee_rules", "minutes_approval", MinutesApproval),
            each_of("committee_rules", "recusal_links", LinkKind),
            each_of("committee_rules", "consultation_matters", ConsultationMatter),
            each_of("committee_rules", "outcomes", OPTIONAL_OUTCOMES),
            models.CheckConstraint(
                condition=Q(quorum_denominator__gt=0)
                & Q(quorum_numerator__lte=F("quorum_denominator")),
                name="committee_rules_quorum_is_a_fraction",
                violation_error_message="Le quorum est une fraction entre zéro et un.",
            ),
            models.CheckConstraint(
                condition=Q(quorum_strict=False) | Q(quorum_numerator__lt=F("quorum_denominator")),
                name="committee_rules_quorum_can_be_reached",
                violation_error_message=(
                    "Un quorum de tous les sièges ne se dépasse pas : gardez « au moins » cette "
                    "part."
                ),
            ),
            models.CheckConstraint(
                condition=Q(high_amount=None, high_majority="")
                | Q(high_amount__isnull=False, high_amount__gt=0) & ~Q(high_majority=""),
                name="committee_rules_high_amount_has_its_majority",
                violation_error_message="Un seuil de montant va avec sa majorité, et inversement.",
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__range": limits for name, limits in LIMITS.items()}),
                name="committee_rules_within_limits",
                violation_error_message="Une de ces valeurs sort de ce que les règles permettent.",
            ),
            models.CheckConstraint(
                condition=~Q(approved_label="")
                & ~Q(approved_conditions_label="")
                & ~Q(deferred_label="")
                & ~Q(extra_diagnosis_label="")
                & ~Q(rejected_label="")
                & ~Q(withdrawn_label=""),
                name="committee_rules_outcomes_have_names",
                violation_error_message="Chaque décision a un nom.",
            ),
            models.CheckConstraint(
                condition=Q(regulations__isnull=False)
                | Q(
                    remote_meetings=False,
                    consultations=False,
                    phone_votes=False,
                    proxies_in_consultation=False,
                ),
                name="committee_rules_need_regulations",
                violation_error_message=(
                    "Joignez d'abord le règlement du comité : il doit prévoir cette possibilité."
                ),
            ),
        ]

    def __str__(self) -> str:
        return "Règles du comité d'agrément"

    def label_of(self, outcome: str) -> str:
        """How this committee names an outcome, on screen, in the minutes and in the letter."""
        return getattr(self, f"{outcome.lower()}_label", "") or DecisionOutcome(outcome).label


class RulesChange(models.Model):
    """Changement des règles : proposed by one person, put into force by another, kept for ever."""

    values = models.JSONField("règles proposées", default=dict)
    before = models.JSONField("règles d'avant", default=dict)
    regulations = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The committee's own regulations, when the change attaches them."""
    reason = models.CharField("motif", max_length=300)
    proposed_at = models.DateTimeField("proposé le")
    proposed_by = AuthorField()
    applied_at = models.DateTimeField("en vigueur depuis le", null=True)
    applied_by = AuthorField(null=True)
    refused_at = models.DateTimeField("écarté le", null=True)
    refused_by = AuthorField(null=True)
    """The president, or whoever proposed it and thought again."""

    class Meta:
        verbose_name = "changement des règles"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            *together("rules_change", "applied", "refused"),
            models.CheckConstraint(
                condition=Q(applied_by=None) | ~Q(applied_by=F("proposed_by")),
                name="rules_change_applied_by_another",
                violation_error_message=(
                    "Un changement des règles est proposé par une personne et validé par une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(refused_at=None),
                name="rules_change_applied_or_refused",
            ),
            models.UniqueConstraint(
                ExpressionWrapper(Q(applied_at=None), output_field=models.BooleanField()),
                condition=Q(applied_at=None, refused_at=None),
                name="rules_change_one_waiting",
                violation_error_message="Un changement des règles attend déjà sa validation.",
            ),
        ]

    def __str__(self) -> str:
        return f"Changement des règles {self.pk}"
