"""The screens of the fund, role by role."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from basins.enums import NATIONAL_ROLES, Role
from basins.tenancy import national
from committees.enums import SeatKind
from committees.models import InterestDeclaration
from tests.builders import (
    START,
    at,
    make_seat,
    make_user,
)
from tests.funds.pages.conftest import HOME, page_of
from tests.words import plain

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


@pytest.mark.parametrize("role", list(Role))
def test_the_fund_and_its_advances_are_for_those_who_may(client_as, till, role):
    advance = till.lent()
    client = client_as(role)
    home, detail = client.get(HOME), client.get(page_of(advance))
    assert home.status_code == (200 if role in FUND else 403)
    assert detail.status_code == (200 if role in ADVANCES else 403)
    if role in FUND:
        assert (advance.reference in plain(home)) is (role in ADVANCES)


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
    assert advance.reference not in plain(client.get(HOME))


def test_who_stepped_back_is_asked_nothing_of_the_advance_whatever_else_they_are(client_as, till):
    advance, user = till.contracted(), make_user(Role.OPERATOR, basin=till.basin)
    till.prepare(advance)
    seat = make_seat(holder=user, kind=SeatKind.CONSULTATIVE)
    with national():
        user.memberships.create(basin=till.basin, role=Role.MEMBER, starts_on=START)
    client, words = client_as(Role.MEMBER, user=user), "Libérer le versement de 10 000 €"
    assert words in plain(client.get("/bassins/savoie/"))
    InterestDeclaration.objects.create(
        item=advance.project.agenda_items.get(),
        seat=seat,
        person=user,
        answer="RECUSED",
        declared_at=at(),
    )
    home = client.get("/bassins/savoie/")
    assert home.status_code == 200
    assert words not in plain(home)


def test_figures_and_totals_add_up_on_a_day(operator, till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    page = plain(operator.get(HOME))
    assert "9 722,23 €" in page
    assert "En retard" in page
    past = plain(operator.get(HOME, {"au": "2026-05-31"}))
    assert "10 000 €" in past
    assert "dimanche 31 mai 2026" in past


def test_the_list_is_filtered_and_exported(operator, till):
    late, granted = till.lent(), till.granted()
    page = plain(operator.get(HOME, {"status": "LATE"}))
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
    page = plain(operator.get(page_of(advance)))
    for words in ("Réglée", "En retard", "À venir", "177,77 € sont en retard, de 10 jours."):
        assert words in page
    assert "Réglée en partie" in plain(operator.get(page_of(advance), {"au": "10/07/2026"}))
    assert "Situation arrêtée au" in plain(operator.get(page_of(advance), {"au": "10/07/2026"}))


def test_a_day_is_typed_the_french_way(operator, till):
    page = page_of(till.lent())
    assert 'value="25/07/2026"' in plain(operator.get(page))
    refused = plain(operator.get(page, {"au": "31/02/2026"}))
    assert "Le 31 février n'existe pas." in refused
    assert 'value="31/02/2026"' in refused


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
    mine = plain(operator.get("/bassins/savoie/"))
    assert "Remboursement en retard" in mine
    assert "Préparer le versement de l'avance" in mine
    assert "le second signataire financier" in mine
    theirs = plain(finance.get("/bassins/savoie/"))
    assert f"versements/{order.pk}/liberer/" in theirs


def test_a_late_advance_shows_the_instalment_that_is_late(operator, till):
    late = till.lent()
    till.repay(late, 27_777, date(2026, 6, 15))
    [row] = operator.get(HOME, {"status": "LATE"}).context["table"].data.data
    assert (row.due_on, row.days_late) == (date(2026, 7, 15), 10)
