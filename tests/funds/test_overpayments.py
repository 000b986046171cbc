"""What a company paid beyond what it owed, and what the bank takes back since (T06)."""

from datetime import date

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from funds import operations, permissions, queries
from funds.enums import AuthorizationKind
from funds.foresight.figures import identity
from funds.queries import verification
from funds.queries.reports import funder_figures, known_now
from funds.rules import PositionStatus
from funds.screen import advance_screen
from tests.builders import at
from tests.funds.asking import DAY, NOW, asked, done
from tests.funds.conftest import DOTATION


@pytest.fixture(autouse=True)
def endowed(till) -> None:
    assert till.dotation


def screen_of(advance, book):
    """What the page of an advance shows around its tables."""
    return advance_screen(advance, book, book.position(DAY), on=DAY, roles=frozenset())


# -- Over-payment, write-off, recovery ---------------------------------------------------------


def test_t06_an_overpayment_is_given_back_by_two(till):
    advance = till.lent()
    till.repay(advance, 1_027_777, date(2026, 6, 15))
    with pytest.raises(InvalidInput, match="trop-perçu de cette avance est de 277,77"):
        asked(till, AuthorizationKind.REFUND, 27_778, advance_id=advance.pk)
    head = screen_of(advance, queries.book_of(advance)).header
    assert head.now == f"Un trop-perçu de {format_euros(27_777)} est à rendre à l'entreprise."
    authorization = asked(till, AuthorizationKind.REFUND, 27_777, advance_id=advance.pk)
    with pytest.raises(ActionDenied, match="décidée par une autre"):
        operations.approve_authorization(
            authorization_id=authorization.pk, by=till.operator, at=NOW
        )
    decided = {"authorization_id": authorization.pk, "by": till.finance, "at": NOW}
    assert operations.approve_authorization(**decided) == operations.approve_authorization(
        **decided
    )
    assert queries.balances(on=DAY)["OVERPAID"] == 0
    assert queries.book_of(advance).position(DAY).overpaid == 0
    with pytest.raises(ActionDenied, match="déjà acceptée"):
        operations.refuse_authorization(**decided)


def test_an_overpayment_pays_what_a_bounce_made_due_again(till):
    advance = till.lent()
    first = till.repay(advance, 27_777, date(2026, 6, 15))
    till.repay(advance, 1_000_000, date(2026, 7, 15))
    till.reverse(first, date(2026, 7, 20))
    assert (queries.owed(advance), queries.overpaid(advance)) == (0, 0)
    standing = queries.book_of(advance).position(DAY)
    assert (standing.outstanding, standing.overpaid) == (0, 0)


def test_a_tranche_that_an_overpayment_paid_is_undone_and_the_overpayment_is_back(till):
    advance = till.contracted(amount=1_000_000)
    till.release(till.prepare(advance, amount=600_000))
    till.repay(advance, 800_000, date(2026, 6, 15))
    order = till.prepare(advance, amount=400_000, pay_on=date(2026, 7, 1))
    tranche = till.release(order, at=at(2026, 7, 1))
    assert (queries.owed(advance), queries.overpaid(advance)) == (200_000, 0)
    till.reverse(tranche, date(2026, 7, 2))
    assert (queries.owed(advance), queries.overpaid(advance)) == (0, 200_000)
    standing = queries.book_of(advance).position(DAY)
    assert (standing.outstanding, standing.overpaid) == (0, 200_000)
    assert not verification.verify().findings


def test_what_one_company_owes_back_is_not_set_against_what_is_due_to_another(till):
    """A funder takes back neither; the page of figures and the report say both."""
    owing, due = (till.lent(amount=40_000, lines=2) for _ in range(2))
    till.repay(owing, 40_000, date(2026, 6, 15))
    debit = till.repay(owing, 40_000, date(2026, 6, 16))
    done(till, AuthorizationKind.REFUND, 40_000, advance_id=owing.pk)
    till.reverse(debit, DAY)
    till.repay(due, 80_000, DAY)
    fund = queries.fund_position(on=DAY)
    assert (fund.cash, fund.overpaid, fund.owed_back) == (DOTATION, 40_000, 40_000)
    assert queries.free_cash(on=DAY) == DOTATION - 40_000
    assert identity(fund, on=DAY).is_true
    report = funder_figures(
        as_of=DAY,
        known_at=known_now(),
        seen_at=NOW,
        matrix=queries.fund_settings().matrix,
        stopped={},
    )
    assert (report.overpaid, report.owed_back) == (40_000, 40_000)
    with pytest.raises(InvalidInput, match="peut reprendre"):
        asked(
            till, AuthorizationKind.RESTITUTION, DOTATION - 39_999, contribution_id=till.dotation.pk
        )


def test_a_debit_taken_back_after_its_refund_is_owed_and_no_fault_of_the_books(till):
    advance = till.lent()
    till.repay(advance, 900_000, date(2026, 6, 15))
    debit = till.repay(advance, 150_000, date(2026, 7, 15))
    done(till, AuthorizationKind.REFUND, 50_000, advance_id=advance.pk)
    till.reverse(debit, DAY)
    assert not verification.verify().findings
    standing = queries.book_of(advance).position(DAY)
    assert (standing.outstanding, standing.owed_back) == (100_000, 50_000)
    screen = screen_of(advance, queries.book_of(advance))
    shown = {fact.term: fact.value for fact in screen.facts}
    assert shown["Trop-perçu rendu, puis repris par la banque"] == format_euros(50_000)
    assert "Trop-perçu" not in shown
    till.repay(advance, 100_000, DAY)
    owing = queries.book_of(advance)
    head = screen_of(advance, owing).header
    assert (head.now, head.status.label) == (
        f"Il reste {format_euros(50_000)} à rembourser.",
        "En cours",
    )
    [row] = queries.advance_rows([advance], {advance.pk: owing.position(DAY)}, on=DAY)
    assert row.standing == PositionStatus.CURRENT
    till.repay(advance, 20_000, DAY)
    left = queries.book_of(advance).position(DAY)
    with pytest.raises(ActionDenied, match="Il reste 30"):
        permissions.certify_settlement(left, to_leave=0)
    assert not verification.verify().findings
    till.repay(advance, 30_000, DAY)
    permissions.certify_settlement(queries.book_of(advance).position(DAY), to_leave=0)
