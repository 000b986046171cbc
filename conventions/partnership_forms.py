"""What is typed on a partnership convention, page by page."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from alize.common.errors import InvalidInput
from alize.common.forms import CommandKeyField, EurosField, FrenchDateField
from alize.common.writings import MarkedForm
from alize.documents.fields import TextField
from basins.queries.references import references_on
from conventions.forms import Asked, SignatureForm
from conventions.models import Amendment, PartnershipConvention
from conventions.operations.days import check_three_years
from conventions.queries.partnership import partner_ids_of
from conventions.rules import partnership as rules
from conventions.rules.budget import budget_in_words
from partners.models import Partner

LONG = {"rows": 3}


def _long(label: str, help_text: str = "") -> TextField:
    return TextField(
        label=label,
        required=False,
        help_text=help_text,
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
    )


def _count(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=9999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class SectionForm(MarkedForm):
    """One page of a draft; what is empty waits until the text is frozen."""

    title = ""

    def __init__(self, data: Any = None, *, convention: PartnershipConvention) -> None:
        initial = {
            name: partner_ids_of(convention) if name == "partners" else getattr(convention, name)
            for name in self.base_fields
            if name != "mark"
        }
        super().__init__(data, initial=initial)
        self.convention = convention

    def values(self) -> dict[str, Any]:
        """What the convention keeps of this page."""
        apart = {"partners", "mark"}
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}

    def partner_ids(self) -> list[int] | None:
        """Who takes part, when the page says so."""
        return None


class ObjectivesForm(SectionForm):
    """Territoire, durée et objectifs."""

    title = "Territoire, durée et objectifs"

    starts_on = FrenchDateField(
        label="Prise d'effet", help_text="Le terme vient trois ans après, la veille."
    )
    territory = _long("Territoire", "Tel que la phrase « Le bassin couvre… » le dira.")
    jobs_target = _count("Emplois à créer en trois ans")
    projects_target = _count("Projets agréés en trois ans")
    meetings_target = _count("Séances du comité en trois ans")
    specific_objectives = _long("Objectifs propres au bassin", "Un par ligne.")

    def __init__(self, data: Any = None, *, convention: PartnershipConvention) -> None:
        super().__init__(data, convention=convention)
        for name, said in rules.cruise_in_words(references_on(convention.starts_on)).items():
            self.fields[name].help_text = said


class EmploymentForm(SectionForm):
    """Articulation avec l'emploi local (R56)."""

    title = "Articulation avec l'emploi local"

    insertion = _long("Structures d'insertion")
    distant_jobseekers = _long("Demandeurs d'emploi les plus éloignés de l'emploi")
    alternation = _long("Alternance entre entreprises")
    employment_service = _long("Priorités du service public de l'emploi")
    schemes = _long("Dispositifs existants", "Un par ligne : le programme s'y ajoute sans doublon.")


class BudgetForm(SectionForm):
    """Annexe 1 : what the pledges do not say."""

    title = "Budget prévisionnel"

    local_engineering = EurosField(label="Ingénierie locale par an")
    budget_comment = _long("Commentaire du budget", "Il suit l'image du profil dans l'annexe 1.")

    def __init__(self, data: Any = None, *, convention: PartnershipConvention) -> None:
        super().__init__(data, convention=convention)
        said = budget_in_words(references_on(convention.starts_on))
        self.fields["local_engineering"].help_text = said


class GovernanceForm(SectionForm):
    """Comité local et opérateur."""

    title = "Comité local et opérateur"

    chair = forms.ModelChoiceField(
        label="Préside le comité local de pilotage",
        queryset=Partner.objects.none(),
        required=False,
        empty_label="Choisir",
        help_text="Le préfet, ou une collectivité avec son accord ; signe en dernier.",
    )
    chaired_by = TextField(
        label="Comment la nommer dans le texte",
        max_length=120,
        required=False,
        help_text="Par exemple : le préfet de la Savoie.",
    )
    allowance = EurosField(
        label="Défraiement de l'opérateur par an",
        help_text="10 000 € au plus, avec l'accord de tous les partenaires ; 0 sinon.",
    )
    shared_functions = _long(
        "Fonctions confiées à un autre acteur", "Exceptionnellement, et auquel."
    )

    def __init__(self, data: Any = None, *, convention: PartnershipConvention) -> None:
        super().__init__(data, convention=convention)
        may_chair = convention.partners.filter(kind__in=["STATE", "AUTHORITY"])
        self.fields["chair"].queryset = may_chair.order_by("-kind", "name")


