"""Money sent by the bank: details of companies, a file made once and never again (T11, T13)."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import once
from alize.common.errors import ActionDenied, InvalidInput
from funds import bank_permissions as permissions
from funds.bank.identifiers import bic_of, read_bic, read_iban
from funds.bank.transfers import (
    Debtor,
    Transfer,
    build_transfers,
    check_text,
    end_to_end_id,
)
from funds.enums import PayeeStatus, Perimeter
from funds.models import Advance, BankAccount, PayeeAccount, PaymentOrder, SepaFile, SepaTransfer
from funds.queries import transfers as queries
from projects.models import Beneficiary

SCHEMA = "pain.001.001.09"


@transaction.atomic
def propose_payee(
    *,
    beneficiary_id: int,
    holder: str,
    iban: str,
    bic: str,
    called: str,
    called_on: date,
    by: Person,
    at: datetime,
) -> PayeeAccount:
    """Propose the bank details of a company, after calling it back; nobody is paid there yet.

    :raises ActionDenied: others wait already.
    :raises InvalidInput: the IBAN, the BIC or the name would be refused by a bank.
    """
    company = Beneficiary.objects.select_for_update().get(pk=beneficiary_id)
    if queries.waiting_payee(company.pk) is not None:
        raise ActionDenied("Des coordonnées de cette entreprise attendent déjà une décision.")
    if called_on > timezone.localdate(at):
        raise InvalidInput("Cette date n'est pas encore passée.", field="called_on")
    values: dict[str, str] = {}
    for field, read in (
        ("iban", lambda: read_iban(iban)),
        ("bic", lambda: read_bic(bic or bic_of(values["iban"]))),
        ("holder", lambda: check_text(holder, 70, "Le titulaire")),
    ):
        try:
            values[field] = read()
        except ValueError as error:
            raise InvalidInput(str(error), field=field) from error
    payee = PayeeAccount.objects.create(
        beneficiary=company,
        called=called,
        called_on=called_on,
        proposed_at=at,
        proposed_by=by,
        **values,
    )
    audit.record("payee.proposed", target=payee, by=by, at=at)
    return payee


@transaction.atomic
def decide_payee(*, payee_id: int, approved: bool, by: Person, at: datetime) -> PayeeAccount:
    """Approve bank details, or leave things as they are; decided twice by the same, it is once.

    :raises ActionDenied: it is decided already, or `by` proposed them.
    """
    payee = PayeeAccount.objects.select_for_update().get(pk=payee_id)
    status = PayeeStatus.APPROVED if approved else PayeeStatus.REFUSED
    if payee.status == status and payee.decided_by_id == by.pk:
        return payee
    permissions.decide_payee(payee, by)
    payee.status, payee.decided_at, payee.decided_by = status, at, by
    payee.save(update_fields=["status", "decided_at", "decided_by"])
    audit.record(f"payee.{status.lower()}", target=payee, by=by, at=at)
    return payee


def build_file(
    *, order_ids: Sequence[int], by: Person, at: datetime, command_key: UUID
) -> SepaFile:
    """Make the file of released orders; it is stored and never made again.

    :raises ActionDenied: an order may not leave yet, or is in a file already.
    :raises InvalidInput: a value that the bank would refuse or cut.
    """

    def act() -> dict[str, int]:
        account = BankAccount.objects.select_for_update().filter(perimeter=Perimeter.FUND).first()
        if account is None:
            raise ActionDenied("Déclarez d'abord le compte bancaire des avances.")
        # Advances then orders: the order of the locks everywhere in the fund.
        ids = sorted(set(order_ids))
        list(Advance.objects.select_for_update().filter(payment_orders__in=ids).order_by("pk"))
        list(PaymentOrder.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        known = {one.order.pk: one for one in queries.ready_orders(at=at)}
        ready = [permissions.send_order(known.get(pk)) or known[pk] for pk in ids]
        return {"file": _make(account, ready, by=by, at=at).pk}

    asked = {"act": "build_file", "orders": sorted(set(order_ids))}
    result = once(command_key, payload=asked, by=by, at=at, act=act)
    return SepaFile.objects.get(pk=result["file"])


def _make(
    account: BankAccount, ready: Sequence[queries.ReadyOrder], *, by: Person, at: datetime
) -> SepaFile:
    today = timezone.localdate(at)
    message_id = f"ALZ-{today:%Y%m%d}-{SepaFile.objects.count() + 1:05d}"
    try:
        pairs = [
            (one.order, payee, _transfer(one.order, payee, today))
            for one in ready
            if (payee := one.payee)
        ]
        made = build_transfers(
            debtor=Debtor(account.holder, account.iban, account.bic),
            transfers=[transfer for _, _, transfer in pairs],
            message_id=message_id,
            made_at=timezone.localtime(at),
            schema=SCHEMA,
        )
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    file = SepaFile.objects.create(
        account=account,
        message_id=message_id,
        schema=SCHEMA,
        content=made.content,
        sha256=made.sha256,
        total=made.total,
        count=made.count,
        built_at=at,
        built_by=by,
    )
    for order, payee, transfer in pairs:
        SepaTransfer.objects.create(
            file=file,
            order=order,
            payee=payee,
            end_to_end_id=transfer.end_to_end_id,
            amount=transfer.amount,
        )
    audit.record("sepa.built", target=file, by=by, at=at, sha256=made.sha256, total=made.total)
    return file


def _transfer(order: PaymentOrder, payee: PayeeAccount, today: date) -> Transfer:
    reference = order.advance.reference
    rank = SepaTransfer.objects.filter(order__advance=order.advance).count() + 1
    return Transfer(
        end_to_end_id=end_to_end_id(reference, rank),
        name=payee.holder,
        iban=payee.iban,
        bic=payee.bic,
        amount=order.amount,
        pay_on=max(order.pay_on, today),
        text=f"AVANCE REMBOURSABLE {reference}",
    )


def download_file(*, file_id: int, by: Person, at: datetime) -> bytes:
    """Hand over the bytes that were made, and tell the journal.

    :raises ActionDenied: they are not those that were made, or the file was cancelled.
    """
    file = SepaFile.objects.get(pk=file_id)
    permissions.download_file(file)
    content = bytes(file.content)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise ActionDenied(
            "Ce fichier a été modifié depuis qu'il a été préparé : ne l'envoyez pas et prévenez "
            "l'opérateur technique."
        )
    audit.record("sepa.downloaded", target=file, by=by, at=at, sha256=file.sha256)
    return content


@transaction.atomic
def mark_sent(*, file_id: int, by: Person, at: datetime) -> SepaFile:
    """Note that the bank has the file; noted twice by the same person, it is once.

    :raises ActionDenied: it was cancelled, or sent already.
    """
    file = SepaFile.objects.select_for_update().get(pk=file_id)
    if file.sent_at and file.sent_by_id == by.pk:
        return file
    permissions.mark_sent(file, by)
    file.sent_at, file.sent_by = at, by
    file.save(update_fields=["sent_at", "sent_by"])
    audit.record("sepa.sent", target=file, by=by, at=at)
    return file


@transaction.atomic
def cancel_file(*, file_id: int, by: Person, at: datetime) -> SepaFile:
    """Withdraw a file: its orders may go in another one.

    :raises ActionDenied: it was sent.
    """
    file = SepaFile.objects.select_for_update().get(pk=file_id)
    if file.cancelled_at and file.cancelled_by_id == by.pk:
        return file
    permissions.cancel_file(file)
    file.cancelled_at, file.cancelled_by = at, by
    file.save(update_fields=["cancelled_at", "cancelled_by"])
    file.transfers.update(is_live=False)
    audit.record("sepa.cancelled", target=file, by=by, at=at)
    return file
