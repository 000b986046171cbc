"""A bank file, read, then matched a few lines at a time: the progress is what is committed."""

from datetime import datetime

from django.utils import timezone

from alize.outbox.handlers import handler
from alize.outbox.operations import enqueue
from funds import operations
from funds.models import BankImport
from funds.operations.bank import CHUNK


@handler("funds.read_statement")
def read_statement(*, at: datetime, import_id: int) -> None:
    """Read a file whole, or refuse it."""
    _go_on(operations.read_import(import_id=import_id, at=at))


@handler("funds.match_lines")
def match_lines(*, at: datetime, import_id: int, step: int) -> None:
    """Match the next lines; `step` only tells the works of one import apart."""
    made = operations.match_chunk(import_id=import_id, size=CHUNK, on=timezone.localdate(at), at=at)
    _go_on(made)


def _go_on(made: BankImport) -> None:
    if made.finished_at is None and made.statement_id:
        key = f"{made.pk}:{made.done}"
        enqueue("funds.match_lines", key=key, import_id=made.pk, step=made.done)
