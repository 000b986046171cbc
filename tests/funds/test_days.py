"""What holds of an advance holds at the end of each day, whatever the order of recording (I4)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from alize.common.errors import ActionDenied, InvalidInput
from funds import operations, queries
from funds.enums import AuthorizationKind, EntryKind, LossCause
from funds.queries.verification import verify
from funds.rules import ledger
from funds.rules.ledger import Leg
from tests.builders import at
from tests.funds.attacks import authorized, denied, write
from tests.funds.banking import Bank, entry, statement
from tests.funds.test_figures import recover, write_off
from tests.funds.test_losses import propose

SECOND_ON = date(2026, 8, 1)
BEFORE = date(2026, 7, 10)
AHEAD = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def endowed(till) -> None:
    assert till.dotation


def two_tranches(till, second_on: date = SECOND_ON, known_at=None):
    """1 000 € on the first day, 1 000 € on a later one."""
    advance = till.contracted(amount=200_000, lines=12)
    till.release(till.prepare(advance, amount=100_000))
    known_at = known_at or at(second_on.year, second_on.month, second_on.day)
    order = till.prepare(advance, amount=100_000, pay_on=second_on, at=known_at)
    till.release(order, at=known_at)
    return advance


def agree(advance) -> None:
    """The rules and the accounts say the same of each day."""
    days = {day + timedelta(days=n) for day in _days(advance) for n in (-1, 0, 1)}
    book = queries.book_of(advance)
    for day in sorted(days):
        standing, held = book.position(day), queries.balances(on=day)
        assert (standing.outstanding, -standing.overpaid) == (
            held["RECEIVABLE"], held["OVERPAID"],
        ), day  # fmt: skip
    assert not verify().findings


def _days(advance) -> list[date]:
    return list(advance.entries.values_list("value_on", flat=True))


# -- What leaves an account is there on its day and later ----------------------------------------


def test_a_loss_takes_what_is_owed_on_its_own_day(till):
    advance = two_tranches(till)
    about = {"advance_id": advance.pk, "cause": LossCause.LIQUIDATION}
    about["decision_id"] = till.loss_accepted(advance)
    with pytest.raises(InvalidInput, match=r"plus que 1\s000\s€\. Ce qui.*plus récente"):
        propose(till, AuthorizationKind.WRITE_OFF, 100_001, value_on=BEFORE, **about)
    write_off(till, advance, 100_000, BEFORE)
    agree(advance)


def test_a_refund_follows_the_payment_that_it_gives_back(till):
    advance = till.lent(amount=100_000, lines=2)
    till.repay(advance, 150_000, BEFORE)
    for kind in (AuthorizationKind.REFUND, AuthorizationKind.KEPT):
        with pytest.raises(InvalidInput, match=r"est de 0\s€"):
            propose(till, kind, 50_000, value_on=BEFORE - timedelta(days=1), advance_id=advance.pk)
        assert propose(till, kind, 50_000, value_on=BEFORE, advance_id=advance.pk)


def test_a_recovery_is_within_what_was_lost_on_its_own_day(till):
    advance = till.lent(amount=100_000, lines=2)
    write_off(till, advance, 10_000, date(2026, 9, 1))
    write_off(till, advance, 90_000, AHEAD)
    with pytest.raises(InvalidInput, match=r"que 100\s€ à récupérer à cette date"):
        recover(till, advance, 10_001, date(2026, 9, 15))
    recover(till, advance, 10_000, date(2026, 9, 15))
    recover(till, advance, 90_000, AHEAD)
    assert not verify().findings


def test_the_database_holds_each_day(till):
    advance = two_tranches(till)
    loss = authorized(till, advance, "WRITE_OFF")
    asked = {"advance": advance, "value_on": BEFORE}
    denied(
        "lg_lost_le_lent",
        lambda: write(
            till,
            *ledger.write_off(amount=100_001),
            kind="WRITE_OFF",
            authorization=loss,
            **asked,
        ),
    )
    denied(
        "lg_outstanding_ge_0",
        lambda: write(
            till, Leg("FUND_BANK", 100_001), Leg("RECEIVABLE", -100_001), kind="REPAYMENT", **asked
        ),
    )
    till.repay(advance, 250_000, date(2026, 9, 1))
    refund = authorized(till, advance, "REFUND")
    denied(
        "lg_refund_le_overpaid",
        lambda: write(
            till, *ledger.refund(amount=10_000), kind="REFUND", authorization=refund, **asked
        ),
    )


def test_the_database_recovers_no_more_than_what_was_lost_on_the_day(till):
    advance = till.lent(amount=100_000, lines=2)
    write_off(till, advance, 10_000, date(2026, 9, 1))
    write_off(till, advance, 90_000, AHEAD)
    denied(
        "lg_recovered_le_lost",
        lambda: write(
            till,
            *ledger.recovery(amount=10_001),
            kind="RECOVERY",
            advance=advance,
            value_on=date(2026, 9, 15),
        ),
    )


def test_a_loss_that_was_recovered_since_is_not_undone_before(till):
    advance = till.lent(amount=100_000, lines=2)
    first = write_off(till, advance, 10_000, date(2026, 9, 1))
    write_off(till, advance, 90_000, AHEAD)
    recover(till, advance, 10_000, date(2026, 9, 15))
    with pytest.raises(IntegrityError, match="lg_recovered_le_lost"):
        till.reverse(first, date(2026, 9, 1))


# -- A repayment pays what is owed on its own day ------------------------------------------------


def test_a_payment_found_later_is_overpaid_until_the_next_tranche(till):
    advance = two_tranches(till)
    repaid = till.repay(advance, 120_000, BEFORE)
    assert queries.amount_of(repaid) == 120_000
    held = queries.balances(on=BEFORE)
    assert (held["RECEIVABLE"], held["OVERPAID"]) == (0, -20_000)
    offset = advance.entries.get(kind=EntryKind.OFFSET)
    assert (offset.value_on, queries.owed(advance)) == (SECOND_ON, 80_000)
    agree(advance)
    till.reverse(repaid, date(2026, 7, 15))
    assert queries.owed(advance) == 200_000
    agree(advance)


def test_a_payment_found_after_the_next_ones_pays_first(till):
    advance = till.lent(amount=100_000, lines=2)
    late = till.repay(advance, 100_000, SECOND_ON)
    found = till.repay(advance, 40_000, BEFORE)
    assert queries.balances(on=BEFORE)["OVERPAID"] == 0
    assert queries.balances(on=SECOND_ON)["OVERPAID"] == -40_000
    agree(advance)
    till.reverse(found, SECOND_ON)
    agree(advance)
    till.repay(advance, 30_000, BEFORE)
    till.reverse(late, date(2026, 8, 5))
    assert queries.owed(advance) == 70_000
    agree(advance)


def test_a_payment_of_the_day_makes_one_entry(till):
    advance = two_tranches(till)
    till.repay(advance, 150_000, date(2026, 9, 1))
    assert not advance.entries.filter(kind=EntryKind.OFFSET).exists()
    agree(advance)


def test_what_is_paid_before_a_tranche_released_ahead_waits_for_it(till):
    advance = two_tranches(till, AHEAD, known_at=at(2026, 6, 20))
    now = at(2026, 7, 12)
    till.repay(advance, 120_000, BEFORE, at=now)
    agree(advance)
    standing = queries.book_of(advance).position(now.date())
    assert (standing.outstanding, standing.overpaid) == (0, 20_000)
    with pytest.raises(InvalidInput, match=r"est de 0\s€\. Ce qui.*plus récente"):
        propose(till, AuthorizationKind.REFUND, 20_000, value_on=now.date(), advance_id=advance.pk)
    told = {"advance_id": advance.pk, "by": till.operator, "at": now}
    with pytest.raises(ActionDenied, match=r"1\s000\s€ de cette avance sont encore à verser"):
        operations.issue_settlement_certificate(**told)
    ahead = advance.entries.get(kind=EntryKind.DISBURSEMENT, value_on=AHEAD)
    till.reverse(ahead, AHEAD)
    agree(advance)
    assert queries.overpaid(advance) == 20_000
    assert operations.issue_settlement_certificate(**told)


def test_no_certificate_while_an_order_waits(till):
    advance = till.contracted(amount=200_000, lines=12)
    till.release(till.prepare(advance, amount=100_000))
    till.repay(advance, 100_000, BEFORE)
    order = till.prepare(advance, amount=50_000)
    told = {"advance_id": advance.pk, "by": till.operator, "at": at(2026, 7, 12)}
    with pytest.raises(ActionDenied, match=r"500\s€ de cette avance sont encore à verser"):
        operations.issue_settlement_certificate(**told)
    operations.cancel_payment(order_id=order.pk, by=till.operator, at=at(2026, 7, 12))
    assert operations.issue_settlement_certificate(**told)


def test_a_tranche_that_was_repaid_since_is_not_undone(till):
    advance = two_tranches(till)
    tranche = advance.entries.get(kind=EntryKind.DISBURSEMENT, value_on=SECOND_ON)
    till.repay(advance, 120_000, BEFORE)
    till.repay(advance, 10_000, date(2026, 9, 1))
    with pytest.raises(IntegrityError, match="lg_outstanding_ge_0"):
        till.reverse(tranche, SECOND_ON)


# -- A payment of before a loss ------------------------------------------------------------------


def test_a_payment_of_before_a_loss_says_to_undo_the_loss_first(till):
    advance = till.lent(amount=100_000, lines=2)
    lost_on, paid_on = date(2027, 3, 10), date(2027, 3, 2)
    loss = write_off(till, advance, 100_000, lost_on)
    said = r"précède la perte du 10/03/2027.*demandez d'abord l'annulation de la perte"
    for act in (
        lambda: till.repay(advance, 50_000, paid_on),
        lambda: recover(till, advance, 50_000, paid_on),
    ):
        with pytest.raises(InvalidInput, match=said) as refused:
            act()
        assert refused.value.field == "value_on"
    till.reverse(loss, lost_on)
    till.repay(advance, 50_000, paid_on)
    write_off(till, advance, 50_000, lost_on)
    agree(advance)


def test_a_line_of_the_bank_of_before_a_loss_says_it_too(till):
    advance = till.lent(amount=100_000, lines=2)
    write_off(till, advance, 100_000, date(2027, 3, 10))
    bank = Bank(till)
    line_of = entry("500.00", "VIR", day=date(2027, 3, 2))
    bank.load(statement(line_of, since=date(2027, 3, 1), until=date(2027, 3, 31)))
    with pytest.raises(InvalidInput, match="demandez d'abord l'annulation de la perte"):
        bank.do(operations.clear_with_repayments, bank.lines()[0], parts=[(advance.pk, 50_000)])
