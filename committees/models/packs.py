"""The pack of files of a meeting, made for one reader."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import PersonField
from alize.documents.models import GeneratedDocument
from committees.models.meetings import Meeting
from projects.models import Project


class Pack(models.Model):
    """Dossier de séance : one PDF of all the files a reader may see, watermarked, made aside."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="packs")
    reader = PersonField()
    requested_at = models.DateTimeField()
    contents = models.JSONField(default=list)
    """Id and mark of each file inside: withdrawing from one closes the whole document; a mark that
    is another now means that what is printed of the file has changed."""
    steps = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    document = models.ForeignKey(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "dossier de séance"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(done__lte=F("steps")), name="pack_done_within_steps")
        ]

    def __str__(self) -> str:
        return f"Dossier de séance {self.meeting.number}"


class ProjectNote(models.Model):
    """Note personnelle : what somebody writes for themselves on a file, printed in their pack (C2).

    It belongs to the person, not to the seat, and follows the file from one meeting to the next.
    Emptied, its row stays: a pack made before knows.
    """

    MAX_LENGTH = 5_000

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = PersonField()
    text = models.CharField("notes", max_length=MAX_LENGTH, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "note personnelle"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "person"], name="project_note_is_one_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.person}"
