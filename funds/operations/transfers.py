"""Money sent by the bank: a file of transfers is made once and never again (T13)."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import ActionDenied, InvalidInput
from funds.bank.transfers import (
    Debtor,
    Transfer,
    build_transfers,
    end_to_end_id,
)
from funds.enums import Perimeter, TransferSchema
from funds.models import (
    Advance,
    BankAccount,
    BankNumber,
    PayeeAccount,
    PaymentOrder,
    SepaFile,
    SepaTransfer,
)
from funds.operations import payees
from funds.permissions import transfers as permissions
from funds.queries import transfers as queries
from funds.queries.numbers import number_on

UNDECLARED = "Déclarez d'abord le compte bancaire des avances."


def build_file(
    *, order_ids: Sequence[int], by: Person, at: datetime, command_key: UUID
) -> SepaFile:
    """Make the file of released orders; it is stored and never made again.

    :raises ActionDenied: an order may not leave, or is in a file already.
    :raises InvalidInput: a value that the bank would refuse or cut.
    """

    def act() -> SepaFile:
        account = BankAccount.objects.select_for_update().filter(perimeter=Perimeter.FUND).first()
        if account is None:
            raise ActionDenied(UNDECLARED)
        # Advances then orders: the order of the locks everywhere in the fund.
        ids = sorted(set(order_ids))
        list(Advance.objects.select_for_update().filter(payment_orders__in=ids).order_by("pk"))
        list(PaymentOrder.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        payees.lock_companies(ids)
        known = {one.order.pk: one for one in queries.ready_orders(at=at)}
        ready = [permissions.send_order(known.get(pk)) or known[pk] for pk in ids]
        number = number_on(account, timezone.localdate(at))
        return _make(number, ready, by=by, at=at)

    asked = {"act": "build_file", "orders": sorted(set(order_ids))}
    return made_once(SepaFile, command_key, payload=asked, by=by, at=at, act=act)


@transaction.atomic
def choose_format(*, schema: TransferSchema, by: Person, at: datetime) -> BankNumber:
    """Make the next files of the bank in force in another format; those made stay as they are.

    :raises ActionDenied: the account of the advances is not declared.
    """
    account = BankAccount.objects.select_for_update().filter(perimeter=Perimeter.FUND).first()
    if account is None:
        raise ActionDenied(UNDECLARED)
    number = number_on(account, timezone.localdate(at))
    if number.transfer_schema != schema:
        number.transfer_schema = schema
        number.save(update_fields=["transfer_schema"])
        audit.record("sepa.format_chosen", target=number, by=by, at=at, schema=str(schema))
    return number


def _make(
    number: BankNumber, ready: Sequence[queries.ReadyOrder], *, by: Person, at: datetime
) -> SepaFile:
    today = timezone.localdate(at)
    message_id = f"ALZ-{today:%Y%m%d}-{SepaFile.objects.count() + 1:05d}"
    try:
        pairs = [
            (one.order, payee, _transfer(one, payee, rank=rank))
            for one, rank in zip(ready, _ranks(ready), strict=True)
            if (payee := one.to.payee)
        ]
        made = build_transfers(
            debtor=Debtor(number.holder, number.iban, number.bic),
            transfers=[transfer for _, _, transfer in pairs],
            message_id=message_id,
            made_at=timezone.localtime(at),
            schema=number.transfer_schema,
        )
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    file = SepaFile.objects.create(
        number=number,
        message_id=message_id,
        schema=number.transfer_schema,
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
            pay_on=transfer.pay_on,
        )
    audit.record("sepa.built", target=file, by=by, at=at, sha256=made.sha256, total=made.total)
    return file


def _ranks(ready: Sequence[queries.ReadyOrder]) -> list[int]:
    """The rank of each transfer among those of its advance: two may leave in one file."""
    advances = [one.order.advance_id for one in ready]
    made = SepaTransfer.objects.filter(order__advance__in=advances)
    ranks = Counter(made.values_list("order__advance", flat=True))
    given = []
    for advance in advances:
        ranks[advance] += 1
        given.append(ranks[advance])
    return given


def _transfer(ready: queries.ReadyOrder, payee: PayeeAccount, *, rank: int) -> Transfer:
    order, reference = ready.order, ready.order.advance.reference
    return Transfer(
        end_to_end_id=end_to_end_id(reference, rank),
        name=payee.holder,
        iban=payee.iban,
        bic=payee.bic,
        amount=order.amount,
        pay_on=ready.leaves_on,
        text=f"AVANCE REMBOURSABLE {reference}",
    )


@transaction.atomic
def download_file(*, file_id: int, by: Person, at: datetime) -> bytes:
    """Hand over the bytes that were made, and tell the journal.

    :raises ActionDenied: they are not those that were made, the file was cancelled, another bank is
        in force, or a payment in it was undone or may no longer leave.
    """
    file = _locked(file_id)
    permissions.leave_bank(file, number_on(file.number.account, timezone.localdate(at)))
    permissions.download_file(file, queries.waiting_in(file, at=at))
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

    :raises ActionDenied: it was cancelled, or sent already; a payment in it was undone, or may no
        longer leave.
    """
    file = _locked(file_id)
    if file.sent_at and file.sent_by_id == by.pk:
        return file
    permissions.mark_sent(file, queries.waiting_in(file, at=at), by)
    file.sent_at, file.sent_by = at, by
    file.save(update_fields=["sent_at", "sent_by"])
    audit.record("sepa.sent", target=file, by=by, at=at)
    return file


@transaction.atomic
def cancel_file(*, file_id: int, by: Person, at: datetime) -> SepaFile:
    """Withdraw a file: its orders may go in another one.

    :raises ActionDenied: it was sent.
    """
    file = _locked(file_id)
    if file.cancelled_at and file.cancelled_by_id == by.pk:
        return file
    permissions.cancel_file(file)
    file.cancelled_at, file.cancelled_by = at, by
    file.save(update_fields=["cancelled_at", "cancelled_by"])
    file.transfers.update(is_live=False)
    audit.record("sepa.cancelled", target=file, by=by, at=at)
    return file


def _locked(file_id: int) -> SepaFile:
    """A file, behind the locks of its advances and companies: what it pays stays as it is read."""
    orders = PaymentOrder.objects.filter(transfers__file=file_id)
    paid = Advance.objects.filter(payment_orders__in=orders)
    list(Advance.objects.select_for_update().filter(pk__in=paid).order_by("pk"))
    payees.lock_companies(orders.values_list("pk", flat=True))
    return SepaFile.objects.select_for_update().get(pk=file_id)
