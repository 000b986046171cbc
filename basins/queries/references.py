"""Reads the national reference values, from `public` or from a basin."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from basins.models import ReferenceValue
from basins.references import Reference, References


def references_on(day: date) -> References:
    """The values in force on a day, in one query: whoever needs them passes them on."""
    values = ReferenceValue.objects.in_force_on(day).values_list("reference", "numbers")
    return References.of(dict(values))


def references_of_year(year: int, *, on: date) -> References:
    """Those a year is compared with: of its last day, or of today while it runs or is to come."""
    return references_on(min(on, date(year, 12, 31)))


@dataclass(frozen=True)
class Life:
    """The values of one reference on a day: in force, to come the soonest first, before."""

    reference: Reference
    current: ReferenceValue | None
    coming: list[ReferenceValue]
    past: list[ReferenceValue]
    """What was in force, the last first."""
    withdrawn: list[ReferenceValue]


def lives(*, on: date) -> list[Life]:
    """All the references and all their values, in one query."""
    known = defaultdict[str, list[ReferenceValue]](list)
    rows = ReferenceValue.objects.select_related("created_by", "withdrawn_by")
    for value in rows.order_by("-effective_from", "-pk"):
        known[value.reference].append(value)
    return [_life(reference, known[reference], on) for reference in Reference]


def _life(reference: Reference, values: list[ReferenceValue], on: date) -> Life:
    standing = [value for value in values if value.withdrawn_at is None]
    begun = [value for value in standing if value.effective_from <= on]
    return Life(
        reference=reference,
        current=begun[0] if begun else None,
        coming=[value for value in standing[::-1] if value.effective_from > on],
        past=begun[1:],
        withdrawn=[value for value in values if value.withdrawn_at is not None],
    )
