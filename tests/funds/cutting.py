"""A wire between the application and PostgreSQL, that is cut at a chosen message (S41)."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from threading import Thread

from django.db import connection

READY = b"Z\x00\x00\x00\x05"
"""How PostgreSQL ends an answer, but for the last byte: the state of the transaction."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no second: closing tells the other side RST, and what was not read is lost."""


class Moment(StrEnum):
    """Where a message stood when the wire was cut."""

    LOST = "LOST"
    """It never reached the server."""
    RACING = "RACING"
    """It was just handed to the server, which hears that nobody waits any more."""
    UNHEARD = "UNHEARD"
    """It was carried out; the answer never came back."""


class Wire:
    """Carries messages one by one, over real sockets, to the socket of a PostgreSQL."""

    def __init__(self, host: str, port: int) -> None:
        self.target = f"{host}/.s.PGSQL.{port}"
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.cut_at: tuple[bytes, Moment] | None = None
        Thread(target=self._accept, daemon=True).start()

    def cut(self, text: str, moment: Moment) -> None:
        """Cut the next message that says `text`."""
        self.cut_at = text.encode(), moment

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                Thread(target=self._carry, args=[near], daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX) as far, suppress(OSError):
            far.connect(self.target)
            while asked := _whole(near):
                moment = self._moment_of(asked)
                if moment != Moment.LOST:
                    far.sendall(asked)
                answer = _answer(far) if moment in {None, Moment.UNHEARD} else b""
                if moment is not None:
                    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    return
                near.sendall(answer)

    def _moment_of(self, asked: bytes) -> Moment | None:
        if self.cut_at is None or self.cut_at[0] not in asked:
            return None
        (_, moment), self.cut_at = self.cut_at, None
        return moment


def _whole(near: socket.socket) -> bytes:
    """One message: only the first of a connection has no letter before its length."""
    asked = near.recv(65536)
    start = 0 if asked[:1] == b"\x00" else 1
    while asked and len(asked) < start + int.from_bytes(asked[start : start + 4], "big"):
        asked += near.recv(65536)
    return asked


def _answer(far: socket.socket) -> bytes:
    answer = b""
    while answer[-6:-1] != READY:
        if not (part := far.recv(65536)):
            break
        answer += part
    return answer


@contextmanager
def over_a_wire() -> Iterator[Wire]:
    """Connect through a wire meanwhile, instead of straight to the server."""
    mine = connection.settings_dict
    before = {key: mine[key] for key in ("HOST", "PORT", "OPTIONS")}
    wire = Wire(mine["HOST"], int(mine["PORT"] or 5432))
    connection.close()
    plain = {"sslmode": "disable", "gssencmode": "disable"}
    mine.update(HOST="127.0.0.1", PORT=str(wire.port), OPTIONS={**mine["OPTIONS"], **plain})
    try:
        yield wire
    finally:
        wire.listening.close()
        connection.close()
        mine.update(before)
