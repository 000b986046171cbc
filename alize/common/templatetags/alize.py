"""How amounts, dates and addresses are written on every page, mail and document."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from alize.common import dates, money, phones, words
from alize.common.addresses import basin_reverse
from alize.common.faults import Fault, faults_of

register = template.Library()

BEFORE_A_SIGN, AFTER_A_SIGN = re.compile(r" (?=[:;!?%»])"), re.compile(r"(?<=«) ")
COPIED = re.compile(r"\b(?=[A-Z-]*[0-9])[A-Z0-9]+(?:-[A-Z0-9]+)+\b|(?<!\w)0[1-9](?: \d\d){4}(?!\w)")
"""A reference, or a telephone number: what a reader takes as it stands."""
TAG = re.compile(r"(<[^>]*>)")


@register.filter
def euros(cents: int | None) -> str:
    """Cents as « 22 000 € »; a dash when there is no amount."""
    return "–" if cents is None else money.format_euros(cents)


@register.filter
def long_date(day: date | None) -> str:
    """A day as « lundi 12 mars 2027 »."""
    return "–" if day is None else dates.whole_dates(dates.long_date(day))


@register.filter
def short_date(day: date | None) -> str:
    """A day as « 12/03/2027 »."""
    return "–" if day is None else dates.short_date(day)


@register.filter
def long_datetime(moment: datetime | None) -> str:
    """An instant, in Paris, as « lundi 12 mars 2027 à 14 h 02 »."""
    return "–" if moment is None else dates.whole_dates(dates.long_datetime(moment))


@register.filter
def number(value: Any) -> str:
    """A number the French way: « 1 234,5 »; a dash when there is none."""
    return "–" if value is None else money.format_number(Decimal(str(value)))


@register.filter
def of(named: Any) -> str:
    """What belongs to somebody or something named: « d'Anne Blanc »."""
    return words.of(named)


@register.filter
def phone_url(number: str) -> str:
    """The address that calls a telephone number; empty when it is none."""
    return phones.phone_url(number)


@register.filter
def closed(said: str) -> str:
    """What somebody typed as the end of a sentence, that one full stop ends."""
    return words.closed(said)


@register.filter
def unbroken(sentence: Any) -> SafeString:
    """A sentence whose signs, dates, references and telephone numbers end no line half said."""
    # What a template writes comes as safe; within a tag, nothing is read.
    parts = TAG.split(str(conditional_escape(sentence)))
    parts[::2] = map(_kept_together, parts[::2])
    return SafeString("".join(parts))


def _kept_together(text: str) -> str:
    text = dates.whole_dates(BEFORE_A_SIGN.sub(money.NO_BREAK_SPACE, text))
    text = AFTER_A_SIGN.sub(money.NO_BREAK_SPACE, text)
    # No sign joins the parts of what may be copied: it is said by its style.
    return COPIED.sub(r'<span class="nowrap">\g<0></span>', text)


@register.filter
def faults(sent: Any) -> list[Fault]:
    """What is wrong in a form, or in a form and its lines."""
    return faults_of(sent) if sent else []


@register.simple_tag
def basin_url(name: str, **kwargs: Any) -> str:
    """The path of a page of the current basin."""
    return basin_reverse(name, **kwargs)
