"""What a day brings to every basin: asked at once, done in each on its own, once (scale.md 5)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from alize.outbox import handlers, operations
from alize.outbox.models import Entry
from alize.outbox.queries import due_entries
from alize.seals import sealing
from basins import rounds, tasks, tenancy

pytestmark = pytest.mark.django_db
KIND = "test.day"
TOMORROW, AFTER = (timezone.now() + timedelta(days=days) for days in (1, 2))
"""Work is due from the time of the database on."""


@pytest.fixture
def days(monkeypatch):
    """One kind of daily work, which leaves the schema it ran in, or raises what is put there."""
    done, raised = [], {}

    def day(*, at):
        done.append((connection.schema_name, day_of(at)))
        if connection.schema_name in raised:
            raise raised[connection.schema_name]

    known = dict(handlers.HANDLERS)
    monkeypatch.setattr(handlers, "HANDLERS", known)
    monkeypatch.setattr(operations, "HANDLERS", known)
    monkeypatch.setattr(rounds, "DAILY", [])
    rounds.daily(KIND)(day)
    return done, raised


def day_of(instant: datetime) -> str:
    return timezone.localdate(instant).isoformat()


def waiting() -> list[tuple[str, str]]:
    with tenancy.national():
        entries = Entry.objects.filter(kind=KIND, done_at=None).order_by("schema", "key")
        return list(entries.values_list("schema", "key"))


def test_the_scheduler_only_asks_and_each_basin_does_its_day_once(days, run_outbox):
    done, _ = days
    with time_machine.travel(TOMORROW):
        assert (tasks.begin_day(), tasks.begin_day(), done) == (0, 0, [])
        assert waiting() == [("b_0001", day_of(TOMORROW)), ("b_0002", day_of(TOMORROW))]
        run_outbox()
        tasks.begin_day()
        run_outbox()
    assert done == [("b_0001", day_of(TOMORROW)), ("b_0002", day_of(TOMORROW))]


def test_each_basin_has_a_message_of_its_own_in_the_queue_of_heavy_work(
    days, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **asked: sent.append((name, asked)))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.begin_day()
    assert [(name, asked["queue"], asked["headers"]["schema"]) for name, asked in sent] == [
        ("outbox.run", "heavy", "b_0001"),
        ("outbox.run", "heavy", "b_0002"),
    ]


def test_a_basin_that_fails_stops_no_other_and_its_next_day_covers_the_one_before(days, run_outbox):
    done, raised = days
    raised["b_0001"] = ZeroDivisionError()
    with time_machine.travel(TOMORROW):
        tasks.begin_day()
        run_outbox()
    assert waiting() == [("b_0001", day_of(TOMORROW))]
    raised.clear()
    done.clear()
    with time_machine.travel(AFTER):
        tasks.begin_day()
        run_outbox()
    assert (sorted(done), waiting()) == ([("b_0001", day_of(AFTER)), ("b_0002", day_of(AFTER))], [])


def test_a_basin_that_cannot_be_entered_stops_no_other(days, monkeypatch):
    entered = tenancy.inside

    def inside(basin):
        if basin.slug == "meuse":
            raise ProgrammingError("role does not exist")
        return entered(basin)

    monkeypatch.setattr(tenancy, "inside", inside)
    with time_machine.travel(TOMORROW):
        assert tasks.begin_day() == 1
    assert waiting() == [("b_0001", day_of(TOMORROW))]


def test_the_end_of_the_time_of_a_task_ends_it_and_its_work_is_tried_later(days):
    done, raised = days
    raised["b_0001"] = SoftTimeLimitExceeded()
    tasks.begin_day()
    Entry.objects.exclude(kind=KIND).update(done_at=timezone.now())
    with pytest.raises(SoftTimeLimitExceeded):
        tasks.sweep()
    assert len(done) == 1
    entry = Entry.objects.get(kind=KIND, schema="b_0001")
    assert (entry.attempts, entry.done_at) == (1, None)
    assert entry.due_at > timezone.now() + timedelta(seconds=20)


def test_the_end_of_the_time_of_a_task_says_nothing_of_a_seal_nor_of_the_broker(monkeypatch):
    def end(*_, **__):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(sealing, "_read", end)
    monkeypatch.setattr(current_app, "send_task", end)
    with pytest.raises(SoftTimeLimitExceeded):
        operations.hurry(Entry(kind="figures.changed", schema="b_0001"))
    with pytest.raises(SoftTimeLimitExceeded):
        sealing.check(b"%PDF /ByteRange")


def test_a_sweep_takes_the_days_after_all_the_rest_and_ends_before_the_next(
    days, savoie, monkeypatch
):
    tasks.begin_day()
    with tenancy.inside(savoie), transaction.atomic():
        operations.enqueue("figures.changed", key="later")
    kinds = [entry.kind for entry in due_entries(at=timezone.now())]
    assert kinds[-3:] == [KIND, KIND, "basins.forget_network"]
    assert "figures.changed" in kinds[:-2]
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", -1)
    assert tasks.sweep() == 0


def test_what_the_scheduler_asks_for_exists_and_what_each_basin_does_is_known():
    planned = {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}
    assert planned <= set(current_app.tasks)
    assert {"basins.begin_day", "network.ask_for_checks"} <= planned
    assert set(rounds.DAILY) == {
        "basins.plan_digest",
        "basins.forget",
        "funds.verify_ledger",
        "conventions.follow_terms",
        "committees.follow_decisions",
    }


def test_a_sweep_lets_a_connection_go_once_it_has_visited_a_group_of_basins(days, monkeypatch):
    let_go = []
    monkeypatch.setattr(rounds, "let_go", lambda: let_go.append(connection.schema_name))
    with time_machine.travel(TOMORROW):
        tasks.begin_day()
        monkeypatch.setattr(rounds, "GROUP", 3)  # the network, and two basins
        assert tasks.sweep() == 3
    assert let_go == ["public"]
