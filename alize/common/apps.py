from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonConfig(AppConfig):
    name = "alize.common"
    verbose_name = "Commun"

    def ready(self) -> None:
        """Collect what each room registers: its work, its part of the home page and of a file."""
        autodiscover_modules("tasks", "home", "panels")
