"""`manage.py demo`: from a bare clone to an address where the product answers."""

import argparse
import json
import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

from alize.bootstrap import application, installation, locks, place, preparation, servers, web
from alize.bootstrap.messages import SetupError, say, step
from alize.bootstrap.paths import STATE
from alize.bootstrap.processes import running, stopped

NAME = "demo"
PEOPLE = "/demo/personnes/"
SETTINGS = "alize.settings.demo"
LOCK = STATE / "demo.lock"
RUNNING = STATE / "demo.json"
ERASING = STATE / "erasing"
"""Stands while data are being erased: a start that finds it ends what Ctrl-C had stopped."""
KEPT = {"home", "logs", "locks", "native", LOCK.name, ERASING.name}
"""What `--reset` leaves in the state folder: nothing of it is data."""


USAGE = """python3 manage.py demo [--port N] [--reset] [--check]

  --port N   le port de l'adresse (sans cette option : 8000, ou le premier libre après lui)
  --reset    efface les données de la démonstration et recommence
  --check    démarre tout, vérifie les pages de chaque rôle, puis s'arrête"""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, like every other failure."""

    def error(self, message: str) -> NoReturn:
        raise SetupError(f"Options inconnues ou incomplètes : {USAGE.splitlines()[0]}")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of the command.

    :raises SetupError: one is unknown or incomplete.
    """
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--port", type=int)
    parser.add_argument("--reset", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("-h", "--help", action="store_true")
    return parser.parse_args(arguments)


def run(arguments: list[str]) -> int:
    """Set up, start, and stay until asked to stop.

    :raises SetupError: anything that prevents it, in one sentence.
    """
    options = parse(arguments)
    if options.help:
        say(USAGE)
        return 0
    try:
        with locks.exclusive(LOCK), web.held(web.choose_port(options.port)) as listener:
            return serve(listener, options)
    except locks.Busy as error:
        raise SetupError(
            "Une démonstration tourne déjà dans ce dossier"
            f"{address_of(running_demo())} : arrêtez-la d'abord par Ctrl-C."
        ) from error


def serve(listener: socket.socket, options: argparse.Namespace) -> int:
    installation.ensure("demo")
    if options.reset or ERASING.exists():
        reset()
    with servers.serving(NAME, throw_away=False) as addresses:
        port = listener.getsockname()[1]
        url = f"http://localhost:{port}"
        env = application.variables(SETTINGS, addresses) | {"PUBLIC_URL": url}
        preparation.ensure(place.find(NAME).folder, env)
        processes = web.start_all(listener, env)
        with running(*processes):
            with step("Serveur web, exécutant des tâches et planificateur"):
                web.wait_until_healthy(port)
            with announced(url, addresses):
                if options.check:
                    return application.command(["check_demo", "--port", str(port)], env)
                present(url, port, options)
                stay()
    return 0


def reset() -> None:
    """Forget the data of the demo, neither the environment nor a database that is not its own.

    :raises SetupError: the database was given by the environment.
    """
    if "DATABASE_URL" in os.environ:
        raise SetupError(
            "DATABASE_URL désigne une base qui n'appartient pas à la démonstration :"
            " --reset ne l'effacera pas."
        )
    with step("Remise à neuf"):
        ERASING.touch()
        place.find(NAME).remove()
        for path in STATE.iterdir():
            if path.is_dir() and path.name not in KEPT and not path.name.startswith("throw-away"):
                shutil.rmtree(path)
            elif path.is_file() and path.name not in KEPT:
                path.unlink()
        ERASING.unlink()


@contextmanager
def announced(url: str, addresses: Mapping[str, str]) -> Iterator[None]:
    """Let the other commands of the checkout find the running demo."""
    RUNNING.touch(mode=0o600)
    RUNNING.write_text(json.dumps({"url": url, "addresses": dict(addresses)}))
    try:
        yield
    finally:
        RUNNING.unlink(missing_ok=True)


def running_demo() -> dict:
    """The address and the servers of the demo that runs in this checkout, or nothing."""
    try:
        return json.loads(RUNNING.read_text()) if locks.is_held(LOCK) else {}
    except (OSError, ValueError):
        return {}


def address_of(demo: Mapping) -> str:
    return f", à l'adresse {demo['url']}" if demo else ""


def present(url: str, port: int, options: argparse.Namespace) -> None:
    """Show where to go and who to be."""
    say()
    if options.port is None and port != web.DEFAULT_PORT:
        say(f"  Le port {web.DEFAULT_PORT} est pris par un autre programme : voici le {port}.")
    say(f"  ALIZE est prêt : {url}")
    say()
    _, people = web.get(port, PEOPLE)
    for line in people.splitlines():
        say(f"  {line}")
    say()
    say("  Ctrl-C pour arrêter ; les données restent pour la prochaine fois.")


def stay() -> None:
    """Wait for Ctrl-C.

    :raises SetupError: a server stopped by itself, the database and the broker as any other.
    """
    try:
        while (server := stopped()) is None:
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("  Arrêt…")
    else:
        raise server.end()
