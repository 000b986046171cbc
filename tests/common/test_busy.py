"""Whoever waited too long for another is told that nothing was kept, and where to begin again."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from psycopg import errors

from alize.common.busy import BusyMiddleware, is_away

PAGE = "/bassins/savoie/comite/scrutins/7/"


def answer_to(cause: Exception | None):
    error = OperationalError()
    error.__cause__ = cause
    asked = RequestFactory().post(f"{PAGE}clore/", headers={"referer": f"http://testserver{PAGE}"})
    return BusyMiddleware(lambda _: None).process_exception(asked, error)


@pytest.mark.parametrize(
    "cause",
    [
        errors.LockNotAvailable(),
        errors.QueryCanceled(),
        errors.DeadlockDetected(),
        errors.SerializationFailure(),
    ],
)
def test_who_waited_too_long_begins_again(cause):
    answer = answer_to(cause)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert f'href="{PAGE}"' in answer.content.decode()


@pytest.mark.parametrize("cause", [None, errors.ConnectionTimeout(), errors.DiskFull()])
def test_any_other_failure_stays_a_failure(cause):
    assert answer_to(cause) is None


@pytest.mark.parametrize(
    ("cause", "away"),
    [
        (None, True),
        (errors.ConnectionFailure(), True),
        (errors.AdminShutdown(), True),
        (errors.CannotConnectNow(), True),
        (errors.DiskFull(), False),
        (errors.LockNotAvailable(), False),
    ],
)
def test_a_database_that_is_away_is_told_from_one_that_refuses(cause, away):
    error = OperationalError()
    error.__cause__ = cause
    assert is_away(error) is away
    assert is_away(InterfaceError())
    assert not is_away(ValueError())
