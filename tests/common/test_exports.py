"""An export says what the list shows, and no cell of it is a formula (security.md S29)."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import django_tables2 as tables
import openpyxl
import pytest
from django import forms
from django.test import RequestFactory

from alize.common.exports import export_links, export_of, sheet_name
from alize.common.screen import Badge
from alize.common.tables import BadgeColumn, DateColumn, EurosColumn, List
from funds.foresight.tables import ShareColumn

ROWS = [
    {"name": "=1+1", "on": date(2026, 3, 12), "cents": 2_200_050, "status": Badge("En retard")},
    {"name": "Bois d'Arc", "on": None, "cents": -100, "status": Badge("Soldée")},
]


class Table(List):
    caption = "Avances à risque"
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
    sheet = openpyxl.load_workbook(BytesIO(exported("xlsx"))).active
    [_, head, first, _, totals] = sheet.iter_rows()
    assert [cell.value for cell in head] == ["Entreprise", "Date", "Montant", "État"]
    assert [cell.value for cell in first] == [
        "=1+1",
        datetime(2026, 3, 12),
        22_000.5,
        "En retard",
    ]
    assert first[0].data_type == "s"
    assert [cell.value for cell in totals] == ["Total", None, 21_999.5, None]


def test_a_workbook_says_what_it_shows():
    """The list that it comes from, the day, the filters in use; rates are numbers."""

    class Filters(forms.Form):
        q = forms.CharField(label="Rechercher", required=False)
        status = forms.ChoiceField(
            label="Situation", required=False, choices=[("", "Toutes"), ("LATE", "En retard")]
        )
        since = forms.DateField(label="Du", required=False)

    class Shares(List):
        caption = "Portefeuille : à risque ?"
        share = ShareColumn(verbose_name="Part")

    filters = Filters({"status": "LATE", "since": "2026-03-01"})
    asked = RequestFactory().get("/", {"export": "xlsx"})
    shares = Shares([{"share": Decimal("4.25")}])
    made = export_of(
        asked, Table(ROWS), shares, shares, name="x", as_of=date(2026, 3, 12), filters=filters
    )
    book = openpyxl.load_workbook(BytesIO(made.content))
    assert book.sheetnames == [
        "Avances à risque",
        "Portefeuille à risque",
        "Portefeuille à risque 2",
    ]
    assert book["Avances à risque"]["A1"].value == (
        "Avances à risque, au 12/03/2026 ; Situation : En retard ; Du : 01/03/2026"
    )
    cell = book["Portefeuille à risque"]["A3"]
    assert (cell.value, cell.number_format) == (4.25, '0.00" %"')


@pytest.mark.parametrize(
    ("caption", "name"),
    [
        ("", "Liste"),
        ("Aujourd'hui et les douze mois qui viennent", "Aujourd'hui et les douze mois"),
        ("'[a]*b/c'", "a b c"),
    ],
)
def test_a_sheet_bears_the_name_of_its_list(caption, name):
    assert sheet_name(caption) == name


def test_a_sheet_is_not_named_like_another_but_for_its_capitals():
    assert sheet_name("avances", taken={"Avances"}) == "avances 2"


@pytest.mark.parametrize("kind", ["", "pdf"])
def test_the_page_itself_when_no_file_is_asked(kind):
    assert export_of(RequestFactory().get("/", {"export": kind}), Table(ROWS), name="x") is None


def test_links_keep_the_filters():
    links = export_links(RequestFactory().get("/", {"q": "bois"}))
    assert [link.url for link in links] == ["?q=bois&export=xlsx", "?q=bois&export=csv"]
