from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "alize.demo"
    verbose_name = "Démonstration"
