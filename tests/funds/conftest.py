"""An advance at each step of its life, made by the operations themselves; two people at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cached_property
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection

from alize.common.errors import Refusal
from basins import tenancy
from basins.enums import Role
from basins.models import Basin
from funds import operations, permissions, queries
from funds.models import Advance, PayeeAccount
from tests.builders import at, make_accepted, make_decision, make_user
from tests.databases import of_its_own
from tests.funds.bank import samples
from tests.funds.banking import Bank
from tests.stage import played_once

GRANTED_AT = at(2026, 4, 1)
PAID_ON = date(2026, 5, 15)
LOOK = date(2026, 7, 25)
"""When tests look at what was lent and paid back."""
DOTATION = 100_000_000


class Till:
    """The people who handle money in one basin, and the acts they do with sensible defaults."""

    def __init__(self, basin) -> None:
        self.basin = basin
        self.operator = make_user(Role.OPERATOR, basin=basin)
        self.finance = make_user(Role.FINANCE, basin=basin)
        self.checker = make_user(Role.FINANCE, basin=basin)
        """Approves bank details: who did does not release the first payment to them."""

    @cached_property
    def dotation(self):
        """What the fund holds before anything is lent, unless a test endows it itself."""
        return self.endow(DOTATION)

    @played_once
    def endow(self, amount: int, **changes):
        asked = {
            "funder": "Département",
            "received_on": date(2026, 1, 10),
            "by": self.operator,
            "at": at(),
            "command_key": uuid4(),
            **changes,
        }
        return operations.record_contribution(amount=amount, **asked)

    @played_once
    def granted(self, **decision) -> Advance:
        made = make_decision(**{"amount": 1_000_000, "lines": 36, "grace_months": 0, **decision})
        return operations.grant_advance(decision_id=made.pk, by=self.operator, at=GRANTED_AT)

    @played_once
    def signed(self, **decision) -> Advance:
        """Contracted, its checklist still open."""
        advance = self.granted(**decision)
        return operations.contract_advance(
            advance_id=advance.pk, on=date(2026, 4, 20), by=self.operator, at=at(2026, 4, 21)
        )

    @played_once
    def contracted(self, **decision) -> Advance:
        """Contracted, everything there for a payment."""
        advance = self.signed(**decision)
        self.known(advance)
        for condition in advance.preconditions.all():
            self.meet(condition)
        return advance

    def known(self, advance, **details) -> PayeeAccount:
        """Where the company of an advance is paid, approved for long."""
        values = {
            "holder": "ATELIER",
            "iban": samples.COMPANY_IBAN,
            "bic": "PSSTFRPP",
            "received_on": date(2026, 4, 20),
            "called": "Mme Petit",
            "called_number": "04 79 11 22 33",
            "called_on": date(2026, 4, 21),
            "email": "compta@example.org",
            "status": "APPROVED",
            "verification": "MATCH",
            "proposed_at": at(2026, 4, 21),
            "proposed_by": self.operator,
            "decided_at": at(2026, 4, 22),
            "decided_by": self.checker,
            **details,
        }
        return advance.project.beneficiary.payee_accounts.create(**values)

    def propose_payee(self, advance, **changes) -> PayeeAccount:
        asked = {
            "holder": "ATELIER",
            "iban": samples.COMPANY_IBAN,
            "bic": "",
            "received_on": date(2026, 4, 21),
            "called": "Mme Petit",
            "called_number": "04 79 11 22 33",
            "number_source": "Annuaire",
            "called_on": date(2026, 4, 22),
            "email": "compta@example.org",
            "by": self.operator,
            "at": at(2026, 4, 22),
            "command_key": uuid4(),
            **changes,
        }
        return operations.propose_payee(beneficiary_id=advance.project.beneficiary_id, **asked)

    def approve_payee(self, payee, **changes) -> PayeeAccount:
        asked = {"verification": "MATCH", "by": self.checker, "at": at(2026, 4, 23), **changes}
        return operations.approve_payee(payee_id=payee.pk, **asked)

    def meet(self, condition, **changes):
        asked = {"met_on": date(2026, 4, 28), "by": self.operator, "at": at(2026, 4, 29), **changes}
        return operations.meet_precondition(precondition_id=condition.pk, **asked)

    def prepare(self, advance, **changes):
        asked = {
            "amount": advance.granted_amount,
            "pay_on": PAID_ON,
            "by": self.operator,
            "at": at(2026, 5, 4),
            "command_key": uuid4(),
            **changes,
        }
        return operations.prepare_payment(advance_id=advance.pk, **asked)

    def release(self, order, **changes):
        if queries.balances(on=order.pay_on)["FUND_BANK"] < order.amount:
            assert self.dotation
        asked = {"by": self.finance, "at": at(2026, 5, 15, 9), **changes}
        return operations.release_payment(order_id=order.pk, **asked)

    @played_once
    def lent(self, **decision) -> Advance:
        advance = self.contracted(**decision)
        self.release(self.prepare(advance))
        return advance

    def loss_accepted(self, advance) -> int:
        """The request to give an advance up, accepted by the committee, that has not served."""
        known = permissions.decisions_to_lose(advance).first()
        return (known or make_accepted(advance.decision, "WRITE_OFF")).pk

    def repay(self, advance, amount: int, on: date, **changes):
        asked = {"by": self.operator, "at": at(2027, 12, 1), "command_key": uuid4(), **changes}
        return operations.record_repayment(
            advance_id=advance.pk, amount=amount, value_on=on, **asked
        )

    def ask_reversal(self, entry, on: date, **changes):
        asked = {
            "by": self.operator,
            "at": at(2027, 12, 1),
            "command_key": uuid4(),
            "reason": "Rejet de la banque",
            **changes,
        }
        return operations.propose_reversal(entry_id=entry.pk, value_on=on, **asked)

    def approve(self, reversal, **changes):
        asked = {"by": self.finance, "at": at(2027, 12, 1), **changes}
        return operations.approve_reversal(reversal_id=reversal.pk, **asked)

    def reverse(self, entry, on: date):
        return self.approve(self.ask_reversal(entry, on))


@pytest.fixture
def till(in_savoie) -> Till:
    return Till(in_savoie)


@pytest.fixture
def operator(client_as, till):
    """The browser of the operator of the till."""
    return client_as(Role.OPERATOR, user=till.operator)


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker, template_name: str) -> Iterator[Basin]:
    """Work in Savoie on a database of our own, where every transaction commits."""
    with django_db_blocker.unblock(), of_its_own(template_name, "at_once"):
        basin = Basin.objects.get(slug="savoie")
        with tenancy.inside(basin):
            yield basin


@pytest.fixture(scope="module")
def desk(committed: Basin) -> Till:
    return Till(committed)


def at_once(
    basin: Basin, *acts: Callable[[], Any], level: psycopg.IsolationLevel | None = None
) -> list[Any]:
    """Do each act in a thread of its own, at the same moment; give results or refusals."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            connection.connection.isolation_level = level
            with tenancy.inside(basin):
                start.wait(timeout=10)
                return act()
        except (Refusal, DatabaseError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, Exception)]


def position(advance: Advance, on: date = LOOK):
    """Where an advance stands."""
    return queries.book_of(advance).position(on)


@pytest.fixture
def bank(till: Till) -> Bank:
    """The account of the advances at its bank."""
    return Bank(till)
