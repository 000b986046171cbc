"""What was overpaid always has an ending: refunded, kept by the fund, or given up (467)."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from funds import operations, queries
from funds.enums import AuthorizationKind
from funds.foresight.figures import identity
from funds.models import Authorization, Clearing, Reversal
from funds.queries.verification import verify
from tests.builders import at
from tests.funds.attacks import Leg, authorized, denied, write
from tests.funds.banking import Bank, entry, statement
from tests.funds.test_losses import NOW, PAID_ON, propose
from tests.funds.test_offsets import refund

ON = NOW.date()


def overpaid(till, amount: int = 30_000):
    advance = till.lent(amount=100_000, lines=2)
    return advance, till.repay(advance, 100_000 + amount, date(2026, 6, 15))


def approve(till, asked: Authorization):
    return operations.approve_authorization(authorization_id=asked.pk, by=till.finance, at=NOW)


def settle(till, advance, kind: AuthorizationKind, amount: int):
    return approve(till, propose(till, kind, amount, advance_id=advance.pk))


def standing(advance):
    return queries.book_of(advance).position(ON)


def test_an_over_payment_that_cannot_be_paid_back_stays_in_the_fund(till):
    assert till.dotation
    advance, repaid = overpaid(till)
    free = queries.free_cash(on=ON)
    with pytest.raises(InvalidInput, match="trop-perçu de cette avance est de 300"):
        propose(till, AuthorizationKind.KEPT, 30_001, advance_id=advance.pk)
    kept = settle(till, advance, AuthorizationKind.KEPT, 30_000)
    assert (standing(advance).overpaid, standing(advance).kept) == (0, 30_000)
    assert queries.free_cash(on=ON) == free + 30_000
    found = identity(queries.fund_position(on=ON), on=ON)
    assert found.is_true
    assert found.brought[1].cents == 30_000
    assert not verify().findings
    with pytest.raises(InvalidInput):
        propose(till, AuthorizationKind.REFUND, 1, advance_id=advance.pk)
    till.reverse(kept, PAID_ON)
    assert (standing(advance).overpaid, standing(advance).kept) == (30_000, 0)
    settle(till, advance, AuthorizationKind.KEPT, 30_000)
    till.reverse(repaid, PAID_ON)
    assert (standing(advance).outstanding, standing(advance).owed_back) == (100_000, 30_000)
    assert not verify().findings


def test_what_was_refunded_in_vain_is_given_up(till):
    """The refund left, the bank took the payment back, the company failed: 467 ends too."""
    assert till.dotation
    advance, repaid = overpaid(till)
    refund(till, advance, 30_000)
    till.reverse(repaid, date(2026, 8, 1))
    assert standing(advance).owed_back == 30_000
    with pytest.raises(InvalidInput, match="ne doit que 300"):
        propose(till, AuthorizationKind.FORGONE, 30_001, advance_id=advance.pk)
    forgone = settle(till, advance, AuthorizationKind.FORGONE, 30_000)
    assert (standing(advance).owed_back, standing(advance).kept) == (0, -30_000)
    assert standing(advance).outstanding == 100_000
    assert identity(queries.fund_position(on=ON), on=ON).is_true
    till.reverse(forgone, PAID_ON)
    assert standing(advance).owed_back == 30_000
    assert not verify().findings


def test_what_was_lost_is_made_up_for_first(till):
    assert till.dotation
    advance, _ = overpaid(till)
    asked = propose(till, AuthorizationKind.KEPT, 30_000, advance_id=advance.pk)
    with pytest.raises(ActionDenied, match="décidée par une autre"):
        operations.approve_authorization(authorization_id=asked.pk, by=till.operator, at=NOW)
    with pytest.raises(InvalidInput, match="ne doit que 0"):
        propose(till, AuthorizationKind.FORGONE, 1, advance_id=advance.pk)


def test_the_database_keeps_no_more_than_what_was_overpaid(till):
    assert till.dotation
    advance, _ = overpaid(till, 5_000)
    for kind, legs, name in (
        ("KEPT", (Leg("OVERPAID", 10_000), Leg("KEPT", -10_000)), "lg_refund_le_overpaid"),
        ("FORGONE", (Leg("FORGONE", 10_000), Leg("OVERPAID", -10_000)), "lg_forgone_le_owed"),
    ):
        asked = {"kind": kind, "advance": advance, "authorization": authorized(till, advance, kind)}
        denied(name, lambda legs=legs, asked=asked: write(till, *legs, **asked))
        asked.pop("authorization")
        denied("entry_has_its_authorization", lambda legs=legs, a=asked: write(till, *legs, **a))


def test_a_refund_that_the_bank_sends_back_is_undone_from_its_line(till):
    assert till.dotation
    bank = Bank(till)
    advance, _ = overpaid(till)
    refund(till, advance, 30_000)
    company = advance.project.beneficiary.name
    lines = [
        entry("-300.00", f"VIR {company}", day=date(2026, 7, 21)),
        entry("300.00", f"RETOUR VIR {company}", day=date(2026, 7, 28)),
    ]
    bank.load(statement(*lines, since=date(2026, 7, 20), until=date(2026, 7, 31)))
    out, back = bank.lines()
    sent = advance.entries.get(kind="REFUND")
    bank.do(operations.clear_with_entry, out, entry_id=sent.pk)
    bank.do(operations.clear_as_return, back, entry_id=sent.pk)
    assert Clearing.objects.get(line=back).act == "BOUNCE"
    till.approve(Reversal.objects.get())
    assert not bank.lines()
    assert standing(advance).overpaid == 30_000
    settle(till, advance, AuthorizationKind.KEPT, 30_000)
    assert not verify().findings


def test_the_page_offers_the_ending_and_says_it(client_as, till, time_machine):
    assert till.dotation
    advance, _ = overpaid(till)
    time_machine.move_to(at(2027, 1, 5, 10))
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = f"/bassins/savoie/fonds/avances/{advance.reference}/"
    assert "Garder le trop-perçu" in operator.get(page).content.decode()
    assert "(758)" in operator.get(f"{page}trop-percu/solder/").content.decode()
    told = {
        "amount": "300",
        "value_on": "05/01/2027",
        "reason": "Radiée le 2 janvier",
        "command_key": uuid4(),
    }
    assert operator.post(f"{page}trop-percu/solder/", told).status_code == 302
    approve(till, Authorization.objects.get())
    assert "Trop-perçu gardé par le fonds" in operator.get(page).content.decode()
