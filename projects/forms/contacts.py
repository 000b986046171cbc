"""A new contact, and the end of a project or of its support."""

from typing import Any

from django import forms

from alize.common.forms import CommandKeyField, EmailField, PhoneField, SiretField
from alize.documents.fields import PersonNameField, TextField, text_fields
from partners.enums import PartnerKind
from partners.models import Partner
from projects.enums import Origin
from projects.models import Project


class ContactForm(forms.Form):
    """Nouveau contact : who, from where, for what; one line is enough to start."""

    command_key = CommandKeyField()
    siret = SiretField(
        label="SIRET", required=False, help_text="Quatorze chiffres, avec ou sans espaces."
    )
    name = TextField(
        label="Nom de l'entreprise",
        max_length=120,
        required=False,
        help_text="Si vous n'avez pas son SIRET.",
    )
    need = TextField(
        label="Besoin en une ligne",
        max_length=200,
        help_text="Par exemple : agrandir l'atelier et recruter deux soudeurs.",
    )
    origin = forms.ChoiceField(
        label="Qui vous l'a signalée ?",
        choices=Origin.choices,
        widget=forms.RadioSelect,
        initial=Origin.DIRECT,
    )
    origin_partner = forms.ModelChoiceField(
        label="Quel partenaire ou relais ?",
        queryset=Partner.objects.none(),
        required=False,
        empty_label="Choisir",
    )
    origin_partner.optional = "sauf si l'entreprise vient d'elle-même"
    owner_name = PersonNameField(label="Nom du dirigeant", max_length=120, required=False)
    owner_email = EmailField(
        label="Son adresse électronique",
        required=False,
        help_text="Un accusé de réception lui est envoyé.",
    )
    owner_phone = PhoneField(label="Son téléphone", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Partner.objects.exclude(kind=PartnerKind.NETWORK).filter(left_on=None)
        self.fields["origin_partner"].queryset = partners
        # One of the two names the company: neither is optional by itself.
        self.fields["siret"].wanted = self.fields["name"].wanted = True

    def clean(self) -> dict[str, Any]:
        """A company is named by its number or its name; a partner by its own."""
        cleaned = super().clean()
        if not (cleaned.get("siret") or cleaned.get("name")) and "siret" not in self.errors:
            self.add_error("siret", "Indiquez le SIRET ou le nom de l'entreprise.")
        if cleaned.get("origin") == Origin.DIRECT:
            cleaned["origin_partner"] = None
        elif not cleaned.get("origin_partner") and "origin_partner" not in self.errors:
            self.add_error("origin_partner", "Choisissez qui vous l'a signalée.")
        return cleaned


class EndForm(forms.ModelForm):
    """Why a project stops."""

    class Meta:
        model = Project
        formfield_callback = text_fields
        fields = ("end_reason",)
        labels = {"end_reason": "Pour quelle raison ?"}
        help_texts = {"end_reason": "Une ligne, visible des membres du comité."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end_reason"].required = True

    def said(self) -> dict[str, str]:
        """What the operation is told."""
        return {"reason": self.cleaned_data["end_reason"]}


class BalanceForm(forms.ModelForm):
    """What a support gave, said when it is closed."""

    class Meta:
        model = Project
        formfield_callback = text_fields
        fields = ("balance",)
        labels = {"balance": "Qu'a donné cet accompagnement ?"}
        help_texts = {
            "balance": "Les emplois, les journées, ce que l'entreprise en a fait et ce qui reste à "
            "surveiller. Les membres du comité le lisent au dossier, onglet « Suivi »."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["balance"].required = True
        self.fields["balance"].widget.attrs["rows"] = 6

    def said(self) -> dict[str, str]:
        """What the operation is told."""
        return {"balance": self.cleaned_data["balance"]}
