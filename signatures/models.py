"""A circuit of signature: the document, its signers, and the chain of what happened."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from alize.accounts.models import LONGEST_NAME, Person
from alize.common.constraints import one_of, together
from alize.documents.models import DIGEST, GeneratedDocument, StoredFile
from signatures.enums import (
    DONE,
    ENDED,
    GIVEN_UP,
    CircuitStatus,
    EventKind,
    Settlement,
    SignatureWay,
    SignerStatus,
)
from signatures.rules import BEFORE_INVITATION, ORIGIN, same_name


class CircuitQuerySet(models.QuerySet["Circuit"]):
    def bound_to(self, circuit: "Circuit") -> Self:
        """The circuits that are sealed with this one, itself included, in the order of locks."""
        return self.filter(bundle=circuit.bundle).order_by("pk")


class Circuit(models.Model):
    """Circuit de signature : one document, frozen, that its signers sign until it is sealed."""

    document = models.ForeignKey(
        GeneratedDocument, on_delete=models.PROTECT, related_name="circuits"
    )
    title = models.CharField("titre", max_length=200)
    summary = models.JSONField("ce que vous signez", default=list)
    """Terms and values, as the signers read them."""
    bundle = models.UUIDField()
    """Shared by circuits that are sealed together (R59)."""
    effect = models.CharField(max_length=60, blank=True)
    """The kind of work done once when the document is sealed, if any."""
    status = models.CharField(
        "état", max_length=9, choices=CircuitStatus, default=CircuitStatus.OPEN
    )
    expires_on = models.DateField("à signer au plus tard le")
    message = models.CharField("message aux signataires", max_length=500, blank=True)
    ceremony_at = models.DateTimeField("cérémonie de signature le", null=True)
    ceremony_place = models.CharField("lieu de la cérémonie", max_length=200, blank=True)
    launched_at = models.DateTimeField("lancé le")
    launched_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField("correction demandée", max_length=500, blank=True)
    completed_at = models.DateTimeField("dernière signature le", null=True)
    sealed_at = models.DateTimeField("scellé le", null=True)
    sealed_document = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Dossier de preuve, for a dispute: restricted, since it holds addresses of machines."""
    seal_tries = models.PositiveSmallIntegerField(default=0)
    seal_error = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField("motif", max_length=500, blank=True)
    cancelled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    event_count = models.PositiveIntegerField(default=0)
    event_digest = models.CharField(max_length=64, default=ORIGIN)
    """Head of the chain of events, moved by the database alone."""
    objects = CircuitQuerySet.as_manager()

    class Meta:
        verbose_name = "circuit de signature"
        ordering: ClassVar = ["-launched_at"]
        indexes: ClassVar = [models.Index(fields=["bundle"])]
        constraints: ClassVar = [
            one_of("circuit", "status", CircuitStatus),
            models.UniqueConstraint(
                fields=["document"],
                condition=~Q(status__in=sorted(ENDED)),
                name="circuit_one_live",
                violation_error_message="Ce document est déjà en signature.",
            ),
            models.CheckConstraint(
                condition=Q(ceremony_at=None, ceremony_place="")
                | Q(ceremony_at__isnull=False) & ~Q(ceremony_place=""),
                name="circuit_ceremony_has_its_place",
                violation_error_message="Dites où se tient la cérémonie.",
            ),
            models.CheckConstraint(
                condition=Q(status="PAUSED", paused_at__isnull=False)
                | (~Q(status="PAUSED") & Q(paused_at=None)),
                name="circuit_paused_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["COMPLETE", "SEALED"], completed_at__isnull=False)
                | Q(status__in=sorted(GIVEN_UP))
                | (~Q(status__in=["COMPLETE", "SEALED"]) & Q(completed_at=None)),
                name="circuit_complete_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="SEALED",
                    sealed_at__isnull=False,
                    sealed_document__isnull=False,
                    evidence__isnull=False,
                )
                | (~Q(status="SEALED") & Q(sealed_at=None, sealed_document=None, evidence=None)),
                name="circuit_sealed_has_its_documents",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(ENDED), ended_at__isnull=False)
                | (~Q(status__in=sorted(ENDED)) & Q(ended_at=None)),
                name="circuit_ended_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(status="CANCELLED", cancelled_by__isnull=False)
                | (~Q(status="CANCELLED") & Q(cancelled_by=None)),
                name="circuit_cancelled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["REFUSED", "CANCELLED"]) | ~Q(end_reason=""),
                name="circuit_ended_says_why",
                violation_error_message="Dites pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.document.reference})"


