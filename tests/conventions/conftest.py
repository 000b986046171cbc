"""A project with an approval, its parties known, ready to be put in a convention."""

from types import SimpleNamespace

import pytest

from basins.enums import Role
from basins.models import LocalOperator
from basins.tenancy import national
from projects.enums import ProjectStatus
from tests.builders import (
    make_contact,
    make_decision,
    make_partner,
    make_person,
    make_project,
    make_user,
)


@pytest.fixture
def scene(in_savoie):
    """Savoie with its operator, its president, two companies and an approved project."""
    operator = make_user(Role.OPERATOR, basin=in_savoie, first_name="Odile", last_name="Perret")
    president = make_user(Role.PRESIDENT, basin=in_savoie, first_name="Claude", last_name="Roux")
    with national():
        LocalOperator.objects.filter(basin=in_savoie).delete()
        LocalOperator.objects.create(
            basin=in_savoie, name="CCI de la Savoie", short_name="CCI", representative="Alix Morel"
        )
    mill = make_partner(name="Papeterie des Bauges")
    dam = make_partner(name="Énergie des Alpes")
    bank = make_partner(name="Caisse de Tarentaise")
    for partner, name in ((mill, "Anne Blanc"), (dam, "Bruno Favre")):
        first, last = name.split()
        make_contact(partner, person=make_person(first_name=first, last_name=last))
    lead = make_person(first_name="Hélène", last_name="Garin")
    make_contact(bank, person=lead, signs=False, function="Responsable des professionnels")
    project = make_project(
        status=ProjectStatus.APPROVED,
        follow_up_partner=bank,
        follow_up_lead=lead,
        owner_function="Gérante",
    )
    decision = make_decision(
        project=project,
        skills=((mill, "3.5", "Implantation d'atelier"), (dam, "2", "Achats d'énergie")),
    )
    return SimpleNamespace(
        basin=in_savoie,
        operator=operator,
        president=president,
        mill=mill,
        dam=dam,
        bank=bank,
        lead=lead,
        project=project,
        decision=decision,
    )
