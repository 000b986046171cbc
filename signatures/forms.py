"""What signers and operators type about a signature."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from alize.accounts.models import LONGEST_NAME
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.common.forms import EmailField, FrenchDateField, HourField
from alize.common.writings import MarkedForm
from alize.documents.fields import PersonNameField, TextField
from signatures.enums import Settlement
from signatures.models import Circuit, CircuitSigner
from signatures.operations import Delegate, Signature, check_deadline
from signatures.queries import BatchLine
from signatures.queries.circuits import ceremony_as_typed
from signatures.rules import CODE_DIGITS, CONSENT, CONSENTS, last_deadline


class IdentityForm(forms.Form):
    """First step of a signature: one's function as it should be, and the consent."""

    function = TextField(
        label="Votre fonction",
        max_length=120,
        required=False,
        help_text="Corrigez-la si elle a changé.",
    )
    consents = forms.BooleanField(
        label=CONSENTS[CONSENT],
        error_messages={"required": "Cochez cette case pour accepter de signer."},
    )


class SignForm(IdentityForm):
    """Second step: the code received, and one's name typed whole."""

    code = forms.CharField(
        label="Code reçu par courriel",
        max_length=CODE_DIGITS + 4,
        help_text="Six chiffres, valables dix minutes.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Tapez le code reçu par courriel."},
    )
    typed_name = forms.CharField(
        label="Vos prénom et nom",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Tapez vos prénom et nom."},
    )

    def signature(self) -> Signature:
        """What was typed."""
        return Signature(**self.cleaned_data)


class BatchForm(forms.Form):
    """Several documents signed at once, by somebody signed in."""

    signers = forms.MultipleChoiceField(
        label="Je signe",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez les documents que vous signez."},
    )
    consents = forms.BooleanField(
        label=CONSENTS[CONSENT],
        error_messages={"required": "Cochez cette case pour accepter de signer."},
    )
    typed_name = forms.CharField(
        label="Vos prénom et nom",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Tapez vos prénom et nom."},
    )

    def __init__(self, data: Any = None, *, waiting: Iterable[BatchLine]) -> None:
        super().__init__(data)
        self.fields["signers"].choices = [
            (str(line.pk), f"{line.title} {line.reference}") for line in waiting
        ]


class ReasonForm(forms.Form):
    """A sentence that says why."""

    reason = TextField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi en une phrase."},
    )

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


