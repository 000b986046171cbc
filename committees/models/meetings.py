"""Meetings: when the committee sits, who is asked and who comes (R29, R36)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField, PersonField
from alize.common.constraints import one_of, together
from committees.enums import ConsultationMatter, MeetingMode, MeetingStatus, SummonsReply
from committees.models.seats import Seat

VIDEO_URL_LENGTH = 2000
"""An invitation to a video call carries its keys: some are longer than 200 characters."""


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def held(self) -> "MeetingQuerySet":
        """Meetings that sat; a written consultation brings nobody together."""
        return self.filter(status=MeetingStatus.HELD).exclude(mode=MeetingMode.WRITTEN)


class Meeting(models.Model):
    """Séance : one meeting of the committee, numbered in its year.

    A written consultation is one too: it opens when it is sent and closes at its deadline.
    """

    year = models.PositiveSmallIntegerField("année")
    rank = models.PositiveSmallIntegerField("numéro")
    held_at = models.DateTimeField("date et heure")
    mode = models.CharField("forme", max_length=9, choices=MeetingMode)
    minutes_planned = models.PositiveSmallIntegerField("durée prévue (min)", default=120)
    place = models.CharField("lieu", max_length=200, blank=True)
    video_url = models.URLField(
        "adresse de la visioconférence", max_length=VIDEO_URL_LENGTH, blank=True
    )
    status = models.CharField(
        "état", max_length=9, choices=MeetingStatus, default=MeetingStatus.PLANNED
    )
    chair = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closes_at = models.DateTimeField("clôture de la consultation", null=True, blank=True)
    matter = models.CharField("objet", max_length=10, choices=ConsultationMatter, blank=True)
    urgency = models.CharField("motif de la consultation", max_length=300, blank=True)
    reminds = models.BooleanField("rappels à ceux qui n'ont pas voté", default=True)
    second_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="seconds"
    )
    led_by_secretary = models.BooleanField("votes conduits par le secrétariat", default=False)
    invitation_sequence = models.PositiveSmallIntegerField(default=0)
    """How often the calendar entry was sent: a client replaces the one it has (RFC 5545)."""
    agenda_approved_at = models.DateTimeField(null=True)
    agenda_approved_by = AuthorField(null=True)
    convened_at = models.DateTimeField(null=True)
    convened_by = AuthorField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminded_by = AuthorField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = AuthorField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = AuthorField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = AuthorField(null=True)
    cancellation_reason = models.CharField("motif de l'annulation", max_length=300, blank=True)
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        ordering: ClassVar = ["-held_at"]
        constraints: ClassVar = [
            one_of("meeting", "status", MeetingStatus),
            one_of("meeting", "mode", MeetingMode),
            one_of("meeting", "matter", ["", *ConsultationMatter]),
            *together(
                "meeting",
                "agenda_approved",
                "convened",
                "reminded",
                "opened",
                "closed",
                "cancelled",
            ),
            models.CheckConstraint(
                condition=(
                    Q(mode="WRITTEN", closes_at__gt=F("held_at"))
                    & Q(matter__in=sorted(ConsultationMatter.values))
                )
                | (~Q(mode="WRITTEN") & Q(closes_at=None, matter="")),
                name="meeting_consultation_has_its_deadline",
                violation_error_message="Une consultation écrite a une date et une heure de fin.",
            ),
            models.CheckConstraint(condition=~Q(second_of=F("pk")), name="meeting_follows_another"),
            models.UniqueConstraint(
                fields=["second_of"],
                condition=~Q(status="CANCELLED"),
                name="meeting_one_second_convocation",
                violation_error_message="Cette séance a déjà sa seconde convocation.",
            ),
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
        return f"{self.noun.capitalize()} {self.number}"

    @property
    def is_written(self) -> bool:
        """Whether it is a written consultation, which brings nobody together."""
        return self.mode == MeetingMode.WRITTEN

    @property
    def noun(self) -> str:
        """What it is called within a sentence; both words are feminine."""
        return "consultation écrite" if self.is_written else "séance"

    @property
    def number(self) -> str:
        """« 2026-05 »: the year and the rank in it, as in addresses and documents."""
        return f"{self.year}-{self.rank:02d}"


class Suspension(models.Model):
    """Suspension de séance : from an hour to another, printed in the minutes."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="suspensions")
    started_at = models.DateTimeField("de")
    started_by = AuthorField()
    ended_at = models.DateTimeField("à", null=True)
    ended_by = AuthorField(null=True)

    class Meta:
        verbose_name = "suspension"
        ordering: ClassVar = ["started_at"]
        constraints: ClassVar = [
            *together("suspension", "ended"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(ended_at=None),
                name="suspension_one_at_a_time",
                violation_error_message="La séance est déjà suspendue.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="suspension_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"Suspension {self.meeting.number}"


class SummonsAnswer(models.Model):
    """Réponse à la convocation : who will come for a seat, and how; the last one counts.

    `asked` is the other person of the seat, asked to sit: they answer in their turn. `held_at` is
    the hour they were asked for: a meeting that moves asks everybody again.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="answers")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = PersonField()
    reply = models.CharField("réponse", max_length=9, choices=SummonsReply)
    asked = PersonField(null=True, blank=True)
    held_at = models.DateTimeField("pour une séance le")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = "réponse à la convocation"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("summons_answer", "reply", SummonsReply),
            models.CheckConstraint(
                condition=Q(reply="ALTERNATE", asked__isnull=False)
                | ~Q(reply="ALTERNATE") & Q(asked=None),
                name="summons_answer_asks_an_alternate",
            ),
            models.CheckConstraint(
                condition=~Q(asked=F("person")), name="summons_answer_asks_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.reply}"


class Guest(models.Model):
    """Invité : somebody heard without a seat, for a whole meeting or one file (R29)."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="guests", db_index=False
    )
    item = models.ForeignKey(
        "AgendaItem", on_delete=models.PROTECT, null=True, blank=True, related_name="guests"
    )
    name = models.CharField("nom", max_length=120)
    capacity = models.CharField("qualité", max_length=120)

    class Meta:
        verbose_name = "invité"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "item", "name", "capacity"],
                nulls_distinct=False,
                name="guest_is_heard_once",
                violation_error_message="Cette personne est déjà sur la liste.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.capacity}"


