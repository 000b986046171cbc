"""The company of a file as it is now, or as the file showed it when it ended or was decided."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from partners.models import Partner
from projects.enums import Section
from projects.models import Beneficiary, Project

COMPANY_FIELDS = (
    "name",
    "siret",
    "legal_form",
    "activity",
    "founded_on",
    "address",
    "postal_code",
    "town",
)
"""What the first section of a file says; the files of one company share it."""


def company_facts(company: Beneficiary) -> dict[str, str]:
    """The company as it stands, to be kept: each field as text, nothing where it is empty."""
    stored = ((name, getattr(company, name)) for name in COMPANY_FIELDS)
    return {name: str(value) for name, value in stored if value}


def company_of(project: Project, kept: Mapping[str, str] | None = None) -> Beneficiary:
    """The company that a file shows: what was `kept` of it, or what the file kept when it ended."""
    facts = kept or project.company
    if not facts:
        return project.beneficiary
    values: dict[str, Any] = {**facts}
    if "founded_on" in facts:
        values["founded_on"] = date.fromisoformat(facts["founded_on"])
    return Beneficiary(pk=project.beneficiary_id, **values)


def revision_of(project: Project, section: str) -> int:
    """How often a section was written: the company's counts for all its files (journeys.md 4.0)."""
    return project.beneficiary.revision if section == Section.COMPANY else project.revision


def partners_of_same_group(project: Project) -> frozenset[int]:
    """The partners that are one with the company: the same legal person, or of its group."""
    siren = project.beneficiary.siret[:9]
    if not siren:
        return frozenset()
    same = Partner.objects.filter(siren=siren)
    groups = same.exclude(group=None).values("group_id")
    related = Partner.objects.filter(Q(pk__in=same.values("pk")) | Q(group_id__in=groups))
    return frozenset(related.values_list("pk", flat=True))
