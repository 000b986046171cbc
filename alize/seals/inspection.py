"""Checks the seal of a file that anybody sent, in a process apart that is soon killed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from alize.common.errors import Refusal
from alize.documents.pdf import KEPT_VARIABLES
from alize.seals import inspector
from alize.seals.keys import Trust
from alize.seals.sealing import Outside, SealFinding


@dataclass(frozen=True)
class Limits:
    """What one file may cost: seconds of CPU, bytes of memory; seconds of clock in all."""

    cpu: int = 4
    memory: int = 600_000_000
    wall: float = 8


AT_ONCE = 2
"""How many files are read at once, over all the processes of the site: the others stay free."""
TURNS = 0x5EA1
"""The family of locks of those who have a file read."""


class Busy(Refusal):
    """As many files as may be are being read already."""


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of the places of those who have a file read; a process that dies frees its own.

    :raises Busy: they are all taken.
    """
    with connection.cursor() as cursor:
        for place in range(AT_ONCE):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [TURNS, place])
            if cursor.fetchone()[0]:
                break
        else:
            raise Busy("Plusieurs documents sont déjà examinés : réessayez dans une minute.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [TURNS, place])


def inspect(pdf: bytes, trust: Trust, limits: Limits = Limits()) -> SealFinding | None:
    """What `sealing.check` finds; nothing when the file takes too much to be read."""
    given = asdict(limits) | {"trust": inspector.written_trust(trust), "started": time.time()}
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    try:
        run = subprocess.run(  # noqa: S603 - our own module, no argument
            [sys.executable, "-m", inspector.__name__],
            input=json.dumps(given).encode() + b"\n" + pdf,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={**kept, "LANG": "C.UTF-8"},
            timeout=limits.wall,
            check=True,
        )
        answer = json.loads(run.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    outside = tuple(Outside(**_dated(one)) for one in answer.pop("outside"))
    return SealFinding(**_dated(answer), outside=outside)


def _dated(said: dict[str, Any]) -> dict[str, Any]:
    moment = said["signed_at"]
    return said | {"signed_at": moment and datetime.fromisoformat(moment)}
