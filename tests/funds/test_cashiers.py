"""Several people at once who together take more than there is: never beyond it (S42)."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.constraints import FALLBACK, reason_of
from basins import tenancy
from basins.enums import Role
from funds import operations, queries
from funds.enums import ReversalCause
from funds.models import Entry
from funds.queries import verification
from tests.builders import at, make_user
from tests.funds.conftest import at_once, position, refusals
from tests.funds.test_isolation import LEVELS

DAY, LATER = date(2026, 6, 15), date(2026, 6, 20)
NOW = at(2026, 8, 1)
at_every_level = pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)


@pytest.fixture(autouse=True)
def the_books_hold(committed):
    yield
    assert verification.verify().findings == ()


def explained(results: list) -> list[str]:
    """What is told to those who were refused."""
    told = [reason_of(one) for one in refusals(results)]
    assert FALLBACK not in told
    return told


def test_what_two_cashiers_receive_beyond_the_debt_is_owed_to_the_company(committed, desk):
    for _ in range(3):
        advance = desk.lent()
        results = at_once(committed, *[lambda one=advance: desk.repay(one, 600_000, DAY)] * 2)
        assert not explained(results)
        standing = position(advance)
        assert (standing.outstanding, standing.repaid, standing.overpaid) == (0, 1_000_000, 200_000)


def test_twelve_receipts_over_the_debt_add_up_at_each_entry(committed, desk):
    advance = desk.lent()
    amounts = [90_000 + rank for rank in range(12)]
    acts = [lambda cents=cents: desk.repay(advance, cents, DAY) for cents in amounts]
    assert not explained(at_once(committed, *acts))
    owed, received = 1_000_000, 0
    for entry in advance.entries.filter(kind="REPAYMENT").order_by("pk"):
        parts = {leg.account: leg.amount for leg in queries.legs_of(entry)}
        received += parts["FUND_BANK"]
        owed += parts.get("RECEIVABLE", 0)
        assert owed == max(0, 1_000_000 - received)
    assert received == sum(amounts)
    assert position(advance).overpaid == received - 1_000_000


def test_a_debit_comes_back_while_others_are_received(committed, desk):
    advance = desk.lent()
    first = desk.repay(advance, 600_000, DAY)
    asked = desk.ask_reversal(first, LATER, cause=ReversalCause.AM04)
    receipts = [
        lambda cents=cents: desk.repay(advance, cents, LATER) for cents in range(1_000, 1_011)
    ]
    results = at_once(committed, lambda: desk.approve(asked), *receipts)
    assert not explained(results)
    standing = position(advance)
    assert (standing.repaid, standing.overpaid) == (sum(range(1_000, 1_011)), 0)
    assert standing.outstanding == 1_000_000 - standing.repaid


def test_two_payments_of_more_than_the_fund_holds_are_one(committed, desk):
    assert desk.dotation
    with tenancy.national():
        other = make_user(Role.FINANCE, basin=committed)
    held = queries.balances(on=NOW.date())["FUND_BANK"]
    orders = [desk.prepare(desk.contracted(amount=held * 6 // 10)) for _ in range(2)]
    acts = [
        lambda order=order, by=by: operations.release_payment(order_id=order.pk, by=by, at=NOW)
        for order, by in zip(orders, (desk.finance, other), strict=True)
    ]
    (why,) = explained(at_once(committed, *acts))
    assert "trésorerie" in why or "compte" in why, why
    assert queries.balances(on=NOW.date())["FUND_BANK"] == held - orders[0].amount
    left = next(order for order in orders if not Entry.objects.filter(order=order).exists())
    operations.cancel_payment(order_id=left.pk, by=desk.operator, at=NOW)


def given_up(desk, advance, kind: str, amount: int, **about):
    asked = operations.Asked(
        kind=kind, amount=amount, value_on=DAY, reason="Vu", advance_id=advance.pk, **about
    )
    return operations.propose(asked, by=desk.operator, at=NOW, command_key=uuid4())


def agree(desk, asked):
    return operations.approve_authorization(authorization_id=asked.pk, by=desk.finance, at=NOW)


def test_an_overpayment_is_asked_back_once_and_given_back_once(committed, desk):
    advance = desk.lent()
    desk.repay(advance, 1_005_000, DAY)
    asks = [
        lambda cents=cents: given_up(desk, advance, "REFUND", cents) for cents in (3_000, 4_000)
    ]
    results = at_once(committed, *asks)
    assert len(explained(results)) == 1
    (asked,) = (one for one in results if one not in refusals(results))
    first, second = at_once(committed, *[lambda: agree(desk, asked)] * 2)
    assert first == second
    assert position(advance).overpaid == 5_000 - asked.amount


@at_every_level
def test_no_more_is_recovered_than_was_lost(committed, desk, level):
    advance = desk.lent(amount=10_000, lines=1)
    lost = {"cause": "LIQUIDATION", "decision_id": desk.loss_accepted(advance)}
    agree(desk, given_up(desk, advance, "WRITE_OFF", 10_000, **lost))
    back = {"advance_id": advance.pk, "amount": 6_000, "value_on": LATER, "by": desk.operator}
    acts = [
        lambda: operations.record_recovery(**back, at=NOW, command_key=uuid4()) for _ in range(2)
    ]
    assert len(refusals(at_once(committed, *acts, level=level))) == 1
    standing = position(advance)
    assert (standing.recovered, standing.outstanding) == (6_000, 0)


@at_every_level
def test_two_payments_of_one_advance_stay_within_what_is_granted(committed, desk, level):
    advance = desk.contracted(amount=10_000, lines=1)
    acts = [lambda: desk.prepare(advance, amount=6_000) for _ in range(2)]
    assert len(refusals(at_once(committed, *acts, level=level))) == 1
