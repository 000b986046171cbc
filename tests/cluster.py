"""A PostgreSQL of its own, that a test kills and starts again as an operator would."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psycopg

from alize.bootstrap import locks, postgres
from alize.bootstrap import place as places
from alize.bootstrap.messages import SetupError
from alize.bootstrap.processes import Server, log_path, run
from alize.bootstrap.servers import THROW_AWAY_PREFIX

LOG = "postgresql-killed"
SETTINGS = {"fsync": "off"}
"""The machine stays up: what its system was handed is not lost with the processes."""
PROCESSES = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
RECOVERED = "database system was not properly shut down; automatic recovery in progress"


class Cluster:
    """The files of a PostgreSQL, and the processes that serve them for now."""

    server: Server

    def __init__(self, place: places.Place) -> None:
        self.place, self.data = place, place.folder / "postgresql"

    @property
    def host(self) -> str:
        """Where it is reached."""
        return str(self.place.sockets)

    def copy(self, host: str) -> None:
        """Take all the databases of a running cluster, as they stand at one moment."""
        self.place.account.own(self.data)
        asked = ("-D", self.data, "-h", host, "-U", "postgres", "-c", "fast", "--no-sync")
        command = [postgres.program(self.place, "pg_basebackup"), *asked]
        run(command, cwd=self.data, **self.place.account.options())

    def start(self) -> None:
        """Start it, once the memory of what was killed is free: PostgreSQL itself refuses before.

        :raises SetupError: it did not start in time.
        """
        deadline = time.monotonic() + postgres.START_LIMIT
        while True:
            self.server = postgres.launch(self.place, self.data, SETTINGS, log=LOG)
            try:
                return postgres.wait_until_ready(self.place, self.server)
            except SetupError:
                if time.monotonic() > deadline:
                    raise

    def kill(self) -> None:
        """End all its processes at once with signal 9: none of them writes or says anything."""
        with psycopg.connect(host=self.host, user="postgres", dbname="postgres") as asking:
            running = asking.execute(PROCESSES).fetchall()
        for pid in (self.server.process.pid, *(pid for (pid,) in running)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.process.wait()

    @property
    def has_recovered(self) -> bool:
        """Whether its last start was after a crash."""
        return RECOVERED in log_path(LOG).read_text()


@contextmanager
def copied(host: str) -> Iterator[Cluster]:
    """A running copy of the cluster at `host`, forgotten afterwards."""
    name = f"{THROW_AWAY_PREFIX}{os.getpid()}-killed"
    lock = places.STATE / "locks" / name
    with locks.exclusive(lock):
        # Beside the sockets of the run: its folder of temporary files is closed to other accounts.
        beside = Path(host).with_name(f"{Path(host).name}-killed")
        place = replace(places.find(name), sockets=beside)
        place.make()
        cluster = Cluster(place)
        try:
            cluster.copy(host)
            cluster.start()
            yield cluster
        finally:
            if hasattr(cluster, "server"):
                cluster.server.stop()
                cluster.server.wait()
            place.remove()
            lock.unlink(missing_ok=True)
