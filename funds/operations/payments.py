"""Money that leaves the fund: prepared by one person, released by another (SD1)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.dates import add_months, short_date
from alize.common.errors import InvalidInput
from alize.common.money import format_euros
from funds import permissions, queries
from funds.enums import AccountKey, EntryKind, PaymentOrderStatus, Perimeter
from funds.models import Advance, Entry, PaymentOrder
from funds.operations.ledger import Draft, lock_advance, lock_ledger, post_entries
from funds.operations.offsets import with_offsets
from funds.operations.payees import lock_companies
from funds.operations.schedules import write_schedule
from funds.permissions import transfers as transfer_permissions
from funds.queries.transfers import facts_of
from funds.rules import ledger

LATEST_MONTHS = 12
"""How far ahead a payment is prepared: beyond, a date is a typing error."""


def prepare_payment(
    *,
    advance_id: int,
    amount: int,
    pay_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
    rows: Sequence[tuple[date, int]] = (),
    first_due_on: date | None = None,
) -> PaymentOrder:
    """Ask the second signatory to pay; nothing leaves the fund yet.

    `rows` is an irregular plan of all that will be owed; the terms granted make it otherwise.

    :raises ActionDenied: the convention is not signed, a precondition is open, the advance is
        cancelled, or a loss stands on it.
    :raises InvalidInput: the amount exceeds what is left to pay, the day is over a year away, the
        plan does not add up, or its first date is not in the month that was granted.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> PaymentOrder:
        advance = lock_advance(advance_id)
        permissions.prepare_payment(advance)
        permissions.nothing_lost(queries.net_loss(advance))
        _check_left(advance, amount)
        _check_day(pay_on, today=timezone.localdate(at))
        queries.plan_asked(
            advance, amount=amount, paid_on=pay_on, rows=rows, first_due_on=first_due_on
        )
        order = PaymentOrder.objects.create(
            advance=advance,
            amount=amount,
            pay_on=pay_on,
            plan=[[day.isoformat(), cents] for day, cents in rows] or None,
            first_due_on=first_due_on,
            prepared_at=at,
            prepared_by=by,
            command_key=command_key,
        )
        audit.record("payment.prepared", target=order, by=by, at=at, amount=amount)
        return order

    asked = {
        "act": "prepare_payment",
        "advance": advance_id,
        "amount": amount,
        "on": pay_on,
        "rows": [(day.isoformat(), cents) for day, cents in rows],
        "first": first_due_on,
    }
    return made_once(PaymentOrder, command_key, payload=asked, by=by, at=at, act=act)


def _check_left(advance: Advance, amount: int) -> None:
    """:raises InvalidInput: the amount exceeds what is left to pay."""
    left = queries.left_to_pay(advance)
    if not 0 < amount <= left:
        raise InvalidInput(
            f"Il reste {format_euros(left)} à verser sur cette avance.", field="amount"
        )


def _check_day(pay_on: date, *, today: date) -> None:
    """:raises InvalidInput: the day is over a year away."""
    last = add_months(today, LATEST_MONTHS)
    if pay_on > last:
        raise InvalidInput(
            f"Un versement se prépare un an à l'avance au plus, jusqu'au {short_date(last)} : "
            "vérifiez l'année.",
            field="pay_on",
        )


@transaction.atomic
def release_payment(*, order_id: int, by: Person, at: datetime, seen: str | None = None) -> Entry:
    """Pay: the entry and the schedule that follows from the terms granted (R63).

    The same person asking twice gets the entry of the first time. `seen` is the digest of the terms
    that were shown: what is released is what was read.

    :raises ActionDenied: who prepared it asks, or who approved these details for a first payment;
        it was released or cancelled meanwhile, the bank details of the company do not serve yet,
        or the account of the advances does not hold as much, then or later.
    :raises InvalidInput: the day, the account or the plan is no longer what was shown.
    """
    order = _locked(order_id)
    if order.status == PaymentOrderStatus.RELEASED and order.released_by_id == by.pk:
        return order.entry
    permissions.release_payment(order, by)
    lock_companies([order.pk])
    [ready] = facts_of([order], at=at)
    transfer_permissions.pay_order(ready)
    transfer_permissions.pay_first(ready.to, by)
    lock_ledger()
    terms = queries.release_terms(order, ready.to.payee, on=timezone.localdate(at))
    if seen is not None and seen != terms.digest:
        raise InvalidInput(
            "La date, le compte ou l'échéancier de ce versement ont changé depuis que cette page "
            "s'est ouverte : relisez-les, puis libérez-le."
        )
    cash = queries.lowest(AccountKey.FUND_BANK, since=terms.paid_on)
    permissions.pay_from_the_fund(order.amount, cash=cash)
    versions = order.advance.schedule_versions.count()
    order.status, order.released_at, order.released_by = PaymentOrderStatus.RELEASED, at, by
    order.payee = terms.payee
    order.save(update_fields=["status", "released_at", "released_by", "payee"])
    draft = _disbursement(order, on=terms.paid_on, by=by, at=at)
    entry = post_entries(with_offsets([draft]))[0]
    write_schedule(
        order.advance,
        no=versions + 1,
        effective_on=terms.paid_on,
        opening=entry,
        reason=terms.plan.reason,
        lines=terms.plan.lines,
        by=by,
        at=at,
    )
    audit.record("payment.released", target=order, by=by, at=at, entry=entry.pk)
    return entry


def _locked(order_id: int) -> PaymentOrder:
    """The order, behind the lock of its advance: the order of the locks everywhere in the fund."""
    advance = (
        Advance.objects.select_for_update(of=("self",))
        .select_related("project__beneficiary")
        .get(payment_orders=order_id)
    )
    order = PaymentOrder.objects.select_for_update().get(pk=order_id)
    order.advance = advance
    return order


def _disbursement(order: PaymentOrder, *, on: date, by: Person, at: datetime) -> Draft:
    return Draft(
        kind=EntryKind.DISBURSEMENT,
        perimeter=Perimeter.FUND,
        legs=ledger.disbursement(amount=order.amount, lines=queries.lines_in_place(on=on)),
        value_on=on,
        label=f"Versement de l'avance {order.advance.reference}",
        command_key=uuid5(order.command_key, "release"),
        by=by,
        at=at,
        advance=order.advance,
        order=order,
    )


@transaction.atomic
def cancel_payment(*, order_id: int, by: Person, at: datetime) -> PaymentOrder:
    """Withdraw an order that was not released; the same person asking twice does it once.

    :raises ActionDenied: it was released, or cancelled by somebody else.
    """
    order = PaymentOrder.objects.select_for_update().get(pk=order_id)
    if order.status == PaymentOrderStatus.CANCELLED and order.cancelled_by_id == by.pk:
        return order
    permissions.cancel_payment(order)
    order.status, order.cancelled_at, order.cancelled_by = PaymentOrderStatus.CANCELLED, at, by
    order.save(update_fields=["status", "cancelled_at", "cancelled_by"])
    audit.record("payment.cancelled", target=order, by=by, at=at)
    return order
