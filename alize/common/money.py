"""Amounts of money: integer cents inside, French text at the edges."""

import re
from decimal import Decimal

NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"
MINUS = "\u2212"
# Far above any amount of the programme: beyond it, a key stayed pressed.
LARGEST_CENTS = 100_000_000_000

_SPACES = re.compile(r"[ \u00a0\u202f\u2009]")
_AMOUNT = re.compile(
    r"(?P<sign>[-\u2212]?) ?"
    r"(?P<euros>[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)"
    r"(?:[.,](?P<decimals>[0-9]+))?"
    r" ?€?"
)


def parse_euros(text: str, *, allow_negative: bool = False) -> int:
    """Read an amount typed in French, as cents (funds.md 2.1: never rounded, never a silent zero).

    :raises ValueError: the reason, in French.
    """
    written = _SPACES.sub(" ", text.strip())
    if not written:
        raise ValueError("Indiquez un montant.")
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise ValueError(
            f"«{NO_BREAK_SPACE}{text.strip()[:40]}{NO_BREAK_SPACE}» n'est pas un montant"
            f"{NO_BREAK_SPACE}: écrivez-le comme 22{NARROW_NO_BREAK_SPACE}000 ou 1234,50."
        )
    decimals = match["decimals"] or ""
    if len(decimals) > 2:
        raise ValueError("Un montant a deux décimales au plus, pour les centimes.")
    if match["sign"] and not allow_negative:
        raise ValueError("Le montant ne peut pas être négatif.")
    euros = match["euros"].replace(" ", "").lstrip("0") or "0"
    # The length comes first: Python refuses to read thousands of digits with its own sentence.
    if len(euros) > 12 or int(euros + decimals.ljust(2, "0")) > LARGEST_CENTS:
        raise ValueError(
            f"Le montant dépasse un milliard d'euros{NO_BREAK_SPACE}: vérifiez la saisie."
        )
    cents = int(euros + decimals.ljust(2, "0"))
    return -cents if match["sign"] else cents


def format_number(number: Decimal | int) -> str:
    """Write a number with thousands apart, without useless zeros: « 22 000 », « 1 234,5 »."""
    whole, _, decimals = f"{abs(Decimal(number)):,f}".partition(".")
    decimals = decimals.rstrip("0")
    text = whole.replace(",", NARROW_NO_BREAK_SPACE) + (f",{decimals}" if decimals else "")
    return f"{MINUS}{text}" if number < 0 else text


def format_tenths(tenths: int) -> str:
    """Write tenths of a day or of a job: « 4,5 », « 12 »."""
    return format_number(Decimal(tenths).scaleb(-1))


def format_euros(cents: int) -> str:
    """Write an amount in euros, with its cents only when there are some: « 22 000,50 € »."""
    euros, rest = divmod(abs(cents), 100)
    text = format_number(euros) + (f",{rest:02d}" if rest else "")
    return f"{MINUS if cents < 0 else ''}{text}{NO_BREAK_SPACE}€"


def format_whole_euros(cents: int) -> str:
    """Write an amount to the nearest euro, where nobody counts in cents: « 22 001 € »."""
    return format_euros((cents + 50) // 100 * 100)


def format_share(points: int) -> str:
    """Write basis points as a share: « 12,5 % »."""
    return f"{format_number(Decimal(points).scaleb(-2))}{NO_BREAK_SPACE}%"
