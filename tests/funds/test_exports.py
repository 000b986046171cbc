"""Every list of the fund leaves as a workbook that says its day, with all the page adds up."""

from datetime import date, datetime
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest

from basins.enums import Role
from funds import operations
from funds.bank.identifiers import masked_iban
from partners.enums import PartnerKind
from tests.builders import at, make_partner
from tests.funds.bank import samples
from tests.funds.banking import Bank, entry, statement
from tests.funds.test_aid import declare
from tests.funds.test_transfers import OTHER_IBAN

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
        ("avances/{reference}/", ["Échéancier", "Écritures", "Ordres de versement", "Relances"]),
        ("avances/{reference}/echeanciers/", ["Version 1 du 15 05 2026"]),
        ("comptabilite/balance/", ["Balance des comptes"]),
        ("comptabilite/clotures/", ["Clôtures"]),
        ("virements/", ["Versements à envoyer", "Fichiers de virements"]),
        ("rapports/", ["Rapports aux financeurs"]),
        ("minimis/{project}/", ["Aides de minimis"]),
    ],
)
def test_what_a_page_shows_leaves_as_a_workbook(finance, till, client_as, path, sheets):
    advance, bank = till.lent(), Bank(till)
    bank.load(statement(entry("5.00", "VIR")))
    reader = client_as(Role.OPERATOR, user=till.operator) if "relances" in path else finance
    known = {"reference": advance.reference, "project": advance.project.reference}
    page = FUND + path.format(account=bank.account.pk, **known)
    book = book_of(reader, page)
    assert book.sheetnames == sheets
    day = "31/12/2025" if "provision" in path else "25/07/2026"
    assert f", au {day}" in book.active["A1"].value


def test_what_partners_brought_leaves_with_its_profile(finance, till):
    """The promises and what came of them, then each group beside 40/20/25/15 (R72)."""
    company = make_partner(name="Scierie")
    town = make_partner(name="Ville", kind=PartnerKind.AUTHORITY)
    assert book_of(finance, f"{FUND}dotations/promesses/").sheetnames == ["Promesses et apports"]
    for partner, amount in ((company, 6_000_000), (town, 4_000_000)):
        till.endow(amount, partner_id=partner.pk)
    book = book_of(finance, f"{FUND}dotations/promesses/")
    assert book.sheetnames == ["Promesses et apports", "Profil des apports reçus"]
    assert rows_of(book["Profil des apports reçus"]) == [
        ("Groupe", "Reçu", "Part (%)", "Repère (%)"),
        ("Entreprises partenaires", 60_000, 60, 40),
        ("Acteurs du territoire", 0, 0, 20),
        ("Collectivités", 40_000, 40, 25),
        ("État et Caisse des dépôts", 0, 0, 15),
        ("Total", 100_000, 100, 100),
    ]


def test_the_payments_of_an_advance_leave_with_who_prepared_and_released_them(finance, till):
    advance = till.lent()
    book = book_of(finance, f"{FUND}avances/{advance.reference}/")
    _, order, *_ = rows_of(book["Ordres de versement"])
    assert order[1:3] == (10_000, "Versé")
    assert str(till.operator) in order[3]
    assert str(till.finance) in order[4]


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


def test_what_is_to_be_sent_leaves_with_what_stops_it_then_its_file_with_masked_accounts(
    finance, till, bank
):
    kept, sent = till.lent(), till.lent()
    till.propose_payee(kept, iban=OTHER_IBAN)
    payment = sent.payment_orders.get()
    asked = {"by": till.operator, "at": at(2026, 6, 1), "command_key": uuid4()}
    file = operations.build_file(order_ids=[payment.pk], **asked)
    book = book_of(finance, f"{FUND}virements/")
    _, row, total = rows_of(book["Versements à envoyer"])
    company = kept.project.beneficiary.name
    assert row[:3] == (company, kept.reference, 10_000)
    assert "attendent une décision" in row[4]
    assert total[:3] == ("Total", None, 10_000)
    _, *files = rows_of(book["Fichiers de virements"])
    assert [(one[0], one[2:]) for one in files] == [
        (file.message_id, (1, 10_000, "À envoyer")),
    ]
    _, transfer, _ = rows_of(book_of(finance, f"{FUND}virements/{file.pk}/")["Virements"])
    assert transfer[1] == masked_iban(samples.COMPANY_IBAN)
    assert transfer[2] == file.transfers.get().end_to_end_id


def test_the_closings_the_reports_and_the_aid_leave_line_by_line(finance, till):
    operations.close_period(closed_on=date(2025, 12, 31), by=till.operator, at=at(2026, 1, 31))
    project = till.lent().project
    asked = {"as_of": date(2026, 7, 25), "funder": "", "by": till.operator}
    report = operations.freeze_report(**asked, at=at(2026, 7, 25), command_key=uuid4())
    declare(till, project.beneficiary)
    _, closing = rows_of(book_of(finance, f"{FUND}comptabilite/clotures/").active)
    assert closing == (datetime(2025, 12, 31), datetime(2026, 1, 31), till.operator.full_name)
    _, frozen = rows_of(book_of(finance, f"{FUND}rapports/").active)
    assert frozen[:3] == (report.reference, "Tous", datetime(2026, 7, 25))
    head, *aids = rows_of(book_of(finance, f"{FUND}minimis/{project.reference}/").active)
    assert "Suite" not in head
    assert ("Région", 100_000) in [(one[1], one[4]) for one in aids]
