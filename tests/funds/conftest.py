"""An advance at each step of its life, made by the operations themselves."""

from datetime import date
from uuid import uuid4

import pytest

from basins.enums import Role
from funds import operations
from funds.models import Advance
from tests.builders import at, make_decision, make_user

GRANTED_AT = at(2026, 4, 1)
PAID_ON = date(2026, 5, 15)


class Till:
    """The people who handle money in one basin, and the acts they do with sensible defaults."""

    def __init__(self, basin) -> None:
        self.basin = basin
        self.operator = make_user(Role.OPERATOR, basin=basin)
        self.finance = make_user(Role.FINANCE, basin=basin)

    def granted(self, **decision) -> Advance:
        made = make_decision(**{"amount": 1_000_000, "lines": 36, "grace_months": 0, **decision})
        return operations.grant_advance(decision_id=made.pk, by=self.operator, at=GRANTED_AT)

    def contracted(self, **decision) -> Advance:
        advance = self.granted(**decision)
        return operations.contract_advance(
            advance_id=advance.pk, on=date(2026, 4, 20), by=self.operator, at=at(2026, 4, 21)
        )

    def prepare(self, advance, **changes):
        asked = {
            "amount": advance.granted_amount,
            "pay_on": PAID_ON,
            "by": self.operator,
            "at": at(2026, 5, 4),
            "command_key": uuid4(),
            **changes,
        }
        return operations.prepare_payment(advance_id=advance.pk, **asked)

    def release(self, order, **changes):
        asked = {"by": self.finance, "at": at(2026, 5, 15, 9), **changes}
        return operations.release_payment(order_id=order.pk, **asked)

    def lent(self, **decision) -> Advance:
        advance = self.contracted(**decision)
        self.release(self.prepare(advance))
        return advance

    def repay(self, advance, amount: int, on: date, **changes):
        asked = {"by": self.operator, "at": at(2027, 12, 1), "command_key": uuid4(), **changes}
        return operations.record_repayment(
            advance_id=advance.pk, amount=amount, value_on=on, **asked
        )

    def ask_reversal(self, movement, on: date, **changes):
        asked = {
            "by": self.operator,
            "at": at(2027, 12, 1),
            "command_key": uuid4(),
            "reason": "Rejet de la banque",
            **changes,
        }
        return operations.propose_reversal(movement_id=movement.pk, value_on=on, **asked)

    def approve(self, reversal, **changes):
        asked = {"by": self.finance, "at": at(2027, 12, 1), **changes}
        return operations.approve_reversal(reversal_id=reversal.pk, **asked)

    def reverse(self, movement, on: date):
        return self.approve(self.ask_reversal(movement, on))


@pytest.fixture
def till(in_savoie) -> Till:
    return Till(in_savoie)
