"""Asking for a diagnosis, writing it, judging it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.models import model_to_dict

from alize.common.forms import EurosField, FrenchDateField
from alize.documents.fields import TextField, text_fields
from projects.models import PreliminaryDiagnosis
from projects.queries.diagnoses import Candidate
from projects.rules import diagnosis_due

YEARS_SHOWN = 3


class RequestForm(forms.Form):
    """Demander le diagnostic : who, before when, which question."""

    contact = forms.ChoiceField(
        label="Prescripteur",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez qui fera le diagnostic."},
    )
    conflict_reason = TextField(
        label="Pourquoi choisir quelqu'un du même groupe ?",
        max_length=200,
        required=False,
        help_text="Seulement si la personne est du même groupe que l'entreprise.",
    )
    due_on = FrenchDateField(label="À rendre le")
    question = TextField(
        label="Votre question au prescripteur",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce que vous voulez savoir en priorité.",
    )

    def __init__(
        self, *args: Any, candidates: Sequence[Candidate], on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._on = on
        self.fields["contact"].choices = [(one.contact.pk, one.label) for one in candidates]
        self.fields["due_on"].initial = diagnosis_due(on)

    def clean_due_on(self) -> date:
        """A date to come."""
        due_on = self.cleaned_data["due_on"]
        if due_on is not None and due_on <= self._on:
            raise forms.ValidationError("Choisissez une date à venir.")
        return due_on


class DiagnosisForm(forms.ModelForm):
    """Le diagnostic préalable, on one scroll (C6)."""

    class Meta:
        model = PreliminaryDiagnosis
        formfield_callback = text_fields
        fields = (
            "context",
            "market",
            "management",
            "finances",
            "skills",
            "jobs",
            "risks",
            "project_rating",
            "project_comment",
            "owner_rating",
            "owner_comment",
            "impact_rating",
            "impact_comment",
            "opinion",
        )
        labels = {
            "context": "Contexte",
            "market": "Marché",
            "management": "Dirigeant",
            "finances": "Lecture des comptes",
            "skills": "Besoin en compétences",
            "jobs": "Emplois",
            "risks": "Risques",
            "project_rating": "Qualité du projet",
            "owner_rating": "Capacité du porteur",
            "impact_rating": "Impact sur le territoire",
            "opinion": "Votre avis",
        }
        help_texts = {
            "context": "L'entreprise, son histoire, ce qui l'amène.",
            "market": "Clients, concurrents, carnet de commandes.",
            "management": "Sa capacité à conduire ce projet, son entourage.",
            "finances": "Ce que disent les trois derniers exercices.",
            "skills": "Ce qu'un partenaire pourrait lui apporter, en combien de jours.",
            "jobs": "Les créations annoncées vous paraissent-elles crédibles ?",
            "risks": "Ce qui pourrait empêcher le projet d'aboutir.",
        }
        widgets = {
            "project_rating": forms.RadioSelect,
            "owner_rating": forms.RadioSelect,
            "impact_rating": forms.RadioSelect,
            "opinion": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # Everything may wait until the diagnosis is handed over.
            field.wanted = True
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4
            if isinstance(field.widget, forms.RadioSelect):
                field.choices = [choice for choice in field.choices if choice[0]]

    def _post_clean(self) -> None:
        """The operation writes the values: the object shown on the page stays as it is."""


class FinancialYearForm(forms.Form):
    """Un exercice, en trois chiffres."""

    year = forms.IntegerField(
        label="Exercice",
        min_value=1990,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    turnover = EurosField(label="Chiffre d'affaires", required=False)
    result = EurosField(label="Résultat", required=False, allow_negative=True)
    equity = EurosField(label="Capitaux propres", required=False, allow_negative=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.wanted = True


class BaseYears(forms.BaseFormSet):
    """Three rows; a row where nothing but the year is said is no row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="exercices", **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "use_required_attribute": False}

    def values(self) -> list[dict[str, Any]]:
        """The rows that hold a figure."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data]
        return [row for row in rows if any(row[name] is not None for name in row if name != "year")]

    def clean(self) -> None:
        """Each year once."""
        years = [form.cleaned_data.get("year") for form in self.forms if form.is_valid()]
        said = [year for year in years if year]
        if len(said) != len(set(said)):
            raise forms.ValidationError("Le même exercice est saisi deux fois.")


YearsFormSet = forms.formset_factory(
    FinancialYearForm, formset=BaseYears, extra=0, max_num=YEARS_SHOWN, absolute_max=YEARS_SHOWN
)


def stored_years(diagnosis: PreliminaryDiagnosis, *, on: date) -> list[dict[str, Any]]:
    """The years of a diagnosis, or the last three."""
    fields = ("year", "turnover", "result", "equity")
    known = {row.year: model_to_dict(row, fields=fields) for row in diagnosis.years.all()}
    for year in range(on.year - 1, on.year - 1 - YEARS_SHOWN, -1):
        if len(known) < YEARS_SHOWN:
            known.setdefault(year, {"year": year})
    return [known[year] for year in sorted(known, reverse=True)]


class ComplementForm(forms.Form):
    """Demander un complément : what is missing, said to the referrer."""

    message = TextField(
        label="Ce qu'il manque",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Dites la rubrique et ce que vous attendez.",
    )
