"""An export says what the list shows, and no cell of it is a formula (security.md S29)."""

from datetime import date, datetime
from io import BytesIO

import django_tables2 as tables
import openpyxl
import pytest
from django.test import RequestFactory

from alize.common.exports import export_links, export_of
from alize.common.screen import Badge
from alize.common.tables import BadgeColumn, DateColumn, EurosColumn, List

ROWS = [
    {"name": "=1+1", "on": date(2026, 3, 12), "cents": 2_200_050, "status": Badge("En retard")},
    {"name": "Bois d'Arc", "on": None, "cents": -100, "status": Badge("Soldée")},
]


class Table(List):
    name = tables.Column(verbose_name="Entreprise")
    on = DateColumn(verbose_name="Date")
    cents = EurosColumn(verbose_name="Montant", total=True)
    status = BadgeColumn(verbose_name="État")


def exported(kind: str) -> bytes:
    return export_of(
        RequestFactory().get("/", {"export": kind}), Table(ROWS), name="avances"
    ).content


def test_a_csv_is_harmless_and_french():
    lines = exported("csv").decode("utf-8-sig").splitlines()
    assert lines[0] == "Entreprise;Date;Montant;État"
    assert lines[1] == "'=1+1;12/03/2026;22000,50;En retard"
    assert lines[2].endswith(";-1,00;Soldée")


def test_a_workbook_holds_numbers_dates_and_plain_text():
    [head, first, _] = openpyxl.load_workbook(BytesIO(exported("xlsx"))).active.iter_rows()
    assert [cell.value for cell in head] == ["Entreprise", "Date", "Montant", "État"]
    assert [cell.value for cell in first] == [
        "=1+1",
        datetime(2026, 3, 12),
        22_000.5,
        "En retard",
    ]
    assert first[0].data_type == "s"


@pytest.mark.parametrize("kind", ["", "pdf"])
def test_the_page_itself_when_no_file_is_asked(kind):
    assert export_of(RequestFactory().get("/", {"export": kind}), Table(ROWS), name="x") is None


def test_links_keep_the_filters():
    links = export_links(RequestFactory().get("/", {"q": "bois"}))
    assert [link.url for link in links] == ["?q=bois&export=xlsx", "?q=bois&export=csv"]
