"""Each rule of funds.md 2.7 at every isolation level, and from another basin's tables (T18)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from alize.common.errors import ActionDenied
from basins import tenancy
from basins.models import Basin
from funds.models import Authorization, BankLine, BankStatement, Closing, Entry
from funds.rules import ledger
from funds.rules.ledger import Leg
from tests.builders import at
from tests.funds.attacks import JUNE, WAITING, add, approved, authorized, pair, write
from tests.funds.banking import Bank, entry, statement
from tests.funds.conftest import Till, at_once, refusals
from tests.funds.test_guards import close, plan

LEVELS = list(psycopg.IsolationLevel)[1:]
CLOSED_ON = date(2025, 12, 31)
MIRROR_ON = date(2026, 6, 20)
EXACT = ledger.mirror(ledger.repayment(amount=20_000, outstanding=20_000))
FORBIDDEN = psycopg.errors.InsufficientPrivilege.sqlstate
at_every_level = pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)


@dataclass(frozen=True)
class Book:
    """A ledger in which each rule has something to lose, committed."""

    till: Till
    repayment: Entry
    reversal: Any
    """Asked of that repayment, and not decided."""
    mirror: Entry
    """Of another repayment, undone."""
    unpaid: Any
    """A payment prepared, not released."""
    unsigned: Any
    """A payment of an advance without a convention."""
    line: BankLine

    @property
    def advance(self):
        return self.repayment.advance


@pytest.fixture(scope="module")
def book(desk: Till) -> Book:
    advance, other = desk.lent(), desk.lent()
    repayment = desk.repay(advance, 20_000, JUNE)
    asked = {"amount": 1_000, "pay_on": JUNE, "prepared_at": at(), "prepared_by": desk.operator}
    desk_bank = Bank(desk)
    desk_bank.load(statement(entry("5.00", "VIR")))
    close(desk, CLOSED_ON)
    desk.loss_accepted(advance)
    return Book(
        till=desk,
        repayment=repayment,
        reversal=desk.ask_reversal(repayment, MIRROR_ON),
        mirror=desk.reverse(desk.repay(other, 20_000, JUNE), MIRROR_ON),
        unpaid=desk.prepare(desk.contracted()),
        unsigned=desk.granted().payment_orders.create(**asked, command_key=uuid4()),
        line=BankLine.objects.get(),
    )


@pytest.fixture(scope="module")
def elsewhere(committed: Basin) -> Basin:
    with tenancy.national():
        return Basin.objects.get(slug="meuse")


def execute(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


# -- The attacks: what they break, and what they do --------------------------------------------


def written(*legs: Leg, **fields: Any) -> Callable[[Book], None]:
    return lambda book: write(book.till, *legs, **fields)


def done(statement: str) -> Callable[[Book], None]:
    return lambda book: execute(statement)


def of_the_advance(kind: str, *legs: Leg, asked: bool = False) -> Callable[[Book], None]:
    def act(book: Book) -> None:
        given_up = authorized(book.till, book.advance, kind) if asked else None
        write(book.till, *legs, kind=kind, advance=book.advance, authorization=given_up)

    return act


def lost(*legs: Leg, on: date = JUNE, **asked: Any) -> Callable[[Book], None]:
    """A loss asked for June, then booked as these postings on a day."""

    def act(book: Book) -> None:
        given_up = authorized(book.till, book.advance, "WRITE_OFF", **asked)
        fields = {"kind": "WRITE_OFF", "advance": book.advance, "value_on": on}
        write(book.till, *legs, authorization=given_up, **fields)

    return act


def lost_without_the_committee(book: Book) -> None:
    authorized(book.till, book.advance, "WRITE_OFF", decision_id=book.advance.decision_id)


def decided_again(book: Book) -> None:
    authorized(book.till, book.advance, "WRITE_OFF")
    execute("UPDATE funds_authorization SET decided_by_id = %s", book.till.checker.pk)


def undone_on_another_day(book: Book) -> None:
    approved(book.till, book.reversal)
    mirrored(*EXACT, on=date(2026, 6, 21))(book)


def lent(name: str, amount: int) -> Callable[[Book], None]:
    def act(book: Book) -> None:
        order = getattr(book, name)
        legs = ledger.disbursement(amount=amount, lines=[])
        write(book.till, *legs, kind="DISBURSEMENT", advance=order.advance, order=order)

    return act


def transferred(book: Book) -> None:
    key = uuid4()
    fund, _ = ledger.to_operating(amount=5_000)
    _, ops = ledger.to_operating(amount=4_999)
    write(book.till, *fund, transfer_id=key, kind="TRANSFER")
    write(book.till, *ops, transfer_id=key, kind="TRANSFER", perimeter="OPS")


def strayed(book: Book) -> None:
    made = write(book.till, *pair())
    add(made, Leg("OPS_BANK", 1), rank=3, perimeter="OPS")


def added(book: Book) -> None:
    add(book.repayment, *pair(5_000), rank=3)


def of_another_line(book: Book) -> None:
    line = book.till.dotation.pk
    write(book.till, Leg("OPS_BANK", 10), Leg("OPS_INCOME", -10, line), perimeter="OPS")


def used_key(book: Book) -> None:
    write(book.till, *pair(), command_key=book.repayment.command_key)


def mirrored(
    *legs: Leg, reverses: str = "repayment", kind: str = "BOUNCE", on: date = MIRROR_ON
) -> Callable:
    def act(book: Book) -> None:
        undone = getattr(book, reverses)
        write(
            book.till, *legs, kind=kind, advance=undone.advance, reverses=undone,
            reversal=book.reversal, value_on=on,
        )  # fmt: skip

    return act


def undone_twice(book: Book) -> None:
    undone = book.mirror.reverses
    write(
        book.till, *EXACT, kind="BOUNCE", advance=undone.advance, reverses=undone,
        reversal=book.reversal, value_on=MIRROR_ON,
    )  # fmt: skip


def stated(opening: int, closing: int) -> Callable[[Book], None]:
    """A statement after the last one, by how much its balances are off, without a line."""

    def act(book: Book) -> None:
        last = book.line.statement
        BankStatement.objects.create(
            number=last.number, previous=last, since=date(2028, 1, 1), until=date(2028, 1, 2),
            opening=last.closing + opening, closing=last.closing + closing, recorded_at=at(),
            recorded_by=book.till.operator,
        )  # fmt: skip

    return act


def counted_twice(book: Book) -> None:
    twice = BankLine.objects.get(pk=book.line.pk)
    twice.pk, twice.rank = None, 99
    twice.save(force_insert=True)


def planned(*amounts: int) -> Callable[[Book], None]:
    return lambda book: plan(book.advance, 100, *amounts)


def returned(book: Book) -> None:
    """A cent more than what was brought."""
    brought = book.till.endow(5_000, at=at(2026, 8, 1))
    asked = {"kind": "RESTITUTION", "contribution": brought, "amount": 5_001, "reason": "Rendu"}
    asked |= {"proposed_at": at(), "proposed_by": book.till.operator, "value_on": JUNE}
    agreed = Authorization.objects.create(**asked, command_key=uuid4())
    legs = ledger.restitution(amount=5_001, line=brought.pk)
    write(book.till, *legs, kind="RESTITUTION", authorization=agreed)


def paid_without_agreement(book: Book) -> None:
    asked = {"kind": "ALLOWANCE", "amount": 100, "reason": "2026", "value_on": JUNE}
    asked |= {"proposed_at": at(), "proposed_by": book.till.operator}
    agreed = Authorization.objects.create(**asked, command_key=uuid4())
    legs = ledger.expense(account="ALLOWANCE", amount=100)
    write(book.till, *legs, kind="ALLOWANCE", perimeter="OPS", authorization=agreed)


SHORT = (Leg("FUND_BANK", 10_000), Leg("UNIDENTIFIED", -9_999))
LOSS = ledger.write_off(amount=10_000)
STATIONERY = ledger.expense(account="OPS_EXPENSE", amount=5_000)
ATTACKS = [
    ("I1", "lg_balanced", written(*SHORT)),
    ("I1", "lg_min_two", written(Leg("FUND_BANK", 1))),
    ("I1", "lg_min_two", written()),
    ("I2", FORBIDDEN, done("UPDATE funds_entry SET label = label")),
    ("I2", FORBIDDEN, done("UPDATE funds_posting SET entry_id = entry_id")),
    ("I2", FORBIDDEN, done("DELETE FROM funds_posting")),
    ("I2", FORBIDDEN, done("DELETE FROM funds_scheduleline")),
    ("I2", FORBIDDEN, done("TRUNCATE funds_scheduleversion CASCADE")),
    ("I3", "posting_amount_is_not_zero", written(*pair(), Leg("LOSS", 0))),
    ("I4", "lg_outstanding_ge_0", of_the_advance("REPAYMENT", *pair(980_001, credit="RECEIVABLE"))),
    ("I4", "lg_disbursed_le_granted", lent("unpaid", 1_000_001)),
    ("I4", "lg_convention_signed", lent("unsigned", 1_000)),
    ("I5", "lg_account_perimeter", written(*STATIONERY)),
    ("I5", "lg_entry_perimeter", strayed),
    ("I5", "lg_line_perimeter", of_another_line),
    ("I5", "lg_transfer", transferred),
    ("I6", "lg_closed", written(*pair(), value_on=CLOSED_ON)),
    ("I6", "lg_close_forward", lambda book: close(book.till, CLOSED_ON)),
    ("I6", "lg_close_forward", lambda book: close(book.till, date(2024, 12, 31))),
    ("I7", FORBIDDEN, done("UPDATE funds_journalcounter SET last_no = 0")),
    ("I7", FORBIDDEN, done("UPDATE funds_ledgerstate SET last_writer = ''")),
    ("I8", "funds_entry_command_key_key", used_key),
    ("I9", "funds_entry_reverses_id_key", undone_twice),
    ("I9", "lg_mirror", mirrored(*ledger.mirror(ledger.repayment(amount=1, outstanding=1)))),
    ("I9", "lg_rev_of_rev", mirrored(*ledger.mirror(EXACT), reverses="mirror", kind="REVERSAL")),
    ("I10", "bank_statement_adds_up", stated(0, 1)),
    ("I10", "bank_statement_follows", stated(1, 1)),
    ("I10", "bank_line_is_counted_once", counted_twice),
    ("I11", "lg_schedule_sum", planned()),
    ("I11", "lg_schedule_sum", planned(60, 39)),
    ("I12", "lg_legs_digest", written(*pair(20_000), sealed=pair(10_000))),
    ("I12", "lg_legs_digest", added),
    (
        "I13",
        "lg_refund_le_overpaid",
        of_the_advance("REFUND", *ledger.refund(amount=1), asked=True),
    ),
    ("I13", "lg_recovered_le_lost", of_the_advance("RECOVERY", *ledger.recovery(amount=1))),
    ("I13", "lg_returned_le_brought", returned),
    ("I13", "lg_allowance_agreed", paid_without_agreement),
    ("SD1", "lg_as_released", lent("unpaid", 1_000_000)),
    (
        "SD1",
        "funds_paymentorder_is_frozen",
        done("UPDATE funds_paymentorder SET released_at = now() WHERE status = 'RELEASED'"),
    ),
    ("SD10", "lg_as_authorized", lost(*LOSS, **WAITING)),
    ("SD10", "lg_as_authorized", lost(*LOSS, on=date(2026, 6, 16))),
    ("SD10", "lg_as_authorized", lost(Leg("LOSS", 10_000), Leg("FUND_BANK", -10_000))),
    ("SD10", "authorization_loss_has_its_decision", lost_without_the_committee),
    ("SD10", "funds_authorization_is_frozen", decided_again),
    ("SD11", "lg_undone_as_approved", mirrored(*EXACT)),
    ("SD11", "lg_undone_as_approved", undone_on_another_day),
    (
        "SD11",
        "funds_reversal_is_frozen",
        done("UPDATE funds_reversal SET status = 'REFUSED' WHERE status = 'APPROVED'"),
    ),
    ("I14", FORBIDDEN, done("SELECT FROM b_0002.funds_entry")),
    ("I14", FORBIDDEN, done("INSERT INTO b_0002.funds_closing SELECT * FROM funds_closing")),
]


@transaction.atomic
def try_on(book: Book, act: Callable[[Book], None], elsewhere: Basin | None = None) -> None:
    """Do it, go and see another basin, then commit."""
    act(book)
    if elsewhere is not None:
        connection.set_tenant(elsewhere)
        assert not Entry.objects.exists()


def broken_by(refusal: DatabaseError) -> str:
    cause = refusal.__cause__
    return cause.diag.constraint_name or cause.sqlstate


@at_every_level
@pytest.mark.parametrize(
    ("name", "act"),
    [pytest.param(name, act, id=f"{rule}-{name}") for rule, name, act in ATTACKS],
)
def test_a_rule_holds_at_every_level(committed, book, elsewhere, name, act, level):
    before = Entry.objects.count()
    for other in (None, elsewhere):
        tried = at_once(committed, partial(try_on, book, act, other), level=level)
        assert [broken_by(refusal) for refusal in refusals(tried)] == [name]
    assert Entry.objects.count() == before


@at_every_level
def test_what_is_right_passes_at_every_level(committed, book, elsewhere, level):
    for other in (None, elsewhere):
        assert at_once(committed, partial(try_on, book, written(*pair()), other), level=level) == [
            None
        ]
    assert Entry.objects.latest("pk").postings.count() == 2


@at_every_level
def test_what_is_given_up_takes_no_number_and_no_link_of_the_chain(committed, book, level):
    def give_up(book: Book) -> None:
        write(book.till, *pair())
        raise ActionDenied("Rien ne s'est passé.")

    for act in (written(*pair()), give_up, written(*pair(), no=40, hash="f" * 64)):
        at_once(committed, partial(try_on, book, act), level=level)
    first, second = Entry.objects.order_by("-pk")[:2][::-1]
    assert (second.pk, second.no) == (first.pk + 1, first.no + 1)
    assert (second.previous_hash, second.hash == "f" * 64) == (first.hash, False)


@at_every_level
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["entry", "posting", "scheduleversion", "scheduleline"])
def test_even_the_owner_does_not_change_the_past(committed, book, table, verb, level):
    with pytest.raises(psycopg.IntegrityError) as error, tenancy.owner_cursor() as cursor:
        cursor.connection.isolation_level = level
        cursor.execute(verb.format(f"b_0001.funds_{table}"))
    assert error.value.diag.constraint_name == "lg_immutable"


# -- Two sessions at the same moment -----------------------------------------------------------


@at_every_level
def test_one_key_used_twice_at_once_is_one_entry(committed, book, level):
    key = uuid4()
    act = partial(try_on, book, written(*pair(), command_key=key))
    assert len(refusals(at_once(committed, act, act, level=level))) == 1
    assert Entry.objects.filter(command_key=key).count() == 1


@at_every_level
def test_an_entry_undone_twice_at_once_is_undone_once(committed, book, level):
    repayment = book.till.repay(book.mirror.advance, 20_000, JUNE)
    reversal = approved(book.till, book.till.ask_reversal(repayment, MIRROR_ON))

    def undo(_: Book) -> None:
        write(
            book.till, *EXACT, kind="BOUNCE", advance=repayment.advance, reverses=repayment,
            reversal=reversal, value_on=MIRROR_ON,
        )  # fmt: skip

    act = partial(try_on, book, undo)
    assert len(refusals(at_once(committed, act, act, level=level))) == 1
    assert Entry.objects.filter(reverses=repayment).count() == 1


@at_every_level
def test_a_period_closed_while_something_is_booked_there_holds_it_or_refuses_it(
    committed, book, level
):
    last = Closing.objects.latest("closed_on").closed_on
    day = last.replace(year=last.year + 10)
    fields = {"value_on": day, "booked_on": day}
    key = uuid4()
    booked, closed = at_once(
        committed,
        partial(try_on, book, written(*pair(), command_key=key, **fields)),
        partial(try_on, book, lambda book: close(book.till, day)),
        level=level,
    )
    assert None in (booked, closed)
    assert Entry.objects.filter(command_key=key).exists() is (booked is None)
    assert Closing.objects.filter(closed_on=day).exists() is (closed is None)
    if closed is None and booked is not None:
        assert broken_by(booked) in {"lg_closed", psycopg.errors.SerializationFailure.sqlstate}
