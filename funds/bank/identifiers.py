"""Bank identifiers: what a file sent to a bank may hold (funds.md 3.2, 3.5)."""

import re

from alize.common.money import NO_BREAK_SPACE as NBSP

SEPA = (
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI",
    "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL",
    "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
)  # fmt: skip
"""The countries whose accounts a transfer in euros reaches (EPC409-09)."""
BIC_COUNTRIES = {
    "FR": ("BL", "GF", "GP", "MF", "MQ", "PM", "RE", "YT"),
    "GB": ("GG", "IM", "JE"),
    "MC": ("FR",),
}
"""Where the bank of an account may also be, by the country of the IBAN."""


def read_iban(text: str) -> str:
    """Give an IBAN of SEPA in one block once its key, and for France its RIB key, are right.

    :raises ValueError: the reason, in French.
    """
    # Half a second of tables: read when a first IBAN is.
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    compact = "".join(text.split()).upper()
    if not compact:
        raise ValueError("Indiquez un IBAN.")
    if re.match(r"[A-Z]{2}[0-9]{2}", compact) and compact[:2] not in SEPA:
        raise ValueError(
            f"Ce compte est tenu hors de l'espace SEPA ({compact[:2]}){NBSP}: un virement en euros "
            "n'y arrive pas. Demandez un compte de cet espace."
        )
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


def read_bic(text: str, *, iban: str) -> str:
    """Give a BIC of 8 or 11 characters, of the country of its IBAN (funds.md 3.2).

    :raises ValueError: the reason, in French.
    """
    compact = "".join(text.split()).upper()
    if not re.fullmatch(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", compact):
        raise ValueError(f"Un BIC a 8 ou 11 caractères{NBSP}: recopiez-le depuis le RIB.")
    of_bank, of_account = compact[4:6], iban[:2]
    if of_bank != of_account and of_bank not in BIC_COUNTRIES.get(of_account, ()):
        raise ValueError(
            f"Ce BIC est d'une banque d'un autre pays ({of_bank}) que l'IBAN ({of_account}){NBSP}: "
            "recopiez les deux depuis le même RIB."
        )
    return compact


def masked_iban(iban: str) -> str:
    """Show who banks where without showing the account: « FR76 •••• •••• 0189 »."""
    return f"{iban[:4]} •••• •••• {iban[-4:]}" if len(iban) > 8 else iban


def grouped_iban(iban: str) -> str:
    """Write an IBAN by groups of four, as on a RIB."""
    return NBSP.join(iban[start : start + 4] for start in range(0, len(iban), 4))
