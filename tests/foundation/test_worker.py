"""What the worker sets for itself."""

import pytest
from django.db import connection

from alize.celery import give_time


def statement_timeout() -> str:
    """That of a new connection."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]
    finally:
        own.close()


@pytest.mark.django_db
def test_a_job_may_compute_for_longer_than_a_request(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"application_name": "kept"})
    assert statement_timeout() == "10s"
    give_time()
    assert statement_timeout() == "5min"
    assert connection.settings_dict["OPTIONS"]["application_name"] == "kept"
