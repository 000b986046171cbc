"""The ledger: balanced entries that are only ever added, numbered and chained by the database.

Triggers hold funds.md 2.7; the words they raise are in `alize.common.constraints`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of
from funds.enums import AccountKey, AuthorizationKind, EntryKind, Journal, Perimeter
from funds.models.advances import Advance
from funds.models.authorizations import Authorization
from funds.models.orders import PaymentOrder, Reversal
from funds.models.resources import Contribution
from funds.rules.ledger import FIRST_DAY, TOO_OLD


class Account(models.Model):
    """Compte : what the programme calls it, under the code that the accountant wants (2.3)."""

    key = models.CharField(max_length=16, primary_key=True, choices=AccountKey)
    code = models.CharField("numéro", max_length=8, unique=True)
    label = models.CharField("intitulé", max_length=80)
    perimeter = models.CharField("périmètre", max_length=6, choices=Perimeter)

    class Meta:
        verbose_name = "compte"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            one_of("account", "key", AccountKey),
            one_of("account", "perimeter", Perimeter),
            # What a posting's perimeter refers to, so that no entry mixes two of them (I5).
            models.UniqueConstraint(fields=["key", "perimeter"], name="account_in_its_perimeter"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Entry(models.Model):
    """Écriture comptable : one fact, balanced, in one perimeter, about one advance at most.

    The database gives `id` (the order of recording in the basin, without gap), `year`, `no`
    (without gap in its journal and year) and the chain. `value_on` is when it happened, `booked_on`
    the day of its accounting period, which must be open.
    """

    id = models.BigAutoField(primary_key=True)
    journal = models.CharField(max_length=2, choices=Journal)
    year = models.PositiveSmallIntegerField("exercice", db_default=0)
    no = models.PositiveIntegerField("numéro", db_default=0)
    kind = models.CharField("nature", max_length=13, choices=EntryKind)
    perimeter = models.CharField("périmètre", max_length=6, choices=Perimeter)
    value_on = models.DateField("date de valeur")
    booked_on = models.DateField("date comptable")
    recorded_at = models.DateTimeField("enregistrée le")
    recorded_by = AuthorField()
    label = models.CharField("libellé", max_length=120)
    # An index of several columns finds it; so it is with the account and the entry of a posting.
    advance = models.ForeignKey(
        Advance, on_delete=models.PROTECT, null=True, related_name="entries", db_index=False
    )
    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, null=True, related_name="entry"
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    """The entry that this one undoes, whole and once (I9)."""
    reversal = models.ForeignKey(
        Reversal, on_delete=models.PROTECT, null=True, related_name="mirrors", db_index=False
    )
    """What two persons wanted, without which nothing is undone (SD11)."""
    authorization = models.OneToOneField(
        Authorization, on_delete=models.PROTECT, null=True, related_name="entry"
    )
    """What two persons wanted: money that leaves, a debt that is given up (SD10)."""
    transfer_id = models.UUIDField(null=True)
    """The two entries of one transfer between the accounts share it."""
    command_key = models.UUIDField(unique=True)
    legs = models.PositiveSmallIntegerField()
    """How many postings it has: none is added afterwards."""
    digest = models.CharField(max_length=64)
    """SHA-256 of its postings, as `funds.rules.ledger.digest` writes them (I12)."""
    previous_hash = models.CharField(max_length=64, db_default="")
    hash = models.CharField(max_length=64, db_default="")

    class Meta:
        verbose_name = "écriture"
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["advance", "id"], name="entry_of_an_advance"),
            models.Index(fields=["value_on"], name="entry_by_value_day"),
            models.Index(fields=["booked_on"], name="entry_by_booking_day"),
        ]
        constraints: ClassVar = [
            one_of("entry", "journal", Journal),
            one_of("entry", "kind", EntryKind),
            one_of("entry", "perimeter", Perimeter),
            models.UniqueConstraint(
                fields=["journal", "year", "no"], name="entry_number_is_unique"
            ),
            models.UniqueConstraint(fields=["id", "perimeter"], name="entry_in_its_perimeter"),
            models.UniqueConstraint(
                fields=["transfer_id", "perimeter"], name="entry_transfer_has_two_sides"
            ),
            models.UniqueConstraint(
                fields=["reversal", "perimeter"], name="entry_reversal_is_once_a_side"
            ),
            models.CheckConstraint(
                condition=Q(kind="DISBURSEMENT", order__isnull=False)
                | (~Q(kind="DISBURSEMENT") & Q(order=None)),
                name="entry_disbursement_has_its_order",
                violation_error_message="Un versement suit un ordre libéré par deux personnes.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["BOUNCE", "REVERSAL"], reverses__isnull=False, reversal__isnull=False
                )
                | (~Q(kind__in=["BOUNCE", "REVERSAL"]) & Q(reverses=None, reversal=None)),
                name="entry_mirror_has_its_reversal",
                violation_error_message="Une écriture s'annule à la demande de deux personnes.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(AuthorizationKind), authorization__isnull=False)
                | (~Q(kind__in=sorted(AuthorizationKind)) & Q(authorization=None)),
                name="entry_has_its_authorization",
                violation_error_message=(
                    "Cette opération est demandée par une personne et décidée par une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(booked_on__gte=F("value_on")),
                name="entry_is_booked_after_it_happened",
                violation_error_message=(
                    "La date comptable d'une écriture ne précède pas sa date de valeur."
                ),
            ),
            models.CheckConstraint(
                condition=Q(value_on__gte=FIRST_DAY),
                name="entry_is_of_this_century",
                violation_error_message=TOO_OLD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journal}-{self.year}-{self.no}"


class Posting(models.Model):
    """Ligne d'écriture : an account and signed cents, debit above zero, credit below."""

    # Composite foreign keys, laid by a migration, hold the entry and the account (I5).
    entry = models.ForeignKey(
        Entry,
        on_delete=models.PROTECT,
        related_name="postings",
        db_constraint=False,
        db_index=False,
    )
    rank = models.PositiveSmallIntegerField()
    perimeter = models.CharField(max_length=6)
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="postings",
        db_constraint=False,
        db_index=False,
    )
    amount = models.BigIntegerField("montant")
    contribution = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, null=True, related_name="postings"
    )
    """The line of the fund that this is about: brought, lent or given back."""

    class Meta:
        verbose_name = "ligne d'écriture"
        ordering: ClassVar = ["entry_id", "rank"]
        indexes: ClassVar = [models.Index(fields=["account", "entry"], name="posting_of_account")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "rank"], name="posting_rank_is_once"),
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="posting_amount_is_not_zero",
                violation_error_message="Une ligne d'écriture porte un montant.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"


class LedgerState(models.Model):
    """Tête du grand livre : the single row whose lock orders the entries of one basin.

    Only triggers write it; an operation that must know the cash locks it.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    last_writer = models.CharField(max_length=20, default="")
    """The last transaction that added entries."""
    closed_on = models.DateField("clôturé au", null=True)

    class Meta:
        verbose_name = "tête du grand livre"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="ledger_state_is_single"),
        ]

    def __str__(self) -> str:
        return f"{self.closed_on}"


class JournalCounter(models.Model):
    """Dernier numéro d'un journal dans un exercice; only a trigger writes it (I7)."""

    journal = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    last_no = models.PositiveIntegerField()

    class Meta:
        verbose_name = "compteur de journal"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journal", "year"], name="journal_counter_is_once"),
        ]

    def __str__(self) -> str:
        return f"{self.journal}-{self.year}"


class Closing(models.Model):
    """Clôture : no entry is booked on that day or before any more; only forward (I6)."""

    closed_on = models.DateField("clôturé au", unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = AuthorField()

    class Meta:
        verbose_name = "clôture"
        ordering: ClassVar = ["-closed_on"]

    def __str__(self) -> str:
        return f"{self.closed_on:%d/%m/%Y}"
