"""What a member may type in the yearly declaration."""

from typing import Any

from django import forms
from django.forms import formset_factory

from alize.documents.fields import TextField
from committees.enums import LinkKind
from committees.models import MemberDeclaration
from committees.operations import LinkLine

SIREN_LENGTH = 9


class DeclarationForm(forms.Form):
    """Votre déclaration annuelle."""

    skills = TextField(
        label="Compétences que vous pouvez offrir",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une par ligne : gestion, recrutement, export, qualité…",
    )
    has_none = forms.BooleanField(label="Je n'ai aucun lien à déclarer", required=False)
    signed_name = TextField(
        label="Votre nom, pour signer",
        max_length=161,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="Tapez votre prénom et votre nom.",
    )


class LinkForm(forms.Form):
    """Une entreprise avec laquelle vous avez un lien."""

    name = TextField(label="Entreprise", max_length=120)
    kind = forms.ChoiceField(label="Lien", choices=LinkKind, initial=LinkKind.CLIENT)
    siren = TextField(
        label="SIREN",
        required=False,
        max_length=14,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text="S'il est connu.",
    )
    said = TextField(label="Précision", required=False, max_length=200)

    def has_changed(self) -> bool:
        """The kind alone, which always has a value, makes no link."""
        return any(name in self.changed_data for name in ("name", "siren", "said"))

    def clean_siren(self) -> str:
        digits = "".join(self.cleaned_data["siren"].split())
        if digits and not (digits.isdecimal() and len(digits) == SIREN_LENGTH):
            raise forms.ValidationError("Un numéro SIREN a neuf chiffres.")
        return digits


LinkFormSet = formset_factory(LinkForm, extra=2, max_num=30, can_delete=True)


def starting_from(last: MemberDeclaration | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the form and its lines begin with: the last declaration, to be confirmed or changed."""
    if last is None:
        return {}, []
    rows = [
        {"name": row.name, "kind": row.kind, "siren": row.siren, "said": row.said}
        for row in last.links.all()
    ]
    return {"skills": last.skills}, rows


def lines_of(links: Any) -> list[LinkLine]:
    """The lines that are neither empty nor taken away."""
    typed = [form.cleaned_data for form in links if form.has_changed() or form.initial]
    return [
        LinkLine(line["kind"], line["name"], line["siren"], line["said"])
        for line in typed
        if line and not line.get("DELETE")
    ]
