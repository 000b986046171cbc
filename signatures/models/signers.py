"""Who signs in a circuit, under which mandate, where each of them stands and how they signed."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField, PersonField
from alize.accounts.models import LONGEST_NAME
from alize.common.constraints import one_of, together
from alize.documents.models import StoredFile
from signatures.enums import DONE, ON_COPY, CircuitStatus, Settlement, SignatureWay, SignerStatus
from signatures.models.circuits import Circuit
from signatures.rules import BEFORE_INVITATION


def kept_acts(digests: Iterable[str]) -> dict[str, StoredFile]:
    """The act kept of each digest, where there is one; of one sent several times, the first."""
    found = StoredFile.objects.filter(sha256__in=set(digests)).order_by("-pk")
    return {act.sha256: act for act in found}


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

    circuit = models.ForeignKey(
        Circuit, on_delete=models.PROTECT, related_name="signers", db_index=False
    )
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
    way = models.CharField("moyen", max_length=8, choices=SignatureWay, blank=True)
    signed_at = models.DateTimeField("signature constatée le", null=True)
    signed_on = models.DateField("signé le", null=True)
    typed_name = models.CharField("nom tapé", max_length=LONGEST_NAME, blank=True)
    consent = models.CharField("version du consentement", max_length=8, blank=True)
    account = PersonField(null=True)
    """Who signed with their account, when they have one."""
    scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    tool = models.CharField("outil de signature", max_length=80, blank=True)
    """With what the copy was signed electronically elsewhere; nothing for one on paper."""
    paper_on = models.DateField("exemplaire signé le", null=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = AuthorField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = AuthorField(null=True)
    refusal = models.CharField("motif du refus", max_length=500, blank=True)
    disputed_at = models.DateTimeField("contesté le", null=True)
    settlement = models.CharField("suite donnée", max_length=9, choices=Settlement, blank=True)
    settlement_reason = models.CharField("motif de la suite", max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = AuthorField(null=True)
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
            one_of("circuit_signer", "way", ["", *SignatureWay]),
            one_of("circuit_signer", "settlement", ["", *Settlement]),
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
                condition=~Q(way__in=sorted(ON_COPY))
                | Q(recorded_at__isnull=False, confirmed_at__isnull=False),
                name="circuit_signer_paper_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(way="EXTERNAL") & ~Q(tool="")
                | ~Q(way="EXTERNAL") & (Q(tool="") | Q(status="PAPER")),
                name="circuit_signer_signed_elsewhere_names_the_tool",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("recorded_by")),
                name="circuit_signer_paper_confirmed_by_another",
                violation_error_message=(
                    "Un exemplaire signé est déposé par une personne et confirmé par une autre."
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
