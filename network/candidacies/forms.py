"""What is typed on a candidacy, step by step; what is empty waits until it is submitted."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from alize.common.forms import DaysField, EmailField, EurosField, FrenchDateField, SirenField
from alize.common.writings import MarkedForm
from alize.documents.fields import PersonNameField, TextField
from basins.queries.references import references_on
from basins.rules import DEPARTMENTS
from conventions.rules.budget import budget_in_words
from conventions.rules.partnership import YEARS
from network.candidacies.enums import NationalOutcome, Priority
from network.candidacies.models import Candidacy, CandidatePartner
from network.candidacies.operations import BASIN_FIELDS, PledgeFacts
from network.candidacies.queries import as_typed
from network.candidacies.rules import Stage
from partners.enums import PartnerKind, PledgeNature

FILE_HELP = "PDF ou image, 15 Mo au plus."
RANKS = range(1, YEARS + 1)
Groups = Iterable[tuple[str, Iterable[list[forms.BoundField]]]]


def _long(label: str, help_text: str = "") -> TextField:
    return TextField(
        label=label,
        required=False,
        help_text=help_text,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _word(label: str, most: int = 120, help_text: str = "") -> TextField:
    return TextField(label=label, max_length=most, required=False, help_text=help_text)


def _person(label: str) -> PersonNameField:
    return PersonNameField(label=label, max_length=80, required=False)


def _slug() -> TextField:
    return TextField(
        label="Adresse du bassin",
        max_length=40,
        help_text="Minuscules sans accent, chiffres et tirets : « haute-savoie ». Elle suit "
        "« /bassins/ » et ne change plus une fois la candidature soumise.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )


class GroupedForm(forms.Form):
    """A form shown by groups: a legend, then rows of fields side by side."""

    layout: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    """Each legend with its rows; a row names its fields, spaces between them."""

    def groups(self) -> Groups:
        """The fields, where the layout puts them."""
        for legend, rows in self.layout:
            yield legend, [[self[name] for name in row.split()] for row in rows]


class BeginningForm(GroupedForm):
    """Ouvrir un bassin : its name and its address."""

    layout = (("Le territoire", ("name", "slug")),)

    name = TextField(label="Nom du bassin", max_length=80)
    slug = _slug()


class StageForm(GroupedForm, MarkedForm):
    """One step of a candidacy."""

    title = ""
    apart = frozenset({"record", "mark"})

    def __init__(self, *args: Any, candidacy: Candidacy, **kwargs: Any) -> None:
        initial = {
            name: getattr(candidacy.basin if name in BASIN_FIELDS else candidacy, name)
            for name in self.base_fields
            if name not in self.apart
        }
        super().__init__(*args, initial=initial, **kwargs)

    def values(self) -> dict[str, Any]:
        """What the candidacy keeps of this step."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.apart}


