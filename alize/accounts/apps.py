from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "alize.accounts"
    verbose_name = "Comptes"
