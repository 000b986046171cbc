"""What the worker sets for itself."""

import pytest
from django.conf import settings
from django.db import connection

from alize.celery import app, give_time
from basins.tasks import BasinTask


def limits() -> list[str]:
    """Those of a new connection, for a statement and between two of one transaction."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            asked = "current_setting('statement_timeout'), "
            asked += "current_setting('idle_in_transaction_session_timeout')"
            cursor.execute(f"SELECT {asked}")
            return list(cursor.fetchone())
    finally:
        own.close()


@pytest.mark.django_db
def test_a_job_may_compute_or_lay_out_for_longer_than_a_request(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"application_name": "kept"})
    assert limits() == ["10s", "1min"]
    give_time()
    assert limits() == ["5min", "5min"]
    assert connection.settings_dict["OPTIONS"]["application_name"] == "kept"


OF_THE_NETWORK = {
    "outbox.sweep",
    "outbox.tell_stuck",
    "basins.begin_day",
    "basins.keep_seals",
    "network.ask_for_checks",
}
"""They ask each basin for its work, or read `public`: what the scheduler sends, and nobody else."""


def test_a_task_names_the_schema_it_works_in_or_is_one_of_the_network():
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    without = {name for name, task in ours.items() if not isinstance(task, BasinTask)}
    assert without == OF_THE_NETWORK
    assert without == {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "outbox.run" in ours
