"""HTML to PDF, in a process apart that is killed when it takes too much (security.md T19, S28)."""

import json
import os
import select
import struct
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from alize.common.errors import Refusal
from alize.common.typography import typeset_page

RENDERER = Path(__file__).with_name("renderer.py")

# What the renderer may know of us: where its libraries and fonts are, and nothing else.
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "TMPDIR")

GRACE = 5  # seconds left to the renderer, beyond the limit, to tell us that it killed its child

REASONS = {
    b"H": (
        "Le document est trop long ou trop complexe pour être mis en page en 25 secondes : "
        "réduisez-le ou scindez-le, puis recommencez."
    ),
    b"A": (
        "Le modèle du document fait appel à une ressource extérieure, ce qui est interdit : "
        "prévenez l'équipe qui tient les modèles."
    ),
    b"B": (
        "Le document n'a pas pu être mis en page : recommencez, puis prévenez l'assistance "
        "si le message revient."
    ),
}
UNAVAILABLE = (
    "La mise en page des documents ne répond pas sur ce serveur : recommencez dans quelques "
    "minutes, puis prévenez l'assistance si le message revient."
)


class RenderFailed(Refusal):
    """The PDF could not be made; nothing was kept."""


@dataclass(frozen=True)
class Limits:
    """What one document may cost (security.md T19): seconds of CPU, of clock, bytes of memory."""

    cpu: int = 20
    wall: int = 24
    memory: int = 1_200_000_000


def render(html: str, limits: Limits = Limits()) -> bytes:
    """Lay out a whole HTML document as tagged PDF/A-3a.

    :raises RenderFailed: it took too much time or memory, or asked for a foreign resource.
    """
    return _renderer.render(typeset_page(html), limits)


class _Renderer:
    """Our end of the renderer process, started at the first document and kept warm."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start again from nothing: after a fork, the process belongs to our parent."""
        self._process: subprocess.Popen | None = None
        self._turn = threading.Lock()

    def render(self, html: str, limits: Limits) -> bytes:
        request = json.dumps({"html": html, **asdict(limits)}).encode()
        with self._turn:
            process = self._running()
            try:
                answer = self._ask(process, request, patience=limits.wall + GRACE)
            except (OSError, EOFError, TimeoutError) as error:
                self.stop()
                raise RenderFailed(UNAVAILABLE) from error
        status, pdf = answer[:1], answer[1:]
        if status in REASONS:
            raise RenderFailed(REASONS[status])
        return pdf

    def stop(self) -> None:
        """End the process; the next document starts another one."""
        if self._process is not None:
            self._process.terminate()  # told to end, it removes its fonts from the disk
            try:
                self._process.communicate(timeout=GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()
            self._process = None

    def _running(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
            # -I: neither the current folder nor the person's own packages. The session of its own
            # keeps a Ctrl-C in the terminal for us; a fixed date makes the embedded fonts, and so
            # the digest of the document, the same every time.
            # The demo also runs where no process may close its network: its texts are ours.
            closed = () if settings.DEMO else ("--closed",)
            self._process = subprocess.Popen(  # noqa: S603 - our own script, arguments of ours
                [sys.executable, "-I", str(RENDERER), *closed],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd="/",
                env={**environment, "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "0"},
                start_new_session=True,
            )
        return self._process

    @staticmethod
    def _ask(process: subprocess.Popen, request: bytes, *, patience: float) -> bytes:
        process.stdin.write(struct.pack("!I", len(request)) + request)
        process.stdin.flush()
        ready = select.poll()
        ready.register(process.stdout, select.POLLIN)
        if not ready.poll(patience * 1000):
            raise TimeoutError
        header = process.stdout.read(4)
        if len(header) < 4:
            raise EOFError
        return process.stdout.read(*struct.unpack("!I", header))


_renderer = _Renderer()
os.register_at_fork(after_in_child=_renderer.forget)
