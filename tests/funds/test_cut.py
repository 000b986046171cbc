"""A connection reset by its other end in the middle of a command: it is done once (S41)."""

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from alize.audit import queries as journal
from basins import tenancy
from basins.enums import Role
from funds import queries
from funds.models import Entry
from funds.queries import verification
from tests.builders import make_user
from tests.conftest import VisitorClient, session_of
from tests.funds.conftest import at_once
from tests.funds.cutting import Moment, Wire, over_a_wire
from tests.funds.pages.conftest import page_of

DAY = date(2026, 6, 15)
MESSAGES = ("BEGIN", "alize_command", "alize_ledger_post", "COMMIT")
"""What recording a repayment sends, in this order."""
RECORDED = {(MESSAGES[-1], Moment.UNHEARD): {1}, (MESSAGES[-1], Moment.RACING): {0, 1}}
"""How many repayments there may be after a cut; none anywhere else."""


@pytest.fixture(scope="module")
def advance(desk):
    return desk.lent()


@pytest.fixture
def wire(committed, advance) -> Iterator[Wire]:
    with over_a_wire() as wire:
        yield wire
    with tenancy.inside(committed):
        assert verification.verify().findings == ()
        assert journal.verify() is None


def recorded(key) -> int:
    return Entry.objects.filter(command_key=key).count()


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("message", MESSAGES)
def test_a_command_whose_wire_is_cut_is_sent_again_and_done_once(
    committed, desk, advance, wire, message, moment
):
    before, key = queries.book_of(advance).position(DAY).repaid, uuid4()

    def send() -> Entry:
        with tenancy.inside(committed):
            return desk.repay(advance, 1_000, DAY, command_key=key)

    connection.ensure_connection()
    wire.cut(message, moment)
    with pytest.raises((DatabaseError, InterfaceError)):
        send()
    assert wire.cut_at is None
    connection.close()
    first = send()
    with tenancy.inside(committed):
        assert recorded(key) == 1
        assert queries.book_of(advance).position(DAY).repaid == before + 1_000
    assert [send() for _ in range(2)] == [first] * 2


@pytest.mark.parametrize("message", ["alize_ledger_post", "COMMIT"])
def test_what_is_known_after_a_cut_is_all_or_nothing(committed, desk, advance, wire, message):
    for moment in (Moment.LOST, Moment.UNHEARD):
        key = uuid4()
        wire.cut(message, moment)
        with tenancy.inside(committed), pytest.raises((DatabaseError, InterfaceError)):
            desk.repay(advance, 1_000, DAY, command_key=key)
        connection.close()
        with tenancy.inside(committed):
            assert recorded(key) in RECORDED.get((message, moment), {0})


def test_a_form_whose_answer_was_cut_is_sent_again_by_two_persons_at_once(
    committed, desk, advance, wire
):
    """The person reads a page, not a trace; the form holds its key, and is done once."""
    operator = VisitorClient(raise_request_exception=False)
    with tenancy.national():
        person = make_user(Role.OPERATOR, basin=committed)
    operator.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
    page, key = f"{page_of(advance)}encaisser/", uuid4()
    form = {"amount": "10,00", "value_on": "15/06/2026", "command_key": str(key)}
    wire.cut("COMMIT", Moment.UNHEARD)
    away = operator.post(page, form)
    assert (away.status_code, wire.cut_at) == (503, None)
    assert "Réessayez" in away.content.decode()
    connection.close()
    answers = at_once(committed, *[lambda: operator.post(page, form)] * 2)
    assert [answer.status_code for answer in answers] == [302, 302]
    with tenancy.inside(committed):
        assert recorded(key) == 1
