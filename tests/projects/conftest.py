"""A file ready for its diagnosis, its operator, a referrer of a partner company."""

from datetime import date
from decimal import Decimal
from functools import partial
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from basins.enums import Role
from projects import operations, queries
from projects.enums import Section
from projects.models import Project
from tests.builders import at, make_contact, make_partner, make_user
from tests.stage import played_once

SIRET = "73282932000074"

COMPANY = {
    "name": "Fromagerie des Bauges",
    "siret": SIRET,
    "legal_form": "SARL",
    "activity": "Affinage",
    "founded_on": date(2009, 4, 1),
    "address": "12 rue des Alpes",
    "postal_code": "73000",
    "town": "Chambéry",
}
OWNER = {
    "owner_name": "Anne Blanc",
    "owner_function": "Gérante",
    "owner_email": "anne@example.org",
    "owner_phone": "",
    "owner_background": "",
}
PROJECT = {
    "need": "Agrandir la cave",
    "category": "GROWTH",
    "request": "BOTH",
    "description": "Doubler la production.",
    "skills_needed": "Un ingénieur.",
    "days_asked": Decimal("5"),
    "amount_asked": 2_200_000,
    "is_shared": False,
}
JOBS = {"headcount": Decimal("12.5")}
JOB_LINES = [
    {
        "nature": "CREATED",
        "contract": "PERMANENT",
        "fte": Decimal("2"),
        "heads": 2,
        "due_on": date(2027, 6, 30),
    }
]
FUNDING = {"other_schemes": "", "why_alize": "Rien n'existe.", "de_minimis_declared": True}
FUNDING_LINES = [{"kind": "BANK", "source": "Banque", "amount": 4_500_000, "is_agreed": True}]
WRITTEN = {
    "context": "Une fromagerie de douze salariés.",
    "market": "",
    "management": "",
    "finances": "",
    "skills": "Cinq jours d'ingénierie.",
    "jobs": "",
    "risks": "",
    "project_rating": 3,
    "project_comment": "Solide.",
    "owner_rating": 4,
    "owner_comment": "Expérimentée.",
    "impact_rating": 3,
    "impact_comment": "Deux emplois en vallée.",
    "opinion": "FAVOURABLE",
}


def png(name: str = "comptes.png") -> SimpleUploadedFile:
    """A small true picture."""
    content = BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


@pytest.fixture
def operator(savoie):
    return make_user(Role.OPERATOR, basin=savoie, first_name="Claire", last_name="Perrin")


@pytest.fixture
def colleague(savoie):
    return make_user(Role.OPERATOR, basin=savoie, first_name="Karim", last_name="Benali")


@pytest.fixture
@played_once
def referrer(savoie, in_savoie):
    """A member of the committee, known at a partner company."""
    person = make_user(Role.MEMBER, basin=savoie, first_name="Sophie", last_name="Morel")
    contact = make_contact(make_partner(name="Banque des Alpes"), person=person)
    return SimpleNamespace(person=person, contact=contact)


@pytest.fixture
@played_once
def project(in_savoie, operator) -> Project:
    """A contact of the fifth of January."""
    return operations.create_contact(
        siret=SIRET, name="Fromagerie", need="Agrandir la cave", by=operator, at=at(2026, 1, 5)
    )


@pytest.fixture
def save(operator):
    """Save one section: `save(project, Section.JOBS, JOBS, lines)`."""

    return partial(saved, operator)


def saved(operator, project: Project, section: Section, values: dict, lines: Any = (), **more: Any):
    project.refresh_from_db()
    given = {
        "revision": queries.revision_of(project, section),
        "by": operator,
        "at": at(2026, 1, 6),
        **more,
    }
    return operations.save_section(
        project_id=project.pk, section=section, values=values, lines=lines, **given
    )


@pytest.fixture
@played_once
def complete(project, operator) -> Project:
    """All six sections filled in."""
    saved(operator, project, Section.COMPANY, COMPANY)
    saved(operator, project, Section.OWNER, OWNER)
    saved(operator, project, Section.PROJECT, PROJECT)
    saved(operator, project, Section.JOBS, JOBS, JOB_LINES)
    saved(operator, project, Section.FUNDING, FUNDING, FUNDING_LINES)
    operations.add_attachment(
        project_id=project.pk,
        file=png(),
        name="comptes.png",
        label="Comptes 2025",
        by=operator,
        at=at(2026, 1, 7),
    )
    project.refresh_from_db()
    return project


@pytest.fixture
@played_once
def asked(complete, referrer, operator):
    """Its diagnosis, asked of the referrer on the twelfth of January."""
    return operations.request_diagnosis(
        project_id=complete.pk,
        contact_id=referrer.contact.pk,
        due_on=date(2026, 1, 27),
        question="Le dirigeant délègue-t-il ?",
        by=operator,
        at=at(2026, 1, 12),
    )


@pytest.fixture
@played_once
def handed_over(asked, referrer):
    """The diagnosis, written and handed over."""
    operations.save_diagnosis_draft(
        diagnosis_id=asked.pk,
        values=WRITTEN,
        years=[{"year": 2025, "turnover": 90_000_000, "result": -150_000, "equity": None}],
        by=referrer.person,
        at=at(2026, 1, 20),
    )
    return operations.submit_diagnosis(
        diagnosis_id=asked.pk, by=referrer.person, at=at(2026, 1, 21)
    )
