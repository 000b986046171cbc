"""Dossiers: searched, filtered, added up, taken away."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from basins.enums import Role
from tests.builders import make_beneficiary, make_project
from tests.projects.conftest import SIRET
from tests.projects.pages.conftest import DOSSIERS, text


@pytest.fixture
def pipeline(in_savoie, operator):
    for name, status, amount in (
        ("Société Éclair", "CONTACT", None),
        ("Bois d'Arc", "READY", 2_200_000),
        ("=Formule", "APPROVED", 1_000_050),
    ):
        make_project(
            beneficiary=make_beneficiary(name=name, siret=SIRET if "Bois" in name else ""),
            status=status,
            amount_asked=amount,
            operator=operator,
        )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Société Éclair", "Bois d'Arc", "=Formule"}),
        ("?q=societe+eclair", {"Société Éclair"}),
        ("?q=732+829+320+00074", {"Bois d'Arc"}),
        ("?q=petit", {"Société Éclair", "Bois d'Arc", "=Formule"}),
        ("?status=READY", {"Bois d'Arc"}),
        ("?status=committee", {"Bois d'Arc"}),
        ("?status=agreement", {"=Formule"}),
        ("?q=rien", set()),
    ],
)
def test_the_list_is_searched_and_filtered(op, pipeline, query, found):
    table = op.get(f"{DOSSIERS}{query}").context["table"]
    assert {row.record.beneficiary.name for row in table.rows} == found


def test_the_list_says_what_to_do_when_it_is_empty(op, in_savoie):
    assert "Un dossier commence par un contact" in text(op.get(DOSSIERS))
    assert "Aucun dossier ne correspond" in text(op.get(f"{DOSSIERS}?q=rien"))


def test_the_list_adds_up_and_is_sorted(op, pipeline):
    response = op.get(f"{DOSSIERS}?sort=amount_asked")
    assert "32\u202f000,50\u00a0€" in text(response)
    amounts = [row.record.amount_asked for row in response.context["table"].rows]
    assert amounts == [1_000_050, 2_200_000, None]


def test_the_board_places_each_project_in_its_column(op, pipeline):
    columns = op.get(f"{DOSSIERS}?vue=colonnes").context["columns"]
    counts = {one["column"].stage.name: one["column"].total for one in columns}
    assert counts == {
        "CONTACT": 1,
        "DRAFTING": 0,
        "DIAGNOSIS": 0,
        "COMMITTEE": 1,
        "AGREEMENT": 1,
        "SUPPORT": 0,
        "ENDED": 0,
    }


def test_the_csv_is_what_the_list_shows_and_holds_no_formula(op, pipeline):
    response = op.post(f"{DOSSIERS}?status=agreement&export=csv", {"reason": "REPORT"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Entreprise", "'=Formule"]
    assert rows[1][-1] == "10000,50"


def test_the_workbook_is_what_the_list_shows(op, pipeline):
    response = op.post(f"{DOSSIERS}?export=xlsx&sort=company", {"reason": "REPORT"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    _, *names = [cell.value for cell in sheet["A"]]
    assert names[:4] == ["Entreprise", "=Formule", "Bois d'Arc", "Société Éclair"]
    assert sheet["A3"].data_type == "s"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PRESIDENT, Role.NATIONAL_STAFF])
def test_others_do_not_take_the_list_away(client_as, pipeline, role):
    client, page = client_as(role), f"{DOSSIERS}?export=csv"
    assert client.get(page).status_code == 403
    assert client.post(page, {"reason": "REPORT"}).status_code == 403
    assert "export=csv" not in client.get(DOSSIERS).content.decode()


@pytest.mark.parametrize("query", ["", "?vue=colonnes"])
def test_the_list_costs_the_same_with_one_and_three_rows(op, in_savoie, query):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert op.get(f"{DOSSIERS}{query}").status_code == 200
        return len(captured)

    make_project(amount_asked=100)
    count()  # the process learns its basin
    one = count()
    make_project()
    make_project()
    assert count() == one
