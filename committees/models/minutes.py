"""Minutes: drafted, signed, approved at the next meeting with what was remarked (O5, C8)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from alize.documents.models import GeneratedDocument
from committees.enums import MinutesApproval, MinutesStatus
from committees.models.meetings import Meeting


class Minutes(models.Model):
    """Procès-verbal : drafted by the secretary, signed by the president (SD9)."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    status = models.CharField(
        "état", max_length=6, choices=MinutesStatus, default=MinutesStatus.DRAFT
    )
    narrative = models.TextField("échanges", blank=True)
    revision = models.PositiveIntegerField(default=0)
    """Counts the savings of the draft: two people writing at once are told so."""
    drafted_by = AuthorField()
    sent_at = models.DateTimeField(null=True)
    returned = models.JSONField(null=True)
    """What the president read when giving them back: what changed since is shown (C8)."""
    return_reason = models.CharField("à corriger", max_length=500, blank=True)
    countersigned_at = models.DateTimeField(null=True)
    countersigned_by = AuthorField(null=True)
    """The secretary, when the basin's rules ask for two signatures."""
    signed_at = models.DateTimeField(null=True)
    signed_by = AuthorField(null=True)
    document = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    annex = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The nominal list of the votes, restricted."""
    approved_at = models.DateTimeField(null=True)
    approved_by = AuthorField(null=True)
    approved_in = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="approved_minutes"
    )
    approval = models.CharField("approbation", max_length=5, choices=MinutesApproval, blank=True)
    approval_votes = models.CharField("voix", max_length=80, blank=True)
    """« 8 pour, 0 contre, 1 abstention », by show of hands, when the committee voted."""

    class Meta:
        verbose_name = "procès-verbal"
        constraints: ClassVar = [
            one_of("minutes", "status", MinutesStatus),
            one_of("minutes", "approval", ["", *MinutesApproval]),
            *together("minutes", "countersigned", "signed", "approved"),
            models.CheckConstraint(
                condition=~Q(status="SIGNED") | Q(signed_at__isnull=False),
                name="minutes_signed_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("drafted_by")),
                name="minutes_signed_by_another",
                violation_error_message=(
                    "Le procès-verbal est rédigé par une personne et signé par une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_in=None, approval="")
                | Q(
                    approved_at__isnull=False,
                    approved_in__isnull=False,
                    approval__in=sorted(MinutesApproval.values),
                    status="SIGNED",
                ),
                name="minutes_approved_once_signed",
                violation_error_message="Un procès-verbal s'approuve une fois signé.",
            ),
        ]

    def __str__(self) -> str:
        return f"Procès-verbal {self.meeting.number}"


class MinutesRemark(models.Model):
    """Remarque sur un procès-verbal : annexed to it, never an edit (voting.md 5.3)."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="remarks")
    text = models.TextField("remarque")
    made_at = models.DateTimeField()
    made_by = AuthorField()

    class Meta:
        verbose_name = "remarque"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text
