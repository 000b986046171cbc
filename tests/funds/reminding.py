"""What is due and what was sent, as the tests of reminders ask for it."""

import re
from datetime import date
from uuid import uuid4

import pypdfium2

from alize.documents import storage
from alize.documents.models import GeneratedDocument
from alize.notifications.models import Mail
from basins.tenancy import national
from funds import operations, queries
from funds.queries.reminders import DueReminder, reminders_due
from tests.builders import at

TODAY, JUNE, JULY, AUGUST = (date(2026, 7, 25), date(2026, 6, 15), date(2026, 7, 15),
                             date(2026, 8, 15))  # fmt: skip


def dues(*advances, on: date = TODAY) -> list[DueReminder]:
    books = queries.books_of(advances)
    return reminders_due(advances, books, queries.standings_in(books, on=on), on=on)


def due(*advances, on: date = TODAY):
    return [(one.due_on, one.amount, str(one.step)) for one in dues(*advances, on=on)]


def send(till, *keys, **changes):
    asked = {"by": till.operator, "at": at(2026, 7, 25), "command_key": uuid4(), **changes}
    return operations.send_reminders(keys=keys, **asked)


def mails(code: str) -> list[Mail]:
    with national():
        return list(Mail.objects.filter(code=code))


def words_of(document: GeneratedDocument) -> str:
    with storage.opened(document.key) as file, pypdfium2.PdfDocument(file.read()) as pdf:
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
    return re.sub(r"\s+", " ", " ".join(pages))