class DepartmentsField(TextField):
    """Numbers of departments, each once, as typed."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        codes = re.findall(r"\w+", super().clean(value).upper())
        for code in codes:
            if code not in DEPARTMENTS:
                raise forms.ValidationError(f"« {code} » n'est pas un numéro de département.")
        return list(dict.fromkeys(codes))


class TerritoryForm(StageForm):
    """Territoire (R9-R11)."""

    title = "Territoire"
    layout = (
        ("Le territoire", ("name", "slug", "departments", "communes", "priorities")),
        ("Les trois critères", ("large_companies", "small_companies", "authorities")),
    )

    name = TextField(label="Nom du bassin", max_length=80)
    slug = _slug()
    departments = DepartmentsField(
        label="Départements",
        max_length=60,
        required=False,
        help_text="Leurs numéros, séparés par des virgules : « 73, 74 ».",
    )
    communes = _long(
        "Communes ou intercommunalités",
        "Le bassin suit l'économie et non les limites administratives. Une par ligne.",
    )
    priorities = forms.MultipleChoiceField(
        label="Type de territoire prioritaire",
        choices=Priority.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tout bassin peut être candidat ; le comité national donne priorité à ceux-ci.",
    )
    large_companies = _long(
        "Grandes entreprises à mobiliser", "Leur nombre, leurs noms, leur ancrage."
    )
    small_companies = _long(
        "Tissu de PME", "De quoi nourrir une quinzaine de projets examinés par an."
    )
    authorities = _long("Implication des collectivités", "Lesquelles, et ce qu'elles en attendent.")


class OperatorForm(StageForm):
    """Opérateur local (R38, R39)."""

    title = "Opérateur local"
    layout = (
        ("La structure", ("operator_name", "operator_short_name operator_siren")),
        (
            "Son représentant",
            ("representative_first_name representative_last_name", "representative_email"),
        ),
        ("L'accord sur ce choix", ("consensus_on", "record")),
    )

    operator_name = _word(
        "Nom", help_text="Une personne morale du territoire qui existe déjà, reconnue et neutre."
    )
    operator_short_name = _word("Nom court", 40)
    operator_siren = SirenField(label="SIREN", required=False)
    representative_first_name = _person("Prénom")
    representative_last_name = _person("Nom")
    representative_email = EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Son invitation y partira à la création de l'espace.",
    )
    consensus_on = FrenchDateField(
        label="Accord du",
        required=False,
        help_text="Partenaires, présidence du comité local et ASTREES l'ont choisi ensemble.",
    )
    record = forms.FileField(label="Acte de cet accord", required=False, help_text=FILE_HELP)


class BudgetForm(StageForm):
    """Budget triennal (annex 1, R57): what the pledges do not say."""

    title = "Budget triennal"
    layout = (
        (
            "Les trois ans",
            ("starts_on", "local_engineering allowance", "budget_comment"),
        ),
    )

    starts_on = FrenchDateField(
        label="Prise d'effet de la convention", required=False, help_text="Pour trois ans."
    )
    local_engineering = EurosField(label="Ingénierie locale par an")
    allowance = EurosField(
        label="Défraiement de l'opérateur par an",
        help_text="10 000 € au plus, avec l'accord de tous les partenaires ; 0 sinon.",
    )
    budget_comment = _long("Commentaire du budget")

    def __init__(self, *args: Any, candidacy: Candidacy, **kwargs: Any) -> None:
        super().__init__(*args, candidacy=candidacy, **kwargs)
        references = references_on(candidacy.starts_on or timezone.localdate())
        self.fields["local_engineering"].help_text = budget_in_words(references)


STAGES: dict[str, type[StageForm]] = {
    Stage.TERRITORY: TerritoryForm,
    Stage.OPERATOR: OperatorForm,
    Stage.BUDGET: BudgetForm,
}


class PartnerForm(GroupedForm, MarkedForm):
    """Un partenaire pressenti : who it is, who speaks and signs for it, what it would bring."""

    layout = (
        ("La structure", ("name", "kind", "group", "siren town")),
        (
            "Le contact",
            (
                "contact_first_name contact_last_name",
                "contact_function contact_email",
            ),
        ),
        (
            "Qui signera la convention",
            (
                "signatory_first_name signatory_last_name",
                "signatory_function signatory_email",
                "signs_by_law",
            ),
        ),
        ("En argent", ("money_1 money_2 money_3",)),
        ("En compétences", ("daily_rate", "days_1 days_2 days_3")),
        ("En nature", ("what", "in_kind_1 in_kind_2 in_kind_3")),
    )

    name = TextField(label="Nom", max_length=120)
    kind = forms.ChoiceField(
        label="Nature",
        choices=[
            ("", "Choisir"),
            *(one for one in PartnerKind.choices if one[0] != PartnerKind.NETWORK),
        ],
    )
    group = _word(
        "Groupe", help_text="Les établissements d'un groupe comptent pour une entreprise."
    )
    siren = SirenField(label="SIREN", required=False)
    town = _word("Commune", 80)
    contact_first_name = _person("Prénom du contact")
    contact_last_name = _person("Nom du contact")
    contact_function = _word("Fonction du contact")
    contact_email = EmailField(label="Adresse du contact", required=False)
    signatory_first_name = _person("Prénom du signataire")
    signatory_last_name = _person("Nom du signataire")
    signatory_function = _word("Fonction du signataire")
    signatory_email = EmailField(label="Adresse du signataire", required=False)
    signs_by_law = forms.BooleanField(
        label="Représentant légal de la structure",
        required=False,
        help_text="Sinon, l'opérateur enregistrera sa délégation avant la signature.",
    )
    daily_rate = EurosField(label="Valeur d'une journée", required=False, positive=True)
    daily_rate.optional = "si des jours sont apportés"
    what = _word("Ce qui est apporté", help_text="Locaux, matériel, logiciel…")
    what.optional = "si un apport en nature est chiffré"

    def __init__(
        self,
        *args: Any,
        partner: CandidatePartner | None,
        years: Sequence[int] | None,
        **kwargs: Any,
    ) -> None:
        shown = as_typed(partner, partner.pledges.all()) if partner else {"signs_by_law": True}
        super().__init__(*args, initial=shown, **kwargs)
        for rank in RANKS:
            year = str(years[rank - 1]) if years else f"Année {rank}"
            self.fields[f"money_{rank}"] = EurosField(label=f"{year}, argent", required=False)
            self.fields[f"days_{rank}"] = DaysField(label=f"{year}, jours", required=False)
            self.fields[f"in_kind_{rank}"] = EurosField(label=f"{year}, valeur", required=False)

    def clean(self) -> dict[str, Any]:
        """Days have a value, what is given in kind has a name."""
        cleaned = super().clean() or {}
        if any(cleaned.get(f"days_{rank}") for rank in RANKS) and not cleaned.get("daily_rate"):
            self.add_error("daily_rate", "Indiquez la valeur d'une journée.")
        if any(cleaned.get(f"in_kind_{rank}") for rank in RANKS) and not cleaned.get("what"):
            self.add_error("what", "Dites ce qui est apporté en nature.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is kept of the partner itself."""
        own = (name for name in self.base_fields if name not in {"daily_rate", "what", "mark"})
        return {name: self.cleaned_data[name] for name in own}

    def pledges(self) -> list[PledgeFacts]:
        """What it would bring, year by year."""
        said, found = self.cleaned_data, []
        for rank in RANKS:
            if money := said[f"money_{rank}"]:
                found.append(PledgeFacts(rank, PledgeNature.MONEY, money))
            if days := said[f"days_{rank}"]:
                rate = said["daily_rate"]
                found.append(PledgeFacts(rank, PledgeNature.SKILLS, days=days, daily_rate=rate))
            if amount := said[f"in_kind_{rank}"]:
                found.append(PledgeFacts(rank, PledgeNature.IN_KIND, amount, what=said["what"]))
        return found


