"""The approval committee: seats, meetings, ballots, votes, decisions and minutes (R27-R37)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.models import Person
from alize.common.constraints import one_of, together
from alize.documents.models import GeneratedDocument
from committees.enums import (
    BallotStatus,
    ConditionKind,
    DecisionOutcome,
    InterestAnswer,
    MeetingMode,
    MeetingStatus,
    MinutesStatus,
    SeatKind,
)
from partners.models import Partner
from projects.models import Project


class CommitteeRules(models.Model):
    """Règles du comité : the basin's voting rules; the defaults are those of voting.md 5.3."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    quorum_numerator = models.PositiveSmallIntegerField(default=1)
    quorum_denominator = models.PositiveSmallIntegerField(default=2)
    quorum_strict = models.BooleanField(default=False)
    proxies_count_in_quorum = models.BooleanField(default=True)
    recused_in_base = models.BooleanField(default=False)
    floor = models.PositiveSmallIntegerField(default=3)
    majority = models.CharField(max_length=10, default="CAST")
    casting_vote = models.BooleanField(default=True)
    tie_outcome = models.CharField(max_length=10, default="DEFERRED")
    max_proxies = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = "règles du comité"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="committee_rules_is_single"),
            models.CheckConstraint(
                condition=Q(quorum_denominator__gt=0)
                & Q(quorum_numerator__lte=F("quorum_denominator")),
                name="committee_rules_quorum_is_a_fraction",
                violation_error_message="Le quorum est une fraction entre zéro et un.",
            ),
        ]

    def __str__(self) -> str:
        return "Règles du comité d'agrément"


