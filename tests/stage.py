"""Scenes that many tests begin from: played by the first of a file, found ready by the others.

Most tests of a committee begin with the same five members who sit, half of those of the fund with
the same advance that was lent. A builder marked with `played_once` is carried out under the
savepoint of the test that asks for it first, so that it stays when the test is undone. The next
test that begins with the same acts, in the same order, gets copies of what they gave and no
statement is sent; as soon as it does anything else, what it did not ask for is undone first. Tests
do not know of it:

    savepoint act_0 | make_committee | savepoint act_1 | opened | savepoint of the test | …

An act is known by its name, by what it was given, and by the minute where the clock was moved to.
"""

import functools
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.db.models import Model


@dataclass(frozen=True)
class Act:
    """A builder that was carried out: what it was given, what it gave."""

    given: Any
    kept: bytes


@dataclass
class Stage:
    """What this process has played in the file that it is running."""

    acts: list[Act] = field(default_factory=list)
    asked: int = 0
    """How many of the acts the current test has begun with."""
    waiting: bool = False
    """A test has begun, and done nothing but asking for scenes."""
    _around: transaction.Atomic | None = None

    def open(self) -> None:
        """Begin the transaction that holds the tests of a file, unless it has begun and holds."""
        if connection.connection is not None and connection.connection.closed:
            self.close()
        if self._around is None:
            self._around = transaction.atomic()
            self._around.__enter__()

    def close(self) -> None:
        """Undo everything that was played."""
        around, self._around = self._around, None
        self.acts.clear()
        if around is not None:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)

    def begin(self) -> None:
        """A test begins: nothing was asked, its savepoint stands above all that was played."""
        self.asked, self.waiting = 0, True
        connection.search_path_set_schemas = None
        connection.execute_wrappers.append(self._before)

    def end(self) -> None:
        self.waiting = False
        connection.execute_wrappers.remove(self._before)

    def play(self, build: Callable[..., Any], args: tuple, named: dict[str, Any]) -> Any:
        """What a builder gives, from the acts that were played if they begin alike."""
        given = (
            build.__module__,
            build.__qualname__,
            connection.schema_name,
            told(args),
            told(named),
        )
        known = self.asked < len(self.acts) and self.acts[self.asked].given == given
        if not known and not self._add(given, build, args, named):
            return build(*args, **named)
        result, state = pickle.loads(self.acts[self.asked].kept)  # noqa: S301  # our own bytes
        self.asked += 1
        state_of(args).update(state)
        return result

    def _add(self, given: Any, build: Callable[..., Any], args: tuple, named: dict) -> bool:
        """Carry out one more act under the test; one that is refused is left to its test alone."""
        self._rewind()
        self._send(f"SAVEPOINT act_{self.asked}")
        self.waiting = False
        try:
            result = build(*args, **named)
            connection.check_constraints()
            kept = pickle.dumps((result, state_of(args)))
        except Exception:  # whatever it is, the builder meets it again under its test
            self._send(f"ROLLBACK TO SAVEPOINT act_{self.asked}")
            return False
        else:
            self.acts.append(Act(given, kept))
            self.waiting = True
            return True
        finally:
            self._send(f"SAVEPOINT {self._own}")

    def _before(self, execute, sql, params, many, context):
        """Before the first statement of a test, undo the acts that it did not ask for."""
        if self.waiting:
            self.waiting = False
            if self.asked < len(self.acts):
                self._rewind()
                self._send(f"SAVEPOINT {self._own}")
        return execute(sql, params, many, context)

    def _rewind(self) -> None:
        """Go back under the savepoint of the test, to where the acts that it asked for end."""
        if self.asked < len(self.acts):
            self._send(f"ROLLBACK TO SAVEPOINT act_{self.asked}")
            del self.acts[self.asked :]
        else:
            self._send(f"RELEASE SAVEPOINT {self._own}")

    @property
    def _own(self) -> str:
        """The savepoint of the current test, as Django will name it at its end."""
        return connection.ops.quote_name(connection.savepoint_ids[0])

    @staticmethod
    def _send(statement: str) -> None:
        connection.connection.execute(statement)
        if statement.startswith("ROLLBACK"):
            # The path and the role of the schema went back with the rest.
            connection.search_path_set_schemas = None


def is_of_the_tests(value: Any) -> bool:
    """Whether a value is no row and no plain value, but what the tests made to hold them."""
    return type(value).__module__.startswith("tests.") or isinstance(value, SimpleNamespace)


def state_of(args: tuple) -> dict[str, Any]:
    """What the owner of a builder remembers, where it is a method."""
    return vars(args[0]) if args and is_of_the_tests(args[0]) else {}


def told(value: Any) -> Any:
    """What makes two arguments the same: rows by their key, the rest by what it holds."""
    if isinstance(value, Model):
        return type(value), value.pk
    if isinstance(value, dict):
        return tuple((key, told(one)) for key, one in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(told(one) for one in value)
    if is_of_the_tests(value):
        return type(value), told(vars(value))
    return value


STAGE = Stage()


def played_once(build: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a builder that many tests begin with."""

    @functools.wraps(build)
    def played(*args: Any, **named: Any) -> Any:
        if not STAGE.waiting:
            return build(*args, **named)
        return STAGE.play(build, args, named)

    return played
