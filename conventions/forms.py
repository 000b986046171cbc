"""What is typed on a convention."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms

from alize.accounts.models import LONGEST_NAME
from alize.common.forms import EmailField, FrenchDateField
from alize.common.writings import MarkedForm, WrittenMeanwhile
from alize.documents.fields import PersonNameField, TextField
from conventions.enums import AgreementStatus
from conventions.models import CooperationConvention, Signer
from conventions.operations.preparing import RECOMPUTED, SignerWords
from conventions.operations.signing import order_of
from conventions.queries.detail import WORDS, as_typed
from partners.forms import MandateForm
from signatures.forms import checked_deadline
from signatures.rules import CIRCUIT_DAYS


class ConventionFilterForm(forms.Form):
    """Search and status of the list of conventions."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    status = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), *AgreementStatus.choices]
    )


class DraftForm(MarkedForm):
    """Dates and signers of a draft; the same fields for each signer."""

    starts_on = FrenchDateField(label="Prise d'effet")

    def __init__(
        self, data: Any = None, *, convention: CooperationConvention, signers: Iterable[Signer]
    ) -> None:
        self.signers = list(signers)
        super().__init__(data, initial=as_typed(convention, self.signers))
        if convention.payment_expected_on:
            self.fields["payment_expected_on"] = FrenchDateField(
                label="Versement de l'avance attendu le",
                help_text="L'échéancier de l'annexe part de ce jour.",
            )
        for signer in self.signers:
            self._add_signer(signer)
        self._typed_for_others = data is not None and self._complete(data)

    def _add_signer(self, signer: Signer) -> None:
        """Names may wait until the text is frozen, as a draft is never lost."""
        fields: dict[str, forms.Field] = {
            "name": PersonNameField(label="Prénom et nom", max_length=LONGEST_NAME, required=False),
            "function": TextField(label="Fonction", max_length=120, required=False),
            "email": EmailField(label="Adresse électronique", required=False),
        }
        # The text is not frozen without it.
        fields["name"].wanted = True
        for word, field in fields.items():
            field.group = signer.organisation
            self.fields[f"{word}_{signer.pk}"] = field

    def _complete(self, data: Any) -> bool:
        """Say of the signers that the page did not show what is known of them.

        Returns whether that page showed others, computed again since.
        """
        known = {f"{word}_{one.pk}" for one in self.signers for word in WORDS}
        shown = {name for name in data if name.rpartition("_")[0] in WORDS}
        self.data = data.copy()
        for name in known - shown:
            self.data[name] = self.fields[name].prepare_value(self.initial[name]) or ""
        return bool(shown - known)

    def clean(self) -> dict[str, Any]:
        """Words typed for signers that are there no more go to nobody else."""
        if self._typed_for_others:
            stored = {name: value for name, value in self.initial.items() if name != "mark"}
            self.compare(WrittenMeanwhile(stored))
            raise forms.ValidationError(RECOMPUTED)
        return self.cleaned_data

    def groups(self) -> list[tuple[Signer, list[forms.BoundField]]]:
        """The fields of each signer, for the page."""
        return [
            (signer, [self[f"{word}_{signer.pk}"] for word in WORDS]) for signer in self.signers
        ]

    def signer_words(self) -> dict[int, SignerWords]:
        """What was typed for each signer."""
        cleaned = self.cleaned_data
        return {
            signer.pk: SignerWords(
                name=cleaned[f"name_{signer.pk}"].strip(),
                function=cleaned[f"function_{signer.pk}"].strip(),
                email=cleaned[f"email_{signer.pk}"],
            )
            for signer in self.signers
        }


class SignerMandateForm(MandateForm):
    """The mandate of who signs for no partner: saying it again replaces it, so no key is needed."""

    command_key = None


class PartyMandateForm(SignerMandateForm):
    """The same of who signs an amendment, whoever it is when it is sent."""

    name = TextField(widget=forms.HiddenInput)


TURNS = (
    "Au même rang, on signe en parallèle ; au rang suivant, quand le précédent a signé. Le "
    "lancement fixe les rangs."
)


@dataclass(frozen=True)
class Asked:
    """A signer as the page of a launch shows them, and the rank proposed for them."""

    name: str
    email: str
    order: int
    kind: str


@dataclass(frozen=True)
class RankGroup:
    """Signers of one kind: their rank, and the fields of those who would have another."""

    field: forms.BoundField
    others: list[forms.BoundField]

    @property
    def is_open(self) -> bool:
        """Whether one of them has another rank, or one to correct."""
        return any(field.errors or field.value() for field in self.others)


