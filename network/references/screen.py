"""The words of the pages of the national reference values."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from alize.common.dates import short_date
from alize.common.money import format_euros
from alize.common.screen import Badge, Definition, Link
from basins.models import ReferenceValue
from basins.queries.references import Life
from basins.references import (
    ALLOWANCE_CAP,
    Reference,
    in_words,
    number_in_words,
)
from conventions.rules.days import SUPPORT_MONTHS as LONGEST
from network.cards import Card
from projects.enums import SUPPORT_MONTHS

OF_THE_DOCUMENT = "depuis l'origine"
FIXED = (
    Definition(
        "Défraiement de l'opérateur",
        f"{format_euros(ALLOWANCE_CAP)} par an au plus, avec l'accord de tous les partenaires",
    ),
    Definition("Durée de l'accompagnement", f"{SUPPORT_MONTHS} à {LONGEST} mois"),
)
"""Limits that the database holds (R77, R68): no value moves them."""


def url(name: str, reference: Reference) -> str:
    """The address of a page of a reference."""
    return reverse(name, kwargs={"reference": reference.slug})


def trail(reference: Reference, *links: Link) -> list[Link]:
    """Where a page of a reference stands."""
    here = url("reference_detail", reference) if links else ""
    return [
        Link("Tour de contrôle", reverse("national_home")),
        Link("Repères", reverse("reference_list")),
        Link(reference.terms.label, here),
        *links,
    ]


def card(life: Life) -> Card:
    """The value in force, since when, what comes."""
    reference, current = life.reference, life.current
    facts: list[str] = []
    if current is not None and current.created_at is None:
        facts.append(OF_THE_DOCUMENT)
    elif current is not None:
        facts.append(f"depuis le {short_date(current.effective_from)}")
    facts += [
        f"{in_words(reference, value.numbers)} à partir du {short_date(value.effective_from)}"
        for value in life.coming
    ]
    return Card(
        title=reference.terms.label,
        url=url("reference_detail", reference),
        badge=Badge(in_words(reference, current.numbers), "done")
        if current
        else Badge("Sans valeur", "quiet"),
        facts=facts,
    )


def _parts(reference: Reference, numbers: Sequence[int]) -> str:
    """What each part of a profile is: « Entreprises partenaires 40 %, … »; nothing otherwise."""
    terms = reference.terms
    if not terms.is_whole:
        return ""
    return ", ".join(
        f"{label} {number_in_words(terms.unit, number)}"
        for label, number in zip(terms.parts, numbers, strict=True)
    )


@dataclass(frozen=True)
class Line:
    """One value in the life of a reference."""

    value: str
    badge: Badge
    facts: list[str]
    reason: str
    withdraw: str


def history(life: Life, *, may_write: bool) -> list[Line]:
    """All its values: to come, in force, before, then those withdrawn."""
    quiet = Badge("Remplacée", "quiet")
    lines = [
        _line(value, Badge("À venir", "info"), may_withdraw=may_write)
        for value in reversed(life.coming)
    ]
    if life.current is not None:
        lines.append(_line(life.current, Badge("En vigueur", "done")))
    lines += [_line(value, quiet) for value in life.past]
    return lines + [_line(value, Badge("Retirée", "quiet", "x-lg")) for value in life.withdrawn]


def _line(value: ReferenceValue, badge: Badge, *, may_withdraw: bool = False) -> Line:
    reference = Reference(value.reference)
    begins = "devait prendre effet le" if value.withdrawn_at else "à partir du"
    facts = [OF_THE_DOCUMENT]
    if value.created_at is not None:
        facts = [
            f"{begins} {short_date(value.effective_from)}",
            f"donnée par {value.created_by} le {short_date(timezone.localdate(value.created_at))}",
        ]
    if value.withdrawn_at is not None:
        on = short_date(timezone.localdate(value.withdrawn_at))
        facts.append(f"retirée par {value.withdrawn_by} le {on}")
    facts += filter(None, [_parts(reference, value.numbers)])
    return Line(
        value=in_words(reference, value.numbers),
        badge=badge,
        facts=facts,
        reason=value.reason,
        withdraw=reverse("reference_withdraw", kwargs={"value_id": value.pk})
        if may_withdraw
        else "",
    )
