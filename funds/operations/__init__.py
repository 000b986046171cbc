"""Use cases of the fund."""

from funds.operations.advances import contract_advance, grant_advance
from funds.operations.payments import cancel_payment, prepare_payment, release_payment
from funds.operations.receipts import record_contribution, record_repayment, reverse_repayment

__all__ = [
    "cancel_payment",
    "contract_advance",
    "grant_advance",
    "prepare_payment",
    "record_contribution",
    "record_repayment",
    "release_payment",
    "reverse_repayment",
]
