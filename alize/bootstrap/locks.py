"""Locks between processes, released by the kernel whatever happens to their holder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Another process holds the lock."""


@contextmanager
def exclusive(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a file.

    :raises Busy: another process holds it, and `wait` is false.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise Busy(path) from error
        yield


def is_held(path: Path) -> bool:
    """Whether another process holds the lock of a file."""
    if not path.exists():
        return False
    try:
        with exclusive(path):
            return False
    except Busy:
        return True
