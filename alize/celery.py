"""The background worker's application; every piece of work comes through the outbox."""

from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, beat_init, before_task_publish, worker_init
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from alize.common.cache import LAST_SWEEP, LAST_SWEEP_SECONDS

LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")

app = Celery("alize")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
@beat_embedded_init.connect
def sweep_at_once(**_: Any) -> None:
    """What waited for the scheduler is not kept waiting for its first turn."""
    app.send_task("outbox.sweep")


@before_task_publish.connect(sender="outbox.sweep")
def say_the_scheduler_lives(**_: Any) -> None:
    """Only the scheduler asks for a sweep; its turn may come late behind long documents."""
    cache.set(LAST_SWEEP, True, timeout=LAST_SWEEP_SECONDS)


@worker_init.connect
def give_time(**_: Any) -> None:
    """A job computes, or lays a document out, for as long as it may last (D20).

    A request ends sooner.
    """
    options = connection.settings_dict["OPTIONS"]
    limit = f"{settings.CELERY_TASK_TIME_LIMIT}s"
    limits = [f"-c {name}={limit}" for name in LIMITS]
    options["options"] = " ".join([options.get("options", ""), *limits]).strip()
