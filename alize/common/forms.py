"""Fields typed the French way: amounts, days, hours, shares, numbers of firms; a command's key.

Each shows its unit (`unit`), reads what people type and says in French what is wrong.
"""

import re
from contextlib import suppress
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.fr import siren, siret

from alize.common.dates import parse_french_date, short_date
from alize.common.money import format_euros, format_number, parse_euros
from alize.common.phones import read_phone
from alize.common.words import grouped

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_ADDRESS_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HOUR = re.compile(r"\s*(?P<hour>[0-9]{1,2})\s*(?:[h:]\s*(?P<minute>[0-9]{2})?)?\s*", re.IGNORECASE)
LARGEST = Decimal("9999.9")
LONGEST = 60
LONGEST_EMAIL = 254


class TypedField(forms.CharField):
    """A text read by `read`, whose ValueError says in French what is wrong; empty is None."""

    input_mode = "decimal"

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": self.input_mode, "autocomplete": "off"}
        super().__init__(**{"widget": forms.TextInput(attrs=attrs), "max_length": LONGEST} | kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def read(self, text: str) -> Any:
        """Read a text that is not empty."""
        raise NotImplementedError


class EurosField(TypedField):
    """An amount typed as « 22 000,50 », cleaned to cents."""

    unit = "€"

    def __init__(self, *, allow_negative: bool = False, positive: bool = False, **kwargs: Any):
        self.allow_negative = allow_negative
        self.positive = positive
        super().__init__(**kwargs)

    def read(self, text: str) -> int:
        cents = parse_euros(text, allow_negative=self.allow_negative)
        if self.positive and cents <= 0:
            raise ValueError("Le montant doit être supérieur à zéro.")
        return cents

    def prepare_value(self, value: Any) -> Any:
        return format_euros(value).removesuffix("€").strip() if isinstance(value, int) else value


class DaysField(TypedField):
    """A number of days typed as « 2,5 », cleaned to a Decimal with one decimal at most."""

    unit = "j"
    noun = "nombre de jours"

    def __init__(self, *, positive: bool = False, **kwargs: Any) -> None:
        self.positive = positive
        super().__init__(**kwargs)

    def read(self, text: str) -> Decimal:
        compact = _SPACES.sub("", text)
        if not _NUMBER.fullmatch(compact):
            raise ValueError(f"« {text[:40]} » n'est pas un {self.noun} : écrivez-le comme 2,5.")
        number = Decimal(compact.replace(",", "."))
        if number > LARGEST:
            raise ValueError(f"Ce {self.noun} est trop grand : vérifiez la saisie.")
        if number != round(number, 1):
            raise ValueError(f"Un {self.noun} a une décimale au plus.")
        if self.positive and not number:
            raise ValueError(f"Indiquez un {self.noun} supérieur à zéro.")
        return number

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int | Decimal):
            return value
        return format_number(value)


class HeadcountField(DaysField):
    """Full-time equivalents typed as « 12,5 »."""

    unit = "ETP"
    noun = "nombre d'emplois"


class PercentField(TypedField):
    """A share typed as « 4,5 », cleaned to basis points, between 0 and `most` per cent."""

    unit = "%"

    def __init__(self, *, most: int = 100, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def read(self, text: str) -> int:
        compact = _SPACES.sub("", text).removesuffix("%")
        if not _NUMBER.fullmatch(compact):
            raise ValueError(f"« {text[:40]} » n'est pas un pourcentage : écrivez-le comme 4,5.")
        points = Decimal(compact.replace(",", ".")) * 100
        if points > self.most * 100:
            raise ValueError(f"Ce pourcentage va de 0 à {self.most}.")
        if points != int(points):
            raise ValueError("Un pourcentage a deux décimales au plus.")
        return int(points)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return format_number(Decimal(value).scaleb(-2))


class PhoneField(TypedField):
    """A telephone number, cleaned to how it is shown; empty is nothing."""

    input_mode = "tel"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 30} | kwargs)

    def clean(self, value: Any) -> str:
        return super().clean(value) or ""

    def read(self, text: str) -> str:
        return read_phone(text)


class SirenField(TypedField):
    """The number of a firm, nine digits, spaces as one likes; cleaned to its digits."""

    input_mode = "numeric"
    standard = siren
    digits = 9

    def clean(self, value: Any) -> str:
        return super().clean(value) or ""

    def prepare_value(self, value: Any) -> Any:
        return grouped(value) if isinstance(value, str) and value.isdigit() else value

    def read(self, text: str) -> str:
        compact = _SPACES.sub("", text)
        try:
            return self.standard.validate(compact)
        except InvalidLength as error:
            raise ValueError(
                f"Ce numéro a {len(compact)} chiffres au lieu de {self.digits}."
            ) from error
        except InvalidChecksum as error:
            raise ValueError("Ce numéro ne correspond pas (clé de contrôle).") from error
        except ValidationError as error:
            raise ValueError(f"Ce numéro s'écrit avec {self.digits} chiffres.") from error


class SiretField(SirenField):
    """The number of an establishment, fourteen digits; La Poste has its own key."""

    standard = siret
    digits = 14


class FrenchDateField(TypedField):
    """A day typed as « 12/03/2027 » or « 12 mars 2027 », cleaned to a date."""

    input_mode = "text"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": "Par exemple 12/03/2027."} | kwargs)

    def read(self, text: str) -> date:
        return parse_french_date(text)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and _ADDRESS_DAY.fullmatch(value):
            with suppress(ValueError):  # the day of an address, shown as everybody writes it
                value = self.read(value)
        return short_date(value) if isinstance(value, date) else value


class HourField(forms.CharField):
    """An hour typed as « 14 h 30 » or « 14:30 », cleaned to a time."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "14 h 30", "autocomplete": "off"})
        super().__init__(**{"widget": widget, "max_length": 10} | kwargs)

    def clean(self, value: Any) -> time | None:
        text = super().clean(value)
        if not text:
            return None
        match = _HOUR.fullmatch(text)
        if match is None or int(match["hour"]) > 23 or int(match["minute"] or 0) > 59:
            raise forms.ValidationError(f"« {text} » n'est pas une heure : écrivez 14 h 30.")
        return time(int(match["hour"]), int(match["minute"] or 0))

    def prepare_value(self, value: Any) -> Any:
        return f"{value.hour} h {value.minute:02d}" if isinstance(value, time) else value


class EmailField(forms.EmailField):
    """An address, no longer than the columns that keep one (RFC 5321)."""

    default_error_messages = {
        "invalid": "Une adresse électronique s'écrit comme prenom.nom@exemple.fr."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST_EMAIL} | kwargs)


class CommandKeyField(forms.UUIDField):
    """The hidden key made when a page is rendered, so that its form counts once (D14)."""

    def __init__(self) -> None:
        super().__init__(
            widget=forms.HiddenInput,
            initial=uuid4,
            error_messages={
                "required": "Rechargez la page avant de recommencer.",
                "invalid": "Rechargez la page avant de recommencer.",
            },
        )


class BetweenForm(forms.Form):
    """Two days of a list, `since` and `until`, in their order."""

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error(
                "until", f"La période commence le {short_date(since)} : elle finit après."
            )
        return self.cleaned_data
