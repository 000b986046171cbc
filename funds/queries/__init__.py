"""What the fund knows of itself: derived from the movements, never stored."""

from funds.queries.books import Book, book_of, books_of, left_to_pay
from funds.queries.fund import FundPosition, fund_position
from funds.queries.visible import advances_visible_to

__all__ = [
    "Book",
    "FundPosition",
    "advances_visible_to",
    "book_of",
    "books_of",
    "fund_position",
    "left_to_pay",
]
