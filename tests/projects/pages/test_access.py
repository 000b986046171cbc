"""Who opens the pages of the files, and which files each role sees."""

from datetime import date

import pytest
from django.db.models import Q
from django.test import Client

from basins.enums import Role
from projects import queries
from projects.enums import LABELLED, ProjectStatus
from tests.builders import make_contact, make_partner, make_project, make_user, put
from tests.projects.pages.conftest import DOSSIERS, page, text

GETS = [
    "",
    "historique/",
    "fiche/",
    "rubriques/entreprise/",
    "rubriques/pieces/",
    "diagnostic/",
    "diagnostic/demander/",
    "sans-suite/",
]


@pytest.mark.parametrize("end", GETS)
def test_every_page_of_a_file_opens_for_its_operator(op, complete, end):
    assert op.get(page(complete, end)).status_code == 200


@pytest.mark.parametrize("end", [*GETS, "retrait/", "rubriques/emplois/", "diagnostic/rediger/"])
def test_every_page_of_a_file_is_closed_to_others(client_as, complete, meuse, end):
    url = page(complete, end)
    assert Client().get(url).status_code == 302
    assert client_as(Role.OPERATOR, basin=meuse).get(url).status_code == 404
    assert client_as(Role.PREFECTURE).get(url).status_code in {403, 404}


@pytest.mark.parametrize(
    "end",
    [
        "rubriques/entreprise/",
        "rubriques/entreprise/brouillon/",
        "rubriques/entreprise/abandonner/",
        "diagnostic/demander/",
        "diagnostic/valider/",
        "diagnostic/complement/",
        "sans-suite/",
        "retrait/",
        "bilan/",
        "interruption/",
        "reprendre/",
        "fiche/",
    ],
)
def test_a_member_writes_nothing_in_a_file(client_as, complete, end):
    assert client_as(Role.MEMBER).post(page(complete, end)).status_code == 403


def test_unknown_references_and_sections_are_not_found(op, complete):
    assert op.get(f"{DOSSIERS}2026-SAV-999/").status_code == 404
    assert op.get(page(complete, "rubriques/autre/")).status_code == 404
    assert op.get(page(complete, "inconnu/")).status_code == 404


def seen(client) -> set[str]:
    table = client.get(DOSSIERS).context["table"]
    return {row.record.status for row in table.rows}


def test_each_role_sees_its_own_projects(client_as, in_savoie):
    for status in ProjectStatus.values:
        more = {}
        if status in LABELLED:
            more = {"labelled_on": date(2026, 1, 1), "follow_up_lead": make_user()}
        if status == ProjectStatus.CLOSED:
            more["closed_on"] = date(2027, 8, 1)
        make_project(status=status, **more)
    everything = set(ProjectStatus.values)
    assert seen(client_as(Role.OPERATOR)) == everything
    assert seen(client_as(Role.NATIONAL_STAFF)) == everything
    assert seen(client_as(Role.MEMBER)) == everything - {"CONTACT", "DRAFTING"}
    assert seen(client_as(Role.PREFECTURE)) == {
        "APPROVED",
        "APPROVED_CONDITIONS",
        "DEFERRED",
        "REJECTED",
        "LABELLED",
        "REVIEW_DUE",
        "CLOSED",
        "INTERRUPTED",
    }
    assert seen(client_as(Role.ASSOCIATE)) == set()


def test_an_associate_sees_shared_cards_and_own_leads(client_as, in_savoie):
    associate = client_as(Role.ASSOCIATE)
    agency = make_partner(kind="ASSOCIATE")
    make_contact(agency, person=associate.user)
    own = make_project(origin="RELAY", origin_partner=agency)
    shared = make_project(is_shared=True)
    make_project()
    table = associate.get(DOSSIERS).context["table"]
    assert {row.record for row in table.rows} == {own, shared}
    response = associate.get(page(shared))
    assert response.status_code == 200
    assert shared.owner_email not in text(response)


def test_a_room_above_hides_a_project(client_as, in_savoie, monkeypatch):
    project = make_project(status=ProjectStatus.SCHEDULED)
    monkeypatch.setattr("projects.queries.visibility._HIDDEN", [])
    member = client_as(Role.MEMBER)
    assert member.get(page(project)).status_code == 200

    @queries.hide_when
    def _recused(visitor):
        return Q(pk=project.pk if visitor.person.pk == member.user.pk else None)

    assert member.get(page(project)).status_code == 404
    assert client_as(Role.MEMBER).get(page(project)).status_code == 200


def test_the_card_alone_is_for_those_who_do_not_judge(client_as, complete):
    put(complete, ProjectStatus.APPROVED)
    attachment = complete.attachments.get()
    for role in (Role.PREFECTURE, Role.FINANCE, Role.NATIONAL_STAFF):
        client = client_as(role)
        shown = text(client.get(page(complete)))
        assert "Le projet" in shown
        assert "Anne Blanc" not in shown
        assert client.get(page(complete, f"pieces/{attachment.pk}/")).status_code == 404
    assert "Anne Blanc" in text(client_as(Role.MEMBER).get(page(complete)))
