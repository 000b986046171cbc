"""Use cases of the fund."""

from funds.operations.advances import contract_advance, grant_advance
from funds.operations.payments import cancel_payment, prepare_payment, release_payment
from funds.operations.receipts import record_contribution, record_repayment
from funds.operations.reversals import approve_reversal, propose_reversal, refuse_reversal

__all__ = [
    "approve_reversal",
    "cancel_payment",
    "contract_advance",
    "grant_advance",
    "prepare_payment",
    "propose_reversal",
    "record_contribution",
    "record_repayment",
    "refuse_reversal",
    "release_payment",
]
