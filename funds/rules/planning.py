"""A plan typed as lines of text: « 15/01/2027 ; 500 », one instalment a line."""

from datetime import date

from alize.common.dates import parse_french_date
from alize.common.money import NO_BREAK_SPACE as NBSP
from alize.common.money import parse_euros

Rows = list[tuple[date, int]]
LONGEST = 240
"""Twenty years of monthly lines."""


def read_rows(text: str) -> Rows:
    """Read the dates and the amounts of a plan, in cents.

    :raises ValueError: the line and the reason, in French.
    """
    rows = []
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > LONGEST:
        raise ValueError(f"Un échéancier a {LONGEST} échéances au plus.")
    for number, line in enumerate(lines, start=1):
        day, separator, amount = line.partition(";")
        if not separator:
            raise ValueError(
                f"Ligne {number}{NBSP}: écrivez la date, un point-virgule, le montant{NBSP}: "
                "15/01/2027 ; 500."
            )
        try:
            rows.append((parse_french_date(day), parse_euros(amount)))
        except ValueError as error:
            raise ValueError(f"Ligne {number}{NBSP}: {error}") from error
    return rows