class SettlementForm(forms.Form):
    """What becomes of a contested signature, and why."""

    settlement = forms.ChoiceField(
        label="Suite donnée",
        choices=[
            (Settlement.KEPT, "Confirmer la signature : le signataire a bien signé"),
            (Settlement.SET_ASIDE, "Écarter la signature : le signataire n'a pas signé"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si la signature est confirmée ou écartée."},
    )
    reason = TextField(
        label="Sur quoi vous fondez-vous ?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lu par la personne qui conteste et par ceux qui ont signé.",
        error_messages={"required": "Dites pourquoi en une phrase."},
    )


ANOTHER = "autre"
TYPED = ("name", "function", "email", "starts_on")
"""What is asked of somebody whose mandate nothing records."""


class DelegateForm(forms.Form):
    """Who would sign instead: somebody whose mandate is on record, or another, with the paper."""

    who = forms.ChoiceField(
        label="Qui signera",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez qui signera."},
    )
    name = PersonNameField(label="Prénom et nom", max_length=120)
    function = TextField(label="Fonction", max_length=120)
    email = EmailField(label="Adresse électronique")
    starts_on = FrenchDateField(label="Mandat valable à partir du")
    ends_on = FrenchDateField(
        label="Jusqu'au", required=False, help_text="Laissez vide pour un mandat sans terme."
    )
    mandate = forms.FileField(
        label="Arrêté, délibération ou délégation",
        help_text="PDF ou image, 15 Mo au plus.",
        error_messages={"required": "Joignez le document qui donne cette délégation."},
    )

    def __init__(self, *args: Any, known: Iterable[Delegate] = (), **kwargs: Any) -> None:
        """`known` are those whose mandate is on record: nothing else is asked of them."""
        super().__init__(*args, **kwargs)
        self.known = {one.key: one for one in known}
        if not self.known:
            del self.fields["who"]
            return
        self.fields["who"].choices = [
            *((key, _mandated(one)) for key, one in self.known.items()),
            (ANOTHER, "Une autre personne"),
        ]
        self.fields["name"].help_text = "À remplir, avec ce qui suit, pour une autre personne."
        self.fields["mandate"].help_text += " Inutile quand l'acte est conservé."
        chosen = self.known.get(self.data.get("who", ""))
        if chosen is not None:
            for name in TYPED:
                self.fields[name].required = False
            self.fields["mandate"].required = chosen.document_id is None

    def delegate(self) -> Delegate:
        """Whom was chosen, or named."""
        cleaned = self.cleaned_data
        chosen = self.known.get(cleaned.get("who", ""))
        return chosen or Delegate(**{name: cleaned[name] for name in (*TYPED, "ends_on")})


def _mandated(one: Delegate) -> str:
    until = f", jusqu'au {long_date(one.ends_on)}" if one.ends_on else ""
    act = "" if one.document_id else " ; acte à joindre"
    return f"{one.name}, {one.function} ({one.kind.lower()}{until}{act})"


class PaperForm(forms.Form):
    """A signed copy: who signed it, on which day, and with what when it is not on paper."""

    signers = forms.MultipleChoiceField(
        label="Qui a signé cet exemplaire",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez qui a signé cet exemplaire."},
    )
    signed_on = FrenchDateField(label="Date de signature", help_text="Par exemple 12/03/2027.")
    tool = TextField(
        label="Outil de signature électronique",
        max_length=80,
        required=False,
        help_text="Laissez vide pour un exemplaire sur papier. Sinon, le nom du prestataire ou du "
        "parapheur : joignez alors le PDF signé qu'il a rendu.",
    )
    scan = forms.FileField(
        label="Exemplaire signé",
        help_text="PDF ou image, 15 Mo au plus.",
        error_messages={"required": "Joignez l'exemplaire signé, en PDF ou en image."},
    )

    def __init__(self, *args: Any, expected: Iterable[CircuitSigner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signers"].choices = [
            (str(signer.pk), f"{signer.name}, {signer.organisation}") for signer in expected
        ]


class CeremonyForm(MarkedForm):
    """When and where the document is signed on paper."""

    held_on = FrenchDateField(label="Jour")
    hour = HourField(label="Heure")
    place = TextField(
        label="Lieu", max_length=200, help_text="Nom du lieu, rue et ville : tel qu'il sera écrit."
    )

    def __init__(self, data: Any = None, *, circuit: Circuit) -> None:
        super().__init__(data, initial=ceremony_as_typed(circuit))

    def starts_at(self) -> datetime:
        """The moment that was typed."""
        typed = self.cleaned_data
        return timezone.make_aware(datetime.combine(typed["held_on"], typed["hour"]))


def checked_deadline(day: date, *, on: date) -> date:
    """A deadline of signature, not a year that was mistyped.

    :raises ValidationError: it is too far ahead.
    """
    try:
        check_deadline(day, on=on)
    except InvalidInput as refused:
        raise forms.ValidationError(refused.reason) from refused
    return day


class ExtensionForm(forms.Form):
    """A later term."""

    expires_on = FrenchDateField(label="Nouvelle date limite")

    def __init__(
        self, data: Any = None, *, on: date, since: date, until: date | None = None
    ) -> None:
        """`since` is the term as it is, `until` the last day when what is signed may be."""
        super().__init__(data)
        self.on = on
        first, latest = max(since, on), last_deadline(on, until=until)
        if first < latest:
            said = f"Après le {long_date(first)}, et au plus tard le {long_date(latest)}."
        elif latest < on:
            last = f"le dernier jour pour signer, le {long_date(latest)}, est passé"
            said = f"Ce délai ne se prolonge plus : {last}."
        else:
            said = f"Ce délai ne se prolonge plus : on signe le {long_date(latest)} au plus tard."
        self.fields["expires_on"].help_text = said

    def clean_expires_on(self) -> date:
        """Within a year."""
        return checked_deadline(self.cleaned_data["expires_on"], on=self.on)
