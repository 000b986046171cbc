"""Lines typed one under the other: the forecasts of jobs, the funding plan."""

from typing import Any

from django import forms

from alize.common.forms import EurosField, FrenchDateField, HeadcountField
from alize.common.http import key_in
from alize.documents.fields import TextField
from projects.enums import ContractKind, FundingKind, JobNature, Section

ADD_LINE = "ajouter"
"""The button that asks for one more line, and saves nothing."""


class LineForm(forms.Form):
    """A line typed among others; the choices alone, which always have a value, make none."""

    def has_changed(self) -> bool:
        return any(
            not isinstance(self.fields[name], forms.ChoiceField) for name in self.changed_data
        )


class JobLineForm(LineForm):
    """Une ligne d'emplois."""

    nature = forms.ChoiceField(label="Nature", choices=JobNature.choices)
    contract = forms.ChoiceField(label="Contrat", choices=ContractKind.choices)
    fte = HeadcountField(label="Emplois", positive=True)
    heads = forms.IntegerField(
        label="Personnes",
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    due_on = FrenchDateField(label="Avant le", required=False, help_text="")


class FundingLineForm(LineForm):
    """Une ligne de financement."""

    kind = forms.ChoiceField(label="Nature", choices=FundingKind.choices)
    source = TextField(label="Financeur", max_length=120)
    amount = EurosField(label="Montant", positive=True)
    is_agreed = forms.BooleanField(label="Accordé", required=False)


class BaseLines(forms.BaseFormSet):
    """Lines typed one under the other; a line left as it came is no line."""

    deletion_widget = forms.CheckboxInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="lignes", **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "use_required_attribute": False}

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Retirer cette ligne"
            form.fields["DELETE"].wanted = True

    def values(self) -> list[dict[str, Any]]:
        """The lines that say something, without those taken off."""
        return [
            {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


MOST_LINES = 30


def _lines(form: type[forms.Form]) -> type[BaseLines]:
    return forms.formset_factory(
        form, formset=BaseLines, extra=1, can_delete=True, max_num=MOST_LINES, absolute_max=100
    )


FORMSETS: dict[Section, type[BaseLines]] = {
    Section.JOBS: _lines(JobLineForm),
    Section.FUNDING: _lines(FundingLineForm),
}


def with_one_more_line(data: Any) -> Any:
    """What was typed, with room for one more line."""
    more = data.copy()
    total = more.get("lignes-TOTAL_FORMS", "0")
    more["lignes-TOTAL_FORMS"] = str(min(key_in(total) or 0, MOST_LINES) + 1)
    return more
