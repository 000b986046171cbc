from django import forms
from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

NOT_A_CHOICE = "Sélectionnez un choix valide. %(value)s n'en fait pas partie."


class CommonConfig(AppConfig):
    name = "alize.common"
    verbose_name = "Commun"

    def ready(self) -> None:
        """Collect what each room registers: its work, its part of the home page and of a file.

        Django's own sentence on a choice has a curly apostrophe, where this site writes « ' ».
        """
        for field in (forms.ChoiceField, forms.MultipleChoiceField):
            field.default_error_messages["invalid_choice"] = NOT_A_CHOICE
        autodiscover_modules("tasks", "home", "panels")
