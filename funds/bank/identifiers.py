"""Bank identifiers: what a file sent to a bank may hold (funds.md 3.2, 3.5)."""

import re

from alize.common.money import NO_BREAK_SPACE as NBSP


def read_iban(text: str) -> str:
    """Give an IBAN in one block once its key, and for France its RIB key, are right.

    :raises ValueError: the reason, in French.
    """
    # Half a second of tables: read when a first IBAN is.
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    compact = "".join(text.split()).upper()
    if not compact:
        raise ValueError("Indiquez un IBAN.")
    try:
        IBAN(compact).validate(validate_bban=True)
    except SchwiftyException as error:
        raise ValueError(
            f"Cet IBAN n'existe pas{NBSP}: une lettre ou un chiffre est faux ou manque. "
            "Recopiez-le depuis le RIB."
        ) from error
    return compact


def bic_of(iban: str) -> str:
    """The BIC of the bank of an IBAN, or nothing when the tables do not know it."""
    from schwifty import IBAN

    bic = IBAN(iban, allow_invalid=True).bic
    return str(bic) if bic else ""


def read_bic(text: str) -> str:
    """Give a BIC of 8 or 11 characters.

    :raises ValueError: the reason, in French.
    """
    compact = "".join(text.split()).upper()
    if not re.fullmatch(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", compact):
        raise ValueError(f"Un BIC a 8 ou 11 caractères{NBSP}: recopiez-le depuis le RIB.")
    return compact


def masked_iban(iban: str) -> str:
    """Show who banks where without showing the account: « FR76 •••• •••• 0189 »."""
    return f"{iban[:4]} •••• •••• {iban[-4:]}" if len(iban) > 8 else iban


def grouped_iban(iban: str) -> str:
    """Write an IBAN by groups of four, as on a RIB."""
    return NBSP.join(iban[start : start + 4] for start in range(0, len(iban), 4))
