from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "funds"
    verbose_name = "Fonds"

    def ready(self) -> None:
        from funds import tasks  # noqa: F401 - the work done aside
