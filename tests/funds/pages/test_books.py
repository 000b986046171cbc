"""The pages of the books: journal, ledger, closing, what funders bring, the operating account."""

from datetime import date
from uuid import uuid4

from funds import operations
from funds.models import Authorization, Closing, Contribution, Entry
from funds.queries.closing import left_before_closing
from tests.builders import (
    at,
    make_partner,
)
from tests.funds.banking import Bank, entry, statement
from tests.funds.pages.conftest import HOME, page_of
from tests.words import plain


def test_a_contribution_is_recorded(operator):
    page = f"{HOME}dotations/nouvelle/"
    form = operator.get(page).context["form"]
    sent = {
        "funder": "Caisse des Dépôts",
        "amount": "450 000",
        "received_on": "10/01/2026",
        "perimeter": "FUND",
        "command_key": str(form["command_key"].value()),
    }
    assert operator.post(page, sent).url == f"{HOME}dotations/"
    assert Contribution.objects.filter(funder="Caisse des Dépôts").count() == 1
    assert "450 000 €" in plain(operator.get(f"{HOME}dotations/"))


def test_the_books_are_read_filtered_and_exported(operator, till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    page = plain(operator.get(f"{HOME}comptabilite/"))
    for words in ("BA-2026-3", "2748", "277,77 €", f"Remboursement de l'avance {advance}"):
        assert words in page
    filtered = operator.get(
        f"{HOME}comptabilite/", {"account": "RECEIVABLE", "until": "31/05/2026"}
    )
    assert len(filtered.context["table"].rows) == 1
    # The accounts are those of the chart, by their number.
    journal = plain(operator.get(f"{HOME}comptabilite/"))
    assert ">2748 Avances remboursables aux entreprises</option>" in journal
    balance = plain(operator.get(f"{HOME}comptabilite/balance/"))
    assert "9 722,23 €" in balance
    backwards = {"since": "31/12/2026", "until": "01/01/2026"}
    for page in ("", "balance/"):
        asked = plain(operator.get(f"{HOME}comptabilite/{page}", backwards))
        assert "La période commence le 31/12/2026" in asked
    several = {"since": "01/01/2025", "until": "31/12/2026"}
    asked = plain(operator.get(f"{HOME}comptabilite/balance/", several))
    assert "choisissez un jour de 2025" in asked
    exported = operator.post(f"{HOME}comptabilite/?export=csv", {"reason": "CONTROL"})
    assert len(exported.content.decode("utf-8-sig").splitlines()) == 7


def test_the_entries_of_an_advance_have_no_empty_column(operator, finance, till):
    page = page_of(till.lent())
    assert "Suite" in plain(operator.get(page))
    assert "Suite" not in plain(finance.get(page))


def test_an_entry_of_no_advance_is_undone_from_the_books(operator, finance, till):
    when = {"by": till.operator, "at": at(2026, 6, 16), "command_key": uuid4()}
    fund = operations.record_bank_fee(amount=100_000, taken_on=date(2026, 6, 15), **when)
    side, books = Entry.objects.latest("pk"), f"{HOME}comptabilite/"
    page = f"{HOME}ecritures/{side.pk}/annuler/"
    assert page in plain(operator.get(books))
    assert page not in plain(finance.get(books))
    assert f"{fund} : Frais" in plain(operator.get(page))
    sent = {"value_on": "15/06/2026", "reason": "Dix euros", "command_key": str(uuid4())}
    assert operator.post(page, {**sent, "cause": "ERROR"}).url == books
    decide = f"{HOME}annulations/{fund.reversals.get().pk}/"
    assert decide in plain(finance.get("/bassins/savoie/"))
    assert "sont annulées ensemble" in plain(finance.get(decide))
    assert finance.post(decide).url == books
    assert plain(operator.get(books)).count("Annulée") == 2


def test_the_general_ledger_says_what_an_account_holds_after_each_line(operator, till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    page = f"{HOME}comptabilite/grand-livre/"
    asked = {"account": "RECEIVABLE", "since": "01/06/2026", "until": "30/06/2026"}
    rows = operator.get(page, asked).context["table"].data.data
    assert [(one.label, one.debit, one.credit, one.balance) for one in rows] == [
        ("Solde à l'ouverture", None, None, 1_000_000),
        (f"Remboursement de l'avance {advance}", None, 27_777, 972_223),
    ]
    assert "5121 Banque" in plain(operator.get(page))
    backwards = {**asked, "until": "01/01/2026"}
    assert "La période commence" in plain(operator.get(page, backwards))


def test_what_pays_running_costs_is_not_said_to_be_capital(operator, till):
    till.endow(500_000, perimeter="OPS")
    shown = plain(operator.get(f"{HOME}fonctionnement/"))
    assert "Contribution au fonctionnement : Département" in shown
    assert "Dotation reçue" not in shown


def test_a_period_is_closed_by_the_second_signatory(operator, finance, till):
    advance, page = till.lent(), f"{HOME}comptabilite/clotures/nouvelle/"
    assert operator.get(page).status_code == operator.post(page).status_code == 403
    assert "Une clôture ne se défait pas" in plain(finance.get(page))
    assert finance.post(page, {"closed_on": "25/07/2026"}).status_code == 422
    for _ in range(2):
        answer = finance.post(page, {"closed_on": "30/06/2026"})
        assert answer.url == f"{HOME}comptabilite/clotures/"
    assert "30/06/2026" in plain(operator.get(answer.url))
    assert "clôturés au 30/06/2026" in plain(finance.post(page, {"closed_on": "29/06/2026"}))
    late = till.repay(advance, 27_777, date(2026, 6, 15), at=at(2026, 7, 24))
    assert (late.value_on, late.booked_on) == (date(2026, 6, 15), date(2026, 7, 24))


def test_what_is_left_is_shown_before_a_period_is_closed(finance, till):
    """An open line of the bank, money nobody identified: settled first, or left knowingly."""
    page, bank = f"{HOME}comptabilite/clotures/nouvelle/", Bank(till)
    day = date(2026, 6, 10)
    shown = {"opening": 0, "since": date(2026, 6, 1), "until": date(2026, 6, 15)}
    bank.load(statement(entry("300.00", "VIR", day=day), entry("5.00", "X", day=day), **shown))
    bank.do(operations.suspend_line, bank.lines()[0])
    asked = plain(finance.post(page, {"closed_on": "30/06/2026"}))
    for words in ("s'arrêtent au 15/06/2026", "1 opération bancaire", "garde 300 €"):
        assert words in asked, words
    left = left_before_closing(date(2026, 6, 30))
    assert len(left) == 3
    assert "cochez chaque point" in asked
    assert 'value="30/06/2026"' in asked
    ticked = {"closed_on": "30/06/2026", "despite": left[:2]}
    assert finance.post(page, ticked).status_code == 422
    assert not Closing.objects.exists()
    assert finance.post(page, ticked | {"despite": left}).status_code == 302
    assert Closing.objects.get().closed_on == date(2026, 6, 30)


def test_what_funders_bring_is_typed_shown_and_asked_back(operator, finance, till):
    partner = make_partner(name="Scierie du Lac")
    sent = {"partner": partner.pk, "received_on": "10/01/2026", "source": "Convention 2026"}
    money = {**sent, "amount": "10 000", "perimeter": "FUND", "command_key": str(uuid4())}
    assert operator.post(f"{HOME}dotations/nouvelle/", money).url == f"{HOME}dotations/"
    days = {**sent, "nature": "SKILLS", "days": "2,5", "daily_rate": "800"}
    valued = f"{HOME}dotations/valorisees/nouvelle/"
    assert "Indiquez le nombre de jours" in plain(
        operator.post(valued, {**days, "days": "", "command_key": str(uuid4())})
    )
    assert operator.post(valued, {**days, "command_key": str(uuid4())}).status_code == 302
    promised = plain(operator.get(f"{HOME}dotations/promesses/"))
    assert "10 000 €" in promised
    assert "2 000 €" in promised
    [line] = Contribution.objects.filter(perimeter="FUND")
    restore = f"{HOME}dotations/{line.pk}/restituer/"
    assert restore in plain(operator.get(f"{HOME}dotations/lignes/"))
    back = {"value_on": "25/07/2026", "reason": "Fin de convention", "amount": "4 000"}
    asked = operator.post(restore, {**back, "command_key": str(uuid4())})
    assert asked.url == f"{HOME}dotations/lignes/"
    refuse = f"{HOME}autorisations/{Authorization.objects.get().pk}/refuser/"
    assert finance.post(refuse).url == f"{HOME}dotations/lignes/"
    assert Authorization.objects.get().status == "REFUSED"


def test_the_operating_account_says_its_year(operator, till):
    till.endow(5_000_000, perimeter="OPS")
    partner = make_partner()
    page = f"{HOME}fonctionnement/"
    assert "n'est pas enregistré" in plain(operator.get(page))
    for path, sent in {
        "couts/nouveau/": {"kind": "ENGINEERING", "label": "Suivi", "amount": "1 200"},
        "frais/nouveau/": {"amount": "15", "taken_on": "20/07/2026"},
        "rendre/": {"amount": "15", "moved_on": "21/07/2026"},
        "accord/": {"year": "2026", "agreed_on": "20/07/2026", "source": "Comité"},
        "defraiement/": {"amount": "500", "value_on": "22/07/2026", "reason": "Trajets"},
    }.items():
        typed = {"paid_on": "20/07/2026", "partner_ids": [partner.pk], **sent}
        assert operator.get(page + path).status_code == 200
        assert operator.post(page + path, {**typed, "command_key": str(uuid4())}).url == page, path
    shown = plain(operator.get(page))
    for words in ("48 785 €", "1 200 €", "Frais bancaires", "Accord de tous les partenaires donné"):
        assert words in shown
