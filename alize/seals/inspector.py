"""The process that reads a file nobody vouches for: a limit on its time and memory, no secret.

Started by `inspection.py`: a line of JSON says what to trust, the file follows; answers in JSON.
"""

import json
import resource
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from alize.seals import sealing
from alize.seals.keys import SealCertificate, Trust

DATES = ("from_on", "until", "revoked_at")


def main() -> None:
    """Read one request, answer it, end."""
    request = json.loads(sys.stdin.buffer.readline())
    limit(request["cpu"], request["memory"])
    finding = sealing.check(sys.stdin.buffer.read(), read_trust(request["trust"]))
    json.dump(asdict(finding), sys.stdout, default=datetime.isoformat)


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
        "authority": trust.authority.decode(),
        "certificates": [
            asdict(one)
            | {"pem": one.pem.decode()}
            | {name: _written(getattr(one, name)) for name in DATES}
            for one in trust.certificates
        ],
    }


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def read_trust(written: dict) -> Trust:
    """What `written_trust` wrote."""
    certificates = tuple(
        SealCertificate(
            **one
            | {"pem": one["pem"].encode()}
            | {name: one[name] and datetime.fromisoformat(one[name]) for name in DATES}
        )
        for one in written["certificates"]
    )
    return Trust(written["authority"].encode(), certificates)


if __name__ == "__main__":
    main()
