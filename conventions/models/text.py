"""What the conventions and their amendments have in common: a text that all sign."""

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from alize.documents.models import GeneratedDocument
from conventions.enums import AgreementStatus


class TextToSign(models.Model):
    """A draft, then what is frozen of it for all to sign, or given up (signature.md 6.2)."""

    status = models.CharField(
        "état", max_length=9, choices=AgreementStatus, default=AgreementStatus.DRAFT
    )
    frozen_at = models.DateTimeField(null=True)
    frozen_by = AuthorField(null=True)
    snapshot = models.JSONField(null=True)
    """What the document says since it was frozen; none for what was signed before the tool."""
    document = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = AuthorField(null=True)

    class Meta:
        abstract = True


def stages_of(model: str) -> list[models.BaseConstraint]:
    """What each status asks of any text, whoever writes it; `model` also has a `circuit`."""
    return [
        one_of(model, "status", AgreementStatus),
        *together(model, "frozen", "cancelled"),
        models.CheckConstraint(
            condition=~Q(status="SIGNING") | Q(circuit__isnull=False, document__isnull=False),
            name=f"{model}_signing_has_its_circuit",
        ),
        models.CheckConstraint(
            condition=Q(status="CANCELLED", cancelled_at__isnull=False)
            | (~Q(status="CANCELLED") & Q(cancelled_at=None)),
            name=f"{model}_cancelled_has_its_hour",
        ),
    ]
