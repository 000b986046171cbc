"""The fund: a double-entry ledger in integer cents, and what its entries are about (R41)."""

from funds.models.advances import Advance, Precondition, ScheduleLine, ScheduleVersion
from funds.models.aid import DeclaredAid
from funds.models.authorizations import Authorization
from funds.models.bank import (
    BankAccount,
    BankImport,
    BankLine,
    BankNumber,
    BankStatement,
    Clearing,
)
from funds.models.charts import Chart, ChartLine
from funds.models.confirmations import ConfirmationAnswer, ConfirmationRequest
from funds.models.ledger import (
    Account,
    Closing,
    Entry,
    JournalCounter,
    LedgerState,
    Posting,
)
from funds.models.orders import PaymentOrder, Reversal
from funds.models.reminders import Reminder
from funds.models.reports import FunderReport
from funds.models.resources import AllowanceAgreement, Contribution
from funds.models.settings import FundSettings
from funds.models.transfers import PayeeAccount, SepaFile, SepaTransfer

__all__ = [
    "Account",
    "Advance",
    "AllowanceAgreement",
    "Authorization",
    "BankAccount",
    "BankImport",
    "BankLine",
    "BankNumber",
    "BankStatement",
    "Chart",
    "ChartLine",
    "Clearing",
    "Closing",
    "ConfirmationAnswer",
    "ConfirmationRequest",
    "Contribution",
    "DeclaredAid",
    "Entry",
    "FundSettings",
    "FunderReport",
    "JournalCounter",
    "LedgerState",
    "PayeeAccount",
    "PaymentOrder",
    "Posting",
    "Precondition",
    "Reminder",
    "Reversal",
    "ScheduleLine",
    "ScheduleVersion",
    "SepaFile",
    "SepaTransfer",
]
