"""What ties a bank line to entries that were there before it."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from alize.common.forms import CommandKeyField


class EntriesField(forms.TypedMultipleChoiceField):
    """Entries by their number: whether each may still be chosen is told by the operation."""

    def __init__(self) -> None:
        super().__init__(
            label="Écritures",
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Choisissez au moins une écriture."},
        )

    def valid_value(self, value: Any) -> bool:
        return re.fullmatch("[0-9]{1,12}", str(value)) is not None


class EntriesForm(forms.Form):
    """Les écritures déjà saisies qu'une ligne montre ensemble."""

    entries = EntriesField()
    command_key = CommandKeyField()

    def __init__(self, *args: Any, entries: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entries"].choices = entries
