"""Released orders on their way to the bank: what may leave, what is sent, what was executed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from django.db.models import (
    Count,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from alize.common.dates import add_months
from alize.common.phones import phone_digits
from funds.enums import PayeeStatus, PaymentOrderStatus, Perimeter
from funds.models import (
    Advance,
    BankStatement,
    Clearing,
    Entry,
    PayeeAccount,
    PaymentOrder,
    SepaFile,
    SepaTransfer,
)
from funds.permissions import transfers as transfer_permissions
from funds.queries.books import books_of, debts, left_to_pay, net_losses
from funds.rules import next_target_day
from projects.models import Beneficiary, Project

FREEZE = timedelta(hours=48)
"""How long money waits before it goes to bank details just approved (T11)."""


def known_numbers(beneficiary_id: int) -> list[str]:
    """The telephone numbers that the files of a company hold."""
    projects = Project.objects.filter(beneficiary=beneficiary_id).exclude(owner_phone="")
    return list(dict.fromkeys(projects.order_by("pk").values_list("owner_phone", flat=True)))


def is_known_number(beneficiary_id: int, number: str) -> bool:
    """Whether a number is one of these, however it is written."""
    return phone_digits(number) in map(phone_digits, known_numbers(beneficiary_id))


def waiting_payees() -> QuerySet[PayeeAccount]:
    """Bank details that the second person has not decided, the oldest first."""
    waiting = PayeeAccount.objects.filter(status=PayeeStatus.PROPOSED)
    return waiting.select_related("beneficiary").order_by("pk")


def waiting_payee(beneficiary_id: int) -> PayeeAccount | None:
    """Bank details that the second person has not decided."""
    return waiting_payees().filter(beneficiary=beneficiary_id).first()


def approved_payee(beneficiary_id: int) -> PayeeAccount | None:
    """The last bank details approved for a company, whether they serve yet or not."""
    approved = PayeeAccount.objects.filter(status=PayeeStatus.APPROVED)
    return approved.filter(beneficiary=beneficiary_id).order_by("pk").last()


def company_at(iban: str) -> Beneficiary | None:
    """The company that an account is of: paid there, once paid there, or proposed to be."""
    payees = PayeeAccount.objects.exclude(status=PayeeStatus.REFUSED).filter(iban=iban)
    return Beneficiary.objects.filter(payee_accounts__in=payees).first()


def orders_to_send() -> QuerySet[PaymentOrder]:
    """Released, in no live file, not seen at the bank nor in what it held first, not undone."""
    first = BankStatement.objects.filter(previous=None, number__account__perimeter=Perimeter.FUND)
    since = first.order_by("since").values_list("since", flat=True).first()
    live = SepaTransfer.objects.filter(order=OuterRef("pk"), is_live=True)
    seen = Clearing.objects.filter(undone_at=None, entry__order=OuterRef("pk"))
    return (
        PaymentOrder.objects.filter(
            Q(entry__reversed_by=None),
            status=PaymentOrderStatus.RELEASED,
            entry__value_on__gte=since or date.min,
        )
        .exclude(Exists(live))
        .exclude(Exists(seen))
        .select_related("advance__project__beneficiary", "entry")
        .order_by("pay_on", "pk")
    )


def transfer_on_its_way(entry: Entry) -> SepaTransfer | None:
    """The transfer of a payment, in a file that stands, that no statement has shown."""
    live = SepaTransfer.objects.filter(order__entry=entry, is_live=True)
    seen = Clearing.objects.filter(undone_at=None, entry=entry)
    return live.exclude(Exists(seen)).select_related("file").first()


@dataclass(frozen=True)
class PayeeState:
    """Where a company is paid: its approved details, those that wait, and from when they serve."""

    payee: PayeeAccount | None
    waiting: PayeeAccount | None
    free_at: datetime | None
    is_ready: bool
    has_been_paid: bool
    """Whether a payment was released to these details before."""


def payee_states(companies: Collection[int], *, at: datetime) -> dict[int, PayeeState]:
    """Where each of these companies is paid at an instant, by id, in two queries."""
    approved: dict[int, PayeeAccount] = {}
    waiting: dict[int, PayeeAccount] = {}
    for payee in PayeeAccount.objects.filter(beneficiary__in=companies).order_by("pk"):
        if payee.status == PayeeStatus.APPROVED:
            approved[payee.beneficiary_id] = payee
        elif payee.status == PayeeStatus.PROPOSED:
            waiting[payee.beneficiary_id] = payee
    released = PaymentOrder.objects.filter(
        payee__in=approved.values(), status=PaymentOrderStatus.RELEASED
    )
    paid = set(released.values_list("payee_id", flat=True))
    return {one: _state(approved.get(one), waiting.get(one), paid, at) for one in companies}


def _state(
    payee: PayeeAccount | None, waiting: PayeeAccount | None, paid: Collection[int], at: datetime
) -> PayeeState:
    free_at = payee.decided_at + FREEZE if payee and payee.decided_at else None
    is_ready = free_at is not None and free_at <= at and waiting is None
    has_been_paid = payee is not None and payee.pk in paid
    return PayeeState(payee, waiting, free_at, is_ready, has_been_paid)


def payee_state(company: int, *, at: datetime) -> PayeeState:
    """Where one company is paid at an instant."""
    return payee_states([company], at=at)[company]


@dataclass(frozen=True)
class ReadyOrder:
    """An order, and where it would go."""

    order: PaymentOrder
    to: PayeeState
    lost: int
    """What was written off of its advance and not recovered, in cents."""
    owed: int
    """What its advance owes, in cents."""
    leaves_on: date
    """The day that a file made now would ask for: one on which banks settle (funds.md 2.2)."""
    latest_on: date | None
    """The last day on which it leaves with its plan; none before it is released."""

    @property
    def is_lost(self) -> bool:
        """Whether a loss took some of it: its entry is undone once the loss is."""
        return self.lost > 0 and self.owed < self.order.amount

    @property
    def goes_where_released(self) -> bool:
        """Whether these details are still those that two persons agreed to pay (SD4)."""
        return self.to.payee is not None and self.to.payee.pk == self.order.payee_id


def ready_orders(*, at: datetime) -> list[ReadyOrder]:
    """The orders to send and what each still waits for, in ten queries."""
    return facts_of(list(orders_to_send()), at=at)


def waiting_in(file: SepaFile, *, at: datetime) -> list[ReadyOrder]:
    """What a file that stands pays and no statement has shown, in ten queries."""
    seen = Clearing.objects.filter(undone_at=None, entry__order=OuterRef("pk"))
    orders = PaymentOrder.objects.filter(transfers__file=file, transfers__is_live=True)
    known = orders.exclude(Exists(seen)).select_related("advance__project__beneficiary")
    return facts_of(list(known.order_by("pk")), at=at)


def facts_of(
    orders: Sequence[PaymentOrder], *, at: datetime, leaves_from: date | None = None
) -> list[ReadyOrder]:
    """What each of these orders still waits for, in nine queries.

    `leaves_from` is the first day on which it may still leave, the day of `at` if none.
    """
    if not orders:
        return []
    prefetch_related_objects(orders, "advance__preconditions")
    states = payee_states({order.advance.project.beneficiary_id for order in orders}, at=at)
    advances = {order.advance_id for order in orders}
    lost, owed = net_losses(advances), debts(advances)
    first = leaves_from or timezone.localdate(at)
    leaving = {order: next_target_day(max(order.pay_on, first)) for order in orders}
    latest = _latest_days(leaving)
    return [
        ReadyOrder(
            order,
            to=states[order.advance.project.beneficiary_id],
            lost=lost.get(order.advance_id, 0),
            owed=owed.get(order.advance_id, 0),
            leaves_on=leaves_on,
            latest_on=latest.get(order.pk),
        )
        for order, leaves_on in leaving.items()
    ]


def _latest_days(leaving: Mapping[PaymentOrder, date]) -> dict[int, date]:
    """The last day on which each order leaves with the plan in force on the day it would, by id.

    Within a month of its entry, and before the first instalment that follows it (funds.md 2.2).
    """
    books = books_of(order.advance for order in leaving)
    paid = Entry.objects.filter(order__in=leaving).values_list("order", "value_on")
    paid_on = dict(paid)
    latest = {}
    for order, leaves_on in leaving.items():
        if (since := paid_on.get(order.pk)) is not None:
            plan = books[order.advance_id].plan_on(leaves_on)
            due = [line.due_on for line in plan.lines if line.due_on > since] if plan else []
            latest[order.pk] = min([add_months(since, 1), *due]) - timedelta(days=1)
    return latest


def may_still_leave(advance: Advance) -> bool:
    """Whether something of an advance is still to be paid, or not known to be at the bank."""
    prepared = PaymentOrder.objects.filter(status=PaymentOrderStatus.PREPARED)
    left = left_to_pay(advance) > 0
    ways = (prepared, *_unsent())
    return left or any(orders.filter(advance=advance).exists() for orders in ways)


def stopped_by_details(company: int, *, on: date) -> QuerySet[PaymentOrder]:
    """The payments to a company that bank details proposed on a day stop.

    Prepared, or released within the month in which it may leave (funds.md 2.2) and not at the bank:
    neither in a file noted as sent, nor shown by a statement.
    """
    prepared = Q(status=PaymentOrderStatus.PREPARED)
    recent = Q(entry__value_on__gt=add_months(on, -1))
    released, filed = (recent & Q(pk__in=orders.values("pk")) for orders in _unsent())
    orders = PaymentOrder.objects.filter(prepared | released | filed)
    return (
        orders.filter(advance__project__beneficiary=company)
        .select_related("advance", "prepared_by", "released_by")
        .order_by("pk")
    )


def to_leave(advance: Advance, *, on: date) -> int:
    """What of an advance is still to leave after a day, in cents.

    What an order prepared takes, what is released for a later day, and what is released and not at
    the bank: in a file that nobody noted as sent or, once statements are read, shown by none.
    """
    prepared = Q(status=PaymentOrderStatus.PREPARED)
    ahead = Q(entry__value_on__gt=on, entry__reversed_by=None)
    released, filed = _unsent()
    unsent = Q(pk__in=filed.values("pk"))
    if BankStatement.objects.filter(number__account__perimeter=Perimeter.FUND).exists():
        unsent |= Q(pk__in=released.values("pk"))
    orders = advance.payment_orders.filter(prepared | ahead | unsent)
    return orders.aggregate(sum=Sum("amount", default=0))["sum"]


def _unsent() -> tuple[QuerySet[PaymentOrder], QuerySet[PaymentOrder]]:
    """What no statement has shown: in no file that stands, in one that nobody noted as sent."""
    unsent = PaymentOrder.objects.filter(transfers__is_live=True, transfers__file__sent_at=None)
    seen = Clearing.objects.filter(undone_at=None, entry__order=OuterRef("pk"))
    filed = unsent.exclude(Exists(seen)).select_related("advance__project__beneficiary", "entry")
    return orders_to_send(), filed


def stopped_orders(*, at: datetime) -> list[tuple[PaymentOrder, str]]:
    """The payments released that never reached their company and may not leave, and why.

    Statements say what the bank has: of a payment dated after the last one nothing is known, and
    one that they do not show may still have left the day after it.
    """
    shown = BankStatement.objects.filter(number__account__perimeter=Perimeter.FUND)
    until = shown.aggregate(last=Max("until"))["last"]
    if until is None:
        return []
    unseen = [orders.filter(entry__value_on__lte=until) for orders in _unsent()]
    first = min(timezone.localdate(at), until + timedelta(days=1))
    ready = facts_of(list(chain(*unseen)), at=at, leaves_from=first)
    return [(one.order, why) for one in ready if (why := transfer_permissions.leave.why_not(one))]


def stopped_payments(*, at: datetime) -> dict[int, str]:
    """Why a payment released may not leave, by the id of its advance, until the bank has it."""
    return {order.advance_id: why for order, why in stopped_orders(at=at)}


def stopped_entries(*, on: date) -> dict[int, int]:
    """The advance of each entry whose payment is stopped at the end of a day, by their ids."""
    stopped = stopped_orders(at=timezone.make_aware(datetime.combine(on, time.max)))
    return {order.entry.pk: order.advance_id for order, _ in stopped}


def sepa_files() -> QuerySet[Any]:
    """The files with `executed`, how many of their transfers a statement has shown."""
    seen = Clearing.objects.filter(
        undone_at=None,
        entry__order__transfers__file=OuterRef("pk"),
        entry__order__transfers__is_live=True,
    )
    counts = (
        seen.order_by()
        .values("undone_at")
        .annotate(count=Count("entry", distinct=True))
        .values("count")
    )
    return SepaFile.objects.annotate(executed=Coalesce(Subquery(counts), 0))
