"""Every list of the fund leaves as a workbook that says its day, with all the page adds up."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from basins.enums import Role
from tests.builders import at
from tests.funds.banking import Bank, entry, statement

FUND = "/bassins/savoie/fonds/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2026, 7, 25))


@pytest.fixture
def finance(client_as, till):
    return client_as(Role.FINANCE, user=till.finance)


def book_of(client, page: str) -> openpyxl.Workbook:
    """The workbook of a page: asked for a reason when it names people or companies."""
    separator = "&" if "?" in page else "?"
    address = f"{page}{separator}export=xlsx"
    shown = client.get(page).content.decode()
    assert "export=xlsx" in shown or "table-head" not in shown  # nothing is offered of nothing
    got = client.get(address)
    if not got.content.startswith(b"PK"):
        got = client.post(address, {"reason": "CONTROL"})
    return openpyxl.load_workbook(BytesIO(got.content))


def rows_of(sheet) -> list[tuple]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize(
    ("path", "sheets"),
    [
        ("fonctionnement/", ["Compte de fonctionnement"]),
        ("dotations/confirmations/", ["Apports à confirmer"]),
        ("relances/", ["Relances à envoyer"]),
        ("banque/{account}/", ["Relevés importés", "Écritures absentes des relevés"]),
        ("chiffres/", ["Encours selon le retard", "Portefeuille à risque", "Le calcul"]),
        ("chiffres/provision/", ["Encours selon le retard", "Le calcul"]),
        ("capacite/", ["Aujourd'hui et les douze mois", "Le calcul"]),
        ("avances/{reference}/", ["Échéancier", "Écritures"]),
        ("avances/{reference}/echeanciers/", ["Version 1 du 15 05 2026"]),
        ("comptabilite/balance/", ["Balance des comptes"]),
    ],
)
def test_what_a_page_shows_leaves_as_a_workbook(finance, till, client_as, path, sheets):
    advance, bank = till.lent(), Bank(till)
    bank.load(statement(entry("5.00", "VIR")))
    reader = client_as(Role.OPERATOR, user=till.operator) if "relances" in path else finance
    page = FUND + path.format(account=bank.account.pk, reference=advance.reference)
    book = book_of(reader, page)
    assert book.sheetnames == sheets
    day = "31/12/2025" if "provision" in path else "25/07/2026"
    assert f", au {day}" in book.active["A1"].value


def test_what_names_nobody_leaves_without_a_reason(finance, till):
    assert till.dotation
    got = finance.get(f"{FUND}comptabilite/balance/?export=xlsx")
    assert got.content.startswith(b"PK")


def test_the_figures_leave_as_numbers_with_their_totals(finance, till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    book = book_of(finance, f"{FUND}chiffres/?au=2026-12-31")
    head, *ages, total = rows_of(book["Encours selon le retard"])
    assert head == ("Retard", "Avances", "Encours", "En retard", "Taux", "Provision proposée")
    late = next(row for row in ages if row[1])
    assert late == ("91 à 180 jours", 1, 9722.23, 1666.62, 75, 7291.67)
    assert total[:3] == ("Total", 1, 9722.23)
    assert rows_of(book["Portefeuille à risque"])[1] == ("PAR 30", 100, 100)
    sides = dict(rows_of(book["Le calcul"])[1:])
    assert sides["Ce que le fonds détient"] == sides["Ce qui lui a été apporté"]


def test_the_capacity_leaves_with_its_sum(finance, till):
    assert till.dotation
    book = book_of(finance, f"{FUND}capacite/")
    sums = dict(rows_of(book["Le calcul"])[1:])
    assert sums["Trésorerie du fonds"] == 1_000_000
