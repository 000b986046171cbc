"""The screens of the fund, role by role."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from basins.enums import NATIONAL_ROLES, Role
from basins.tenancy import national
from committees.models import InterestDeclaration
from funds import operations
from funds.models import Authorization, Closing, Contribution, Entry, PaymentOrder, Reversal
from funds.queries.closing import left_before_closing
from projects.models import Project
from tests.builders import (
    START,
    at,
    make_accepted,
    make_meeting,
    make_partner,
    make_seat,
    make_user,
)
from tests.funds.test_bank import Bank, entry, statement

HOME = "/bassins/savoie/fonds/"
FUND = {
    Role.OPERATOR,
    Role.FINANCE,
    Role.PRESIDENT,
    Role.MEMBER,
    Role.PREFECTURE,
    Role.AUDITOR,
    *NATIONAL_ROLES,
}
ADVANCES = FUND - NATIONAL_ROLES - {Role.PREFECTURE}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2026, 7, 25))


@pytest.fixture
def operator(client_as, till):
    return client_as(Role.OPERATOR, user=till.operator)


@pytest.fixture
def finance(client_as, till):
    return client_as(Role.FINANCE, user=till.finance)


def text(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def page_of(advance) -> str:
    return f"{HOME}avances/{advance.reference}/"


@pytest.mark.parametrize("role", list(Role))
def test_the_fund_and_its_advances_are_for_those_who_may(client_as, till, role):
    advance = till.lent()
    client = client_as(role)
    home, detail = client.get(HOME), client.get(page_of(advance))
    assert home.status_code == (200 if role in FUND else 403)
    assert detail.status_code == (200 if role in ADVANCES else 403)
    if role in FUND:
        assert (advance.reference in text(home)) is (role in ADVANCES)


def test_another_basin_is_not_found(client_as, till, meuse):
    advance = till.lent()
    client = client_as(Role.OPERATOR, basin=meuse)
    assert client.get(HOME).status_code == 404
    assert client.get(f"/bassins/meuse/fonds/avances/{advance.reference}/").status_code == 404


def test_a_member_who_stepped_back_does_not_see_the_advance(client_as, till):
    advance, user = till.lent(), make_user()
    seat = make_seat(holder=user)
    with national():
        user.memberships.create(basin=till.basin, role=Role.MEMBER, starts_on=START)
    client = client_as(Role.MEMBER, user=user)
    assert client.get(page_of(advance)).status_code == 200
    InterestDeclaration.objects.create(
        item=advance.project.agenda_items.get(),
        seat=seat,
        person=user,
        answer="RECUSED",
        declared_at=at(),
    )
    assert client.get(page_of(advance)).status_code == 404
    assert advance.reference not in text(client.get(HOME))


def test_figures_and_totals_add_up_on_a_day(operator, till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    page = text(operator.get(HOME))
    assert "9 722,23 €" in page
    assert "En retard" in page
    past = text(operator.get(HOME, {"au": "2026-05-31"}))
    assert "10 000 €" in past
    assert "dimanche 31 mai 2026" in past


def test_the_list_is_filtered_and_exported(operator, till):
    late, granted = till.lent(), till.granted()
    page = text(operator.get(HOME, {"status": "LATE"}))
    assert late.reference in page
    assert granted.reference not in page
    lines = (
        operator.post(f"{HOME}?export=csv", {"reason": "REPORT"})
        .content.decode("utf-8-sig")
        .splitlines()
    )
    assert len(lines) == 3
    assert operator.post(f"{HOME}?export=xlsx", {"reason": "REPORT"}).content.startswith(b"PK")


def test_the_list_takes_the_same_queries_whatever_its_length(operator, till):
    till.lent()
    operator.get(HOME)  # the basin of the address is then known to the process
    with CaptureQueriesContext(connection) as one:
        operator.get(HOME)
    till.lent()
    till.lent()
    operator.get(HOME)
    with CaptureQueriesContext(connection) as three:
        operator.get(HOME)
    assert len(three) == len(one)


def test_an_advance_shows_where_each_line_stands(operator, till):
    advance = till.lent()
    till.repay(advance, 27_777 + 10_000, date(2026, 6, 15))
    page = text(operator.get(page_of(advance)))
    for words in ("Réglée", "En retard", "À venir", "177,77 € sont en retard, de 10 jours."):
        assert words in page
    assert "Réglée en partie" in text(operator.get(page_of(advance), {"au": "10/07/2026"}))
    assert "Situation arrêtée au" in text(operator.get(page_of(advance), {"au": "10/07/2026"}))


def test_a_day_is_typed_the_french_way(operator, till):
    page = page_of(till.lent())
    assert 'value="25/07/2026"' in text(operator.get(page))
    refused = text(operator.get(page, {"au": "31/02/2026"}))
    assert "Le 31 février n&#x27;existe pas." in refused
    assert 'value="31/02/2026"' in refused


def test_nothing_is_prepared_before_the_signature(operator, till):
    advance = till.granted()
    page = text(operator.get(page_of(advance)))
    assert "Faire signer la convention par toutes les parties" in page
    assert operator.get(f"{page_of(advance)}verser/").url == page_of(advance)


def test_a_payment_is_prepared_by_one_and_released_by_the_other(operator, finance, till):
    assert till.dotation
    advance = till.contracted()
    form = operator.get(f"{page_of(advance)}verser/").context["form"]
    sent = {
        "amount": "10 000",
        "pay_on": "25/07/2026",
        "command_key": str(form["command_key"].value()),
    }
    assert operator.post(f"{page_of(advance)}verser/", sent).url == page_of(advance)
    assert operator.post(f"{page_of(advance)}verser/", sent).url == page_of(advance)
    order = PaymentOrder.objects.get()
    release = f"{HOME}versements/{order.pk}/liberer/"
    assert operator.get(release).status_code == 403
    assert operator.post(release).status_code == 403
    confirm = text(finance.get(release))
    assert "Libérer 10 000 €" in confirm
    assert "Préparé par" in confirm
    assert finance.post(release).url == release
    seen = {"seen": finance.get(release).context["form"]["seen"].value()}
    assert finance.post(release, seen).url == page_of(advance)
    assert finance.post(release, seen).url == page_of(advance)
    assert advance.entries.count() == 1
    assert "25/08/2026" in text(finance.get(page_of(advance)))


def test_what_is_released_is_what_was_read(client_as, till, time_machine):
    assert till.dotation
    order = till.prepare(till.contracted(lines=2), pay_on=date(2026, 5, 5))
    time_machine.move_to(at(2026, 5, 20, 23, 58))
    finance = client_as(Role.FINANCE, user=till.finance)
    release = f"{HOME}versements/{order.pk}/liberer/"
    page = finance.get(release)
    assert "mercredi 20 mai 2026" in text(page)
    assert "préparé pour le mardi 5 mai 2026" in text(page)
    assert "20/07/2026" in text(page)
    seen = {"seen": page.context["form"]["seen"].value()}
    time_machine.move_to(at(2026, 5, 21, 0, 1))
    assert finance.post(release, seen).url == release
    again = finance.get(release)
    assert "ont changé depuis que cette page" in text(again)
    assert not order.advance.entries.exists()
    seen = {"seen": again.context["form"]["seen"].value()}
    assert finance.post(release, seen).url == page_of(order.advance)
    assert order.advance.entries.get().value_on == date(2026, 5, 21)


def test_too_much_is_explained_beside_its_field(operator, till):
    advance = till.contracted()
    answer = operator.post(
        f"{page_of(advance)}verser/",
        {"amount": "10 000,01", "pay_on": "25/07/2026", "command_key": str(uuid4())},
    )
    assert answer.status_code == 422
    assert "Il reste 10 000 € à verser" in text(answer)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("22 000,555", "deux décimales au plus"),
        ("abc", "pas un montant"),
        ("0", "supérieur à zéro"),
        ("", "Erreur :"),
    ],
)
def test_an_amount_that_cannot_be_read_is_refused_with_its_reason(operator, till, typed, sentence):
    advance = till.lent()
    answer = operator.post(
        f"{page_of(advance)}encaisser/",
        {"amount": typed, "value_on": "15/06/2026", "command_key": str(uuid4())},
    )
    assert sentence in text(answer)
    assert advance.entries.count() == 1


def test_a_repayment_sent_twice_counts_once_and_another_content_is_told(operator, till):
    advance = till.lent()
    form = operator.get(f"{page_of(advance)}encaisser/").context["form"]
    sent = {
        "amount": "277,77",
        "value_on": "15/06/2026",
        "command_key": str(form["command_key"].value()),
    }
    for _ in range(2):
        assert operator.post(f"{page_of(advance)}encaisser/", sent).url == page_of(advance)
    assert Entry.objects.filter(kind="REPAYMENT").count() == 1
    answer = operator.post(f"{page_of(advance)}encaisser/", {**sent, "amount": "300"})
    assert answer.status_code == 409
    assert "déjà été envoyé avec un autre contenu" in text(answer)


def test_a_repayment_is_undone_by_two(operator, finance, till):
    advance = till.lent()
    wrong = till.repay(advance, 27_777, date(2026, 6, 15))
    page = f"{HOME}ecritures/{wrong.pk}/annuler/"
    assert page in text(operator.get(page_of(advance)))
    assert "écriture inverse" in text(operator.get(page))
    sent = {"value_on": "15/06/2026", "reason": "Rejet", "command_key": str(uuid4())}
    sent["cause"] = "AM04"
    assert operator.post(page, {**sent, "reason": ""}).context["form"].errors["reason"]
    assert operator.post(page, sent).url == page_of(advance)
    waiting = text(operator.get(page_of(advance)))
    assert "Annulation demandée" in waiting
    assert "Remboursement annulé" not in waiting
    decide = f"{HOME}annulations/{Reversal.objects.get().pk}/"
    assert decide in text(finance.get("/bassins/savoie/"))
    assert "le second signataire financier" in text(operator.get("/bassins/savoie/"))
    assert operator.get(decide).status_code == operator.post(decide).status_code == 403
    asked = text(finance.get(decide))
    assert "Rejet" in asked
    assert "Provision insuffisante (AM04)" in asked
    assert finance.post(decide).url == page_of(advance)
    assert "Remboursement annulé" in text(finance.get(page_of(advance)))
    assert operator.get(page).url == page_of(advance)


def test_a_reversal_is_refused(finance, till):
    reversal = till.ask_reversal(
        till.repay(till.lent(), 27_777, date(2026, 6, 15)), date(2026, 6, 18)
    )
    page = f"{HOME}annulations/{reversal.pk}/"
    assert finance.get(f"{page}refuser/").status_code == 405
    assert finance.post(f"{page}refuser/").url == page_of(reversal.entry.advance)
    assert page not in text(finance.get("/bassins/savoie/"))
    assert finance.get(page).url == page_of(reversal.entry.advance)


def test_an_order_is_cancelled_before_its_release(operator, till):
    order = till.prepare(till.contracted())
    page = f"{HOME}versements/{order.pk}/annuler/"
    assert "Annuler l'ordre" in text(operator.get(page)).replace("&#x27;", "'")
    assert operator.post(page).url == page_of(order.advance)
    order.refresh_from_db()
    assert order.status == "CANCELLED"


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
    assert "450 000 €" in text(operator.get(f"{HOME}dotations/"))


@pytest.mark.parametrize("role", sorted(FUND - {Role.OPERATOR}))
def test_nobody_else_writes(client_as, till, role):
    advance, client = till.lent(), client_as(role)
    order = till.prepare(till.contracted())
    wrong = till.repay(advance, 27_777, date(2026, 6, 15))
    for path in (
        f"avances/{advance.reference}/verser/",
        f"avances/{advance.reference}/encaisser/",
        f"versements/{order.pk}/annuler/",
        f"ecritures/{wrong.pk}/annuler/",
        "dotations/nouvelle/",
    ):
        assert client.get(HOME + path).status_code == 403
        assert client.post(HOME + path).status_code == 403
    reversal = till.ask_reversal(wrong, date(2026, 6, 18))
    if role != Role.FINANCE:
        for path in (f"annulations/{reversal.pk}/", f"annulations/{reversal.pk}/refuser/"):
            assert client.post(HOME + path).status_code == 403
        assert client.post(f"{HOME}versements/{order.pk}/liberer/").status_code == 403


def test_the_home_page_says_what_to_do(operator, finance, till):
    till.lent()
    order = till.prepare(till.contracted())
    till.contracted()
    mine = text(operator.get("/bassins/savoie/")).replace("&#x27;", "'")
    assert "Remboursement en retard" in mine
    assert "Préparer le versement de l'avance" in mine
    assert "le second signataire financier" in mine
    theirs = text(finance.get("/bassins/savoie/"))
    assert f"versements/{order.pk}/liberer/" in theirs


def test_the_books_are_read_filtered_and_exported(operator, till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    page = text(operator.get(f"{HOME}comptabilite/"))
    for words in ("BA-2026-3", "2748", "277,77 €", f"Remboursement de l&#x27;avance {advance}"):
        assert words in page
    filtered = operator.get(
        f"{HOME}comptabilite/", {"account": "RECEIVABLE", "until": "31/05/2026"}
    )
    assert len(filtered.context["table"].rows) == 1
    # The accounts are those of the chart, by their number.
    journal = text(operator.get(f"{HOME}comptabilite/"))
    assert ">2748 Avances remboursables aux entreprises</option>" in journal
    balance = text(operator.get(f"{HOME}comptabilite/balance/"))
    assert "9 722,23 €" in balance
    backwards = {"since": "31/12/2026", "until": "01/01/2026"}
    for page in ("", "balance/"):
        asked = text(operator.get(f"{HOME}comptabilite/{page}", backwards))
        assert "La période commence le 31/12/2026" in asked
    several = {"since": "01/01/2025", "until": "31/12/2026"}
    asked = text(operator.get(f"{HOME}comptabilite/balance/", several))
    assert "choisissez un jour de 2025" in asked
    exported = operator.post(f"{HOME}comptabilite/?export=csv", {"reason": "CONTROL"})
    assert len(exported.content.decode("utf-8-sig").splitlines()) == 7


def test_an_entry_of_no_advance_is_undone_from_the_books(operator, finance, till):
    when = {"by": till.operator, "at": at(2026, 6, 16), "command_key": uuid4()}
    fund = operations.record_bank_fee(amount=100_000, taken_on=date(2026, 6, 15), **when)
    side, books = Entry.objects.latest("pk"), f"{HOME}comptabilite/"
    page = f"{HOME}ecritures/{side.pk}/annuler/"
    assert page in text(operator.get(books))
    assert page not in text(finance.get(books))
    assert f"{fund} : Frais" in text(operator.get(page))
    sent = {"value_on": "15/06/2026", "reason": "Dix euros", "command_key": str(uuid4())}
    assert operator.post(page, {**sent, "cause": "ERROR"}).url == books
    decide = f"{HOME}annulations/{fund.reversals.get().pk}/"
    assert decide in text(finance.get("/bassins/savoie/"))
    assert "sont annulées ensemble" in text(finance.get(decide))
    assert finance.post(decide).url == books
    assert text(operator.get(books)).count("Annulée") == 2


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
    assert "5121 Banque" in text(operator.get(page))
    backwards = {**asked, "until": "01/01/2026"}
    assert "La période commence" in text(operator.get(page, backwards))


def test_a_late_advance_shows_the_instalment_that_is_late(operator, till):
    late = till.lent()
    till.repay(late, 27_777, date(2026, 6, 15))
    [row] = operator.get(HOME, {"status": "LATE"}).context["table"].data.data
    assert (row.due_on, row.days_late) == (date(2026, 7, 15), 10)


def test_what_pays_running_costs_is_not_said_to_be_capital(operator, till):
    till.endow(500_000, perimeter="OPS")
    shown = text(operator.get(f"{HOME}fonctionnement/"))
    assert "Contribution au fonctionnement : Département" in shown
    assert "Dotation reçue" not in shown


def test_a_period_is_closed_by_the_second_signatory(operator, finance, till):
    advance, page = till.lent(), f"{HOME}comptabilite/clotures/nouvelle/"
    assert operator.get(page).status_code == operator.post(page).status_code == 403
    assert "Une clôture ne se défait pas" in text(finance.get(page))
    assert finance.post(page, {"closed_on": "25/07/2026"}).status_code == 422
    for _ in range(2):
        answer = finance.post(page, {"closed_on": "30/06/2026"})
        assert answer.url == f"{HOME}comptabilite/clotures/"
    assert "30/06/2026" in text(operator.get(answer.url))
    assert "clôturés au 30/06/2026" in text(finance.post(page, {"closed_on": "29/06/2026"}))
    late = till.repay(advance, 27_777, date(2026, 6, 15), at=at(2026, 7, 24))
    assert (late.value_on, late.booked_on) == (date(2026, 6, 15), date(2026, 7, 24))


def test_what_is_left_is_shown_before_a_period_is_closed(finance, till):
    """An open line of the bank, money nobody identified: settled first, or left knowingly."""
    page, bank = f"{HOME}comptabilite/clotures/nouvelle/", Bank(till)
    day = date(2026, 6, 10)
    shown = {"opening": 0, "since": date(2026, 6, 1), "until": date(2026, 6, 15)}
    bank.load(statement(entry("300.00", "VIR", day=day), entry("5.00", "X", day=day), **shown))
    bank.do(operations.suspend_line, bank.lines()[0])
    asked = text(finance.post(page, {"closed_on": "30/06/2026"}))
    for words in ("s&#x27;arrêtent au 15/06/2026", "1 opération bancaire", "garde 300 €"):
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


def test_the_committee_is_asked_from_the_page_of_an_advance(operator, finance, till):
    advance = till.lent()
    project = advance.project
    Project.objects.filter(pk=project.pk).update(
        status="LABELLED", labelled_on=START, follow_up_lead=till.finance
    )
    page = f"{page_of(advance)}comite/"
    assert page in text(operator.get(page_of(advance)))
    assert page not in text(finance.get(page_of(advance)))
    meeting = make_meeting(status="PLANNED", held_at=timezone.now() + timedelta(days=9))
    sent = {"matter": "RESCHEDULE", "terms": "Deux ans de plus.", "where": meeting.pk,
            "command_key": str(uuid4())}  # fmt: skip
    assert str(meeting) in text(operator.get(page))
    assert operator.post(page, {**sent, "where": ""}).status_code == 422
    item_page = operator.post(page, sent).url
    shown = text(operator.get(item_page))
    assert "Deux ans de plus." in shown
    assert operator.post(page, sent).url == item_page
    assert operator.post(page, {**sent, "command_key": str(uuid4())}).status_code in {403, 422}
    item = meeting.items.get()
    proposal = f"/bassins/savoie/comite/passages/{item.pk}/proposition/"
    worded = {"comment": "Trois ans de plus.", "conditions-TOTAL_FORMS": 0,
              "conditions-INITIAL_FORMS": 0}  # fmt: skip
    assert operator.post(proposal, worded).url == item_page
    assert item.proposals.get().comment == "Trois ans de plus."
    item.proposals.all().delete()
    item.delete()
    assert operator.post(page, sent).status_code == 409


def test_what_is_given_up_is_decided_by_the_second_signatory(operator, finance, till):
    advance = till.lent()
    page = f"{page_of(advance)}perte/"
    sent = {
        "amount": "1 000",
        "value_on": "25/07/2026",
        "cause": "LIQUIDATION",
        "decision": till.loss_accepted(advance),
        "reason": "Clôture pour insuffisance d'actif",
        "command_key": str(uuid4()),
    }
    assert page in text(operator.get(page_of(advance)))
    assert operator.post(page, {**sent, "amount": "10 000,01"}).status_code == 422
    assert operator.post(page, {**sent, "command_key": str(uuid4())}).url == page_of(advance)
    asked = Authorization.objects.get()
    decide = f"{HOME}autorisations/{asked.pk}/"
    assert decide in text(finance.get("/bassins/savoie/"))
    assert decide in text(finance.get(page_of(advance)))
    assert operator.post(decide).status_code == 403
    assert "Liquidation judiciaire" in text(finance.get(decide))
    assert finance.post(decide).url == page_of(advance)
    assert "Passage en perte" in text(operator.get(page_of(advance)))
    recover = f"{page_of(advance)}recuperer/"
    back = {"amount": "100", "value_on": "25/07/2026", "command_key": str(uuid4())}
    assert operator.post(recover, back).url == page_of(advance)


def test_what_funders_bring_is_typed_shown_and_asked_back(operator, finance, till):
    partner = make_partner(name="Scierie du Lac")
    sent = {"partner": partner.pk, "received_on": "10/01/2026", "source": "Convention 2026"}
    money = {**sent, "amount": "10 000", "perimeter": "FUND", "command_key": str(uuid4())}
    assert operator.post(f"{HOME}dotations/nouvelle/", money).url == f"{HOME}dotations/"
    days = {**sent, "nature": "SKILLS", "days": "2,5", "daily_rate": "800"}
    valued = f"{HOME}dotations/valorisees/nouvelle/"
    assert "Indiquez le nombre de jours" in text(
        operator.post(valued, {**days, "days": "", "command_key": str(uuid4())})
    )
    assert operator.post(valued, {**days, "command_key": str(uuid4())}).status_code == 302
    promised = text(operator.get(f"{HOME}dotations/promesses/"))
    assert "10 000 €" in promised
    assert "2 000 €" in promised
    [line] = Contribution.objects.filter(perimeter="FUND")
    restore = f"{HOME}dotations/{line.pk}/restituer/"
    assert restore in text(operator.get(f"{HOME}dotations/lignes/"))
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
    assert "n&#x27;est pas enregistré" in text(operator.get(page))
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
    shown = text(operator.get(page))
    for words in ("48 785 €", "1 200 €", "Frais bancaires", "Accord de tous les partenaires donné"):
        assert words in shown


def test_what_must_be_there_is_signed_off_on_the_page_of_the_advance(operator, till):
    advance = till.signed()
    page = page_of(advance)
    [usual] = advance.preconditions.all()
    assert "À vérifier" in text(operator.get(page))
    assert operator.get(f"{page}verser/").url == page
    added = operator.post(f"{page}conditions/nouvelle/", {"label": "Devis signé", "due_on": ""})
    assert added.url == page
    extra = advance.preconditions.get(label="Devis signé")
    met, waived = (
        f"{HOME}conditions/{usual.pk}/remplie/",
        f"{HOME}conditions/{extra.pk}/dispense/",
    )
    assert operator.post(waived, {"reason": ""}).status_code == 422
    assert operator.post(waived, {"reason": "Payé comptant"}).url == page
    assert operator.post(met, {"met_on": "20/07/2026"}).url == page
    shown = text(operator.get(page))
    assert "Remplie le 20/07/2026" in shown
    assert "Payé comptant" in shown
    preview = {"amount": "10 000", "pay_on": "25/07/2026", "command_key": str(uuid4())}
    rows = {"rows": "30/09/2026 ; 3 000\n31/03/2027 ; 7 000", "apercu": "1"}
    seen = text(operator.post(f"{page}verser/", {**preview, **rows}))
    assert "31/03/2027" in seen
    assert not PaymentOrder.objects.exists()
    short = operator.post(f"{page}verser/", {**preview, "rows": "30/09/2026 ; 3 000"})
    assert "totalisent" in text(short)


def test_a_new_schedule_follows_a_decision_and_the_old_one_stays(operator, till):
    advance = till.lent()
    decision = make_accepted(advance.decision, "MORATORIUM")
    page = f"{page_of(advance)}reechelonner/"
    # It opens on what remains: as many lines, from the next date on, and the plan they give.
    opened = operator.get(page)
    assert opened.context["form"].initial["lines"] == 36
    assert "15/08/2026" in text(opened)
    assert "278,05 €" in text(opened)
    sent = {
        "decision": decision.pk,
        "effective_on": "25/07/2026",
        "lines": "4",
        "first_due_on": "31/01/2027",
        "step_months": "3",
        "rows": "",
        "note": "Dégât des eaux",
        "command_key": str(uuid4()),
    }
    assert operator.post(page, {**sent, "rows": "15/01/2027 ; 9 000"}).status_code == 422
    early = operator.post(page, {**sent, "first_due_on": "24/07/2026"})
    assert early.status_code == 422
    assert "précède la date d&#x27;effet" in text(early)
    shown = operator.post(page, {**sent, "apercu": "1"})
    for words in ("30/04/2027", "31/10/2027", "2 500 €", "10 000 €", "Dégât des eaux"):
        assert words in text(shown), words
    # What was not shown is shown first, and nothing typed is lost.
    changed = operator.post(page, {**sent, "lines": "5", "seen": shown.context["seen"]})
    assert changed.status_code == 422
    assert "relisez-le" in text(changed)
    assert "Dégât des eaux" in text(changed)
    assert advance.schedule_versions.count() == 1
    assert operator.post(page, {**sent, "seen": shown.context["seen"]}).url == page_of(advance)
    plan = advance.schedule_versions.latest("no").schedule_lines
    assert list(plan.values_list("due_on", "amount")) == [
        (date(2027, 1, 31), 250_000),
        (date(2027, 4, 30), 250_000),
        (date(2027, 7, 31), 250_000),
        (date(2027, 10, 31), 250_000),
    ]
    history = text(operator.get(f"{page_of(advance)}echeanciers/"))
    for words in ("Version 2", "Version 1", "Moratoire", decision.reference, "Dégât des eaux"):
        assert words in history