class SeatQuerySet(models.QuerySet["Seat"]):
    def in_office(self, day) -> "SeatQuerySet":
        """Seats whose period covers a day, both ends included."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def of_person(self, person_id: int) -> "SeatQuerySet":
        """Seats that a person holds or may sit in as an alternate."""
        return self.filter(Q(holder_id=person_id) | Q(alternates__id=person_id)).distinct()


class Seat(models.Model):
    """Siège : one voice of one partner, held by somebody, with up to two alternates."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField("voix", max_length=12, choices=SeatKind)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    alternates = models.ManyToManyField(Person, related_name="+", blank=True)
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "siège"
        ordering: ClassVar = ["partner__name"]
        constraints: ClassVar = [
            one_of("seat", "kind", SeatKind),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="seat_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(ends_on=None),
                name="seat_one_open_per_partner",
                violation_error_message="Ce partenaire a déjà un siège.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.holder})"


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


class Proposal(models.Model):
    """Proposition de décision : what is put to the vote; frozen when its ballot opens."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="proposals")
    amount = models.BigIntegerField("avance proposée", default=0)
    lines = models.PositiveSmallIntegerField("nombre d'échéances", default=0)
    grace_months = models.PositiveSmallIntegerField("différé (mois)", default=0)
    follow_up_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    follow_up_lead = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    comment = models.TextField("précisions", blank=True)

    class Meta:
        verbose_name = "proposition de décision"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount=0, lines=0) | Q(amount__gt=0, lines__gt=0),
                name="proposal_amount_has_its_lines",
                violation_error_message="Une avance a un nombre d'échéances.",
            ),
        ]

    def __str__(self) -> str:
        return f"Proposition {self.item}"


class ProposedSkills(models.Model):
    """Apport en compétences proposé : a company, its days, their subject."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="skills")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    days = models.DecimalField("jours", max_digits=5, decimal_places=1)
    topic = models.CharField("objet", max_length=120)

    class Meta:
        verbose_name = "apport en compétences"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "partner"],
                name="proposed_skills_once_a_partner",
                violation_error_message="Cette entreprise est déjà dans la proposition.",
            ),
            models.CheckConstraint(
                condition=Q(days__gt=0),
                name="proposed_skills_days_are_positive",
                violation_error_message="Indiquez un nombre de jours supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.days} j"


class ProposedCondition(models.Model):
    """Condition proposée : what must be met, by whom, before when."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField("nature", max_length=10, choices=ConditionKind)
    text = models.CharField("condition", max_length=300)
    due_on = models.DateField("avant le")

    class Meta:
        verbose_name = "condition proposée"
        constraints: ClassVar = [one_of("proposed_condition", "kind", ConditionKind)]

    def __str__(self) -> str:
        return self.text


class Ballot(models.Model):
    """Scrutin : one vote on one frozen proposal. Its row is the lock of the vote (voting.md 5.2)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="ballots")
    number = models.PositiveSmallIntegerField("numéro")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="ballot")
    proposal_text = models.TextField("proposition mise aux voix")
    status = models.CharField(
        "état", max_length=10, choices=BallotStatus, default=BallotStatus.PREPARED
    )
    rules = models.JSONField(default=dict)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    proclaimed_at = models.DateTimeField(null=True)
    proclaimed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.JSONField(null=True)
    result_sentence = models.TextField(blank=True)
    votes_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "scrutin"
        ordering: ClassVar = ["item", "number"]
        constraints: ClassVar = [
            one_of("ballot", "status", BallotStatus),
            *together("ballot", "opened", "closed", "proclaimed", "cancelled"),
            models.UniqueConstraint(fields=["item", "number"], name="ballot_number_is_unique"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status__in=["PREPARED", "OPEN"]),
                name="ballot_one_under_way",
                violation_error_message="Un scrutin est déjà en cours sur ce dossier.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["OPEN", "CLOSED", "PROCLAIMED"])
                | Q(opened_at__isnull=False),
                name="ballot_open_has_its_hour",
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


class Vote(models.Model):
    """Vote : what a seat said, and every change of it before the close; the last one counts.

    Append-only. A trigger refuses a vote when the ballot is not open, or the seat is not
    deliberative, in office and free of recusal (voting.md 5.3, security.md SD5).
    """

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField("vote", max_length=7)
    reason = models.CharField("motif", max_length=200, blank=True)
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
            models.CheckConstraint(
                condition=~Q(choice="AGAINST") | ~Q(reason=""),
                name="vote_against_gives_its_reason",
                violation_error_message="Un vote contre s'accompagne d'un motif, en une ligne.",
            ),
        ]

    def __str__(self) -> str:
        return f"Vote {self.pk}"


class Decision(models.Model):
    """Décision : what the committee decided on a project, as proclaimed."""

    reference = models.CharField("référence", max_length=24, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="decisions")
    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField("décision", max_length=20, choices=DecisionOutcome)
    decided_on = models.DateField("le")
    amount = models.BigIntegerField("avance accordée", default=0)
    days = models.DecimalField("jours accordés", max_digits=5, decimal_places=1, default=0)
    reason = models.TextField("motif", blank=True)
    notified_at = models.DateTimeField(null=True)
    notified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "décision"
        ordering: ClassVar = ["-decided_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["decided_on", "outcome"])]
        constraints: ClassVar = [
            one_of("decision", "outcome", DecisionOutcome),
            *together("decision", "notified"),
            models.CheckConstraint(
                condition=Q(outcome__in=["APPROVED", "APPROVED_CONDITIONS"]) | Q(amount=0, days=0),
                name="decision_grants_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_outcome_display()}"


class Condition(models.Model):
    """Condition d'une décision : a suspensive one blocks signature and payment until lifted."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    kind = models.CharField("nature", max_length=10, choices=ConditionKind)
    text = models.CharField("condition", max_length=300)
    due_on = models.DateField("avant le")
    proof = models.CharField("justificatif", max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "condition"
        constraints: ClassVar = [
            one_of("condition", "kind", ConditionKind),
            *together("condition", "lifted"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(proof=""),
                name="condition_lifted_with_proof",
                violation_error_message="Indiquez le justificatif qui lève la condition.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


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
