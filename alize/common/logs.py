"""Logs as one JSON object a line, in UTC, without bodies, tokens or bank details (D23)."""

import json
import logging
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

_TOKEN = re.compile(r"/[A-Za-z0-9_-]{32,}(?=[/'\" ?]|$)")
"""The part of an address that opens a page by itself: a single-use link, an invitation."""

_context: ContextVar[Mapping[str, object]] = ContextVar("log_context", default=MappingProxyType({}))


def begin(**facts: object) -> None:
    """Start a request or a piece of work: each line says these facts until the next one starts.

    Nothing is taken back at the end: Django logs what it refuses once the answer has left us.
    """
    _context.set(facts)


def add(**facts: object) -> None:
    """Say more of the request or the work under way, once it is known."""
    _context.set({**_context.get(), **facts})


class LogMiddleware:
    """Gives each request an identifier that its lines share."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begin(request_id=uuid4().hex)
        return self.get_response(request)


STANDARD = set(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """Writes the message, its level, its moment, what it happened in and what `extra` brought."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= _context.get()
        line |= {k: str(v) for k, v in record.__dict__.items() if k not in STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _TOKEN.sub("/…", json.dumps(line, ensure_ascii=False))
