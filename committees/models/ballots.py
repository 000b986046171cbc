"""Ballots and votes: frozen once open, append-only (voting.md 5.2, security.md D15)."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField, PersonField
from alize.common.constraints import one_of, together
from committees.enums import BallotStatus, ReasonRequired
from committees.models.agenda import AgendaItem
from committees.models.proposals import Proposal
from committees.models.proxies import Proxy
from committees.models.seats import Seat


class Ballot(models.Model):
    """Scrutin : one vote on one frozen proposal; its row is the lock of the vote (D15)."""

    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, related_name="ballots", db_index=False
    )
    number = models.PositiveSmallIntegerField("numéro")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="ballot")
    proposal_text = models.TextField("proposition mise aux voix")
    status = models.CharField(
        "état", max_length=10, choices=BallotStatus, default=BallotStatus.OPEN
    )
    rules = models.JSONField(default=dict)
    is_secret = models.BooleanField("secret", default=False)
    reason_required = models.CharField(
        max_length=7, choices=ReasonRequired, default=ReasonRequired.AGAINST
    )
    vote_changes = models.BooleanField(default=True)
    closes_at = models.DateTimeField("clôture prévue", null=True)
    closing_at = models.DateTimeField("clôture annoncée pour", null=True)
    """In session, the hour that whoever leads the vote announced; only they close it."""
    opened_at = models.DateTimeField()
    opened_by = AuthorField()
    closed_at = models.DateTimeField(null=True)
    closed_by = AuthorField(null=True)
    proclaimed_at = models.DateTimeField(null=True)
    proclaimed_by = AuthorField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = AuthorField(null=True)
    result = models.JSONField(null=True)
    result_sentence = models.TextField(blank=True)
    votes_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "scrutin"
        ordering: ClassVar = ["item", "number"]
        constraints: ClassVar = [
            one_of("ballot", "status", BallotStatus),
            one_of("ballot", "reason_required", ReasonRequired),
            *together("ballot", "closed", "proclaimed", "cancelled"),
            models.UniqueConstraint(fields=["item", "number"], name="ballot_number_is_unique"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status="OPEN"),
                name="ballot_one_under_way",
                violation_error_message="Un scrutin est déjà en cours sur ce dossier.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=["CLOSED", "PROCLAIMED"])
                    & Q(closed_at__isnull=False, result__isnull=False)
                    & ~Q(votes_digest="")
                )
                | (~Q(status__in=["CLOSED", "PROCLAIMED"]) & Q(closed_at=None, result=None)),
                name="ballot_result_only_once_closed",
            ),
            models.CheckConstraint(
                condition=Q(status="PROCLAIMED", proclaimed_at__isnull=False)
                | (~Q(status="PROCLAIMED") & Q(proclaimed_at=None)),
                name="ballot_proclaimed_has_its_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"Scrutin {self.number} · {self.item}"

    @property
    def is_under_way(self) -> bool:
        """Whether it is open, or closed and not proclaimed yet."""
        return self.status in {BallotStatus.OPEN, BallotStatus.CLOSED}

    @property
    def settled_nothing(self) -> bool:
        """Whether it ended without a decision, so that its file may be voted on again."""
        if self.status == BallotStatus.PROCLAIMED:
            return not hasattr(self, "decision")
        return self.status == BallotStatus.CANCELLED


class SecrecyRequest(models.Model):
    """Demande de vote secret : a seat asks it before the ballot opens (voting.md 5.3)."""

    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, related_name="secrecy_requests", db_index=False
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = PersonField()
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = "demande de vote secret"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "seat"],
                name="secrecy_request_is_once",
                violation_error_message="Votre siège a déjà demandé un vote secret.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.item}"


class Vote(models.Model):
    """Vote : what a seat said, and every change of it before the close; the last one counts.

    Append-only. A trigger refuses a vote when the ballot is secret or not open, when the seat is
    not deliberative, in office and free of recusal, and when a reason is missing (voting.md 5.3,
    security.md SD5).
    """

    ballot = models.ForeignKey(
        Ballot, on_delete=models.PROTECT, related_name="votes", db_index=False
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    person = PersonField()
    choice = models.CharField("vote", max_length=7)
    reason = models.CharField("motif", max_length=200, blank=True)
    proxy = models.ForeignKey(Proxy, on_delete=models.PROTECT, null=True, related_name="votes")
    """The proxy by which another seat voted for this one."""
    collected = models.OneToOneField(
        "CollectedVote", on_delete=models.PROTECT, null=True, related_name="vote"
    )
    """What the secretary noted, when it was given by a show of hands or by phone."""
    cast_at = models.DateTimeField()
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "vote"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ballot", "seat", "version"],
                name="vote_version_is_unique",
                violation_error_message="Votre siège a voté au même moment ; rechargez la page.",
            ),
            models.CheckConstraint(
                condition=Q(choice__in=["FOR", "AGAINST", "ABSTAIN"]),
                name="vote_choice_is_known",
                violation_error_message="Choisissez « Pour », « Contre » ou « Abstention ».",
            ),
        ]

    def __str__(self) -> str:
        return f"Vote {self.pk}"


class CollectedVote(models.Model):
    """Vote recueilli : noted by one for a seat, a vote once another has confirmed it (SD7)."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="collected_votes")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = PersonField()
    choice = models.CharField("vote", max_length=7)
    reason = models.CharField("motif", max_length=200, blank=True)
    by_phone = models.BooleanField("par téléphone", default=False)
    entered_at = models.DateTimeField()
    entered_by = AuthorField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = AuthorField(null=True)
    discarded_at = models.DateTimeField(null=True)
    discarded_by = AuthorField(null=True)

    class Meta:
        verbose_name = "vote recueilli"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            *together("collected_vote", "confirmed", "discarded"),
            models.CheckConstraint(
                condition=Q(choice__in=["FOR", "AGAINST", "ABSTAIN"]),
                name="collected_vote_choice_is_known",
                violation_error_message="Choisissez « Pour », « Contre » ou « Abstention ».",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="collected_vote_confirmed_by_another",
                violation_error_message=(
                    "Les votes recueillis sont saisis par une personne et confirmés par une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(discarded_at=None),
                name="collected_vote_confirmed_or_discarded",
            ),
            models.UniqueConstraint(
                fields=["ballot", "seat"],
                condition=Q(confirmed_at=None, discarded_at=None),
                name="collected_vote_one_waiting",
                violation_error_message="Un vote de ce siège attend déjà sa confirmation.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.choice}"


class Participation(models.Model):
    """Émargement d'un scrutin secret : that a seat voted, not how, and without any hour (S36)."""

    ballot = models.ForeignKey(
        Ballot, on_delete=models.PROTECT, related_name="participations", db_index=False
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    proxy = models.ForeignKey(Proxy, on_delete=models.PROTECT, null=True, related_name="+")
    """The proxy by which another seat signed for this one."""

    class Meta:
        verbose_name = "émargement"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ballot", "seat"],
                name="participation_is_unique",
                violation_error_message="Votre siège a voté ; un bulletin secret ne se change pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot} {self.seat}"


class SecretVote(models.Model):
    """Bulletin secret : a choice that no key, hour or order ties to a seat (S36).

    A trigger writes them all again in a random order when the ballot closes or is cancelled.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="secret_votes")
    choice = models.CharField("vote", max_length=7)

    class Meta:
        verbose_name = "bulletin secret"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(choice__in=["FOR", "AGAINST", "ABSTAIN"]),
                name="secret_vote_choice_is_known",
                violation_error_message="Choisissez « Pour », « Contre » ou « Abstention ».",
            ),
        ]

    def __str__(self) -> str:
        return "Bulletin secret"