class SubmissionForm(forms.Form):
    """Soumettre : before which meeting."""

    meeting_on = FrenchDateField(label="Comité national du")


class WithdrawalForm(forms.Form):
    """Retirer : why."""

    reason = TextField(
        label="Pourquoi la candidature est-elle retirée ?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi en une phrase."},
    )


class DecisionForm(forms.Form):
    """La décision du comité national."""

    decided_on = FrenchDateField(label="Séance du")
    outcome = forms.ChoiceField(
        label="Décision", choices=NationalOutcome.choices, widget=forms.RadioSelect
    )
    votes_for = forms.IntegerField(label="Voix pour", min_value=0, max_value=200)
    votes_against = forms.IntegerField(label="Voix contre", min_value=0, max_value=200)
    abstentions = forms.IntegerField(label="Abstentions", min_value=0, max_value=200)
    reason = _long("Motif", "Obligatoire pour un report ou un refus.")
    minutes = forms.FileField(label="Procès-verbal", help_text=FILE_HELP)

    def __init__(self, *args: Any, meeting_on: date | None, **kwargs: Any) -> None:
        initial = {"decided_on": meeting_on, "votes_against": 0, "abstentions": 0}
        super().__init__(*args, initial=initial, **kwargs)
        for name in ("votes_for", "votes_against", "abstentions"):
            self.fields[name].widget = forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off"}
            )
