"""The database and the broker: embedded ones, unless the environment names real ones."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from alize.bootstrap import locks, place, postgres, valkey
from alize.bootstrap.messages import SetupError

DATABASE = ("DATABASE_URL", "DATABASE_OWNER_URL")
BROKER = ("REDIS_URL",)
THROW_AWAY_PREFIX = "throw-away-"


@contextmanager
def serving(name: str, *, throw_away: bool, with_disk: bool = True) -> Iterator[dict[str, str]]:
    """Run the servers that the environment does not name; give the addresses of all.

    :raises SetupError: the environment names half of a database.
    """
    addresses = {name: os.environ[name] for name in (*DATABASE, *BROKER) if name in os.environ}
    if "DATABASE_URL" in addresses and "DATABASE_OWNER_URL" not in addresses:
        raise SetupError(
            "DATABASE_URL est définie sans DATABASE_OWNER_URL, le compte qui migre la base et"
            " crée les bassins : donnez les deux."
        )
    with ExitStack() as stack:
        if not {"DATABASE_URL", "REDIS_URL"} <= addresses.keys():
            here = place.find(name)
            here.make()
            if throw_away:
                stack.callback(here.remove)
            if "DATABASE_URL" not in addresses:
                addresses |= stack.enter_context(
                    postgres.serving(here, throw_away=throw_away, with_disk=with_disk)
                )
            if "REDIS_URL" not in addresses:
                addresses |= stack.enter_context(valkey.serving(here, throw_away=throw_away))
        yield addresses


@contextmanager
def throw_away(*, with_disk: bool) -> Iterator[dict[str, str]]:
    """Servers of their own for one run, removed after it, beside those of a running demo.

    `with_disk` when what is measured may wait for the disk; the tests never do. The servers of the
    environment are forgotten, with what it says of how to reach them: nothing empties them.
    """
    for variable in (*DATABASE, *BROKER):
        os.environ.pop(variable, None)
    name = f"{THROW_AWAY_PREFIX}{os.getpid()}"
    with locks.exclusive(place.STATE / "locks" / name):
        forget_killed_runs()
        try:
            with serving(name, throw_away=True, with_disk=with_disk) as addresses:
                yield addresses
        finally:
            (place.STATE / "locks" / name).unlink(missing_ok=True)


def forget_killed_runs() -> None:
    """Remove what runs that were killed could not remove themselves: nobody holds their lock."""
    for lock in (place.STATE / "locks").glob(f"{THROW_AWAY_PREFIX}*"):
        if not locks.is_held(lock):
            place.find(lock.name).remove()
            lock.unlink(missing_ok=True)
