from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "funds"
    verbose_name = "Fonds"

    def ready(self) -> None:
        """Collect the work done aside, and say who may read the papers of an advance."""
        from funds import registrations, tasks  # noqa: F401 - they register themselves
