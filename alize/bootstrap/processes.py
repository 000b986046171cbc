"""Commands run to their end, and servers that never outlive the launcher."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alize.bootstrap.messages import SetupError, explain
from alize.bootstrap.paths import HOME, LOGS, PYTHON, ROOT, VENV, shown

# Left in the environment, the first would recompile every package at each start, and the others
# would mix the packages of another Python with ours.
FOREIGN_VARIABLES = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
SET_PARENT_DEATH_SIGNAL = 1


class CommandFailed(Exception):
    """A command ended with an error; the text is its output."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The caller's environment turned towards the virtual environment."""
    own = {name: value for name, value in os.environ.items() if name not in FOREIGN_VARIABLES}
    if "DATABASE_URL" not in own:
        # Meant for another server: PGPORT alone would make ours unreachable.
        own = {name: value for name, value in own.items() if not name.startswith("PG")}
    if not os.access(own.get("HOME", ""), os.W_OK):
        # An account without a home of its own still has a place for the caches of npm and uv.
        own["HOME"] = str(HOME)
    own["VIRTUAL_ENV"] = str(VENV)
    own["PATH"] = f"{PYTHON.parent}{os.pathsep}{own.get('PATH', os.defpath)}"
    return own | dict(extra or {})


def run(command: Sequence[object], *, log: str = "installation", **options) -> str:
    """Run a command quietly and return what it wrote; a log keeps it too.

    :raises CommandFailed: it ended with an error, or does not exist.
    """
    options = {"cwd": ROOT, "env": environment()} | options
    arguments = [str(part) for part in command]
    LOGS.mkdir(parents=True, exist_ok=True)
    with log_path(log).open("a") as file:
        file.write(f"$ {' '.join(arguments)}\n")
        file.flush()
        try:
            done = subprocess.run(
                arguments,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                **options,
            )
        except FileNotFoundError as error:
            raise CommandFailed(str(error)) from error
        file.write(done.stdout)
    if done.returncode:
        raise CommandFailed(done.stdout)
    return done.stdout


def log_path(name: str) -> Path:
    """The log of a command or of a server."""
    return LOGS / f"{name}.log"


def dies_with_launcher(death_signal: int) -> Callable[[], None] | None:
    """What a child does before its program: ask the kernel for a signal when we disappear.

    Only Linux offers it; the C library is loaded here, as a forked child must not load one.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(SET_PARENT_DEATH_SIGNAL, death_signal)


@dataclass
class Server:
    """A background process with its log and the signal that stops it."""

    title: str
    name: str
    process: subprocess.Popen
    stop_signal: int

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def failure(self) -> SetupError:
        """The sentence for a server that stopped by itself."""
        log = log_path(self.name)
        output = log.read_text(errors="replace") if log.exists() else ""
        return explain(f"{self.title} ne fonctionne pas", output[-4000:], shown(log))

    def end(self) -> SetupError:
        """The sentence for a server that stopped while it served, and takes all with it."""
        return SetupError(
            f"{self.title} s'est arrêté de lui-même : la démonstration s'arrête aussi, ses données"
            " sont gardées. Relancez-la par « python3 manage.py demo »"
            f" (détails dans {shown(log_path(self.name))})."
        )

    def stop(self) -> None:
        if self.is_running:
            self.process.send_signal(self.stop_signal)

    def wait(self, seconds: float = 15) -> None:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    title: str,
    name: str,
    command: Sequence[object],
    *,
    stop_signal: int = signal.SIGTERM,
    **options,
) -> Server:
    """Start a server in a session of its own, so that Ctrl-C reaches the launcher alone."""
    options = {"cwd": ROOT, "env": environment()} | options
    LOGS.mkdir(parents=True, exist_ok=True)
    with log_path(name).open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_launcher(stop_signal),  # noqa: PLW1509 - the launcher has no thread
            **options,
        )
    return Server(title, name, process, stop_signal)


_kept: list[Server] = []


def stopped() -> Server | None:
    """A server that no longer runs, though its block is not over."""
    return next((server for server in _kept if not server.is_running), None)


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Keep servers for the length of a block, then stop them together."""
    _kept.extend(servers)
    try:
        yield
    finally:
        for server in servers:
            _kept.remove(server)
            server.stop()
        for server in servers:
            server.wait()


def foreground(command: Sequence[object], env: Mapping[str, str]) -> int:
    """Run a command that talks to the terminal and return its exit code.

    Ctrl-C reaches it through the terminal: the launcher only waits for its end.
    """
    process = subprocess.Popen(
        [str(part) for part in command],
        env=dict(env),
        preexec_fn=dies_with_launcher(signal.SIGTERM),  # noqa: PLW1509 - no thread here
    )
    handlers = {
        signal.SIGINT: lambda *_: None,
        signal.SIGTERM: lambda *_: process.terminate(),
        signal.SIGHUP: lambda *_: process.terminate(),
    }
    previous = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        code = process.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
