"""Use cases of the fund."""

from funds.operations.advances import cancel_grants, contract_advance, grant_advance
from funds.operations.aid import declare_aid, issue_aid_certificate, withdraw_aid
from funds.operations.authorizations import (
    Asked,
    approve_authorization,
    propose,
    refuse_authorization,
)
from funds.operations.bank import ask_import, read_import, save_mapping
from funds.operations.charts import change_chart
from funds.operations.clearings import (
    clear_as_cost,
    clear_as_return,
    clear_between_banks,
    clear_with_contribution,
    clear_with_repayments,
    identify_line,
    undo_clearing,
)
from funds.operations.closing import close_period
from funds.operations.confirmations import (
    answer_confirmation,
    ask_confirmation,
    ask_everybody,
    remind_confirmation,
    renew_confirmation_link,
)
from funds.operations.contributions import record_contribution, record_valued
from funds.operations.costs import (
    agree_allowance,
    give_back,
    record_bank_fee,
    record_cost,
    withdraw_agreement,
)
from funds.operations.ledger import Draft, lock_ledger, post_entries, post_entry
from funds.operations.matching import match_chunk
from funds.operations.numbers import (
    approve_number,
    correct_bank_account,
    open_bank_account,
    propose_number,
    refuse_number,
    withdraw_number,
)
from funds.operations.papers import issue_settlement_certificate, issue_statement, send_paper
from funds.operations.payees import approve_payee, propose_payee, refuse_payee
from funds.operations.payments import cancel_payment, prepare_payment, release_payment
from funds.operations.preconditions import (
    add_precondition,
    meet_contested,
    meet_precondition,
    waive_precondition,
)
from funds.operations.provision import book_provision
from funds.operations.receipts import record_recovery, record_repayment
from funds.operations.reminders import send_reminders
from funds.operations.reports import freeze_report
from funds.operations.requests import ask_committee
from funds.operations.reversals import approve_reversal, propose_reversal, refuse_reversal
from funds.operations.schedules import reschedule
from funds.operations.settings import save_settings
from funds.operations.ties import clear_with_entries, clear_with_entry, clear_with_others
from funds.operations.transfers import (
    build_file,
    cancel_file,
    choose_format,
    download_file,
    mark_sent,
)
from funds.operations.waiting import move_line, suspend_line

__all__ = [
    "Asked",
    "Draft",
    "add_precondition",
    "agree_allowance",
    "answer_confirmation",
    "approve_authorization",
    "approve_number",
    "approve_payee",
    "approve_reversal",
    "ask_committee",
    "ask_confirmation",
    "ask_everybody",
    "ask_import",
    "book_provision",
    "build_file",
    "cancel_file",
    "cancel_grants",
    "cancel_payment",
    "change_chart",
    "choose_format",
    "clear_as_cost",
    "clear_as_return",
    "clear_between_banks",
    "clear_with_contribution",
    "clear_with_entries",
    "clear_with_entry",
    "clear_with_others",
    "clear_with_repayments",
    "close_period",
    "contract_advance",
    "correct_bank_account",
    "declare_aid",
    "download_file",
    "freeze_report",
    "give_back",
    "grant_advance",
    "identify_line",
    "issue_aid_certificate",
    "issue_settlement_certificate",
    "issue_statement",
    "lock_ledger",
    "mark_sent",
    "match_chunk",
    "meet_contested",
    "meet_precondition",
    "move_line",
    "open_bank_account",
    "post_entries",
    "post_entry",
    "prepare_payment",
    "propose",
    "propose_number",
    "propose_payee",
    "propose_reversal",
    "read_import",
    "record_bank_fee",
    "record_contribution",
    "record_cost",
    "record_recovery",
    "record_repayment",
    "record_valued",
    "refuse_authorization",
    "refuse_number",
    "refuse_payee",
    "refuse_reversal",
    "release_payment",
    "remind_confirmation",
    "renew_confirmation_link",
    "reschedule",
    "save_mapping",
    "save_settings",
    "send_paper",
    "send_reminders",
    "suspend_line",
    "undo_clearing",
    "waive_precondition",
    "withdraw_agreement",
    "withdraw_aid",
    "withdraw_number",
]
