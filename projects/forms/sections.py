"""One form a section; nothing is compulsory in a draft, what is wanted counts in the progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.models import model_to_dict

from alize.common.forms import (
    DaysField,
    EmailField,
    EurosField,
    FrenchDateField,
    HeadcountField,
    PhoneField,
    SiretField,
)
from alize.common.words import of
from alize.documents.fields import PersonNameField, TextField, text_fields
from projects.enums import Section
from projects.forms.lines import FORMSETS, BaseLines
from projects.models import Beneficiary, Project
from projects.operations.sections import FIELDS, lines_of
from projects.rules import PROVISIONAL


class SectionForm(forms.ModelForm):
    """A section of the file, shown with the values of the project and read back as values."""

    wanted: tuple[str, ...] = ()
    rows = 4

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.wanted = name in self.wanted
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = self.rows
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", "Choisir"), *field.choices[1:]]

    def _post_clean(self) -> None:
        """The operation writes the values: the object shown on the page stays as it is."""


class CompanyForm(SectionForm):
    """Entreprise."""

    wanted = ("siret", "activity", "postal_code", "town")
    name = TextField(label="Raison sociale", max_length=120)
    siret = SiretField(label="SIRET", required=False)
    founded_on = FrenchDateField(label="Créée le", required=False)
    # Room for the space that people put after the department.
    postal_code = TextField(label="Code postal", max_length=10, required=False)

    class Meta:
        model = Beneficiary
        formfield_callback = text_fields
        fields = FIELDS[Section.COMPANY]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("name", "").startswith(PROVISIONAL):
            self.initial["name"] = ""

    def clean_postal_code(self) -> str:
        """Five digits."""
        code = "".join(self.cleaned_data["postal_code"].split())
        if code and not (code.isascii() and code.isdecimal() and len(code) == 5):
            raise forms.ValidationError("Un code postal a cinq chiffres, par exemple 73000.")
        return code

    def clean_siret(self) -> str:
        """One company, one number."""
        number = self.cleaned_data["siret"]
        other = Beneficiary.objects.exclude(pk=self.instance.pk).filter(siret=number).first()
        if number and other:
            raise forms.ValidationError(f"Ce SIRET est déjà celui {of(other)}.")
        return number


class OwnerForm(SectionForm):
    """Dirigeant."""

    wanted = ("owner_name", "owner_email", "owner_phone")
    owner_name = PersonNameField(label="Nom", max_length=120, required=False)
    owner_email = EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Un accusé de réception lui est envoyé, une seule fois.",
    )
    owner_phone = PhoneField(label="Téléphone", required=False)

    class Meta:
        model = Project
        formfield_callback = text_fields
        fields = FIELDS[Section.OWNER]
        labels = {"owner_background": "Parcours en quelques lignes"}


class ProjectForm(SectionForm):
    """Projet."""

    wanted = ("category", "request", "description", "skills_needed", "days_asked", "amount_asked")
    amount_asked = EurosField(label="Avance demandée", required=False, positive=True)
    days_asked = DaysField(label="Jours de compétences demandés", required=False)

    class Meta:
        model = Project
        formfield_callback = text_fields
        fields = FIELDS[Section.PROJECT]
        labels = {"request": "Que demande l'entreprise ?", "description": "Le projet"}
        help_texts = {
            "description": "Ce que l'entreprise veut faire, pourquoi maintenant, avec qui.",
            "skills_needed": "Ce qu'un cadre ou un technicien des partenaires pourrait apporter.",
            "is_shared": Project._meta.get_field("is_shared").help_text,
        }


class JobsForm(SectionForm):
    """Emplois."""

    wanted = ("headcount",)
    headcount = HeadcountField(
        label="Effectif de référence",
        required=False,
        help_text="Celui d'avant le projet, en équivalents temps plein.",
    )

    class Meta:
        model = Project
        formfield_callback = text_fields
        fields = FIELDS[Section.JOBS]


class FundingForm(SectionForm):
    """Plan de financement."""

    wanted = ("why_alize",)

    class Meta:
        model = Project
        formfield_callback = text_fields
        fields = FIELDS[Section.FUNDING]
        labels = {
            "other_schemes": "Autres dispositifs sollicités",
            "de_minimis_declared": "L'entreprise a déclaré ses aides de minimis",
        }
        help_texts = {
            "why_alize": "En quoi les dispositifs existants sont inadaptés ou insuffisants.",
            "de_minimis_declared": "Celles des trois dernières années, sur l'honneur.",
        }


FORMS: dict[Section, type[SectionForm]] = {
    Section.COMPANY: CompanyForm,
    Section.OWNER: OwnerForm,
    Section.PROJECT: ProjectForm,
    Section.JOBS: JobsForm,
    Section.FUNDING: FundingForm,
}


@dataclass
class SectionInput:
    """What is typed in a section: its form, and its lines where it has some."""

    section: Section
    form: SectionForm
    lines: BaseLines | None

    def is_valid(self) -> bool:
        """Check both, so that every error is shown at once."""
        lines_valid = self.lines is None or self.lines.is_valid()
        return self.form.is_valid() and lines_valid

    def values(self) -> dict[str, Any]:
        """The fields of the section."""
        return dict(self.form.cleaned_data)

    def line_values(self) -> list[dict[str, Any]]:
        """Its lines."""
        return [] if self.lines is None else self.lines.values()


def section_input(
    section: Section, project: Project, data: Mapping[str, Any] | None = None
) -> SectionInput:
    """The form of a section, with what is stored or what was typed."""
    row = project.beneficiary if section == Section.COMPANY else project
    lines = None
    if section in FORMSETS:
        lines = FORMSETS[section](data=data, initial=_stored_lines(section, project))
    return SectionInput(section, FORMS[section](data=data, instance=row), lines)


def _stored_lines(section: Section, project: Project) -> list[dict[str, Any]]:
    fields = tuple(FORMSETS[section].form.base_fields)
    return [model_to_dict(row, fields=fields) for row in lines_of(project, section)]
