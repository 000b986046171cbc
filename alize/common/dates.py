"""French civil dates: reading, writing, months and working days."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from alize.common.money import NO_BREAK_SPACE as NBSP

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SATURDAY = 5
FIRST_YEAR, LAST_YEAR = 1800, 2200

_NUMBERS = re.compile(r"(?P<day>[0-9]{1,2})([/.-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]+)")
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_DAY_AND_MONTH = re.compile(rf"\b(1er|[0-9]{{1,2}}) (?=(?:{'|'.join(MONTHS)})\b)")
_WORDS = re.compile(r"(?P<day>1er|[0-9]{1,2})\s+(?P<month>[a-z]+)\s+(?P<year>[0-9]+)")


def month_name(month: int) -> str:
    """Name a month from its number, 1 to 12."""
    return MONTHS[month - 1]


def _day_and_month(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {month_name(day.month)}"


def whole_dates(words: str) -> str:
    """The same words, where no line ends between a day and its month."""
    return _DAY_AND_MONTH.sub(rf"\1{NBSP}", words)


def long_date(day: date) -> str:
    """Write « vendredi 12 mars 2027 »."""
    return f"{WEEKDAYS[day.weekday()]} {_day_and_month(day)} {day.year}"


def short_date(day: date) -> str:
    """Write « 12/03/2027 »."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def listed_days(days: Sequence[date], write: Callable[[date], str] = short_date) -> str:
    """Write days after « du »: « 15/06/2026 et du 15/07/2026 »."""
    *first, last = [write(day) for day in days]
    return " et du ".join(filter(None, [", du ".join(first), last]))


def long_datetime(instant: datetime) -> str:
    """Write « vendredi 12 mars 2027 à 14 h 02 », on the clocks of Paris.

    :raises ValueError: the instant has no time zone.
    """
    return f"{long_date(_in_paris(instant))} à {clock_time(instant)}"


def clock_time(instant: datetime) -> str:
    """Write « 14 h 02 », on the clocks of Paris.

    :raises ValueError: the instant has no time zone.
    """
    local = _in_paris(instant)
    minutes = f"{NBSP}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NBSP}h{minutes}"


def _in_paris(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be written")
    return instant.astimezone(PARIS)


def parse_french_date(text: str) -> date:
    """Read « 12/03/2027 », « 12 mars 2027 » or the « 2027-03-12 » of a browser's date field.

    :raises ValueError: the reason, in French.
    """
    written = text.strip()
    if not written:
        raise ValueError("Indiquez une date.")
    match = (
        _NUMBERS.fullmatch(written)
        or _ISO.fullmatch(written)
        or _WORDS.fullmatch(_without_accents(written.lower()))
    )
    if match is None:
        raise _unreadable(text)
    month = int(match["month"]) if match["month"].isdigit() else _month_number(match["month"])
    if month is None:
        raise _unreadable(text)
    if len(match["year"]) != 4:
        raise ValueError(f"Écrivez l'année sur quatre chiffres{NBSP}: 12/03/2027.")
    return _existing_date(int(match["year"]), month, int(match["day"].removesuffix("er")))


def _existing_date(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"L'année {year:04d} n'est pas plausible{NBSP}: vérifiez la saisie.")
    if not 1 <= month <= 12:
        raise ValueError(f"Le mois {month} n'existe pas{NBSP}: il va de 1 à 12.")
    if not 1 <= day <= days_in_month(year, month):
        of_the_year = f" {year}" if (day, month) == (29, 2) else ""
        raise ValueError(f"Le {day} {month_name(month)}{of_the_year} n'existe pas.")
    return date(year, month, day)


def _unreadable(text: str) -> ValueError:
    return ValueError(
        f"«{NBSP}{text.strip()[:40]}{NBSP}» n'est pas une date{NBSP}: écrivez-la comme 12/03/2027."
    )


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _month_number(name: str) -> int | None:
    names = [_without_accents(month) for month in MONTHS]
    return names.index(name) + 1 if name in names else None


def days_in_month(year: int, month: int) -> int:
    """Count the days of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def add_months(day: date, months: int) -> date:
    """Move by whole months, to the same day or the last day of a shorter month (funds.md 2.2)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = days_in_month(year, month + 1)
    return date(year, month + 1, min(day.day, last))


def last_day(starts_on: date, months: int) -> date:
    """The last day of whole months: the eve of the same day, or the end of a shorter month."""
    same = add_months(starts_on, months)
    return same if same.day < starts_on.day else same - timedelta(days=1)


def easter(year: int) -> date:
    """Compute Easter Sunday (Gauss's method, in the Gregorian form of Meeus)."""
    century, rank = divmod(year, 100)
    golden = year % 19
    skipped = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rank // 4) - epact - rank % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def public_holidays(year: int, *, alsace_moselle: bool = False) -> frozenset[date]:
    """List the French public holidays (Code du travail L3133-1; L3134-13 in Alsace-Moselle)."""
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    after_easter = [1, 39, 50]  # Easter Monday, Ascension, Whit Monday
    if alsace_moselle:
        fixed.append((12, 26))
        after_easter.append(-2)  # Good Friday
    moving = (easter(year) + timedelta(days=days) for days in after_easter)
    return frozenset([*(date(year, month, day) for month, day in fixed), *moving])


def is_working_day(day: date, *, alsace_moselle: bool = False) -> bool:
    """Tell whether an office is open: neither a week-end nor a public holiday."""
    holidays = public_holidays(day.year, alsace_moselle=alsace_moselle)
    return day.weekday() < SATURDAY and day not in holidays


def add_working_days(day: date, days: int, *, alsace_moselle: bool = False) -> date:
    """Find the working day that comes so many working days after ``day``, or before it."""
    step = timedelta(days=1 if days > 0 else -1)
    remaining = abs(days)
    while remaining:
        day += step
        remaining -= is_working_day(day, alsace_moselle=alsace_moselle)
    return day