class CircuitSignerQuerySet(models.QuerySet["CircuitSigner"]):
    def expected(self) -> Self:
        """Those without whose signature the document is not sealed."""
        return self.exclude(status__in=sorted(DONE))

    def contested(self) -> Self:
        """Those who say that they did not sign what is sealed, and wait for what follows."""
        return self.filter(
            disputed_at__isnull=False, settled_at=None, circuit__status=CircuitStatus.SEALED
        )

    def lacking(self) -> Self:
        """Those whose signature was set aside, and that no later act has made good."""
        return self.filter(settlement=Settlement.SET_ASIDE, made_good_by=None)


class CircuitSigner(models.Model):
    """Signataire d'un circuit : signs once, in their turn, under a mandate that holds."""

    circuit = models.ForeignKey(Circuit, on_delete=models.PROTECT, related_name="signers")
    rank = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField("ordre")
    """The same one signs in parallel; the next opens when the former is done."""
    capacity = models.CharField("qualité", max_length=80)
    organisation = models.CharField("structure", max_length=120)
    name = models.CharField("nom", max_length=LONGEST_NAME)
    function = models.CharField("fonction", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", max_length=254, blank=True)
    mandate_kind = models.CharField("mandat", max_length=120)
    mandate_sha256 = models.CharField(max_length=64, blank=True)
    mandate_starts_on = models.DateField(null=True)
    mandate_ends_on = models.DateField(null=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replacement"
    )
    """Who delegated to them."""
    status = models.CharField(
        "état", max_length=8, choices=SignerStatus, default=SignerStatus.WAITING
    )
    on_paper = models.BooleanField("signe sur papier", default=False)
    invited_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    undelivered_at = models.DateTimeField("courriel refusé le", null=True)
    """When a mail server first refused their address while they were expected."""
    way = models.CharField("moyen", max_length=7, choices=SignatureWay, blank=True)
    signed_at = models.DateTimeField("signature constatée le", null=True)
    signed_on = models.DateField("signé le", null=True)
    typed_name = models.CharField("nom tapé", max_length=LONGEST_NAME, blank=True)
    consent = models.CharField("version du consentement", max_length=8, blank=True)
    account = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    """Who signed with their account, when they have one."""
    scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    paper_on = models.DateField("signé sur papier le", null=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.CharField("motif du refus", max_length=500, blank=True)
    disputed_at = models.DateTimeField("contesté le", null=True)
    settlement = models.CharField("suite donnée", max_length=9, choices=Settlement, blank=True)
    settlement_reason = models.CharField("motif de la suite", max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_good_by = models.ForeignKey(
        Circuit, on_delete=models.PROTECT, null=True, related_name="made_good"
    )
    """The circuit of a later act, signed by all, that makes good a signature set aside."""
    objects = CircuitSignerQuerySet.as_manager()

    class Meta:
        verbose_name = "signataire d'un circuit"
        ordering: ClassVar = ["circuit_id", "order", "rank"]
        constraints: ClassVar = [
            one_of("circuit_signer", "status", SignerStatus),
            *together("circuit_signer", "recorded", "confirmed", "settled"),
            models.UniqueConstraint(fields=["circuit", "rank"], name="circuit_signer_rank_is_once"),
            models.CheckConstraint(
                condition=Q(order__gte=1), name="circuit_signer_order_begins_at_one"
            ),
            models.CheckConstraint(
                condition=Q(
                    status="SIGNED",
                    signed_at__isnull=False,
                    signed_on__isnull=False,
                    way__in=sorted(SignatureWay.values),
                )
                | (~Q(status="SIGNED") & Q(signed_at=None, signed_on=None, way="")),
                name="circuit_signer_signed_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(way="ONLINE") | (~Q(typed_name="") & ~Q(consent="")),
                name="circuit_signer_consents_and_types_their_name",
            ),
            models.CheckConstraint(
                # Elsewhere, what was signed in the act of another room comes before its circuit.
                condition=Q(typed_name="") | Q(signed_at__gte=models.F("invited_at")),
                name="circuit_signer_signs_once_invited",
                violation_error_message=BEFORE_INVITATION,
            ),
            models.CheckConstraint(
                condition=~Q(way="ACCOUNT") | Q(account__isnull=False),
                name="circuit_signer_account_is_known",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at=None, scan=None, paper_on=None)
                | Q(recorded_at__isnull=False, scan__isnull=False, paper_on__isnull=False),
                name="circuit_signer_paper_has_its_scan_and_day",
                violation_error_message="Joignez l'exemplaire signé et dites quel jour.",
            ),
            models.CheckConstraint(
                condition=~Q(status="PAPER") | Q(recorded_at__isnull=False),
                name="circuit_signer_paper_is_recorded",
            ),
            models.CheckConstraint(
                condition=~Q(way="PAPER")
                | Q(recorded_at__isnull=False, confirmed_at__isnull=False),
                name="circuit_signer_paper_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("recorded_by")),
                name="circuit_signer_paper_confirmed_by_another",
                violation_error_message=(
                    "Une signature sur papier est déposée par une personne et confirmée par une "
                    "autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="REFUSED") & ~Q(refusal="")
                | ~Q(status="REFUSED") & Q(refusal=""),
                name="circuit_signer_refusal_says_why",
                violation_error_message="Dites pourquoi vous refusez de signer.",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settlement="", settlement_reason="")
                | Q(
                    settled_at__isnull=False,
                    disputed_at__isnull=False,
                    settlement__in=sorted(Settlement.values),
                )
                & ~Q(settlement_reason=""),
                name="circuit_signer_settlement_says_why",
                violation_error_message="Dites pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None)
                | ~Q(settled_by=models.F("recorded_by")) & ~Q(settled_by=models.F("confirmed_by")),
                name="circuit_signer_settled_by_another",
                violation_error_message=(
                    "Une autre personne que celles qui ont déposé et confirmé l'exemplaire donne "
                    "suite à sa contestation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(made_good_by=None) | Q(settlement="SET_ASIDE"),
                name="circuit_signer_made_good_was_set_aside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"


class SigningCode(models.Model):
    """Code de signature : six digits sent to the signer's address; only a digest is kept."""

    signer = models.ForeignKey(CircuitSigner, on_delete=models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "code de signature"
        ordering: ClassVar = ["-sent_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(digest__regex=DIGEST), name="signing_code_is_a_digest"
            ),
            models.CheckConstraint(condition=Q(tries__lte=5), name="signing_code_has_five_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.signer} {self.sent_at:%d/%m/%Y}"


class Delegation(models.Model):
    """Délégation de signature : asked by a signer with its mandate, decided by the operator."""

    signer = models.ForeignKey(CircuitSigner, on_delete=models.PROTECT, related_name="delegations")
    name = models.CharField("nom", max_length=120)
    function = models.CharField("fonction", max_length=120)
    email = models.EmailField("adresse électronique", max_length=254)
    mandate = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField("mandat du")
    ends_on = models.DateField("mandat au", null=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    accepted = models.BooleanField(null=True)

    class Meta:
        verbose_name = "délégation de signature"
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            *together("delegation", "decided"),
            models.CheckConstraint(
                condition=Q(decided_at=None, accepted=None)
                | Q(decided_at__isnull=False, accepted__isnull=False),
                name="delegation_decided_says_how",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="delegation_mandate_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
            models.UniqueConstraint(
                fields=["signer"],
                condition=Q(decided_at=None),
                name="delegation_one_waiting",
                violation_error_message="Votre demande de délégation attend déjà l'opérateur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer} → {self.name}"

    def is_for(self, *, email: str, name: str) -> bool:
        """Whether somebody of this address, or of this name, is the one who would sign."""
        return self.email.lower() == email.lower() or same_name(self.name, name)


class SigningEvent(models.Model):
    """Événement de signature : what happened, when and from where, chained within its circuit.

    Append-only; `sequence`, `trace`, `previous_digest` and `digest` are set by the database.
    """

    circuit = models.ForeignKey(Circuit, on_delete=models.PROTECT, related_name="events")
    signer = models.ForeignKey(
        CircuitSigner, on_delete=models.PROTECT, null=True, related_name="events"
    )
    sequence = models.PositiveIntegerField(db_default=0)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=EventKind)
    ip = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    nonce = models.CharField(max_length=32)
    trace = models.CharField(max_length=64, db_default="")
    """Digest of the three above: the chain tells nobody's address."""
    facts = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64, db_default="")
    digest = models.CharField(max_length=64, db_default="")

    class Meta:
        verbose_name = "événement de signature"
        ordering: ClassVar = ["circuit_id", "sequence"]
        constraints: ClassVar = [
            one_of("signing_event", "kind", EventKind),
            models.UniqueConstraint(
                fields=["circuit", "sequence"], name="signing_event_sequence_is_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_kind_display()}"
