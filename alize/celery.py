"""The background worker's application; every piece of work comes through the outbox."""

from celery import Celery

app = Celery("alize")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
