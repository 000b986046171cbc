"""What may be typed in a proposal."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import formset_factory

from alize.common.forms import DaysField, EurosField, FrenchDateField
from alize.documents.fields import TextField
from committees.enums import ConditionKind, InstalmentStep
from partners.models import Contact, Partner
from projects.queries import member_contacts


class LeadField(forms.ModelChoiceField):
    """A follow-up lead: a member of the committee, known at a partner."""

    def label_from_instance(self, contact: Contact) -> str:
        return f"{contact.person} ({contact.partner})"


class ProposalForm(forms.Form):
    """Proposition de décision."""

    amount = EurosField(label="Avance remboursable", required=False)
    lines = forms.IntegerField(
        label="Nombre d'échéances", required=False, min_value=1, max_value=120
    )
    step_months = forms.TypedChoiceField(
        label="Échéances",
        choices=InstalmentStep.choices,
        coerce=int,
        required=False,
        empty_value=InstalmentStep.MONTHLY,
        initial=InstalmentStep.MONTHLY,
    )
    grace_months = forms.IntegerField(
        label="Différé", required=False, min_value=0, max_value=36, initial=0
    )
    lead = LeadField(
        label="Mandataire du suivi",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="À désigner",
        help_text="Il suit l'entreprise pendant dix-huit mois au moins.",
    )
    comment = TextField(
        label="Précisions",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, on: date, about_advance: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if about_advance:
            for name in ("amount", "lines", "step_months", "grace_months", "lead"):
                del self.fields[name]
            self.fields["comment"].label = "Ce qui est proposé"
            self.fields["comment"].required = True
            return
        self.fields["grace_months"].unit = "mois"
        self.fields["lead"].queryset = member_contacts(on=on).order_by(
            "person__last_name", "partner__name"
        )

    def clean_amount(self) -> int:
        amount = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise forms.ValidationError("Une avance n'est pas négative.")
        return amount or 0


class SkillsForm(forms.Form):
    """Une ligne de compétences."""

    partner = forms.ModelChoiceField(
        label="Entreprise",
        queryset=Partner.objects.none(),
        empty_label="Choisissez une entreprise",
    )
    days = DaysField(label="Jours", positive=True)
    topic = TextField(label="Objet", max_length=120)

    def __init__(self, *args: Any, partners: "QuerySet[Partner]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners


class ConditionForm(forms.Form):
    """Une condition."""

    kind = forms.ChoiceField(label="Nature", choices=ConditionKind)
    text = TextField(label="Condition", max_length=300)
    owner = TextField(label="À la charge de", max_length=120)
    proof_expected = TextField(label="Justificatif attendu", max_length=200)
    due_on = FrenchDateField(label="Avant le")

    def __init__(self, *args: Any, suspends: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not suspends:
            followed = ConditionKind.FOLLOWED
            self.fields["kind"].choices = [(followed.value, followed.label)]

    def has_changed(self) -> bool:
        """The nature alone, which always has a value, makes no condition."""
        return bool(set(self.changed_data) - {"kind"})


SkillsFormSet = formset_factory(SkillsForm, extra=2, max_num=12, can_delete=True)
ConditionFormSet = formset_factory(ConditionForm, extra=2, max_num=12, can_delete=True)
