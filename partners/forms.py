"""What may be typed about a partner."""

from typing import Any

from django import forms

from alize.common.forms import (
    CommandKeyField,
    DaysField,
    EurosField,
    FrenchDateField,
    SirenField,
)
from alize.common.writings import MarkedForm
from alize.documents.fields import TextField, text_fields
from partners.enums import MandateKind, PledgeNature, SkillDomain
from partners.models import Contact, Group, Partner
from partners.operations import CONTACT_FIELDS, as_typed


class PartnerForm(MarkedForm, forms.ModelForm):
    """Un partenaire : an establishment or a body, alone or of a group (R51)."""

    command_key = CommandKeyField()
    siren = SirenField(
        label="SIREN",
        required=False,
        help_text="Il sert à signaler un prescripteur du même groupe que l'entreprise aidée.",
    )
    group_name = TextField(
        label="Groupe",
        max_length=120,
        required=False,
        help_text="Quand plusieurs établissements d'un même groupe sont partenaires.",
        widget=forms.TextInput(attrs={"list": "groupes", "autocomplete": "off"}),
    )
    joined_on = FrenchDateField(label="Partenaire depuis le")
    left_on = FrenchDateField(
        label="Jusqu'au", required=False, help_text="À remplir quand il quitte le partenariat."
    )

    class Meta:
        model = Partner
        formfield_callback = text_fields
        fields = (
            "name",
            "short_name",
            "kind",
            "group_name",
            "siren",
            "town",
            "joined_on",
            "left_on",
        )
        help_texts = {"short_name": "Celui des tableaux et des cartes."}

    field_order = Meta.fields

    def __init__(self, data: Any = None, *, instance: Partner | None = None) -> None:
        shown = as_typed(instance) if instance else {}
        super().__init__(data, instance=instance, initial=shown)
        self.fields["kind"].choices = [("", "Choisir"), *self.fields["kind"].choices[1:]]
        self.groups = Group.objects.all()

    def clean_name(self) -> str:
        """One name, one partner."""
        name = self.cleaned_data["name"]
        if Partner.objects.exclude(pk=self.instance.pk).filter(name__iexact=name).exists():
            raise forms.ValidationError(f"« {name} » est déjà un partenaire.")
        return name

    def clean(self) -> dict[str, Any]:
        """One leaves after one has come."""
        cleaned = super().clean()
        joined, left = cleaned.get("joined_on"), cleaned.get("left_on")
        if joined and left and left <= joined:
            self.add_error("left_on", "La date de départ précède la date d'arrivée.")
        return cleaned

    def _post_clean(self) -> None:
        """The operation writes the values: the object shown on the page stays as it is."""


class ContactForm(MarkedForm, forms.ModelForm):
    """Un contact : somebody of the basin who speaks for the partner."""

    class Meta:
        model = Contact
        formfield_callback = text_fields
        fields = ("person", "function", "is_active", "signs")
        labels = {
            "person": "Personne",
            "is_active": "En activité dans cette structure",
            "signs": "Signe les conventions",
        }
        help_texts = {
            "person": "Elle a un accès au bassin ; sinon, invitez-la d'abord dans « Réglages ».",
            "is_active": "Le président de séance est en activité dans une entreprise partenaire.",
            "signs": "Son mandat s'enregistre ensuite, sur la page du partenaire.",
        }

    def __init__(
        self, data: Any = None, *, instance: Contact | None = None, people: Any = None
    ) -> None:
        shown = {name: getattr(instance, name) for name in CONTACT_FIELDS} if instance else {}
        super().__init__(data, instance=instance, initial=shown)
        if instance:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = people
            self.fields["person"].empty_label = "Choisir"

    def _post_clean(self) -> None:
        """The operation writes the values: the object shown on the page stays as it is."""


class MandateForm(forms.Form):
    """Un mandat : under what somebody signs, until when, and the act that says so."""

    command_key = CommandKeyField()
    kind = forms.ChoiceField(
        label="Nature",
        choices=MandateKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la nature du mandat."},
    )
    starts_on = FrenchDateField(label="À partir du")
    ends_on = FrenchDateField(
        label="Jusqu'au",
        required=False,
        help_text="Laissez vide pour un mandat sans terme.",
    )
    document = forms.FileField(
        label="Acte",
        required=False,
        help_text="Délibération, délégation ou extrait du registre : PDF ou image, 15 Mo au plus.",
    )
    document.optional = "sauf pour un représentant légal"

    def clean(self) -> dict[str, Any]:
        """A deliberation or a delegation is an act that can be shown."""
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind and kind != MandateKind.STATUTORY and not cleaned.get("document"):
            self.add_error("document", "Joignez l'acte qui donne ce mandat.")
        return cleaned


class SkillForm(forms.Form):
    """Une compétence offerte."""

    command_key = CommandKeyField()
    domain = forms.ChoiceField(label="Domaine", choices=[("", "Choisir"), *SkillDomain.choices])
    title = TextField(
        label="Compétence",
        max_length=120,
        help_text="Telle qu'une entreprise la comprend : « Réduire ses rebuts ».",
    )
    days_a_year = DaysField(
        label="Jours par an", required=False, positive=True, help_text="À titre indicatif."
    )


class PledgeForm(MarkedForm):
    """Un engagement : what is promised for a year."""

    year = forms.IntegerField(
        label="Année",
        min_value=2000,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    nature = forms.ChoiceField(
        label="Nature", choices=PledgeNature.choices, widget=forms.RadioSelect
    )
    days = DaysField(
        label="Jours", required=False, help_text="Pour des compétences ; 0 pour y renoncer."
    )
    daily_rate = EurosField(
        label="Valeur d'une journée",
        required=False,
        help_text="Pour des compétences : le montant se calcule.",
    )
    amount = EurosField(
        label="Montant",
        required=False,
        help_text="Pour de l'argent ; pour un apport en nature, sa valeur ; 0 pour y renoncer.",
    )
    what = TextField(
        label="Ce qui est apporté",
        max_length=120,
        required=False,
        help_text="Pour un apport en nature : locaux, matériel, logiciel…",
    )
