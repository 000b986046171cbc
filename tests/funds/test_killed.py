"""PostgreSQL killed under a burst of commands: nothing lost, half or double (T17, S44)."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from alize.audit import queries as journal
from alize.audit.models import Command
from basins import tenancy
from basins.enums import Role
from basins.models import Basin
from funds import operations, queries
from funds.models import Entry
from funds.queries import verification
from tests.builders import at, make_user
from tests.cluster import Cluster, copied
from tests.conftest import VisitorClient, session_of
from tests.funds.conftest import Till

FUND = "/bassins/savoie/fonds/"
WRITERS, EACH, KILLS = 4, 12, 3
DAY, AT = date(2026, 6, 15), at(2026, 8, 1)
PATIENCE = 120.0
"""Seconds: for a machine busy with something else."""


@pytest.fixture(scope="module")
def cluster(django_db_setup, django_db_blocker, template_name) -> Iterator[Cluster]:
    """A copy of the cluster of this run, where the tests connect instead."""
    mine = connection.settings_dict
    before = {key: mine[key] for key in ("HOST", "NAME")}
    with django_db_blocker.unblock(), copied(mine["HOST"]) as cluster:
        connection.close()
        mine.update(HOST=cluster.host, NAME=template_name)
        try:
            yield cluster
        finally:
            connection.close()
            mine.update(before)


@pytest.fixture(scope="module")
def committed(cluster: Cluster) -> Iterator[Basin]:
    """Work in Savoie there, where every transaction commits."""
    with tenancy.inside(Basin.objects.get(slug="savoie")) as basin:
        yield basin


class Burst:
    """Writers who send each command until they are told yes, and somebody who kills."""

    def __init__(self, basin: Basin, commands: dict[UUID, Callable[..., Any]]) -> None:
        self.basin, self.commands = basin, commands
        self.answered: dict[UUID, Any] = {}
        self.cut: list[Exception] = []
        self.up = Event()
        self.up.set()

    def send(self, key: UUID) -> Any:
        return self.commands[key](command_key=key)

    def write(self, keys: list[UUID]) -> None:
        for key in keys:
            while key not in self.answered:
                try:
                    with tenancy.inside(self.basin):
                        self.answered[key] = self.send(key)
                except (DatabaseError, InterfaceError) as error:
                    self.cut.append(error)
                    connection.close()
                    assert self.up.wait(PATIENCE)
        connection.close()

    def kill(self, cluster: Cluster) -> None:
        """Kill the cluster each time more was answered; whatever was is there when it is back."""
        for kills in range(1, KILLS + 1):
            deadline = time.monotonic() + PATIENCE
            while len(self.answered) < kills * len(self.commands) // (KILLS + 1):
                assert time.monotonic() < deadline
                time.sleep(0.002)
            self.up.clear()
            cluster.kill()
            told = set(self.answered)
            connection.close()
            cluster.start()
            assert cluster.has_recovered
            with tenancy.inside(self.basin):
                assert told <= set(Command.objects.values_list("key", flat=True))
            self.up.set()


def commands_of(desk: Till) -> tuple[dict[UUID, Callable[..., Any]], Counter, int]:
    """Repayments of two advances, money brought and fees; their entries, what the bank gains."""
    advances = [desk.lent() for _ in range(2)]
    commands: dict[UUID, Callable[..., Any]] = {}
    entries: Counter[str] = Counter()
    gained = 0

    def repay(amount: int, advance) -> Callable[..., Any]:
        return lambda **told: desk.repay(advance, amount, DAY, **told)

    def endow(amount: int) -> Callable[..., Any]:
        return lambda **told: desk.endow(amount, received_on=DAY, at=AT, **told)

    def pay_fee(amount: int) -> Callable[..., Any]:
        fee = {"amount": amount, "taken_on": DAY, "by": desk.operator, "at": AT}
        return lambda **told: operations.record_bank_fee(**fee, **told)

    for rank in range(WRITERS * EACH):
        amount = 1_000 + rank
        match rank % 4:
            case 0 | 1:
                commands[uuid4()] = repay(amount, advances[rank % 2])
                entries["REPAYMENT"] += 1
            case 2:
                commands[uuid4()] = endow(amount)
                entries["CONTRIBUTION"] += 1
            case _:
                commands[uuid4()] = pay_fee(amount)
                entries["BANK_FEE"] += 2
                amount = -amount
        gained += amount
    return commands, entries, gained


def made_since(last: int) -> Counter[str]:
    return Counter(Entry.objects.filter(pk__gt=last).values_list("kind", flat=True))


def test_who_asks_while_it_is_killed_reads_a_page_and_goes_on_after(cluster, committed):
    operator = VisitorClient(raise_request_exception=False)
    person = make_user(Role.OPERATOR, basin=committed)
    operator.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
    assert operator.get(FUND).status_code == 200
    cluster.kill()
    for ask in (operator.get, operator.post):
        away = ask(FUND)
        assert away.status_code == 503
        assert away["Retry-After"] == "5"
        assert "Réessayez un peu plus tard" in away.content.decode()
    cluster.start()
    connection.close()
    assert operator.get(FUND).status_code == 200


def test_a_killed_database_loses_nothing_and_does_nothing_twice(cluster, committed, desk):
    commands, expected, gained = commands_of(desk)
    last, held = Entry.objects.latest("pk").pk, queries.balances(on=DAY)["FUND_BANK"]
    burst, keys = Burst(committed, commands), list(commands)
    connection.close()
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(burst.write, keys[rank::WRITERS]) for rank in range(WRITERS)]
        # From here: a server ends with the thread that starts it.
        try:
            burst.kill(cluster)
        finally:
            burst.up.set()
        for writer in writers:
            writer.result()
    assert len(burst.cut) >= KILLS
    with tenancy.inside(committed):
        assert burst.answered.keys() == commands.keys()
        assert made_since(last) == expected
        assert queries.balances(on=DAY)["FUND_BANK"] == held + gained
        # Balance, digests, chain, numbers without gap, positions: all of it is computed again.
        assert verification.verify().findings == ()
        assert journal.verify() is None
        assert {key: burst.send(key) for key in commands} == burst.answered
        assert made_since(last) == expected
