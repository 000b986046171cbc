"""Meetings: who came, which files were on the agenda, what was written down (R29, R36)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.models import Person
from alize.common.constraints import one_of, together
from alize.documents.models import GeneratedDocument
from committees.enums import InterestAnswer, MeetingMode, MeetingStatus, MinutesStatus
from committees.models.seats import Seat
from projects.models import Project


class Meeting(models.Model):
    """Séance : one meeting of the committee, numbered in its year."""

    year = models.PositiveSmallIntegerField("année")
    rank = models.PositiveSmallIntegerField("numéro")
    held_at = models.DateTimeField("date et heure")
    mode = models.CharField("forme", max_length=9, choices=MeetingMode)
    place = models.CharField("lieu", max_length=200, blank=True)
    video_url = models.URLField("adresse de la visioconférence", blank=True)
    status = models.CharField(
        "état", max_length=9, choices=MeetingStatus, default=MeetingStatus.PLANNED
    )
    chair = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    convened_at = models.DateTimeField(null=True)
    convened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "séance"
        ordering: ClassVar = ["-held_at"]
        constraints: ClassVar = [
            one_of("meeting", "status", MeetingStatus),
            *together("meeting", "convened", "opened", "closed"),
            models.UniqueConstraint(fields=["year", "rank"], name="meeting_number_is_unique"),
            models.CheckConstraint(
                condition=~Q(status__in=["OPEN", "HELD"])
                | Q(opened_at__isnull=False, chair__isnull=False),
                name="meeting_open_has_chair_and_hour",
                violation_error_message="Une séance s'ouvre avec un président de séance.",
            ),
            models.CheckConstraint(
                condition=~Q(status="HELD") | Q(closed_at__isnull=False),
                name="meeting_held_has_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"Séance {self.number}"

    @property
    def number(self) -> str:
        """« 2026-05 »: the year and the rank in it, as in addresses and documents."""
        return f"{self.year}-{self.rank:02d}"


class Attendance(models.Model):
    """Présence : who sat for a seat, how, from when to when."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_remote = models.BooleanField("à distance", default=False)
    arrived_at = models.DateTimeField("arrivée")
    left_at = models.DateTimeField("départ", null=True, blank=True)

    class Meta:
        verbose_name = "présence"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "seat"],
                condition=Q(left_at=None),
                name="attendance_one_person_per_seat",
                violation_error_message="Ce siège est déjà occupé dans la séance.",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
                name="attendance_leaves_after_arriving",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.meeting}"


class AgendaItem(models.Model):
    """Passage d'un dossier : one project on the agenda of one meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="agenda_items")
    rank = models.PositiveSmallIntegerField("rang")
    minutes_planned = models.PositiveSmallIntegerField("durée prévue (min)", default=20)
    narrative = models.TextField("échanges", blank=True)

    class Meta:
        verbose_name = "passage"
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "project"],
                name="agenda_item_is_once",
                violation_error_message="Ce dossier est déjà à l'ordre du jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} · {self.project}"


class InterestDeclaration(models.Model):
    """Déclaration d'intérêt : the answer of a seat for a passage; the last one counts."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="declarations")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField("réponse", max_length=8, choices=InterestAnswer)
    reason = models.CharField("motif", max_length=200, blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = "déclaration d'intérêt"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [one_of("interest_declaration", "answer", InterestAnswer)]

    def __str__(self) -> str:
        return f"{self.seat} {self.answer}"


class Minutes(models.Model):
    """Procès-verbal : drafted by the secretary, signed by the president (SD9)."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    status = models.CharField(
        "état", max_length=6, choices=MinutesStatus, default=MinutesStatus.DRAFT
    )
    narrative = models.TextField("échanges", blank=True)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "procès-verbal"
        constraints: ClassVar = [
            one_of("minutes", "status", MinutesStatus),
            *together("minutes", "signed"),
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
        ]

    def __str__(self) -> str:
        return f"Procès-verbal {self.meeting.number}"
