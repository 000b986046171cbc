"""Work to do after a commit: the row is the guarantee, the broker only hurries (D12)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """Travail à faire : written in the transaction of the act, done exactly once.

    Row-level security: the role of a basin sees the rows of its own schema only.
    """

    schema = models.CharField(max_length=63)
    national = models.BooleanField(default=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=400)
    """What the work is about; never who, since the row stays."""
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    due_at = models.DateTimeField(db_default=models.functions.Now())
    attempts = models.SmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "travail"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schema", "kind", "key"], name="entry_is_unique"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="entry_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.schema} {self.kind} {self.key}"

    @property
    def works_in(self) -> str:
        """The schema the work is done in: its own, or `public` for national work."""
        return "public" if self.national else self.schema
