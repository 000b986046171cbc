"""What the fund knows of itself: derived from the movements, never stored."""

from funds.queries.ahead import (
    Outlook,
    capacity_of,
    outlook,
    outlook_of,
    start_of,
)
from funds.queries.books import Book, book_of, books_of, left_to_pay, standings_of
from funds.queries.fund import FundPosition, fund_position, position_of
from funds.queries.screens import (
    AdvanceRow,
    InstalmentRow,
    MovementRow,
    advance_rows,
    instalment_rows,
    movement_rows,
    status_badge,
)
from funds.queries.visible import advances_visible_to

__all__ = [
    "AdvanceRow",
    "Book",
    "FundPosition",
    "InstalmentRow",
    "MovementRow",
    "Outlook",
    "advance_rows",
    "advances_visible_to",
    "book_of",
    "books_of",
    "capacity_of",
    "fund_position",
    "instalment_rows",
    "left_to_pay",
    "movement_rows",
    "outlook",
    "outlook_of",
    "position_of",
    "standings_of",
    "start_of",
    "status_badge",
]
