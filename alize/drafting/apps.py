from django.apps import AppConfig


class DraftingConfig(AppConfig):
    name = "alize.drafting"
    label = "drafting"
    verbose_name = "Modèles des conventions"
