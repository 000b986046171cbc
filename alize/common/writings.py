"""A page that two people fill in at once: whoever saves second reads what the first has written."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from alize.common.errors import AlreadyUsed

BEHIND = (
    "Quelqu'un d'autre a enregistré cette page pendant que vous écriviez. Ce que vous avez saisi "
    "est toujours là, pas encore enregistré : comparez, puis enregistrez à nouveau pour le garder."
)
MEANWHILE = "Enregistré pendant que vous écriviez : "
REPLACES = (
    "Ceci est déjà enregistré autrement. Ce que vous avez saisi est toujours là : comparez, puis "
    "enregistrez à nouveau pour le remplacer."
)
ALREADY = "Déjà enregistré : "


class WrittenMeanwhile(AlreadyUsed):
    """The page says something else since it was opened; nothing was written."""

    sentence, beside = BEHIND, MEANWHILE

    def __init__(self, stored: Mapping[str, Any]) -> None:
        super().__init__(self.sentence)
        self.stored = stored


class SaidAlready(WrittenMeanwhile):
    """What is sent would replace what its page did not show; sent again, it does."""

    sentence, beside = REPLACES, ALREADY


def mark_of(values: Mapping[str, Any]) -> str:
    """What a writer starts from: another mark later means that somebody wrote meanwhile."""
    said = json.dumps(values, sort_keys=True, default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, QuerySet):
        return sorted(one.pk for one in value)
    if isinstance(value, Decimal):
        return str(value.normalize())
    return value.pk if isinstance(value, Model) else str(value)


def check_mark(
    mark: str,
    *,
    stored: Mapping[str, Any],
    sent: Mapping[str, Any],
    refusal: type[WrittenMeanwhile] = WrittenMeanwhile,
) -> None:
    """Refuse to write over what the writer has not read; what says the same is no quarrel.

    :raises WrittenMeanwhile: somebody else wrote since `mark` was taken; none is no page.
    """
    if mark and mark_of(stored) not in {mark, mark_of({name: sent[name] for name in stored})}:
        raise refusal(stored)


class MarkField(forms.CharField):
    """The mark of what a page showed, hidden in it; a draft that comes back brings its own."""

    def __init__(self) -> None:
        hidden = forms.HiddenInput(attrs={"data-draft-base": ""})
        super().__init__(required=False, max_length=16, widget=hidden)


class MarkedForm(forms.Form):
    """A form of what is written already, given back with what somebody else wrote meanwhile."""

    mark = MarkField()

    def __init__(self, *args: Any, initial: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial={**initial, "mark": mark_of(initial)}, **kwargs)

    def compare(self, meanwhile: WrittenMeanwhile) -> None:
        """Put the other words beside those typed; sent again, these are kept."""
        self.data = self.data.copy()
        self.data["mark"] = mark_of(meanwhile.stored)
        for name, value in meanwhile.stored.items():
            typed = self.cleaned_data.get(name)
            if name in self.fields and mark_of({name: value}) != mark_of({name: typed}):
                self.add_error(name, meanwhile.beside + _words(self.fields[name], value))


def _words(field: forms.Field, value: Any) -> str:
    """A value as its field shows it."""
    shown = field.prepare_value(value)
    if isinstance(field, forms.BooleanField):
        words = "Oui" if value else "Non"
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        kept = set(map(str, shown if isinstance(shown, list) else [shown]))
        words = ", ".join(str(label) for key, label in field.choices if str(key) in kept and key)
    else:
        words = str(field.widget.format_value(shown) or "")
    return f"« {words} »" if words else "rien"
