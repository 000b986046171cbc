from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonConfig(AppConfig):
    name = "alize.common"
    verbose_name = "Commun"

    def ready(self) -> None:
        """Collect what each room registers: its background work, its part of the home page."""
        autodiscover_modules("tasks", "home")
