"""A figure and the list behind it agree, and what was is still read."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from basins.enums import Role
from funds import operations
from funds.enums import Perimeter
from funds.models import FundSettings
from tests.builders import at
from tests.funds.test_figures import write_off

FUND = "/bassins/savoie/fonds/"


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def operator(client_as, till, time_machine):
    time_machine.move_to(at(2026, 6, 25))
    return client_as(Role.OPERATOR, user=till.operator)


def test_the_advances_counted_late_are_those_listed_late_within_the_tolerance_too(operator, till):
    advance = till.lent(amount=100_000, lines=1)
    FundSettings.objects.update_or_create(pk=1, defaults={"tolerance_days": 30})
    assert "1 en retard" in text(operator.get(FUND))
    assert advance.reference in text(operator.get(FUND, {"status": "LATE"}))


def test_a_loss_in_part_is_listed_among_the_losses(operator, till):
    assert till.dotation
    advance, other = till.lent(amount=100_000, lines=2), till.lent(amount=100_000, lines=2)
    write_off(till, advance, 40_000, date(2026, 6, 20))
    page = text(operator.get(FUND, {"status": "LOSS"}))
    assert advance.reference in page
    assert other.reference not in page


def test_a_payment_undone_is_to_prepare_again(operator, till):
    advance = till.lent()
    till.reverse(advance.entries.get(), date(2026, 5, 20))
    assert "Préparer le versement" in text(operator.get("/bassins/savoie/"))


def test_last_year_of_the_operating_account_is_still_read(client_as, till, time_machine):
    till.endow(20_000, perimeter=Perimeter.OPS, received_on=date(2026, 3, 1))
    time_machine.move_to(at(2027, 1, 10))
    operator = client_as(Role.OPERATOR, user=till.operator)
    url = f"{FUND}fonctionnement/"
    page = text(operator.get(url, {"year": "2026"}))
    assert "Contributions 2026 200 €" in page.replace("\xa0", " ")
    assert "Écritures de 2026" in page
    assert "Contributions 2027" in text(operator.get(url))
    assert operator.get(url, {"year": "x"}).status_code == 200


def test_money_and_values_are_never_added(operator, till):
    received = {"received_on": date(2026, 2, 1), "by": till.operator, "at": at(2026, 6, 1)}
    till.endow(100_000)
    till.endow(20_000, perimeter=Perimeter.OPS)
    operations.record_valued(
        funder="ACME",
        nature="SKILLS",
        days=Decimal(2),
        daily_rate=50_000,
        command_key=uuid4(),
        **received,
    )
    page = operator.get(f"{FUND}dotations/").content.decode()
    [foot] = re.findall(r"<tfoot.*?</tfoot>", page, re.DOTALL)
    amounts = re.findall(r"[0-9][0-9  \s]*€", re.sub(r"<[^>]+>", " ", foot))
    assert [re.sub(r"\D", "", one) for one in amounts] == ["1000", "200", "1000"]
    assert "Compétences" in page
