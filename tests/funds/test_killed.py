"""The database killed under a burst of payments: nothing lost, half or double (T17, S44)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, InterfaceError, connection

from basins import tenancy
from funds.models import Entry
from funds.queries import verification

WRITERS, EACH, KILLS = 4, 12, 3
DAY = date(2026, 6, 15)
KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND usename = session_user AND pid <> pg_backend_pid()"
)


class Burst:
    """Writers that send each command until they are told yes, and somebody who kills."""

    def __init__(self, basin, act: Callable[[UUID, int], Entry]) -> None:
        self.basin, self.act = basin, act
        self.answered: dict[UUID, int] = {}
        self.cut, self.stop = 0, Event()

    def write(self, commands: list[tuple[UUID, int]]) -> None:
        for key, amount in commands:
            while key not in self.answered:
                try:
                    with tenancy.inside(self.basin):
                        self.answered[key] = self.act(key, amount).pk
                except (DatabaseError, InterfaceError):
                    self.cut += 1
                    connection.close()
        connection.close()

    def kill(self) -> None:
        """Cut every session of this database, each time something more was answered."""
        for kills in range(1, KILLS + 1):
            while len(self.answered) < kills * WRITERS * EACH // (KILLS + 1):
                if self.stop.wait(0.002):
                    return
            with tenancy.national(), connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
                cursor.execute(KILL)
        connection.close()


@pytest.fixture
def commands() -> list[tuple[UUID, int]]:
    return [(uuid4(), 1_000 + rank) for rank in range(WRITERS * EACH)]


def test_a_killed_database_loses_nothing_and_does_nothing_twice(committed, desk, commands):
    advances = [desk.lent() for _ in range(2)]

    def pay(key: UUID, amount: int) -> Entry:
        return desk.repay(advances[amount % 2], amount, DAY, command_key=key)

    burst = Burst(committed, pay)
    connection.close()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        killer = pool.submit(burst.kill)
        writers = [pool.submit(burst.write, commands[rank::WRITERS]) for rank in range(WRITERS)]
        for writer in writers:
            writer.result()
        burst.stop.set()
        killer.result()
    assert burst.cut >= KILLS
    with tenancy.inside(committed):
        made = Entry.objects.filter(advance__in=advances, kind="REPAYMENT")
        assert dict(made.values_list("command_key", "pk")) == burst.answered
        assert burst.answered.keys() == dict(commands).keys()
        paid = [entry.postings.get(account="FUND_BANK").amount for entry in made]
        assert sorted(paid) == sorted(amount for _, amount in commands)
        # Balance, digests, chain, numbers without gap, positions: all of it is computed again.
        assert verification.verify().findings == ()
        assert {key: pay(key, amount).pk for key, amount in commands} == burst.answered
        assert made.count() == len(commands)
