"""The agenda: which files a meeting sees, who has read them, who withdraws (R29, R36)."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField, PersonField
from alize.common.constraints import one_of, together
from committees.enums import AdvanceMatter, InterestAnswer, LinkKind
from committees.models.meetings import Meeting
from committees.models.seats import Seat
from projects.models import Project

if TYPE_CHECKING:
    from committees.models.decisions import Decision


class AgendaItem(models.Model):
    """Passage d'un dossier : one project on the agenda of one meeting.

    With a matter, the committee is asked about the advance that an earlier decision gave: the
    project itself is not deliberated anew.
    """

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="agenda_items")
    matter = models.CharField(
        "demande sur l'avance", max_length=10, choices=AdvanceMatter, blank=True
    )
    approval = models.ForeignKey(
        "Decision", on_delete=models.PROTECT, null=True, related_name="requests"
    )
    """The decision that gave the advance which is asked about."""
    rank = models.PositiveSmallIntegerField("rang")
    USUAL_MINUTES = 20
    minutes_planned = models.PositiveSmallIntegerField("durée prévue (min)", default=USUAL_MINUTES)
    narrative = models.TextField("échanges", blank=True)
    no_quorum_at = models.DateTimeField("quorum manqué", null=True)
    no_quorum = models.TextField("quorum constaté", blank=True)
    """Who was there, in the words of a result, when its vote could not be opened last."""

    class Meta:
        verbose_name = "passage"
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            one_of("agenda_item", "matter", ["", *AdvanceMatter]),
            models.CheckConstraint(
                condition=Q(matter="", approval=None) | ~Q(matter="") & Q(approval__isnull=False),
                name="agenda_item_asks_about_an_advance",
            ),
            models.CheckConstraint(
                condition=Q(no_quorum_at=None, no_quorum="")
                | Q(no_quorum_at__isnull=False) & ~Q(no_quorum=""),
                name="agenda_item_no_quorum_is_said",
            ),
            models.UniqueConstraint(
                fields=["meeting", "project"],
                name="agenda_item_is_once",
                violation_error_message="Ce dossier est déjà à l'ordre du jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} · {self.project}"

    @property
    def decision(self) -> "Decision | None":
        """What was decided on it, by a vote or by the chair alone; None before."""
        return next(iter(self.decisions.all()), None)


class ItemReading(models.Model):
    """Lecture d'un dossier : that a member has read a file before its meeting (C2)."""

    item = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, related_name="readings", db_index=False
    )
    person = PersonField()
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = "lecture"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "person"], name="item_reading_is_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.person}"


class Question(models.Model):
    """Question : what a member asks the referrer on a file, for all members to read (C2)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="questions")
    text = models.CharField("question", max_length=500)
    asked_at = models.DateTimeField()
    asked_by = AuthorField()
    answer = models.TextField("réponse", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = AuthorField(null=True)

    class Meta:
        verbose_name = "question"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [*together("question", "answered")]

    def __str__(self) -> str:
        return self.text


class InterestDeclaration(models.Model):
    """Déclaration d'intérêt : the answer of a seat for a passage; the last one counts.

    The president may impose a withdrawal, with a reason (voting.md 5.3).
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="declarations")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = PersonField()
    answer = models.CharField("réponse", max_length=8, choices=InterestAnswer)
    link = models.CharField("lien", max_length=11, choices=LinkKind, blank=True)
    reason = models.CharField("motif", max_length=200, blank=True)
    is_imposed = models.BooleanField("imposée par la présidence", default=False)
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = "déclaration d'intérêt"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("interest_declaration", "answer", InterestAnswer),
            one_of("interest_declaration", "link", ["", *LinkKind]),
            models.CheckConstraint(
                condition=Q(is_imposed=False) | Q(answer="RECUSED") & ~Q(reason=""),
                name="interest_declaration_imposed_with_reason",
                violation_error_message="Un déport imposé s'accompagne de son motif.",
            ),
            models.CheckConstraint(
                condition=~Q(answer="LINK") | ~Q(link="") & ~Q(reason=""),
                name="interest_declaration_link_is_said",
                violation_error_message="Un lien déclaré a une nature et une ligne qui le décrit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.answer}"