class SignatureForm(forms.Form):
    """Lancer la signature : until when, who signs on paper or after whom, a word to all."""

    fields_template = "conventions/launch_fields.html"

    expires_on = FrenchDateField(
        label="À signer au plus tard le",
        help_text="Les mandats des signataires doivent couvrir cette date.",
    )
    paper = forms.MultipleChoiceField(
        label="Signent sur papier",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les autres signent en ligne et peuvent encore choisir le papier.",
    )
    message = TextField(
        label="Message aux signataires",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Joint au courriel de chacun, et lu sur sa page de signature.",
    )

    def __init__(self, data: Any, *, signers: Mapping[str, Asked], on: date) -> None:
        """`signers` by key; without an address, one signs on paper."""
        without = [key for key, one in signers.items() if not one.email]
        initial = {"expires_on": on + timedelta(days=CIRCUIT_DAYS), "paper": without}
        super().__init__(data, initial=initial)
        self.on = on
        self.fields["paper"].choices = [(key, one.name) for key, one in signers.items()]
        self.proposed = {key: one.order for key, one in signers.items()}
        self.groups: dict[tuple[str, int], list[str]] = {}
        for key, one in signers.items():
            self.groups.setdefault((one.kind, one.order), []).append(key)
        for number, ((kind, order), keys) in enumerate(self.groups.items()):
            if len(keys) > 1:
                label = f"{kind}, {len(keys)} signataires"
                self.fields[f"group_{number}"] = self._rank(label, order, len(signers))
            for key in keys:
                alone = order if len(keys) == 1 else None
                self.fields[f"order_{key}"] = self._rank(signers[key].name, alone, len(signers))

    @staticmethod
    def _rank(name: str, order: int | None, last: int) -> forms.IntegerField:
        return forms.IntegerField(
            label=f"Rang de signature : {name}",
            required=False,
            min_value=1,
            max_value=last,
            initial=order,
            help_text=f"Proposé : {order}." if order else "Vide : celui des autres.",
        )

    def rank_groups(self) -> list[RankGroup]:
        """The ranks by kind of signer, for the page; whoever is alone of a kind has no group."""
        found = []
        for number, keys in enumerate(self.groups.values()):
            each = [self[f"order_{key}"] for key in keys]
            found.append(
                RankGroup(self[f"group_{number}"], each)
                if len(keys) > 1
                else RankGroup(each[0], [])
            )
        return found

    def clean_expires_on(self) -> date:
        """Within a year."""
        return checked_deadline(self.cleaned_data["expires_on"], on=self.on)

    def ranks(self) -> set[int]:
        """The keys of those who sign on paper."""
        return {int(key) for key in self.cleaned_data["paper"]}

    def orders(self) -> dict[int, int]:
        """Who signs after whom, by key: the same number, in parallel.

        One's own rank, else that of one's group, else the one proposed.
        """
        typed = self.cleaned_data
        return {
            int(key): typed[f"order_{key}"] or typed.get(f"group_{number}") or self.proposed[key]
            for number, keys in enumerate(self.groups.values())
            for key in keys
        }


class LaunchForm(SignatureForm):
    """The signature of a cooperation convention."""

    def __init__(self, data: Any = None, *, signers: Iterable[Signer], on: date) -> None:
        named = {
            str(one.pk): Asked(
                f"{one.name}, {one.organisation}",
                one.email,
                order_of(one),
                one.get_capacity_display(),
            )
            for one in signers
        }
        super().__init__(data, signers=named, on=on)


def until(form: forms.Form) -> date:
    """The last day to sign that a form of launch was given, or the one that it proposes."""
    asked = form.cleaned_data.get("expires_on") if form.is_bound and form.is_valid() else None
    return asked or form.initial["expires_on"]


class ClauseForm(MarkedForm):
    """Words of a local clause; plain, as the agreement will say them."""

    words = TextField(
        label="Texte de la clause",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=(
            "Une ligne vide sépare deux paragraphes, un tiret ouvre un point de liste. "
            "Laissez vide pour retirer la clause."
        ),
    )


class VoidForm(forms.Form):
    """Demander l'annulation de ce que tous ont signé."""

    reason = TextField(
        label="Motif",
        max_length=300,
        help_text="Une phrase, que tous les signataires liront : l'année de la prise d'effet…",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi cette convention serait annulée."},
    )


class VoidDecisionForm(forms.Form):
    """Décider de cette demande."""

    accepted = forms.TypedChoiceField(
        label="Votre décision",
        choices=[("oui", "Annuler la convention"), ("non", "La maintenir")],
        coerce="oui".__eq__,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l'une des deux."},
    )
