"""Transfers to companies: their bank details, decided by two persons, and the files of the bank."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from alize.documents.models import DIGEST
from funds.enums import PayeeStatus, Verification
from funds.models.bank import BankNumber
from funds.models.orders import PaymentOrder
from projects.models import Beneficiary


class PayeeAccount(models.Model):
    """Coordonnées bancaires : proposed by one, approved by another, paid 48 h later (T11)."""

    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="payee_accounts"
    )
    holder = models.CharField("titulaire", max_length=70)
    iban = models.CharField("IBAN", max_length=34)
    bic = models.CharField("BIC", max_length=11)
    received_on = models.DateField("RIB reçu le")
    called = models.CharField("rappel", max_length=200)
    """Whom the operator called back, at a number known before."""
    called_number = models.CharField("numéro appelé", max_length=20)
    number_source = models.CharField("origine du numéro", max_length=200, blank=True)
    """Where a number that the file does not hold was found; the second person judges it."""
    called_on = models.DateField("rappelé le")
    email = models.EmailField("adresse de l'expéditeur")
    """Whence the details came: warned of a change, as are the addresses known before."""
    status = models.CharField(max_length=8, choices=PayeeStatus, default=PayeeStatus.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = AuthorField()
    decided_at = models.DateTimeField(null=True)
    decided_by = AuthorField(null=True)
    verification = models.CharField(
        "vérification du bénéficiaire", max_length=9, choices=Verification, blank=True
    )
    verification_note = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "coordonnées bancaires"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            one_of("payee_account", "status", PayeeStatus),
            one_of("payee_account", "verification", ["", *Verification]),
            models.CheckConstraint(
                condition=~Q(called_number="") & Q(called_on__gte=F("received_on")),
                name="payee_account_called_back_once_received",
                violation_error_message=(
                    "L'entreprise se rappelle à un numéro connu, une fois le RIB reçu."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="APPROVED", verification__in=sorted(Verification.values))
                | (~Q(status="APPROVED") & Q(verification="", verification_note="")),
                name="payee_account_approved_has_its_verification",
                violation_error_message=(
                    "Notez ce que la banque a répondu sur le titulaire de ce compte."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(verification="NO_MATCH") | ~Q(verification_note=""),
                name="payee_account_mismatch_has_its_reason",
                violation_error_message=(
                    "Dites pourquoi approuver un compte dont le nom ne correspond pas."
                ),
            ),
            *together("payee_account", "decided"),
            models.CheckConstraint(
                condition=Q(status="PROPOSED", decided_at=None)
                | (~Q(status="PROPOSED") & Q(decided_at__isnull=False)),
                name="payee_account_decided_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="payee_account_decided_by_another",
                violation_error_message=(
                    "Des coordonnées bancaires sont proposées par une personne et approuvées par "
                    "une autre."
                ),
            ),
            models.UniqueConstraint(
                fields=["beneficiary"],
                condition=Q(status="PROPOSED"),
                name="payee_account_one_waiting",
                violation_error_message="Des coordonnées de cette entreprise attendent déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.iban[-4:]}"


class SepaFile(models.Model):
    """Fichier de virements : made once, kept with its digest, always handed over the same (T13)."""

    number = models.ForeignKey(BankNumber, on_delete=models.PROTECT, related_name="sepa_files")
    message_id = models.CharField("identifiant", max_length=35, unique=True)
    schema = models.CharField("format", max_length=20)
    content = models.BinaryField()
    sha256 = models.CharField("empreinte", max_length=64)
    total = models.BigIntegerField("total")
    count = models.PositiveIntegerField("virements")
    built_at = models.DateTimeField()
    built_by = AuthorField()
    sent_at = models.DateTimeField("envoyé le", null=True)
    sent_by = AuthorField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = AuthorField(null=True)

    class Meta:
        verbose_name = "fichier de virements"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            *together("sepa_file", "sent", "cancelled"),
            models.CheckConstraint(
                condition=Q(total__gt=0, count__gt=0), name="sepa_file_pays_something"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=DIGEST), name="sepa_file_digest_is_sha256"
            ),
            models.CheckConstraint(
                condition=Q(sent_by=None) | ~Q(sent_by=F("built_by")),
                name="sepa_file_sent_by_another",
                violation_error_message=(
                    "Un fichier de virements est préparé par une personne et envoyé par une autre."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class SepaTransfer(models.Model):
    """Virement : an order in a file; an order is in one live file at most (T13)."""

    file = models.ForeignKey(SepaFile, on_delete=models.PROTECT, related_name="transfers")
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="transfers")
    payee = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT, related_name="transfers")
    end_to_end_id = models.CharField("référence", max_length=35, unique=True)
    amount = models.BigIntegerField("montant")
    pay_on = models.DateField("exécuté le")
    """The day that the file asks for: one on which banks settle (funds.md 2.2)."""
    is_live = models.BooleanField(default=True)

    class Meta:
        verbose_name = "virement"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(is_live=True),
                name="sepa_transfer_one_live_file",
                violation_error_message="Ce versement est déjà dans un fichier de virements.",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="sepa_transfer_is_positive"),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id
