from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "alize.accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        """Declare who may open the pages of allauth."""
        import_module("alize.accounts.access")
