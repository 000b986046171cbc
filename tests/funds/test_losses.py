"""What comes back after a loss is a recovery, and each event comes after what it follows."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from funds import operations, queries
from funds.enums import AuthorizationKind, LossCause
from funds.models import Clearing
from funds.queries.verification import verify
from tests.builders import at
from tests.funds.banking import Bank, entry, statement
from tests.funds.test_figures import write_off

NOW = at(2027, 12, 1)
LOST_ON, PAID_ON = date(2026, 12, 1), date(2027, 1, 5)


def propose(till, kind: AuthorizationKind, amount: int, **changes):
    asked = {"value_on": PAID_ON, "reason": "Justifié", **changes}
    return operations.propose(
        operations.Asked(kind=kind, amount=amount, **asked),
        by=till.operator,
        at=NOW,
        command_key=uuid4(),
    )


def recover(till, advance, amount: int, on: date = PAID_ON):
    told = {"by": till.operator, "at": NOW, "command_key": uuid4()}
    return operations.record_recovery(advance_id=advance.pk, amount=amount, value_on=on, **told)


def lost(till, amount: int = 100_000):
    advance = till.lent(amount=100_000, lines=2)
    write_off(till, advance, amount, LOST_ON)
    return advance


def test_money_that_comes_after_a_loss_is_a_recovery(till):
    assert till.dotation
    advance = lost(till, 70_000)
    with pytest.raises(InvalidInput, match="« Enregistrer une récupération »") as refused:
        till.repay(advance, 50_000, PAID_ON)
    assert refused.value.field == "amount"
    till.repay(advance, 30_000, PAID_ON)
    recover(till, advance, 70_000)
    till.repay(advance, 5_000, PAID_ON)
    standing = queries.book_of(advance).position(NOW.date())
    assert (standing.recovered, standing.overpaid) == (70_000, 5_000)
    assert not verify().findings


def test_nothing_is_refunded_while_a_loss_stands(till):
    assert till.dotation
    advance = lost(till)
    recovered = recover(till, advance, 100_000)
    till.repay(advance, 50_000, PAID_ON)
    asked = propose(till, AuthorizationKind.REFUND, 50_000, advance_id=advance.pk)
    till.reverse(recovered, PAID_ON)
    with pytest.raises(ActionDenied, match="récupération"):
        operations.approve_authorization(authorization_id=asked.pk, by=till.finance, at=NOW)


def test_a_line_of_the_bank_is_tied_to_the_recovery_it_brought(till):
    assert till.dotation
    bank = Bank(till)
    advance = lost(till)
    line_of = entry("500.00", "VIR LIQUIDATEUR", day=PAID_ON)
    bank.load(statement(line_of, since=date(2027, 1, 1), until=date(2027, 1, 31)))
    line = bank.lines()[0]
    recovery = recover(till, advance, 50_000)
    bank.do(operations.clear_with_entry, line, entry_id=recovery.pk)
    assert Clearing.objects.get().entry == recovery
    assert not bank.lines()


@pytest.mark.parametrize("waits", [False, True])
def test_a_line_of_the_bank_pays_what_is_owed_then_what_was_lost(till, waits):
    assert till.dotation
    bank = Bank(till)
    advance = lost(till, 70_000)
    line_of = entry("1005.00", "VIR LIQUIDATEUR", day=PAID_ON)
    bank.load(statement(line_of, since=date(2027, 1, 1), until=date(2027, 1, 31)))
    line = bank.lines()[0]
    act = operations.clear_with_repayments
    if waits:
        bank.do(operations.suspend_line, line)
        act = operations.identify_line
    bank.do(act, line, parts=[(advance.pk, 100_500)])
    parts = Clearing.objects.exclude(act="SUSPENSE").order_by("amount")
    assert [(one.amount, one.entry.kind) for one in parts] == [
        (30_500, "REPAYMENT"), (70_000, "RECOVERY"),
    ]  # fmt: skip
    standing = queries.book_of(advance).position(NOW.date())
    assert (standing.outstanding, standing.recovered, standing.overpaid) == (0, 70_000, 500)
    assert not bank.lines()
    assert not verify().findings


def test_the_page_offers_what_may_be_done_after_a_loss(client_as, till, time_machine):
    assert till.dotation
    advance = lost(till)
    time_machine.move_to(NOW)
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = operator.get(f"/bassins/savoie/fonds/avances/{advance.reference}/").content.decode()
    assert "Enregistrer une récupération" in page
    assert "Enregistrer un remboursement" not in page


def test_a_loss_follows_the_loan_and_a_recovery_follows_the_loss(till):
    assert till.dotation
    advance = till.lent(amount=100_000, lines=2)
    about = {"advance_id": advance.pk, "cause": LossCause.LIQUIDATION}
    about["decision_id"] = till.loss_accepted(advance)
    with pytest.raises(InvalidInput, match="précède le versement") as refused:
        propose(till, AuthorizationKind.WRITE_OFF, 1, value_on=date(2026, 5, 14), **about)
    assert refused.value.field == "value_on"
    write_off(till, advance, 100_000, LOST_ON)
    with pytest.raises(InvalidInput, match="précède la perte") as refused:
        recover(till, advance, 100, date(2026, 11, 30))
    assert refused.value.field == "value_on"
    assert recover(till, advance, 100, LOST_ON)


def test_nothing_more_is_lent_after_a_loss(till):
    assert till.dotation
    advance = till.contracted(amount=300_000, lines=3)
    till.release(till.prepare(advance, amount=100_000))
    waiting = till.prepare(advance, amount=50_000)
    day = date(2026, 5, 20)
    free = queries.free_cash(on=day)
    assert queries.fund_position(on=day).committed == 200_000
    write_off(till, advance, 60_000, date(2026, 5, 20))
    with pytest.raises(ActionDenied, match="rien de plus ne se verse"):
        till.prepare(advance, amount=150_000)
    with pytest.raises(ActionDenied, match="rien de plus ne se verse"):
        till.release(waiting)
    assert queries.fund_position(on=day).committed == queries.outlook(on=day).promised == 0
    assert queries.free_cash(on=day) == free + 200_000
