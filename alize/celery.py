"""The background worker's application; every piece of work comes through the outbox."""

from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, beat_init

app = Celery("alize")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
@beat_embedded_init.connect
def sweep_at_once(**_: Any) -> None:
    """What waited for the scheduler is not kept waiting for its first turn."""
    app.send_task("outbox.sweep")
