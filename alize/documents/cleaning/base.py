"""What cannot be made harmless, and the sentence for its sender."""

from collections.abc import Iterator
from contextlib import contextmanager

from celery.exceptions import SoftTimeLimitExceeded


class Unclean(Exception):
    """The file cannot be made harmless; the message is the sentence for its sender."""


@contextmanager
def readable(otherwise: str) -> Iterator[None]:
    """Whatever the bytes did to the library that reads them, their sender gets this sentence."""
    try:
        yield
    except (Unclean, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        raise Unclean(otherwise) from error
