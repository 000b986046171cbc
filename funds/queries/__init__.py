"""What the fund knows of itself: derived from the entries, never stored."""

from funds.queries.accounting import (
    balance_rows,
    closed_on,
    journal_lines,
    liaison_gap,
    totals_of,
)
from funds.queries.ahead import (
    Outlook,
    capacity_of,
    outlook,
    outlook_of,
    start_of,
)
from funds.queries.books import Book, book_of, books_of, events_of, left_to_pay, owed, standings_of
from funds.queries.fund import FundPosition, fund_position, position_of
from funds.queries.ledger import (
    amount_of,
    balances,
    cash,
    contributed,
    contributions_received,
    legs_of,
    lines_in_place,
    postings_until,
)
from funds.queries.screens import (
    AdvanceRow,
    EntryRow,
    InstalmentRow,
    advance_rows,
    entry_rows,
    instalment_rows,
    status_badge,
)
from funds.queries.visible import advances_visible_to

__all__ = [
    "AdvanceRow",
    "Book",
    "EntryRow",
    "FundPosition",
    "InstalmentRow",
    "Outlook",
    "advance_rows",
    "advances_visible_to",
    "amount_of",
    "balance_rows",
    "balances",
    "book_of",
    "books_of",
    "capacity_of",
    "cash",
    "closed_on",
    "contributed",
    "contributions_received",
    "entry_rows",
    "events_of",
    "fund_position",
    "instalment_rows",
    "journal_lines",
    "left_to_pay",
    "legs_of",
    "liaison_gap",
    "lines_in_place",
    "outlook",
    "outlook_of",
    "owed",
    "position_of",
    "postings_until",
    "standings_of",
    "start_of",
    "status_badge",
    "totals_of",
]
