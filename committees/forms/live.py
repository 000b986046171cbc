"""What ends a meeting before its agenda."""

from collections.abc import Sequence
from typing import Any

from django import forms

from alize.common.dates import long_date
from committees.models import Meeting
from committees.queries import seats

READY = ""


class AdjournForm(forms.Form):
    """Où vont les dossiers qui restent."""

    next_meeting = forms.TypedChoiceField(
        label="Les dossiers sans décision vont",
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, meetings: Sequence[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        later = [
            (row.pk, f"à la séance {row.number}, le {long_date(seats.day_of(row))}")
            for row in meetings
        ]
        self.fields["next_meeting"].choices = [*later, (READY, "parmi les dossiers prêts")]
