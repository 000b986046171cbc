"""What the journal is filtered by."""

from django import forms

from alize.common.forms import BetweenForm, FrenchDateField
from alize.documents.fields import TextField
from basins.journal.words import WORDS


class EventFilter(BetweenForm):
    """What an act is about, the person, the period."""

    about = forms.ChoiceField(
        label="Sujet",
        required=False,
        choices=[("", "Tous"), *((about, about) for about in WORDS)],
    )
    name = TextField(label="Personne", required=False, max_length=80)
    since = FrenchDateField(label="Du", required=False, help_text="")
    until = FrenchDateField(label="Au", required=False, help_text="")
