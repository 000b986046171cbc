"""What is typed about the bank."""

from collections.abc import Iterable
from typing import Any

from django import forms

from alize.common.forms import CommandKeyField, EurosField, FrenchDateField, TypedField
from alize.common.http import key_in
from alize.common.writings import MarkedForm
from alize.documents.fields import TextField
from funds.bank import Awaited, CsvMapping, StatementRefused
from funds.bank.clues import bare_name, compact
from funds.bank.delimited import DATE_FORMATS, ENCODINGS, SEPARATORS
from funds.bank.identifiers import read_iban
from funds.enums import EntryKind, Perimeter, TransferSchema
from funds.forms import FunderFields
from funds.models import BankNumber
from funds.permissions.bank import COSTS

FEWEST_PARTS, MOST_PARTS = 4, 60
"""How many advances one line may pay back at once, as the form begins and at most."""


class IbanField(TypedField):
    """The number of a bank account, in one block once its keys are right."""

    def __init__(self) -> None:
        super().__init__(label="IBAN", max_length=42)

    def read(self, text: str) -> str:
        return read_iban(text)


class TransferSchemaField(forms.TypedChoiceField):
    """The format of the files of transfers."""

    def __init__(self) -> None:
        super().__init__(
            label="Format des fichiers de virements",
            choices=TransferSchema,
            coerce=TransferSchema,
            initial=TransferSchema.V09,
            help_text="Le premier, sauf si votre banque ne le prend pas encore.",
        )


class TransferFormatForm(forms.Form):
    """Changer le format des virements."""

    schema = TransferSchemaField()


class DetailsForm(forms.Form):
    """Les coordonnées d'un compte, du fonds ou d'une entreprise."""

    holder = TextField(
        label="Titulaire du compte",
        max_length=70,
        help_text="Comme sur le RIB, sans accent : c'est ce que lit la banque.",
    )
    iban = IbanField()
    bic = forms.CharField(
        label="BIC", max_length=14, required=False, help_text="Laissez vide pour le déduire."
    )


class BankDetailsForm(DetailsForm):
    """Les coordonnées d'un compte du fonds."""

    bank_name = TextField(label="Banque", max_length=60)
    field_order = ("bank_name",)


class BankCorrectionForm(BankDetailsForm, MarkedForm):
    """Corriger ces coordonnées."""


class BankAccountForm(BankDetailsForm):
    """Déclarer un compte bancaire."""

    perimeter = forms.ChoiceField(
        label="Ce compte sert",
        choices=[
            (Perimeter.FUND, "aux avances remboursables"),
            (Perimeter.OPS, "aux frais de fonctionnement"),
        ],
    )
    transfer_schema = TransferSchemaField()
    field_order = ("perimeter", "bank_name")


class BankChangeForm(BankDetailsForm):
    """Proposer de changer de banque."""

    wanted_on = FrenchDateField(
        label="En service le",
        help_text="Le jour où les avis, les relances et les virements portent ce compte.",
    )
    keeps_balance = forms.BooleanField(
        label="La banque change seulement le numéro du compte (fusion de banques) : le solde y "
        "passe sans virement",
        required=False,
    )
    transfer_schema = TransferSchemaField()
    command_key = CommandKeyField()


