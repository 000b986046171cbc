"""Checks the seal of a file that anybody sent, in a process apart that is soon killed."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings

from alize.documents.pdf import KEPT_VARIABLES
from alize.seals import inspector
from alize.seals.keys import Trust
from alize.seals.sealing import SealFinding


@dataclass(frozen=True)
class Limits:
    """What one file may cost: seconds of CPU, bytes of memory; seconds of clock in all."""

    cpu: int = 8
    memory: int = 600_000_000
    wall: float = 12


def inspect(pdf: bytes, trust: Trust, limits: Limits = Limits()) -> SealFinding | None:
    """What `sealing.check` finds; nothing when the file takes too much to be read."""
    given = asdict(limits) | {"trust": inspector.written_trust(trust)}
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
    moment = answer["signed_at"]
    return SealFinding(**answer | {"signed_at": moment and datetime.fromisoformat(moment)})
