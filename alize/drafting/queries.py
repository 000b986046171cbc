"""Reads the versions of the texts, from `public` or from a basin."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from alize.drafting import rules
from alize.drafting.models import TemplateVersion
from alize.drafting.texts import FIRST


def current_version(kind: str, on: date) -> TemplateVersion:
    """The version of a text that serves on a day.

    :raises TemplateVersion.DoesNotExist: none is published by then.
    """
    return (
        TemplateVersion.objects.published()
        .filter(kind=kind, effective_from__lte=on)
        .order_by("-effective_from", "-number")[:1]
        .get()
    )


def coming_versions(kind: str, on: date) -> list[TemplateVersion]:
    """The versions published for a later day, the soonest first."""
    return list(
        TemplateVersion.objects.published()
        .filter(kind=kind, effective_from__gt=on)
        .order_by("effective_from", "number")
    )


def version_before(version: TemplateVersion) -> TemplateVersion | None:
    """The published version that this one follows."""
    return (
        TemplateVersion.objects.published()
        .filter(kind=version.kind, number__lt=version.number)
        .first()
    )


def known_names(kind: str) -> frozenset[str]:
    """The names that the application gives values to: those of the texts it comes with."""
    return frozenset(
        variable.name
        for first in FIRST
        if first.kind == kind
        for variable in _parsed(first.source).variables
    )


def zone_labels(kind: str) -> dict[str, str]:
    """What each zone of a text is for, those of its former versions included."""
    published = TemplateVersion.objects.published().filter(kind=kind).order_by("number")
    return {zone.key: zone.text for version in published for zone in text_of(version).zones}


def displaced(version: TemplateVersion, clauses: Collection[str]) -> list[str]:
    """What the clauses of a basin, by zone, are for, that have no place in this version (A7)."""
    kept = {zone.key for zone in text_of(version).zones}
    left = [zone for zone in sorted(clauses) if zone not in kept]
    labels = zone_labels(version.kind) if left else {}
    return [labels.get(zone, zone) for zone in left]


@lru_cache(maxsize=32)
def _parsed(source: str) -> rules.Text:
    return rules.parse(source)


def text_of(version: TemplateVersion) -> rules.Text:
    """The text of a version, read from its source."""
    return _parsed(version.source)
