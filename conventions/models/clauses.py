"""What a basin adds to the national texts, where they leave it a place (A7)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of
from alize.drafting.enums import TextKind


class LocalClause(models.Model):
    """Clause locale : the words of the basin for one zone; the next agreements say them."""

    kind = models.CharField("modèle", max_length=21, choices=TextKind)
    zone = models.CharField("zone", max_length=40)
    words = models.TextField("texte de la clause", max_length=5000)
    saved_at = models.DateTimeField()
    saved_by = AuthorField()

    class Meta:
        verbose_name = "clause locale"
        constraints: ClassVar = [
            one_of("local_clause", "kind", TextKind),
            models.UniqueConstraint(fields=["kind", "zone"], name="local_clause_one_a_zone"),
            models.CheckConstraint(condition=~Q(words=""), name="local_clause_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.zone}"
