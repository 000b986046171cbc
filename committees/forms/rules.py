"""What may be typed about the rules of the committee: a field for each line of the rulebook."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from alize.common.forms import EurosField
from alize.documents.fields import TextField
from committees.models import CommitteeRules
from committees.rulebook import GROUPS, SETTINGS, Group, Setting


class WhyForm(forms.Form):
    """Pourquoi les règles changent."""

    reason = TextField(
        label="Pourquoi ce changement",
        max_length=300,
        help_text="En une ligne ; la présidence la lit avant de décider.",
    )


class RulesForm(WhyForm):
    """Proposer d'autres règles."""

    def __init__(self, *args: Any, row: CommitteeRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locked = row.regulations_id is None
        for name, setting in SETTINGS.items():
            if not (setting.needs_regulations and self.locked):
                self.fields[name] = _field(setting, setting.value_in(row))
        self.order_fields([*SETTINGS, "reason"])

    def groups(self) -> Iterator[tuple[Group, list[BoundField], list[Setting]]]:
        """The fields by subject, then what stays locked."""
        for group in GROUPS:
            open_ones = [self[one.name] for one in group.settings if one.name in self.fields]
            locked = [one for one in group.settings if one.name not in self.fields]
            yield group, open_ones, locked

    def values(self) -> dict[str, Any]:
        """What was chosen for each setting."""
        return {name: value for name, value in self.cleaned_data.items() if name in SETTINGS}


def _field(setting: Setting, value: Any) -> forms.Field:
    common: dict[str, Any] = {
        "label": setting.label,
        "help_text": setting.explanation,
        "required": False,
        "initial": value,
    }
    if setting.several:
        return forms.MultipleChoiceField(
            choices=list(setting.choices.items()), widget=forms.CheckboxSelectMultiple, **common
        )
    if setting.choices:
        choices = dict(setting.choices)
        choices.setdefault(value, setting.in_words(value))
        return forms.ChoiceField(
            choices=list(choices.items()), **common | {"required": "" not in choices}
        )
    if setting.longest:
        return TextField(max_length=setting.longest, **common | {"required": True})
    if setting.is_amount:
        return EurosField(positive=True, **common)
    if setting.limits:
        least, most = setting.limits
        field = forms.IntegerField(
            min_value=least,
            max_value=most,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": least, "max": most}),
            **common | {"required": True},
        )
        field.unit = setting.unit[1]  # type: ignore[attr-defined]  # read by the template
        return field
    return forms.BooleanField(**common)


class RegulationsForm(WhyForm):
    """Joindre le règlement du comité."""

    file = forms.FileField(
        label="Règlement du comité",
        help_text="PDF de préférence, tel qu'il a été adopté. 15 Mo au plus.",
    )
    field_order = ("file", "reason")
