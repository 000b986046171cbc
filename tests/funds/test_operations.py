"""Contributions, the position of the fund and the journal of its acts."""

from datetime import date
from uuid import uuid4

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import InvalidInput
from funds import operations, queries
from funds.models import Contribution
from tests.builders import at
from tests.funds.conftest import DOTATION, LOOK, position


def test_a_contribution_is_booked_once(till):
    key = uuid4()
    asked = {
        "funder": "Caisse des Dépôts",
        "amount": 45_000_000,
        "received_on": date(2026, 1, 10),
        "by": till.operator,
        "at": at(),
        "command_key": key,
    }
    assert operations.record_contribution(**asked) == operations.record_contribution(**asked)
    assert Contribution.objects.exclude(pk=till.dotation.pk).count() == 1
    for day, said in ((date(2026, 3, 13), "pas encore passée"), (date(1926, 1, 10), "an 2000")):
        with pytest.raises(InvalidInput, match=said):
            operations.record_contribution(**{**asked, "command_key": uuid4(), "received_on": day})


def test_the_position_of_the_fund_adds_up(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    till.granted(amount=2_000_000)
    fund = queries.fund_position(on=LOOK)
    assert (fund.contributed, fund.disbursed, fund.outstanding) == (DOTATION, 1_000_000, 972_223)
    assert (fund.cash, fund.committed) == (DOTATION - 972_223, 2_000_000)
    assert (fund.late, fund.late_advances, fund.lost) == (27_777, 1, 0)
    # The identity of funds.md 2.6.
    assert fund.cash + fund.outstanding + fund.lost - fund.overpaid == fund.contributed


def test_the_position_of_a_past_day_does_not_know_the_future(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    before = queries.fund_position(on=date(2026, 5, 14))
    assert (before.disbursed, before.committed) == (0, 1_000_000)
    assert position(advance, date(2026, 5, 31)).outstanding == 1_000_000


def test_books_of_one_or_many_take_the_same_queries(till, django_assert_num_queries):
    advances = [till.lent() for _ in range(3)]
    with django_assert_num_queries(4):
        queries.books_of(advances[:1])
    with django_assert_num_queries(4):
        queries.books_of(advances)


def test_what_is_left_to_pay_reads_no_plan(till, django_assert_num_queries):
    advance = till.lent()
    assert queries.left_to_pay(advance) == 0
    with django_assert_num_queries(2):
        queries.left_to_pay(advance)


def test_each_act_is_in_the_journal(till):
    advance = till.lent()
    till.reverse(till.repay(advance, 27_777, date(2026, 6, 15)), date(2026, 6, 16))
    assert list(AuditEvent.objects.values_list("type", flat=True)) == [
        "advance.granted",
        "advance.contracted",
        "precondition.met",
        "payment.prepared",
        "contribution.recorded",
        "payment.released",
        "repayment.recorded",
        "reversal.proposed",
        "entry.reversed",
    ]
