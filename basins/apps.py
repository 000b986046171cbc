from django.apps import AppConfig


class BasinsConfig(AppConfig):
    name = "basins"
    verbose_name = "Bassins"

    def ready(self) -> None:
        from basins import (
            registrations,  # noqa: F401 - what lower rooms ask of this one
            sign_ins,  # noqa: F401 - what the ways in tell the journal
        )
