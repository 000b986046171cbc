"""The processes of the application, and the port of the first."""

import http.client
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from alize.bootstrap.messages import SetupError
from alize.bootstrap.paths import PYTHON, STATE
from alize.bootstrap.processes import Server, environment, start, stopped

DEFAULT_PORT = 8000
PORTS = 65_536
START_LIMIT = 60.0
HEALTH = "/sante/"


def choose_port(wanted: int | None) -> int:
    """The port asked for; with none asked for, 8000 or the next free one.

    :raises SetupError: the port asked for is taken or cannot be used.
    """
    if wanted is not None:
        if not 0 < wanted < PORTS:
            raise SetupError(
                f"Le port {wanted} n'existe pas : choisissez entre 1 et {PORTS - 1} avec --port."
            )
        if not is_free(wanted):
            raise SetupError(
                f"Le port {wanted} est pris ou réservé : choisissez-en un autre avec --port."
            )
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 100):
        if is_free(port):
            return port
    raise SetupError("Aucun port libre entre 8000 et 8099 : choisissez-en un avec --port.")


@contextmanager
def held(port: int) -> Iterator[socket.socket]:
    """Listen on a port from now on: whoever comes before the application waits for it.

    Nobody else takes it meanwhile, so that what answers there later is this application.
    """
    with socket.create_server(("127.0.0.1", port)) as listener:
        yield listener


def is_free(port: int) -> bool:
    """Whether nothing answers on a port of this machine, by IPv4 or by IPv6."""
    addresses = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
    return all(can_bind(family, address, port) for family, address in addresses)


def can_bind(family: int, address: str, port: int) -> bool:
    try:
        with socket.socket(family) as candidate:
            # Without it, the connections of a server just stopped would hold its port.
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            candidate.bind((address, port))
    except OSError:
        return family == socket.AF_INET6 and not answers(address, port)
    return True


def answers(address: str, port: int) -> bool:
    """Whether a server listens; a machine without IPv6 has none."""
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True


def start_all(listener: socket.socket, env: Mapping[str, str]) -> tuple[Server, ...]:
    """Start web, worker and scheduler: each loads the application once, the start is short."""
    options = {"env": environment(env)}
    door = listener.fileno()
    gunicorn = [PYTHON, "-m", "gunicorn", "alize.wsgi:application", "--workers", "2", "--preload"]
    gunicorn += ["--bind", f"fd://{door}", "--timeout", "60", "--no-control-socket"]
    worker = worker_command("--beat", "--schedule", STATE / "celerybeat-schedule")
    return (
        start("Le serveur web", "web", gunicorn, pass_fds=[door], **options),
        start("L'exécutant des tâches, avec le planificateur,", "worker", worker, **options),
    )


def worker_command(*more: object) -> list[object]:
    """The worker, behind everything that answers to people: what it lays out can wait (Q13).

    A core stays without layouts: on two, two at a time slowed the votes by more than half.
    """
    processes = "2" if (os.cpu_count() or 1) > 2 else "1"
    celery = [PYTHON, "-m", "celery", "-A", "alize.celery:app", "worker", "-c", processes]
    celery += ["-Q", "default,pdf,heavy,owner", "--loglevel", "INFO"]
    return ["nice", "-n", "5", *celery, "--without-gossip", "--without-mingle", *more]


def wait_until_healthy(port: int) -> None:
    """Wait for the application's own word that it serves.

    :raises SetupError: a server stopped, or the answer did not come.
    """
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if server := stopped():
            raise server.failure()
        if is_healthy(port):
            return
        time.sleep(0.1)
    raise SetupError(
        f"L'application ne répond pas sur {HEALTH} (détails dans .alize/logs/web.log)."
    )


def is_healthy(port: int) -> bool:
    try:
        status, _ = get(port, HEALTH)
    except (OSError, http.client.HTTPException):
        return False
    return status == http.HTTPStatus.OK


def get(port: int, path: str) -> tuple[int, str]:
    """The status and the text of an address of the application."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
