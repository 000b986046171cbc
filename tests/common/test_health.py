"""`/sante/` says that the product serves, or names what does not."""

import pytest
from celery.signals import before_task_publish
from django.core.cache import cache

from alize.common import views
from alize.common.cache import LAST_SWEEP

DEFAULT = {"celery@worker": [{"name": "heavy"}, {"name": "default"}]}
OWNER = {"celery@provisioner": [{"name": "owner"}]}


@pytest.fixture
def workers(monkeypatch):
    """The answers of the workers, the first one first."""
    replies = [OWNER, DEFAULT]

    def broadcast(command, *, callback, **_):
        for reply in replies:
            callback(reply)

    monkeypatch.setattr(views.celery_app.control, "broadcast", broadcast)
    return replies


@pytest.fixture
def ask(db, client, workers):
    """What the page says, once the scheduler has asked for a sweep."""
    before_task_publish.send(sender="outbox.sweep")

    def say() -> tuple[int, list[str]]:
        answer = client.get("/sante/")
        return answer.status_code, answer.json()["ne répond pas"]

    return say


def test_health_where_all_answer(ask):
    assert ask() == (200, [])


def test_health_without_a_worker_of_mails_is_not_hidden_by_that_of_the_owner(ask, workers):
    workers.remove(DEFAULT)
    assert ask() == (503, ["ouvrier"])


def test_health_where_no_sweep_was_asked_names_the_scheduler(ask):
    cache.delete(LAST_SWEEP)
    assert ask() == (503, ["planificateur"])


def test_health_without_a_broker_names_it(ask, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    assert ask() == (503, ["courtier"])
