from django import forms
from django.apps import AppConfig
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.module_loading import autodiscover_modules

NOT_A_CHOICE = "Sélectionnez un choix valide. %(value)s n'en fait pas partie."
NO_NULL = "Cette saisie contient un caractère nul, qu'aucun clavier n'écrit : retapez-la."


class CommonConfig(AppConfig):
    name = "alize.common"
    verbose_name = "Commun"

    def ready(self) -> None:
        """Collect what each room registers: its work, its part of the home page and of a file.

        Django's own sentences have a curly apostrophe, where this site writes « ' »; the one on a
        null character does not say what to do.
        """
        for field in (forms.ChoiceField, forms.MultipleChoiceField):
            field.default_error_messages["invalid_choice"] = NOT_A_CHOICE
        ProhibitNullCharactersValidator.message = NO_NULL
        autodiscover_modules("tasks", "home", "panels")
