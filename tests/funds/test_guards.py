"""What the database refuses about money, attacked in SQL (funds.md 2.7)."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from funds import operations
from funds.models import (
    Advance,
    Closing,
    Entry,
    ScheduleLine,
    ScheduleVersion,
)
from funds.rules import ledger
from funds.rules.ledger import Leg
from tests.builders import at, make_decision
from tests.funds.attacks import JUNE, add, authorized, denied, pair, refused, write

# -- I1, I3, I12: balanced, sealed -------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "legs"),
    [
        ("lg_balanced", (Leg("FUND_BANK", 10_000), Leg("UNIDENTIFIED", -9_999))),
        ("lg_min_two", (Leg("FUND_BANK", 10_000),)),
        ("lg_min_two", ()),
        ("posting_amount_is_not_zero", (*pair(), Leg("LOSS", 0))),
    ],
)
def test_an_entry_is_balanced(till, name, legs):
    """T18."""
    denied(name, lambda: write(till, *legs))


def test_postings_are_those_that_were_sealed(till):
    denied("lg_legs_digest", lambda: write(till, *pair(20_000), sealed=pair(10_000)))
    swapped = pair(10_000, credit="GRANTED")
    denied("lg_legs_digest", lambda: write(till, *swapped, sealed=pair(10_000)))


def test_nothing_is_added_to_an_entry_that_stands(till):
    entry = write(till, *pair())
    connection.check_constraints()
    denied("lg_legs_digest", lambda: add(entry, *pair(5_000), rank=3))
    denied("lg_legs_digest", lambda: add(entry, Leg("FUND_BANK", 1), rank=3))


# -- I2: immutable -----------------------------------------------------------------------------

KEPT = [
    "entry", "posting", "closing", "scheduleversion", "scheduleline", "contribution", "chart",
    "chartline",
]  # fmt: skip


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(
    "verb", ["UPDATE funds_{} SET id = id", "DELETE FROM funds_{}", "TRUNCATE funds_{} CASCADE"]
)
def test_the_basin_may_not_change_the_past(till, table, verb):
    """T18."""
    till.lent()
    assert "permission denied" in str(refused(verb.format(table)))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funds_ledgerstate SET closed_on = NULL",
        "UPDATE funds_ledgerstate SET last_writer = ''",
        "DELETE FROM funds_ledgerstate",
        "UPDATE funds_account SET code = '2749' WHERE code = '2748'",
        "UPDATE funds_journalcounter SET last_no = 0",
        "INSERT INTO funds_journalcounter (journal, year, last_no) VALUES ('BA', 2030, 9)",
    ],
)
def test_the_basin_does_not_write_what_triggers_keep(till, statement):
    assert "permission denied" in str(refused(statement))


# -- I4: an advance ----------------------------------------------------------------------------


def test_nothing_is_lent_without_a_signed_convention(till):
    advance = till.granted()
    order = advance.payment_orders.create(
        amount=1_000,
        pay_on=JUNE,
        prepared_at=at(),
        prepared_by=till.operator,
        command_key=uuid4(),
    )
    legs = ledger.disbursement(amount=1_000, lines=[])
    asked = {"kind": "DISBURSEMENT", "advance": advance, "order": order}
    denied("lg_convention_signed", lambda: write(till, *legs, **asked))


def test_nothing_is_lent_beyond_what_is_granted(till):
    advance = till.contracted()
    order = till.prepare(advance)
    legs = ledger.disbursement(amount=1_000_001, lines=[])
    asked = {"kind": "DISBURSEMENT", "advance": advance, "order": order}
    denied("lg_disbursed_le_granted", lambda: write(till, *legs, **asked))


@pytest.mark.parametrize(
    ("kind", "legs", "name"),
    [
        ("WRITE_OFF", ledger.write_off(amount=972_224), "lg_outstanding_ge_0"),
        ("REPAYMENT", pair(972_224, credit="RECEIVABLE"), "lg_outstanding_ge_0"),
        ("REFUND", ledger.refund(amount=1), "lg_refund_le_overpaid"),
        ("RECOVERY", ledger.recovery(amount=1), "lg_recovered_le_lost"),
    ],
)
def test_nothing_exceeds_what_it_undoes(till, kind, legs, name):
    advance = till.lent()
    till.repay(advance, 27_777, JUNE)
    given_up = authorized(till, advance, kind) if kind in {"WRITE_OFF", "REFUND"} else None
    asked = {"kind": kind, "advance": advance, "authorization": given_up}
    denied(name, lambda: write(till, *legs, **asked))


def test_a_write_off_of_the_whole_debt_passes(till):
    advance = till.lent()
    till.repay(advance, 27_777, JUNE)
    legs = ledger.write_off(amount=972_223)
    given_up = authorized(till, advance, "WRITE_OFF", 972_223)
    assert write(till, *legs, kind="WRITE_OFF", advance=advance, authorization=given_up).pk
    connection.check_constraints()


def test_an_entry_that_touches_an_advance_names_it(till):
    advance = till.lent()
    denied("lg_advance", lambda: write(till, *ledger.write_off(amount=1)))
    denied("lg_advance", lambda: write(till, *pair(), advance=advance))


def alter(advance, **values) -> None:
    Advance.objects.filter(pk=advance.pk).update(**values)


@pytest.mark.parametrize("state", ["granted", "contracted"])
def test_an_advance_stays_that_of_its_file_its_decision_and_its_day(till, state):
    advance, other = getattr(till, state)(), till.granted()
    for values in (
        {"project": other.project_id},
        {"decision": make_decision().pk},
        {"granted_on": date(2026, 1, 1)},
    ):
        denied("funds_advance_is_frozen", lambda values=values: alter(advance, **values))


TERMS = {
    "granted_amount": 9_000_000,
    "lines": 60,
    "step_months": 3,
    "grace_months": 12,
    "rounding_unit": 100,
    "contracted_on": date(2026, 4, 1),
    "aid_basis": "EQUIVALENT",
    "aid_rate": 1,
}


def test_what_was_granted_stays_as_it_was_signed(till):
    alter(till.granted(), granted_amount=900_000)  # its decision may be rectified meanwhile
    signed, freed = till.contracted(), till.granted()
    alter(freed, status="CANCELLED", cancelled_on=JUNE)
    for advance in (signed, freed):
        for name, value in TERMS.items():
            asked = {name: value}
            denied("advance_stays_as_signed", lambda one=advance, asked=asked: alter(one, **asked))
    moved = {"cancelled_on": date(2026, 6, 16)}
    denied("advance_stays_as_signed", lambda: alter(freed, **moved))


def test_an_advance_does_not_come_back(till):
    signed, freed = till.contracted(), till.granted()
    alter(freed, status="CANCELLED", cancelled_on=JUNE)
    for advance, status in ((signed, "GRANTED"), (freed, "GRANTED"), (freed, "CONTRACTED")):
        back = {"status": status, "cancelled_on": None}
        denied("advance_status_moves_forward", lambda one=advance, back=back: alter(one, **back))


# -- I5: two accounts never mixed --------------------------------------------------------------


def test_the_accounts_of_two_perimeters_do_not_meet(till):
    """T19: the account of the advances buys no stationery."""
    stationery = ledger.expense(account="OPS_EXPENSE", amount=5_000)
    denied("lg_account_perimeter", lambda: write(till, *stationery))
    bought = (Leg("OPS_EXPENSE", 5_000), Leg("FUND_BANK", -5_000))
    denied("lg_account_perimeter", lambda: write(till, *bought, perimeter="OPS"))


def test_a_posting_is_of_the_perimeter_of_its_entry(till):
    entry = write(till, *pair())
    stray = Leg("OPS_BANK", 1)
    denied("lg_entry_perimeter", lambda: add(entry, stray, rank=3, perimeter="OPS"))


def test_a_line_of_the_fund_pays_nothing_else(till):
    legs = (Leg("OPS_BANK", 10), Leg("OPS_INCOME", -10, till.dotation.pk))
    denied("lg_line_perimeter", lambda: write(till, *legs, perimeter="OPS"))


def test_a_transfer_has_two_sides(till):
    fund, ops = ledger.to_operating(amount=5_000)
    denied("lg_transfer", lambda: write(till, *fund))
    denied("lg_transfer", lambda: write(till, *fund, transfer_id=uuid4()))
    denied("lg_transfer", lambda: write(till, *pair(), transfer_id=uuid4()))

    def both(legs) -> None:
        key = uuid4()
        write(till, *fund, transfer_id=key, kind="TRANSFER")
        write(till, *legs, transfer_id=key, kind="TRANSFER", perimeter="OPS")

    denied("lg_transfer", lambda: both(ledger.to_operating(amount=4_999)[1]))
    both(ops)
    connection.check_constraints()


def test_a_transfer_is_undone_whole_as_two_persons_asked(till):
    first, second = (
        operations.record_bank_fee(
            amount=5_000, taken_on=JUNE, by=till.operator, at=at(2026, 6, 16), command_key=uuid4()
        )
        for _ in range(2)
    )
    fund, ops = (ledger.mirror(legs) for legs in ledger.bank_fee(amount=5_000))
    reversal = till.ask_reversal(first, JUNE)
    side = Entry.objects.get(transfer_id=second.transfer_id, perimeter="OPS")

    def undo(*undone: Entry) -> None:
        asked = {"kind": "REVERSAL", "reversal": reversal, "transfer_id": uuid4()}
        for entry, legs in zip(undone, (fund, ops), strict=False):
            write(till, *legs, perimeter=entry.perimeter, reverses=entry, **asked)

    denied("lg_transfer", lambda: undo(first))
    denied("lg_transfer", lambda: undo(first, side))
    denied("lg_mirror", lambda: undo(second, side))


# -- I6, I7: periods and numbers ---------------------------------------------------------------


def close(till, day: date) -> None:
    Closing.objects.create(closed_on=day, recorded_at=at(), recorded_by=till.finance)


def test_nothing_is_booked_in_a_closed_period_that_never_opens_again(till):
    """T20."""
    write(till, *pair())
    close(till, date(2026, 12, 31))
    denied("lg_closed", lambda: write(till, *pair(), value_on=date(2026, 12, 31)))
    denied("lg_close_forward", lambda: close(till, date(2026, 12, 31)))
    denied("lg_close_forward", lambda: close(till, date(2026, 6, 30)))
    write(till, *pair(), value_on=date(2026, 12, 31), booked_on=date(2027, 1, 1))
    denied(
        "entry_is_booked_after_it_happened",
        lambda: write(till, *pair(), value_on=date(2027, 2, 2), booked_on=date(2027, 2, 1)),
    )


def test_nothing_is_booked_before_this_century(till):
    """The tax office opens no file of such a year."""
    write(till, *pair(), value_on=date(2000, 1, 1), booked_on=date(2000, 1, 1))
    day = date(1999, 12, 31)
    denied("entry_is_of_this_century", lambda: write(till, *pair(), value_on=day, booked_on=day))


def test_numbers_follow_each_other_whatever_is_asked(till):
    first = write(till, *pair(), no=40, year=1999)
    second = write(till, *pair())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(till, *pair())
        raise ZeroDivisionError
    third = write(till, *pair())
    other = write(till, *pair(), value_on=date(2027, 1, 2))
    rows = Entry.objects.filter(journal="OD").order_by("id").values_list("id", "year", "no")
    assert list(rows) == [
        (first.pk, 2026, 1),
        (first.pk + 1, 2026, 2),
        (first.pk + 2, 2026, 3),
        (first.pk + 3, 2027, 1),
    ]
    assert (second.no, third.no, other.no) == (2, 3, 1)


def test_each_entry_holds_the_hash_of_the_one_before(till):
    entries = [write(till, *pair()) for _ in range(3)]
    hashes = list(Entry.objects.order_by("id").values_list("previous_hash", "hash"))
    assert hashes[0][0] == "0" * 64
    assert [before for before, _ in hashes[1:]] == [own for _, own in hashes[:-1]]
    assert entries[-1].hash == hashes[-1][1]
    forged = write(till, *pair(), hash="f" * 64, previous_hash="f" * 64)
    assert forged.previous_hash == entries[-1].hash


# -- I8, I9: once, undone once -----------------------------------------------------------------


def test_a_command_is_applied_once(till):
    key = uuid4()
    write(till, *pair(), command_key=key)
    with pytest.raises(IntegrityError, match="command_key"), transaction.atomic():
        write(till, *pair(), command_key=key)


@pytest.mark.parametrize("change", ["cent", "account", "day", "kind", "advance", "part"])
def test_a_reversal_is_an_exact_mirror(till, change):
    """T21: 199.99 does not undo 200.00."""
    advance, other = till.lent(), till.lent()
    repayment = till.repay(advance, 20_000, JUNE)
    reversal = till.ask_reversal(repayment, date(2026, 6, 20))
    exact = ledger.mirror(ledger.repayment(amount=20_000, outstanding=20_000))
    wrong = {
        "cent": (ledger.mirror(ledger.repayment(amount=19_999, outstanding=20_000)), {}),
        "account": ((Leg("UNIDENTIFIED", -20_000), Leg("RECEIVABLE", 20_000)), {}),
        "day": (exact, {"value_on": date(2026, 6, 14)}),
        "kind": (exact, {"kind": "REVERSAL"}),
        "advance": (exact, {"advance": other}),
        "part": ((*exact, *pair(1)), {}),
    }
    legs, fields = wrong[change]
    asked = {
        "kind": "BOUNCE",
        "advance": advance,
        "reverses": repayment,
        "reversal": reversal,
        "value_on": date(2026, 6, 20),
        **fields,
    }
    denied("lg_mirror", lambda: write(till, *legs, **asked))


def test_an_entry_is_undone_once_and_its_mirror_never(till):
    """T21."""
    advance = till.lent()
    first = till.repay(advance, 20_000, JUNE)
    mirror = till.reverse(first, date(2026, 6, 20))
    exact = ledger.mirror(ledger.repayment(amount=20_000, outstanding=20_000))
    second = till.repay(advance, 20_000, JUNE)
    reversal = till.ask_reversal(second, date(2026, 6, 20))
    with pytest.raises(IntegrityError, match="reverses_id"), transaction.atomic():
        asked = {"kind": "BOUNCE", "reverses": first, "reversal": reversal}
        write(till, *exact, advance=advance, **asked)
    again = ledger.repayment(amount=20_000, outstanding=20_000)
    asked = {"kind": "REVERSAL", "value_on": date(2026, 6, 20)}
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write(till, *again, advance=advance, reverses=mirror, reversal=reversal, **asked)
        connection.check_constraints()
    assert error.value.__cause__.diag.constraint_name == "lg_rev_of_rev"


# -- I11: a plan adds up -----------------------------------------------------------------------


def plan(advance, covers: int, *amounts: int) -> None:
    version = ScheduleVersion.objects.create(
        advance=advance,
        no=2,
        effective_on=date(2026, 6, 1),
        reason="TRANCHE",
        covers=covers,
        recorded_at=at(),
        recorded_by=advance.entries.first().recorded_by,
    )
    for rank, amount in enumerate(amounts, start=1):
        ScheduleLine.objects.create(
            version=version, rank=rank, due_on=date(2027, rank, 1), amount=amount
        )


@pytest.mark.parametrize("amounts", [(), (60,), (60, 41), (60, 39)])
def test_a_schedule_adds_up(till, amounts):
    advance = till.lent()
    denied("lg_schedule_sum", lambda: plan(advance, 100, *amounts))
