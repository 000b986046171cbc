"""What is asked to freeze a report."""

from collections.abc import Iterable
from typing import Any

from django import forms

from alize.common.forms import CommandKeyField, FrenchDateField


class FreezeForm(forms.Form):
    """Figer un rapport aux financeurs."""

    as_of = FrenchDateField(
        label="Arrêté au", help_text="L'année du rapport va du 1er janvier à ce jour."
    )
    funder = forms.ChoiceField(
        label="Financeur",
        required=False,
        help_text="Un seul, ou tous, avec une ligne pour chacun.",
    )
    command_key = CommandKeyField()

    def __init__(self, *args: Any, funders: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funder"].choices = [("", "Tous les financeurs"), *((n, n) for n in funders)]
