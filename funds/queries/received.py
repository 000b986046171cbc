"""Where advances stand for their companies: what was stopped before the bank never reached them.

The ledger holds a payment as lent from its release until its entry is undone, for its cash is set
aside and the identity of the fund counts it (funds.md 2.6). Nothing is due of it meanwhile: it adds
no arrears, no day late, nothing at risk, aged or provided for (2.4). A report that is frozen
keeps what was stopped on its day, so that it is printed again the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from funds.models import Advance
from funds.queries.books import Book, book_of, books_of
from funds.queries.plans import without_payment
from funds.queries.transfers import stopped_entries
from funds.rules import Position
from funds.rules.positions import as_received


def received_books(books: Mapping[int, Book], *, on: date) -> dict[int, Book]:
    """These books, by id of their advance, without what is stopped on a day and its instalments."""
    return books_without(books, stopped_entries(on=on))


def books_without(books: Mapping[int, Book], stopped: Mapping[int, int]) -> dict[int, Book]:
    """The same without these payments: the advance of each entry, by their ids."""
    of_advance = defaultdict[int, list[int]](list)
    for entry, advance in stopped.items():
        of_advance[advance].append(entry)
    return {pk: _received(book, of_advance.get(pk, ())) for pk, book in books.items()}


def standings_in(books: Mapping[int, Book], *, on: date) -> dict[int, Position]:
    """Where the advances of these books stand at the end of a day, by id."""
    received = received_books(books, on=on)
    return {pk: standing_in(book, received[pk], on=on) for pk, book in books.items()}


def standing_in(book: Book, received: Book, *, on: date) -> Position:
    """Where the advance of a book stands, from the same book without what is stopped."""
    if received is book:
        return book.position(on)
    return as_received(book.position(on), received.position(on))


def standings_of(advances: Iterable[Advance], *, on: date) -> dict[int, Position]:
    """Where these advances stand at the end of a day, by id."""
    return standings_in(books_of(advances), on=on)


def received_book(advance: Advance, *, on: date) -> Book:
    """The book of an advance as its company knows it: without what is stopped on a day."""
    return received_books({advance.pk: book_of(advance)}, on=on)[advance.pk]


def unsent(advance: Advance, *, on: date) -> int:
    """What an advance owes of payments stopped before the bank, in cents."""
    return standings_of([advance], on=on)[advance.pk].unsent


def _received(book: Book, stopped: Iterable[int]) -> Book:
    for entry in stopped:
        unplanned = without_payment(book, entry) or book
        events = tuple(event for event in unplanned.events if event.no != entry)
        book = replace(unplanned, events=events)
    return book