class CostForm(forms.Form):
    """La dépense qu'est un débit, ou qu'un crédit rend."""

    kind = forms.ChoiceField(label="Ce débit est", choices=())
    command_key = CommandKeyField()

    def __init__(self, *args: Any, amount: int, is_waiting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A fee has its own button, until the line waits.
        has_button = amount < 0 and not is_waiting
        kinds = [one for one in COSTS if not (has_button and one == EntryKind.BANK_FEE)]
        self.fields["kind"].choices = [(kind, kind.label) for kind in kinds]
        if amount > 0:
            self.fields["kind"].label = "Ce crédit rend"

    def clean_kind(self) -> EntryKind:
        return EntryKind(self.cleaned_data["kind"])


class ImportForm(forms.Form):
    """Importer un relevé."""

    number = forms.TypedChoiceField(
        label="Banque",
        coerce=int,
        help_text="Un fichier qui porte son IBAN est reconnu de lui-même.",
    )
    file = forms.FileField(
        label="Fichier de la banque",
        help_text="camt.053, OFX, CFONB 120 ou CSV, 30 Mo au plus.",
        error_messages={"empty": "Ce fichier est vide."},
    )
    opening = EurosField(
        label="Solde d'ouverture",
        required=False,
        allow_negative=True,
        help_text="Pour le premier relevé d'un compte, en OFX ou en CSV sans colonne de solde : "
        "celui du relevé papier.",
    )
    closing = EurosField(
        label="Solde de clôture",
        required=False,
        allow_negative=True,
        help_text="Pour un CSV sans colonne de solde : celui du relevé papier.",
    )

    def __init__(
        self, *args: Any, numbers: Iterable[BankNumber], current: BankNumber, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["number"]
        field.choices, field.initial = [(one.pk, str(one)) for one in numbers], current.pk
        if len(field.choices) < 2:
            del self.fields["number"]


def _column(label: str, *, required: bool = False) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, required=required, coerce=int, empty_value=None)


class MappingForm(forms.Form):
    """Dire ce que contiennent les colonnes d'un fichier CSV."""

    separator = forms.ChoiceField(
        label="Séparateur", choices=[(sign, name) for sign, name in SEPARATORS.items()]
    )
    encoding = forms.ChoiceField(label="Encodage", choices=list(ENCODINGS.items()))
    date_format = forms.ChoiceField(label="Dates écrites", choices=list(DATE_FORMATS.items()))
    headers = forms.IntegerField(label="Lignes avant la première opération", min_value=0)
    booked = _column("Date", required=True)
    value = _column("Date de valeur")
    label = _column("Libellé", required=True)
    name = _column("Tiers")
    reference = _column("Référence de la banque")
    amount = _column("Montant")
    debit = _column("Débit")
    credit = _column("Crédit")
    balance = _column("Solde")
    closing = EurosField(
        label="Solde de clôture",
        required=False,
        allow_negative=True,
        help_text="Sans colonne de solde : celui du relevé papier.",
    )

    def __init__(self, *args: Any, columns: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Aucune"), *((n, name) for n, name in enumerate(columns))]
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField):
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        """One amount, or a debit and a credit."""
        cleaned = super().clean()
        if not self.errors:
            try:
                self.mapping().check()
            except StatementRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return cleaned

    def mapping(self) -> CsvMapping:
        """What was typed, in the terms of the rules."""
        named = {key: value for key, value in self.cleaned_data.items() if key != "closing"}
        return CsvMapping(**named)


class LineFilterForm(forms.Form):
    """Words and state of the list of bank lines."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    status = forms.ChoiceField(
        label="Rapprochement",
        required=False,
        choices=[
            ("", "Toutes"),
            ("OPEN", "À rapprocher"),
            ("SUSPENDED", "À identifier"),
            ("WAITING", "En attente d'une décision"),
            ("DONE", "Rapprochées"),
        ],
    )


class ChoiceForm(forms.Form):
    """One of the proposals of a line."""

    choice = forms.RegexField(
        r"^[A-Z]+(:[0-9]{1,12}(:[0-9]{1,12}(-[0-9]{1,12}){0,2})?)?$",
        max_length=64,
        widget=forms.HiddenInput,
    )
    command_key = CommandKeyField()


class MoveForm(forms.Form):
    """Dire qu'une ligne est pour l'autre compte."""

    command_key = CommandKeyField()


class SplitForm(forms.Form):
    """Répartir une ligne entre des avances, nommées par leur référence ou leur entreprise."""

    rows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    command_key = CommandKeyField()

    def __init__(self, *args: Any, advances: Iterable[Awaited], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.advances = list(advances)
        asked = self.data.get(self.add_prefix("rows")) or self.initial.get("rows") or FEWEST_PARTS
        asked = key_in(str(asked)) or FEWEST_PARTS
        self.ranks = range(1, min(max(asked, FEWEST_PARTS), MOST_PARTS) + 1)
        self.initial["rows"] = self.ranks[-1]
        for rank in self.ranks:
            self.fields[f"advance_{rank}"] = TextField(
                label=f"Avance {rank}",
                max_length=120,
                required=False,
                widget=forms.TextInput(attrs={"list": "avances", "autocomplete": "off"}),
                help_text="Référence, ou nom de l'entreprise." if rank == 1 else "",
            )
            self.fields[f"amount_{rank}"] = EurosField(
                label=f"Montant {rank}", required=False, positive=True
            )

    def longer(self) -> "SplitForm":
        """The same form with more rows, what was typed in it kept."""
        size = len(self.add_prefix(""))
        typed = {name[size:]: value for name, value in self.data.items()}
        typed["rows"] = min(self.ranks[-1] + FEWEST_PARTS, MOST_PARTS)
        return SplitForm(advances=self.advances, prefix=self.prefix, initial=typed)

    def clean(self) -> dict[str, Any]:
        """An amount for each advance, and the other way round."""
        cleaned = super().clean()
        for rank in self.ranks:
            typed, amount = cleaned.get(f"advance_{rank}"), cleaned.get(f"amount_{rank}")
            if typed and amount is None and f"amount_{rank}" not in self.errors:
                self.add_error(f"amount_{rank}", "Indiquez le montant de cette avance.")
            if amount is not None and not typed:
                self.add_error(f"advance_{rank}", "Choisissez l'avance de ce montant.")
            if typed:
                self._find(rank, typed)
        return cleaned

    def _find(self, rank: int, typed: str) -> None:
        wanted, name = compact(typed), bare_name(typed)
        found = (
            [one for one in self.advances if compact(one.reference) == wanted]
            or [one for one in self.advances if bare_name(one.company) == name]
            or [one for one in self.advances if name and name in bare_name(one.company)]
        )
        if len(found) == 1:
            self.cleaned_data[f"advance_{rank}"] = found[0].advance
            return
        known = ", ".join(one.reference for one in found[:5])
        self.add_error(
            f"advance_{rank}",
            f"Plusieurs avances correspondent ({known}) : tapez la référence de la bonne."
            if found
            else "Aucune avance versée n'a cette référence, ni ce nom : vérifiez-le.",
        )

    def parts(self) -> list[tuple[int, int]]:
        """What was typed: advances and cents."""
        typed = (
            (self.cleaned_data[f"advance_{rank}"], self.cleaned_data[f"amount_{rank}"])
            for rank in self.ranks
        )
        return [(advance, amount) for advance, amount in typed if advance]


class FunderForm(FunderFields):
    """La dotation d'un financeur."""

    amount = EurosField(positive=True, required=False)
    with_return = forms.BooleanField(label="Avec droit de reprise", required=False, initial=True)
    command_key = CommandKeyField()

    def __init__(self, *args: Any, holder: Perimeter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.noun = "dotation"
        if holder == Perimeter.OPS:
            # What pays running costs is spent: it is no capital, and nobody takes it back.
            self.noun = "contribution"
            del self.fields["with_return"]
        amount = self.fields["amount"]
        amount.label = f"Montant de cette {self.noun}"
        amount.help_text = (
            f"S'il y a d'autres {self.noun}s, ou les deux comptes : cette part seulement."
        )


class SepaForm(forms.Form):
    """Préparer un fichier de virements."""

    orders = forms.TypedMultipleChoiceField(
        label="Versements",
        coerce=int,
        error_messages={
            "required": "Choisissez au moins un versement.",
            "invalid_choice": "Un de ces versements ne peut plus partir : rechargez la page.",
        },
    )
    command_key = CommandKeyField()
