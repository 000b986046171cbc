"""The process that reads a file nobody vouches for: a limit on its time and memory, no secret.

Started by `inspection.py`: a line of JSON says what to trust, the file follows; answers in JSON.
"""

import json
import resource
import signal
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from alize.seals import sealing
from alize.seals.keys import SealAuthority, SealCertificate, Trust
from alize.seals.sealing import SealFinding, Since

LEFT_TO_COMPARE = 0.75
"""What part of its limits a file may spend until its revisions are compared."""
DATES = {"from_on", "until", "revoked_at"}


class TooLong(BaseException):
    """The time to compare is over: no file, whatever it makes its reader raise, catches it."""


def main() -> None:
    """Read one request, answer it, end."""
    request = json.loads(sys.stdin.buffer.readline())
    limit(request["cpu"], request["memory"])
    pdf, trust = sys.stdin.buffer.read(), read_trust(request["trust"])
    finding = sealing.check(pdf, trust, compares=False)
    if any(one.is_intact and one.since == Since.UNKNOWN for one in finding.outside):
        finding = compared(pdf, trust, request) or finding
    json.dump(asdict(finding), sys.stdout, default=datetime.isoformat)


def compared(pdf: bytes, trust: Trust, request: dict) -> SealFinding | None:
    """The same with what was added since each signature compared; nothing when it takes too long.

    A part of the limits is left to end and to answer.
    """
    for ringing, clock, spent, most in (
        (signal.SIGPROF, signal.ITIMER_PROF, time.process_time(), request["cpu"]),
        (
            signal.SIGALRM,
            signal.ITIMER_REAL,
            time.time() - request["started"],
            request["wall"],
        ),
    ):
        signal.signal(ringing, too_long)
        signal.setitimer(clock, max(most * LEFT_TO_COMPARE - spent, 0.001))
    try:
        return sealing.check(pdf, trust)
    except TooLong:
        return None
    finally:
        for clock in (signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(clock, 0)


def too_long(*_: object) -> None:
    """Stop what is being compared."""
    raise TooLong


def limit(cpu: int, memory: int) -> None:
    """Bound this process: seconds of CPU, bytes beyond what it holds already, where told."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # outside Linux the limits on time hold alone
        return
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def written_trust(trust: Trust) -> dict:
    """What to trust, as JSON can say it."""
    return {
        "authorities": [_written(asdict(one)) for one in trust.authorities],
        "certificates": [_written(asdict(one)) for one in trust.certificates],
    }


def _written(said: dict) -> dict:
    moments = {name: said[name] and said[name].isoformat() for name in DATES & said.keys()}
    return said | moments | {"pem": said["pem"].decode()}


def read_trust(written: dict) -> Trust:
    """What `written_trust` wrote."""
    return Trust(
        tuple(SealAuthority(**_read(one)) for one in written["authorities"]),
        tuple(SealCertificate(**_read(one)) for one in written["certificates"]),
    )


def _read(written: dict) -> dict:
    moments = {
        name: written[name] and datetime.fromisoformat(written[name])
        for name in DATES & written.keys()
    }
    return written | moments | {"pem": written["pem"].encode()}


if __name__ == "__main__":
    main()
