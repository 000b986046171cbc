"""A contact opens a file: its reference, its acknowledgement, once."""

from uuid import uuid4

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import AlreadyUsed, InvalidInput
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from basins import tenancy
from basins.enums import Role
from projects import operations, queries
from projects.enums import Section
from projects.models import Beneficiary, Project
from tests.builders import at, make_beneficiary, make_project, make_user, withdraw
from tests.projects.conftest import OWNER, SIRET


def create(operator, **fields):
    values = {"need": "Agrandir", "name": "Atelier", "by": operator, "at": at(), **fields}
    return operations.create_contact(**values)


def mails(code: str) -> list[str]:
    with tenancy.national():
        return list(Mail.objects.filter(code=code).values_list("subject", flat=True))


def test_create_contact_gives_references_without_a_gap(in_savoie, operator):
    make_project(reference="2026-SAV-006")
    references = [create(operator, name=f"Atelier {n}").reference for n in range(3)]
    assert references == ["2026-SAV-007", "2026-SAV-008", "2026-SAV-009"]
    assert create(operator, at=at(2027, 1, 2)).reference == "2027-SAV-001"


def test_create_contact_takes_the_code_of_its_basin(meuse, operator):
    with tenancy.inside(meuse):
        assert create(operator).reference == "2026-MEU-001"


def test_create_contact_twice_with_one_key_makes_one(in_savoie, operator):
    key = uuid4()
    first = create(operator, command_key=key)
    again = create(operator, command_key=key)
    assert again == first
    assert Project.objects.count() == 1
    assert AuditEvent.objects.filter(type="project.created").count() == 1
    with pytest.raises(AlreadyUsed):
        create(operator, command_key=key, need="Autre chose")


def test_create_contact_for_a_known_company_keeps_one_company(in_savoie, operator):
    company = make_beneficiary(name="Bois d'Arc")
    project = create(operator, name="", beneficiary_id=company.pk)
    assert project.beneficiary == company
    assert Beneficiary.objects.count() == 1


def test_create_contact_by_number_alone_names_the_company_by_it(in_savoie, operator):
    project = create(operator, name="", siret=SIRET)
    assert project.beneficiary.name == "SIRET 732 829 320 00074"


def test_create_contact_needs_a_company(in_savoie, operator):
    with pytest.raises(InvalidInput, match="SIRET ou le nom"):
        create(operator, name="")
    assert not Project.objects.exists()


def test_the_owner_is_told_as_soon_as_an_address_is_known(
    in_savoie, operator, project, save, run_outbox
):
    run_outbox()
    assert mails("M01") == []
    save(project, Section.OWNER, OWNER)
    save(project, Section.OWNER, OWNER | {"owner_phone": "04 79 00 00 00"})
    run_outbox()
    assert mails("M01") == [f"Votre projet est enregistré ({project.reference})"]


def test_the_owner_is_told_who_keeps_the_file_that_day(in_savoie, operator, project, save):
    other = make_user(Role.OPERATOR, basin=in_savoie, first_name="Luce", last_name="Vernet")
    withdraw(project, operator)
    save(project, Section.OWNER, OWNER)
    mail = Entry.objects.get(payload__code="M01")
    assert mail.payload["words"]["operator"] == other.full_name == "Luce Vernet"


def test_the_owner_is_told_at_once_when_the_address_is_given(in_savoie, operator, run_outbox):
    create(operator, owner_name="Anne Blanc", owner_email="anne@example.org")
    mail = Entry.objects.get(kind="notifications.send")
    assert mail.payload["path"] == "/#comment"  # « Comment un projet avance »
    run_outbox()
    assert len(mails("M01")) == 1


def test_companies_like_finds_by_firm_and_by_name_without_accents(in_savoie):
    known = make_beneficiary(name="Société Éclair", siret=SIRET)
    assert queries.companies_like(siret="73282932000082", name="") == [known]
    assert queries.companies_like(siret="", name="societe eclair") == [known]
    assert queries.companies_like(siret="", name="Société") == []