class Attendance(models.Model):
    """Présence : who sat for a seat, how, from when to when.

    At a distance, the line may be lost: whoever leads the meeting says that somebody left at the
    last sign of their page, or that they are there all the same (voting.md 5.3).
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = PersonField()
    is_remote = models.BooleanField("à distance", default=False)
    arrived_at = models.DateTimeField("arrivée")
    left_at = models.DateTimeField("départ", null=True, blank=True)
    is_lost = models.BooleanField("liaison perdue", default=False)
    confirmed_at = models.DateTimeField("présence constatée", null=True)
    confirmed_by = AuthorField(null=True)

    class Meta:
        verbose_name = "présence"
        constraints: ClassVar = [
            *together("attendance", "confirmed"),
            models.CheckConstraint(
                condition=Q(is_remote=True) | Q(is_lost=False, confirmed_at=None),
                name="attendance_lost_from_afar",
            ),
            models.CheckConstraint(
                condition=Q(is_lost=False) | Q(left_at__isnull=False),
                name="attendance_lost_has_left",
            ),
            models.UniqueConstraint(
                fields=["meeting", "seat"],
                condition=Q(left_at=None),
                name="attendance_one_person_per_seat",
                violation_error_message="Ce siège est déjà occupé dans la séance.",
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(left_at=None),
                name="attendance_one_seat_per_person",
                violation_error_message="Cette personne siège déjà pour un autre partenaire.",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
                name="attendance_leaves_after_arriving",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.meeting}"
