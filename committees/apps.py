from django.apps import AppConfig


class CommitteesConfig(AppConfig):
    name = "committees"
    verbose_name = "Comité d'agrément"

    def ready(self) -> None:
        from committees import erasing, registrations  # noqa: F401 - what lower rooms ask of it
