"""Logs as one JSON object a line, in UTC, without bodies, tokens or bank details (D23)."""

import json
import logging
import re
from datetime import UTC, datetime

_TOKEN = re.compile(r"/[A-Za-z0-9_-]{32,}(?=[/'\" ?]|$)")
"""The part of an address that opens a page by itself: a single-use link, an invitation."""

STANDARD = set(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """Writes the message, its level, its moment and whatever `extra` brought."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {k: str(v) for k, v in record.__dict__.items() if k not in STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _TOKEN.sub("/…", json.dumps(line, ensure_ascii=False))
