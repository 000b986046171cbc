"""The provision booked at a year end: the figures of T11, adjusted, released (funds.md 2.3)."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from basins.enums import Role
from funds import queries
from funds.operations import book_provision
from funds.queries.provision import provision_on
from tests.builders import at
from tests.funds.test_figures import reschedule, write_off

DAY = date(2026, 10, 13)
NOW = at(2027, 1, 5)


@pytest.fixture
def four(till):
    """Of T11: 10 000 in time, 6 000 late by 59 days, 4 000 by 120, 5 000 rescheduled."""
    in_time = till.lent(amount=1_000_000, lines=1, grace_months=12)
    late = till.lent(amount=600_000, lines=1, grace_months=2)
    rather = till.lent(amount=400_000, lines=1)
    restructured = till.lent(amount=500_000, lines=1, grace_months=1)
    reschedule(restructured, date(2026, 7, 1))
    return in_time, late, rather, restructured


def book(till, expected: int, on: date = DAY, **changes):
    asked = {"by": till.finance, "at": NOW, "command_key": uuid4(), **changes}
    return book_provision(on=on, expected=expected, **asked)


def booked(on: date = date(2027, 1, 5)) -> dict[str, int]:
    found = queries.balances(on=on)
    return {key: found[key] for key in ("PROVISION", "PROVISION_MADE", "PROVISION_FREED")}


def test_one_entry_brings_the_provision_to_what_delays_call_for(till, four):
    key = uuid4()
    entry = book(till, 450_000, command_key=key)
    assert entry == book(till, 450_000, command_key=key)
    assert booked() == {
        "PROVISION": -450_000, "PROVISION_MADE": 450_000, "PROVISION_FREED": 0,
    }  # fmt: skip
    with pytest.raises(AlreadyUsed):
        book(till, 1, command_key=key)
    with pytest.raises(ActionDenied, match="déjà celle"):
        book(till, 450_000)
    with pytest.raises(ActionDenied, match="plus récent"):
        book(till, 0, date(2026, 6, 1))
    till.repay(four[1], 600_000, date(2026, 11, 2), at=NOW)
    with pytest.raises(InvalidInput, match="ont changé"):
        book(till, 1, date(2026, 11, 3))
    book(till, 300_000, date(2026, 11, 3))
    assert booked()["PROVISION_FREED"] == -150_000


def test_a_debt_given_up_releases_its_part(till, four):
    book(till, 450_000)
    write_off(till, four[2], 200_000, date(2026, 12, 1))
    assert booked()["PROVISION_FREED"] == -150_000
    write_off(till, four[0], 1_000_000, date(2026, 12, 2))
    assert booked() == {
        "PROVISION": -300_000, "PROVISION_MADE": 450_000, "PROVISION_FREED": -150_000,
    }  # fmt: skip


def test_a_loss_dated_before_the_provision_releases_its_part_too(till, four):
    year_end = date(2026, 12, 31)
    target = provision_on(year_end).target
    book(till, target, year_end)
    judged_on = date(2026, 12, 10)
    write_off(till, four[2], 300_000, judged_on)
    assert booked(date(2028, 1, 1))["PROVISION"] == -(target - 300_000)
    write_off(till, four[2], 100_000, judged_on)
    assert booked(date(2028, 1, 1))["PROVISION"] == -(target - 400_000)


def test_a_release_is_not_the_last_provision(till, four):
    book(till, 450_000)
    write_off(till, four[2], 400_000, date(2027, 1, 5))
    write_off(till, four[1], 300_000, date(2027, 6, 1))
    assert booked(date(2028, 1, 1))["PROVISION"] == -75_000
    year_end = date(2026, 12, 31)
    target = provision_on(year_end).target
    book(till, target, year_end)
    assert booked(year_end)["PROVISION"] == -target


def test_a_loss_undone_takes_its_provision_back(till, four):
    book(till, 450_000)
    loss = write_off(till, four[2], 400_000, date(2026, 12, 1))
    assert booked()["PROVISION"] == -150_000
    till.reverse(loss, date(2026, 12, 3))
    assert booked()["PROVISION"] == -450_000


def test_the_second_signatory_sees_it_first(client_as, till, four, time_machine):
    time_machine.move_to(NOW)
    finance = client_as(Role.FINANCE, user=till.finance)
    assert (
        "Inscrire la provision" in finance.get("/bassins/savoie/fonds/chiffres/").content.decode()
    )
    address = "/bassins/savoie/fonds/chiffres/provision/"
    page = finance.get(f"{address}?au={DAY}").content.decode()
    said = {"on": DAY.isoformat(), "expected": "450000", "command_key": str(uuid4())}
    assert 'value="450000"' in page
    assert finance.post(address, said | {"expected": "1"}).status_code == 422
    assert finance.post(address, said).status_code == 302
    assert "déjà celle" in finance.get(f"{address}?au={DAY}").content.decode()
