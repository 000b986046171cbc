from importlib import import_module

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "alize.outbox"
    verbose_name = "Travaux après validation"

    def ready(self) -> None:
        """Bind shared tasks to our Celery application in every process."""
        import_module("alize.celery")
