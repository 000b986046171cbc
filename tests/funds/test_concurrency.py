"""Two people at once on one advance: committed rows, real threads (S37, S41, S42)."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput, Refusal
from basins import tenancy
from basins.enums import Role
from basins.models import Basin
from funds import operations
from funds.models import Movement, PaymentOrder
from tests.builders import at, make_user
from tests.conftest import clone, exclusively
from tests.funds.conftest import Till

ROUNDS = 10
DAY = date(2026, 6, 15)


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker, template_name: str) -> Iterator[Basin]:
    """Work in Savoie on a database of our own, where every transaction commits."""
    own = f"{template_name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_at_once"
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        with exclusively() as maintenance:
            clone(maintenance, template_name, own)
        connection.settings_dict["NAME"] = own
        basin = Basin.objects.get(slug="savoie")
        with tenancy.inside(basin):
            yield basin
        connection.close()
        connection.settings_dict["NAME"] = before
        with exclusively() as maintenance:
            drop = psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)")
            maintenance.execute(drop.format(psycopg.sql.Identifier(own)))


@pytest.fixture(scope="module")
def desk(committed: Basin) -> Till:
    return Till(committed)


def at_once(basin: Basin, *acts: Callable[[], Any]) -> list[Any]:
    """Do each act in a thread of its own, at the same moment; give results or refusals."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            with tenancy.inside(basin):
                start.wait(timeout=10)
                return act()
        except (Refusal, IntegrityError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, Exception)]


def test_one_form_sent_twice_at_once_is_one_repayment(committed, desk):
    for _ in range(ROUNDS):
        advance, key = desk.lent(), uuid4()
        first, second = at_once(
            committed,
            *[lambda a=advance, k=key: desk.repay(a, 10_000, DAY, command_key=k)] * 2,
        )
        assert first == second
        assert advance.movements.filter(kind="REPAYMENT").count() == 1


def test_one_form_sent_twice_at_once_with_two_contents_is_one_repayment(committed, desk):
    for _ in range(ROUNDS):
        advance, key = desk.lent(), uuid4()
        results = at_once(
            committed,
            lambda a=advance, k=key: desk.repay(a, 10_000, DAY, command_key=k),
            lambda a=advance, k=key: desk.repay(a, 20_000, DAY, command_key=k),
        )
        assert [type(refusal) for refusal in refusals(results)] == [AlreadyUsed]
        assert advance.movements.filter(kind="REPAYMENT").count() == 1


def test_two_cashiers_lose_no_repayment(committed, desk):
    advance = desk.lent()
    results = at_once(
        committed, *[lambda n=n: desk.repay(advance, 1_000 + n, DAY) for n in range(12)]
    )
    assert refusals(results) == []
    book = list(advance.movements.order_by("no").values_list("no", "kind", "amount"))
    assert [no for no, _, _ in book] == list(range(1, 14))
    assert sum(amount for _, kind, amount in book if kind == "REPAYMENT") == 12_066


def test_two_releases_at_once_pay_once(committed, desk):
    other = make_user(Role.FINANCE, basin=committed)
    for _ in range(ROUNDS):
        advance = desk.contracted()
        order = desk.prepare(advance)
        results = at_once(
            committed,
            lambda o=order: desk.release(o),
            lambda o=order: desk.release(o, by=other),
        )
        assert [type(refusal) for refusal in refusals(results)] == [ActionDenied]
        assert advance.movements.count() == 1
        assert advance.schedule_versions.count() == 1


def test_a_release_and_a_cancellation_at_once_do_one_of_the_two(committed, desk):
    for _ in range(ROUNDS):
        advance = desk.contracted()
        order = desk.prepare(advance)
        results = at_once(
            committed,
            lambda o=order: desk.release(o),
            lambda o=order: operations.cancel_payment(
                order_id=o.pk, by=desk.operator, at=at(2026, 5, 15)
            ),
        )
        assert len(refusals(results)) == 1
        paid = PaymentOrder.objects.get(pk=order.pk).status == "RELEASED"
        assert Movement.objects.filter(order=order).exists() is paid


def test_two_orders_prepared_at_once_stay_within_what_is_granted(committed, desk):
    for _ in range(ROUNDS):
        advance = desk.contracted()
        results = at_once(committed, *[lambda a=advance: desk.prepare(a)] * 2)
        assert [type(refusal) for refusal in refusals(results)] == [InvalidInput]


def test_a_reversal_asked_twice_at_once_is_asked_once(committed, desk):
    for _ in range(ROUNDS):
        wrong = desk.repay(desk.lent(), 10_000, DAY)
        results = at_once(committed, *[lambda m=wrong: desk.ask_reversal(m, DAY)] * 2)
        assert [type(refusal) for refusal in refusals(results)] == [ActionDenied]
        assert wrong.reversals.count() == 1


def test_a_repayment_approved_and_refused_at_once_is_one_of_them(committed, desk):
    with tenancy.national():
        other = make_user(Role.FINANCE, basin=committed)
    for _ in range(ROUNDS):
        wrong = desk.repay(desk.lent(), 10_000, DAY)
        asked = desk.ask_reversal(wrong, DAY)
        results = at_once(
            committed,
            lambda r=asked: desk.approve(r),
            lambda r=asked: operations.refuse_reversal(
                reversal_id=r.pk, by=other, at=at(2027, 12, 1)
            ),
        )
        assert [type(refusal) for refusal in refusals(results)] == [ActionDenied]
        asked.refresh_from_db()
        undone = wrong.advance.movements.filter(kind="BOUNCE").count()
        assert undone == (asked.status == "APPROVED")


@pytest.mark.parametrize("verb", ["UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_even_the_owner_of_the_tables_may_not_change_the_past(committed, desk, verb):
    desk.lent()
    kept = r"only ever added|referenced in a foreign key"
    with pytest.raises(psycopg.Error, match=kept), tenancy.owner_cursor() as cursor:
        cursor.execute(verb.format("b_0001.funds_movement"))
