"""An over-payment and a debt of the same advance are never open together, whatever comes back."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.constraints import sentence_of
from funds import operations, queries
from funds.enums import AuthorizationKind
from funds.queries.verification import verify
from tests.builders import at
from tests.funds.test_figures import write_off

NOW = at(2027, 12, 1)


def said(advance) -> tuple[int, int]:
    """What is owed and what was paid beyond, by the rules and by the ledger alike."""
    assert not verify().findings
    standing = queries.book_of(advance).position(timezone.localdate(NOW))
    assert standing.outstanding == queries.owed(advance)
    return standing.outstanding, standing.overpaid


def refund(till, advance, amount: int) -> None:
    asked = operations.Asked(
        kind=AuthorizationKind.REFUND,
        amount=amount,
        value_on=date(2026, 7, 20),
        reason="Demandé",
        advance_id=advance.pk,
    )
    made = operations.propose(asked, by=till.operator, at=NOW, command_key=uuid4())
    operations.approve_authorization(authorization_id=made.pk, by=till.finance, at=NOW)


def test_what_was_set_off_comes_back_with_the_debit_that_paid_it(till):
    advance = till.lent(amount=100_000, lines=2)
    first = till.repay(advance, 60_000, date(2026, 6, 15))
    second = till.repay(advance, 50_000, date(2026, 7, 15))
    assert said(advance) == (0, 10_000)
    till.reverse(first, date(2026, 8, 1))
    assert said(advance) == (50_000, 0)
    till.reverse(second, date(2026, 8, 2))
    assert said(advance) == (100_000, 0)
    write_off(till, advance, 100_000, date(2026, 12, 1))
    assert said(advance) == (0, 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_was_refunded_stays_apart_from_what_is_set_off(till, order):
    assert till.dotation
    advance = till.lent(amount=100_000, lines=2)
    paid = [till.repay(advance, 60_000, date(2026, 6, 15))]
    paid.append(till.repay(advance, 90_000, date(2026, 7, 15)))
    refund(till, advance, 30_000)
    for rank, place in enumerate(order):
        till.reverse(paid[place], date(2026, 8, 1 + rank))
        owed, overpaid = said(advance)
        assert owed - overpaid == (
            100_000 + 30_000 - sum((60_000, 90_000)[one] for one in order[rank + 1 :])
        )


@pytest.mark.parametrize(
    ("repaid", "reason"),
    [(0, "annulez d'abord la perte"), (20_000, "annulez d'abord la perte"), (None, "reste dû")],
)
def test_a_payment_is_not_undone_under_what_its_own_day_brought_after_it(till, repaid, reason):
    """A loss, or a repayment, of the day it was made: as those of the days after."""
    advance = till.lent(amount=100_000, lines=2)
    payment = advance.entries.get()
    if repaid != 0:
        till.repay(advance, repaid or 20_000, payment.value_on)
    if repaid is not None:
        write_off(till, advance, 100_000 - repaid, payment.value_on)
    asked = till.ask_reversal(payment, date(2026, 7, 2))
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        till.approve(asked)
    assert reason in sentence_of(error.value)
    assert said(advance) == (80_000 if repaid is None else 0, 0)
