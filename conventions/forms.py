"""What is typed on a convention."""

from collections.abc import Iterable
from typing import Any

from django import forms

from alize.common.forms import FrenchDateField
from conventions.enums import ConventionStatus
from conventions.models import CooperationConvention, Signer
from conventions.operations.preparing import SignerWords


class ConventionFilterForm(forms.Form):
    """Search and status of the list of conventions."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    status = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), *ConventionStatus.choices]
    )


class DraftForm(forms.Form):
    """Dates and signers of a draft; three fields a signer."""

    starts_on = FrenchDateField(label="Prise d'effet")

    def __init__(
        self, data: Any = None, *, convention: CooperationConvention, signers: Iterable[Signer]
    ) -> None:
        initial: dict[str, Any] = {"starts_on": convention.starts_on}
        super().__init__(data, initial=initial)
        if convention.payment_expected_on:
            self.fields["payment_expected_on"] = FrenchDateField(
                label="Versement de l'avance attendu le",
                help_text="L'échéancier de l'annexe part de ce jour.",
            )
            initial["payment_expected_on"] = convention.payment_expected_on
        self.signers = list(signers)
        for signer in self.signers:
            self._add_signer(signer, initial)

    def _add_signer(self, signer: Signer, initial: dict[str, Any]) -> None:
        """Names may wait until the text is frozen, as a draft is never lost."""
        fields = {
            "name": forms.CharField(label="Prénom et nom", max_length=120, required=False),
            "function": forms.CharField(label="Fonction", max_length=120, required=False),
            "email": forms.EmailField(label="Adresse électronique", required=False),
        }
        for word, field in fields.items():
            self.fields[f"{word}_{signer.pk}"] = field
            initial[f"{word}_{signer.pk}"] = getattr(signer, word)

    def groups(self) -> list[tuple[Signer, list[forms.BoundField]]]:
        """The fields of each signer, for the page."""
        return [
            (signer, [self[f"{word}_{signer.pk}"] for word in ("name", "function", "email")])
            for signer in self.signers
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


class SignedForm(forms.Form):
    """Marquer comme signée : the last signature, its proof, and each date when it is known."""

    signed_on = FrenchDateField(
        label="Date de la dernière signature",
        help_text="Elle ouvre l'accompagnement. Par exemple 12/03/2027.",
    )
    scan = forms.FileField(
        label="Exemplaire signé",
        help_text="PDF ou image, 15 Mo au plus.",
        error_messages={"required": "Joignez l'exemplaire signé, en PDF ou en image."},
    )

    def __init__(self, *args: Any, signers: Iterable[Signer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signers = list(signers)
        for signer in self.signers:
            self.fields[f"signer_{signer.pk}"] = FrenchDateField(
                label=f"Signé par {signer.name} le",
                required=False,
                help_text=f"{signer.organisation}. Laissez vide si c'est la date ci-dessus.",
            )

    def signer_dates(self) -> dict[int, Any]:
        """The dates that differ from the last one."""
        dates = {signer.pk: self.cleaned_data[f"signer_{signer.pk}"] for signer in self.signers}
        return {pk: day for pk, day in dates.items() if day}