class PartnersForm(SectionForm):
    """Qui prend part à la convention."""

    title = "Partenaires"

    partners = forms.ModelMultipleChoiceField(
        label="Parties à la convention",
        queryset=Partner.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Quatre entreprises au moins ; les établissements d'un groupe comptent pour une.",
    )

    def __init__(self, data: Any = None, *, convention: PartnershipConvention) -> None:
        super().__init__(data, convention=convention)
        self.fields["partners"].wanted = True
        known = convention.partners.values("pk")
        on = max(timezone.localdate(), convention.starts_on)
        self.fields["partners"].queryset = (
            Partner.objects.active_on(on) | Partner.objects.filter(pk__in=known)
        ).order_by("kind", "name")

    def partner_ids(self) -> list[int] | None:
        """Who takes part."""
        return [partner.pk for partner in self.cleaned_data["partners"]]


SECTIONS: dict[str, type[SectionForm]] = {
    "partenaires": PartnersForm,
    "objectifs": ObjectivesForm,
    "emploi": EmploymentForm,
    "gouvernance": GovernanceForm,
    "budget": BudgetForm,
}
"""The pages of a draft, in order, by the word of their address."""


class BeginningForm(forms.Form):
    """La première convention."""

    starts_on = FrenchDateField(label="Prise d'effet", help_text="Pour trois ans.")

    def clean_starts_on(self) -> date:
        """A day near enough for its year to be the right one."""
        day: date = self.cleaned_data["starts_on"]
        try:
            check_three_years(day, on=timezone.localdate())
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.reason) from refusal
        return day


class RenewalForm(forms.Form):
    """Renouveler : when, with whom, with which pledges."""

    starts_on = FrenchDateField(label="Prise d'effet", help_text="Le lendemain du terme.")
    kept = forms.ModelMultipleChoiceField(
        label="Partenaires qui continuent",
        queryset=Partner.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    propose = forms.BooleanField(
        label="Proposer les engagements de la dernière année pour les trois à venir",
        required=False,
        initial=True,
        help_text="Chacun reste à confirmer et à corriger sur la page du partenaire.",
    )

    def __init__(
        self, data: Any = None, *, convention: PartnershipConvention, starts_on: date, on: date
    ) -> None:
        staying = convention.partners.active_on(on).order_by("kind", "name")
        initial = {"starts_on": starts_on, "kept": [partner.pk for partner in staying]}
        super().__init__(data, initial=initial)
        self.fields["kept"].queryset = staying


class AgreementLaunchForm(SignatureForm):
    """The signature of a partnership convention or of an amendment, often at a ceremony."""

    def __init__(self, data: Any = None, *, signers: list[dict[str, Any]], on: date) -> None:
        named = {
            str(rank): Asked(
                f"{one['name']}, {one['organisation']}", one["email"], one["order"], one["capacity"]
            )
            for rank, one in enumerate(signers)
        }
        super().__init__(data, signers=named, on=on)
        self.fields[
            "paper"
        ].help_text = "Lors de la cérémonie, par exemple ; les autres signent en ligne."


class AmendmentForm(MarkedForm):
    """Un avenant : why, what changes, who joins, from when."""

    reason = TextField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        help_text="Une phrase : ce qui rend l'avenant nécessaire.",
    )
    takes_effect_on = FrenchDateField(label="Prise d'effet")
    changes = _long(
        "Dispositions modifiées",
        "Une par ligne, dans leur nouvelle rédaction. Les engagements que les parties ont changés "
        "depuis leur signature s'y ajoutent d'eux-mêmes.",
    )
    incoming = forms.ModelMultipleChoiceField(
        label="Partenaires qui rejoignent la convention",
        queryset=Partner.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ajoutez-les d'abord aux partenaires du bassin, avec leurs engagements.",
    )
    new_ends_on = FrenchDateField(
        label="Nouveau terme", required=False, help_text="À remplir pour une prorogation."
    )

    def __init__(
        self,
        data: Any = None,
        *,
        convention: PartnershipConvention,
        amendment: Amendment | None = None,
    ) -> None:
        initial: dict[str, Any] = {}
        if amendment is not None:
            initial = {
                "reason": amendment.reason,
                "takes_effect_on": amendment.takes_effect_on,
                "changes": amendment.changes,
                "new_ends_on": amendment.new_ends_on,
                "incoming": sorted(amendment.incoming.values_list("pk", flat=True)),
            }
        super().__init__(data, initial=initial)
        self.fields["incoming"].queryset = Partner.objects.exclude(
            pk__in=convention.partners.values("pk")
        ).filter(left_on=None)


class NewAmendmentForm(AmendmentForm):
    """Préparer un avenant, qui compte une fois."""

    command_key = CommandKeyField()
