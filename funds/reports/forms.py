"""What is asked to freeze a report."""

from collections.abc import Iterable
from typing import Any

from django import forms

from alize.common.forms import CommandKeyField, FrenchDateField
from funds.queries.reports import Funder


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

    def __init__(self, *args: Any, funders: Iterable[Funder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.funders = {str(one.partner or one.name): one for one in funders}
        named = ((key, one.name) for key, one in self.funders.items())
        self.fields["funder"].choices = [("", "Tous les financeurs"), *named]

    def clean(self) -> dict[str, Any]:
        """Who the funder is: a partner, or else a name."""
        asked = super().clean()
        funder = self.funders.get(asked.get("funder", ""))
        asked["funder"] = funder.name if funder else ""
        asked["partner_id"] = funder.partner if funder else None
        return asked
