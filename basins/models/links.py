"""Links that open one page to somebody without an account."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.common.constraints import one_of
from basins.enums import LinkPurpose
from basins.models.basins import Basin


class SingleUseLink(models.Model):
    """Lien à usage unique : opens one page of one basin for somebody without an account."""

    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=LinkPurpose)
    target_id = models.BigIntegerField()
    email = models.EmailField(max_length=254)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    """Since when somebody else is asked instead: no other link follows it."""

    class Meta:
        verbose_name = "lien à usage unique"
        constraints: ClassVar = [
            one_of("single_use_link", "purpose", LinkPurpose),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(withdrawn_at=None),
                name="single_use_link_is_used_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.target_id}"
