"""Use cases of the fund."""

from funds.operations.advances import contract_advance, grant_advance
from funds.operations.authorizations import (
    Asked,
    approve_authorization,
    propose,
    refuse_authorization,
)
from funds.operations.closing import close_period
from funds.operations.contributions import record_contribution, record_valued
from funds.operations.costs import (
    agree_allowance,
    give_back_to_advances,
    record_bank_fee,
    record_cost,
)
from funds.operations.ledger import Draft, lock_ledger, post_entries, post_entry
from funds.operations.payments import cancel_payment, prepare_payment, release_payment
from funds.operations.preconditions import (
    add_precondition,
    meet_precondition,
    waive_precondition,
)
from funds.operations.receipts import record_recovery, record_repayment
from funds.operations.reversals import approve_reversal, propose_reversal, refuse_reversal
from funds.operations.schedules import reschedule

__all__ = [
    "Asked",
    "Draft",
    "add_precondition",
    "agree_allowance",
    "approve_authorization",
    "approve_reversal",
    "cancel_payment",
    "close_period",
    "contract_advance",
    "give_back_to_advances",
    "grant_advance",
    "lock_ledger",
    "meet_precondition",
    "post_entries",
    "post_entry",
    "prepare_payment",
    "propose",
    "propose_reversal",
    "record_bank_fee",
    "record_contribution",
    "record_cost",
    "record_recovery",
    "record_repayment",
    "record_valued",
    "refuse_authorization",
    "refuse_reversal",
    "release_payment",
    "reschedule",
    "waive_precondition",
]
