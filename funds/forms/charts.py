"""The numbers that the accounts leave under, typed all at once."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField

from alize.common.forms import TypedField
from alize.documents.fields import TextField
from funds.queries.charts import ChartRow, Outside
from funds.rules.charts import LONGEST_LABEL, read_number


class NumberField(TypedField):
    """The number of an account in the books of the association."""

    input_mode = "text"

    def __init__(self, *, inside: str, **kwargs: Any) -> None:
        self.inside = inside
        super().__init__(**kwargs)

    def read(self, text: str) -> str:
        return read_number(text, inside=self.inside)


class ChartForm(forms.Form):
    """Les numéros et les intitulés de l'association."""

    def __init__(self, *args: Any, rows: Sequence[ChartRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[f"code_{row.inside}"] = NumberField(
                inside=row.inside, label=f"{row.inside} {row.inside_label}", initial=row.code
            )
            self.fields[f"label_{row.inside}"] = TextField(
                label=f"Intitulé du {row.inside}",
                initial=row.label,
                max_length=LONGEST_LABEL,
            )

    def groups(self) -> Iterator[tuple[str, list[tuple[BoundField, BoundField]]]]:
        """The two fields of each account, by perimeter."""
        for perimeter, rows in groupby(self.rows, key=lambda row: row.perimeter):
            yield (
                perimeter,
                [(self[f"code_{row.inside}"], self[f"label_{row.inside}"]) for row in rows],
            )

    def numbers(self) -> dict[str, Outside]:
        """What `change_chart` takes."""
        typed = self.cleaned_data
        return {
            row.inside: Outside(typed[f"code_{row.inside}"], typed[f"label_{row.inside}"])
            for row in self.rows
        }
