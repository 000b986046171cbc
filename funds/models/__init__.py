"""The fund: a double-entry ledger in integer cents, and what its entries are about (R41)."""

from funds.models.advances import Advance, Precondition, ScheduleLine, ScheduleVersion
from funds.models.authorizations import Authorization
from funds.models.ledger import (
    Account,
    Closing,
    Entry,
    JournalCounter,
    LedgerState,
    Posting,
)
from funds.models.orders import PaymentOrder, Reversal
from funds.models.resources import AllowanceAgreement, Contribution

__all__ = [
    "Account",
    "Advance",
    "AllowanceAgreement",
    "Authorization",
    "Closing",
    "Contribution",
    "Entry",
    "JournalCounter",
    "LedgerState",
    "PaymentOrder",
    "Posting",
    "Precondition",
    "Reversal",
    "ScheduleLine",
    "ScheduleVersion",
]
