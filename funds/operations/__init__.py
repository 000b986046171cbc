"""Use cases of the fund."""

from funds.operations.advances import contract_advance, grant_advance
from funds.operations.closing import close_period
from funds.operations.contributions import record_contribution, record_valued
from funds.operations.ledger import Draft, lock_ledger, post_entries, post_entry
from funds.operations.payments import cancel_payment, prepare_payment, release_payment
from funds.operations.receipts import record_repayment
from funds.operations.reversals import approve_reversal, propose_reversal, refuse_reversal

__all__ = [
    "Draft",
    "approve_reversal",
    "cancel_payment",
    "close_period",
    "contract_advance",
    "grant_advance",
    "lock_ledger",
    "post_entries",
    "post_entry",
    "prepare_payment",
    "propose_reversal",
    "record_contribution",
    "record_repayment",
    "record_valued",
    "refuse_reversal",
    "release_payment",
]
