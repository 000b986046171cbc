"""Proxies: one seat speaks for another, for a meeting or for some files (voting.md 5.3)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import together
from committees.models.agenda import AgendaItem
from committees.models.meetings import Meeting
from committees.models.seats import Seat


class Proxy(models.Model):
    """Pouvoir : given in writing, accepted by its holder, taken back when the giver turns up."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="proxies")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="proxies"
    )
    """The only file it holds for; none: the whole meeting."""
    giver = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    instruction = models.CharField("consigne", max_length=300, blank=True)
    given_at = models.DateTimeField()
    given_by = AuthorField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = AuthorField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_by = AuthorField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = AuthorField(null=True)

    class Meta:
        verbose_name = "pouvoir"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            *together("proxy", "accepted", "declined", "revoked"),
            models.CheckConstraint(
                condition=~Q(giver=F("holder")),
                name="proxy_goes_to_another_seat",
                violation_error_message="Un pouvoir se donne à un autre siège.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None),
                name="proxy_accepted_or_declined",
            ),
            models.UniqueConstraint(
                fields=["meeting", "giver"],
                condition=Q(item=None, declined_at=None, revoked_at=None),
                name="proxy_one_for_the_meeting",
                violation_error_message="Ce siège a déjà donné pouvoir pour la séance.",
            ),
            models.UniqueConstraint(
                fields=["item", "giver"],
                condition=Q(item__isnull=False, declined_at=None, revoked_at=None),
                name="proxy_one_for_a_file",
                violation_error_message="Ce siège a déjà donné pouvoir pour ce dossier.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} à {self.holder}"
