"""What is put to the vote on a file."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import PersonField
from alize.common.constraints import one_of
from committees.enums import ConditionKind, InstalmentStep
from committees.models.agenda import AgendaItem
from partners.models import Partner


class Proposal(models.Model):
    """Proposition de décision : what is put to the vote.

    Triggers freeze it when its ballot opens; only days and the follow-up lead may be put right
    afterwards, until the minutes are signed.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="proposals")
    amount = models.BigIntegerField("avance proposée", default=0)
    lines = models.PositiveSmallIntegerField("nombre d'échéances", default=0)
    step_months = models.PositiveSmallIntegerField(
        "périodicité (mois)", choices=InstalmentStep, default=InstalmentStep.MONTHLY
    )
    grace_months = models.PositiveSmallIntegerField("différé (mois)", default=0)
    follow_up_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    follow_up_lead = PersonField(null=True, blank=True)
    comment = models.TextField("précisions", blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "proposition de décision"
        constraints: ClassVar = [
            one_of("proposal", "step_months", InstalmentStep),
            models.CheckConstraint(
                condition=Q(amount=0, lines=0) | Q(amount__gt=0, lines__gt=0),
                name="proposal_amount_has_its_lines",
                violation_error_message="Une avance a un nombre d'échéances.",
            ),
        ]

    def __str__(self) -> str:
        return f"Proposition {self.item}"


class ProposedSkills(models.Model):
    """Apport en compétences proposé : a company, its days, their subject."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, related_name="skills", db_index=False
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    days = models.DecimalField("jours", max_digits=5, decimal_places=1)
    topic = models.CharField("objet", max_length=120)

    class Meta:
        verbose_name = "apport en compétences"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "partner"],
                name="proposed_skills_once_a_partner",
                violation_error_message="Cette entreprise est déjà dans la proposition.",
            ),
            models.CheckConstraint(
                condition=Q(days__gt=0),
                name="proposed_skills_days_are_positive",
                violation_error_message="Indiquez un nombre de jours supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.days} j"


class ProposedCondition(models.Model):
    """Condition proposée : what must be met, by whom, before when."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField("nature", max_length=10, choices=ConditionKind)
    text = models.CharField("condition", max_length=300)
    owner = models.CharField("à la charge de", max_length=120, blank=True)
    proof_expected = models.CharField("justificatif attendu", max_length=200, blank=True)
    due_on = models.DateField("avant le")

    class Meta:
        verbose_name = "condition proposée"
        constraints: ClassVar = [one_of("proposed_condition", "kind", ConditionKind)]

    def __str__(self) -> str:
        return self.text
