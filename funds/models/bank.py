"""The bank: accounts, what their statements say, and what each line turned out to be."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from alize.documents.models import DIGEST
from funds.enums import ClearingAct, NumberStatus, Perimeter, TransferSchema
from funds.models.ledger import Entry
from funds.models.orders import Reversal


class BankAccount(models.Model):
    """Compte bancaire : one for the advances, one for running costs (R41)."""

    perimeter = models.CharField("sert à", max_length=6, choices=Perimeter, unique=True)
    opened_at = models.DateTimeField()
    opened_by = AuthorField()

    class Meta:
        verbose_name = "compte bancaire"
        ordering: ClassVar = ["perimeter"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(perimeter__in=["FUND", "OPS"]), name="bank_account_holds_money"
            ),
        ]

    def __str__(self) -> str:
        return self.get_perimeter_display()


class BankNumber(models.Model):
    """Numéro d'un compte : its IBAN at one bank, in force from a day until the next one's (T11).

    The first one is declared with the account; each later one is proposed by one person and
    approved by another, and both go on side by side as long as statements come. Until its day, it
    may be withdrawn; later, the account may go back to an earlier one.
    """

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="numbers")
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    resumes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="resumed_by"
    )
    """The number of the same IBAN that an account goes back to: the statements stay those of it."""
    bank = models.CharField("banque", max_length=60)
    holder = models.CharField("titulaire", max_length=70)
    iban = models.CharField("IBAN", max_length=34)
    bic = models.CharField("BIC", max_length=11)
    keeps_balance = models.BooleanField(default=False)
    """The bank only gave the account another number: its statements go on from the last one."""
    wanted_on = models.DateField("demandé à partir du")
    since = models.DateField("en service le", null=True)
    csv_mapping = models.JSONField(null=True)
    """What the columns of this bank's tables hold, as `funds.bank.CsvMapping`."""
    transfer_schema = models.CharField(
        "format des virements", max_length=15, choices=TransferSchema, default=TransferSchema.V09
    )
    status = models.CharField(max_length=9, choices=NumberStatus, default=NumberStatus.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = AuthorField()
    decided_at = models.DateTimeField(null=True)
    decided_by = AuthorField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = AuthorField(null=True)

    class Meta:
        verbose_name = "numéro de compte"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("bank_number", "status", NumberStatus),
            one_of("bank_number", "transfer_schema", TransferSchema),
            *together("bank_number", "decided"),
            *together("bank_number", "withdrawn"),
            models.CheckConstraint(
                condition=Q(replaces=None, status="APPROVED", decided_at=None, since__isnull=False)
                | Q(replaces__isnull=False)
                & (
                    Q(status="PROPOSED", decided_at=None, since=None)
                    | Q(status="REFUSED", decided_at__isnull=False, since=None)
                    | Q(
                        status__in=["APPROVED", "WITHDRAWN"],
                        decided_at__isnull=False,
                        since__isnull=False,
                    )
                ),
                name="bank_number_approved_has_its_day",
                violation_error_message=(
                    "Seul le premier numéro d'un compte se déclare ; les suivants sont décidés."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="WITHDRAWN", withdrawn_at__isnull=False)
                | (~Q(status="WITHDRAWN") & Q(withdrawn_at=None)),
                name="bank_number_withdrawn_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="bank_number_decided_by_another",
                violation_error_message=(
                    "Un changement de banque est proposé par une personne et approuvé par une "
                    "autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(since__gte=F("wanted_on")),
                name="bank_number_serves_as_wanted",
            ),
            models.CheckConstraint(
                condition=Q(resumes=None) | Q(keeps_balance=False),
                name="bank_number_resumed_has_its_own_balance",
                violation_error_message="Un numéro repris continue ses propres relevés.",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status="PROPOSED"),
                name="bank_number_one_waiting",
                violation_error_message="Un changement de banque de ce compte attend déjà.",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(replaces=None), name="bank_number_first_is_once"
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(status="APPROVED"),
                name="bank_number_replaced_once",
                violation_error_message="Ce numéro est déjà remplacé par un autre.",
            ),
            models.UniqueConstraint(
                fields=["iban"],
                condition=Q(status__in=["PROPOSED", "APPROVED"], resumes=None),
                name="bank_number_iban_is_once",
                violation_error_message="Cet IBAN est déjà celui d'un compte du fonds.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank}, finissant par {self.iban[-4:]}"

    @property
    def origin(self) -> "BankNumber":
        """The number that its statements are of: the first one of its IBAN."""
        return self.resumes or self


class BankStatement(models.Model):
    """Relevé : what a file added to a number; the next one opens where it closes (I10).

    What the file repeats of an earlier one is left out, of its lines and of its opening balance.
    """

    number = models.ForeignKey(BankNumber, on_delete=models.PROTECT, related_name="statements")
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="following"
    )
    since = models.DateField("du")
    until = models.DateField("au")
    opening = models.BigIntegerField("solde d'ouverture")
    closing = models.BigIntegerField("solde de clôture")
    recorded_at = models.DateTimeField()
    recorded_by = AuthorField()

    class Meta:
        verbose_name = "relevé"
        ordering: ClassVar = ["-until", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="bank_statement_goes_forward"
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(previous=None),
                name="bank_statement_has_one_beginning",
                violation_error_message="Un autre relevé vient d'être importé sur ce compte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.since:%d/%m/%Y} – {self.until:%d/%m/%Y}"


class BankLine(models.Model):
    """Opération bancaire : never changed; counted once whatever files repeat it (I10)."""

    statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    rank = models.PositiveIntegerField()
    booked_on = models.DateField("date")
    value_on = models.DateField("date de valeur")
    amount = models.BigIntegerField("montant")
    label = models.CharField("libellé", max_length=500)
    name = models.CharField("tiers", max_length=140, blank=True)
    iban = models.CharField("IBAN du tiers", max_length=34, blank=True)
    end_to_end_id = models.CharField(max_length=40, blank=True)
    bank_reference = models.CharField("référence de la banque", max_length=60, blank=True)
    reason = models.CharField("motif du retour", max_length=40, blank=True)
    is_reversal = models.BooleanField(default=False)
    identity = models.CharField(max_length=64)
    """SHA-256 of the first IBAN of its run, and of the bank's reference, or of the label, with the
    day and the amount."""
    occurrence = models.PositiveIntegerField()

    class Meta:
        verbose_name = "opération bancaire"
        ordering: ClassVar = ["booked_on", "statement_id", "rank"]
        indexes: ClassVar = [models.Index(fields=["account", "booked_on"], name="bank_line_by_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "identity", "occurrence"],
                name="bank_line_is_counted_once",
                violation_error_message="Cette opération est déjà importée.",
            ),
            models.UniqueConstraint(fields=["statement", "rank"], name="bank_line_rank_is_once"),
            models.CheckConstraint(
                condition=~Q(amount=0) & Q(occurrence__gte=1), name="bank_line_moves_money"
            ),
            models.CheckConstraint(
                condition=Q(identity__regex=DIGEST), name="bank_line_identity_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%d/%m/%Y} {self.label[:40]}"

    @property
    def happened_on(self) -> date:
        """When it happened: a bank may give a value that is still to come."""
        return min(self.value_on, self.booked_on)


class BankImport(models.Model):
    """Import d'un relevé : a file that was sent, read aside; the progress is what is done."""

    number = models.ForeignKey(BankNumber, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField("fichier", max_length=120)
    key = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField("empreinte", max_length=64)
    opening = models.BigIntegerField("solde d'ouverture", null=True)
    """Read on the bank's paper, for a first file that gives no balance before its lines."""
    closing = models.BigIntegerField("solde de clôture", null=True)
    """Read on the bank's paper, for a table that gives no balance."""
    asked_at = models.DateTimeField("envoyé le")
    asked_by = AuthorField()
    is_waiting = models.BooleanField(default=False)
    """The columns of the table are to be said first."""
    is_table = models.BooleanField(default=False)
    """Its columns mean what somebody said they do."""
    steps = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField("déjà importées", default=0)
    matched = models.PositiveIntegerField("rapprochées", default=0)
    others = models.CharField("autres comptes du fichier", max_length=300, blank=True)
    """Named, for what the file says of them was left out."""
    statement = models.OneToOneField(
        BankStatement, on_delete=models.PROTECT, null=True, related_name="source"
    )
    finished_at = models.DateTimeField(null=True)
    refusal = models.CharField("motif du refus", max_length=600, blank=True)

    class Meta:
        verbose_name = "import de relevé"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done__lte=F("steps")), name="bank_import_done_within_steps"
            ),
            models.CheckConstraint(
                condition=Q(refusal="") | Q(statement=None, finished_at__isnull=False),
                name="bank_import_refused_adds_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class Clearing(models.Model):
    """Rapprochement : what a line, or a part of it, turned out to be in the ledger.

    A line sent back by a bank waits for the two persons who undo a repayment: it then holds their
    request, whose mirror becomes its entry. A transfer between two banks of an account is nothing
    for the ledger: each of its two lines holds the other.
    """

    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="clearings")
    act = models.CharField("nature", max_length=12, choices=ClearingAct)
    amount = models.BigIntegerField("montant")
    """The part of the line, signed as it is."""
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="clearings")
    reversal = models.ForeignKey(
        Reversal, on_delete=models.PROTECT, null=True, related_name="clearings"
    )
    other_line = models.ForeignKey(
        BankLine, on_delete=models.PROTECT, null=True, related_name="other_clearings"
    )
    is_automatic = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = AuthorField()
    undone_at = models.DateTimeField(null=True)
    undone_by = AuthorField(null=True)

    class Meta:
        verbose_name = "rapprochement"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("clearing", "act", ClearingAct),
            *together("clearing", "undone"),
            models.CheckConstraint(
                condition=Q(act="BOUNCE", entry=None, reversal__isnull=False, other_line=None)
                | Q(act="INTERNAL", entry=None, reversal=None, other_line__isnull=False)
                | (
                    ~Q(act__in=["BOUNCE", "INTERNAL"])
                    & Q(entry__isnull=False, reversal=None, other_line=None)
                ),
                name="clearing_has_its_entry",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="clearing_is_of_money"),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(undone_at=None) & ~Q(act="ENTRY"),
                name="clearing_of_an_entry_is_once",
                violation_error_message="Cette écriture est déjà rapprochée d'une autre ligne.",
            ),
            models.UniqueConstraint(
                fields=["reversal"],
                condition=Q(undone_at=None),
                name="clearing_of_a_reversal_is_once",
            ),
            models.UniqueConstraint(
                fields=["other_line"],
                condition=Q(undone_at=None),
                name="clearing_of_another_line_is_once",
                violation_error_message="Cette opération est déjà rapprochée d'une autre.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} : {self.get_act_display()}"
