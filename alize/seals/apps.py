from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "alize.seals"
    verbose_name = "Cachets"

    def ready(self) -> None:
        from alize.seals import handlers  # noqa: F401 - registers the work it does
