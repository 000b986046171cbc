"""The ledger against a book-keeper who knows nothing of it: random lives, random days."""

from datetime import date, datetime, time, timedelta
from random import Random
from uuid import uuid4

import pytest

from funds import operations, queries
from funds.enums import AuthorizationKind, EntryKind, Perimeter
from funds.queries.verification import verify
from funds.rules import ageing
from tests.builders import PARIS
from tests.funds.bookkeeper import BookKeeper, monthly_plan

START = date(2026, 5, 15)
ACTS, CHECKS = 24, 8
SEEDS = (3, 6, 7, 11)
"""Lives that hold every act among them, an over-payment set against a debit that came back."""


class Life:
    """Acts told to the product and to the book-keeper, as the clock goes on."""

    def __init__(self, till, seed: int) -> None:
        self.till, self.random = till, Random(seed)
        self.keeper, self.today = BookKeeper(), START
        self.advances, self.repaid, self.contributions = [], [], []
        self.endow()
        self.lend()

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(9), PARIS)

    def told(self, **more) -> dict:
        return {"by": self.till.operator, "at": self.now, "command_key": uuid4(), **more}

    def days(self) -> list[date]:
        """Today, then days on which something falls due or is late since the day before."""
        planned = [
            day for plans in self.keeper.plans.values() for *_, plan in plans for day, _ in plan
        ]
        told = [day for _, day, _, _ in self.keeper.facts]
        edges = sorted({day + timedelta(days=late) for day in planned + told for late in (0, 1, 3)})
        past = [day for day in edges if START <= day < self.today]
        return [self.today, *self.random.sample(past, CHECKS)]

    def some_day(self, advance=None) -> date:
        """Today, or a while ago: what is told late happened before."""
        first = max(START, self.lent_on(advance)) if advance else START
        return max(first, self.today - timedelta(days=self.random.choice((0, 0, 3, 40))))

    def lent_on(self, advance) -> date:
        return min(day for pk, day, kind, _ in self.keeper.facts if pk == advance.pk)

    def cents(self, most: int) -> int:
        return self.random.choice((most, max(1, most // 3), self.random.randint(1, most)))

    def live(self) -> None:
        acts = (
            self.lend, self.repay, self.repay, self.repay, self.repay, self.bounce, self.bounce,
            self.refund, self.give_up, self.recover, self.endow, self.give_back, self.fee,
            self.spend,
        )  # fmt: skip
        for _ in range(ACTS):
            self.today += timedelta(days=self.random.randint(0, 25))
            self.random.choice(acts)()

    def fund_operations(self) -> None:
        """What the operating account spends was given first."""
        perimeter = Perimeter.OPS
        self.till.endow(10_000_000, perimeter=perimeter, received_on=START, at=self.now)
        self.keeper.write(START, "OPS_BANK", "OPS_INCOME", 10_000_000)

    def endow(self) -> None:
        amount, returns = self.random.randint(20_000_000, 90_000_000), self.random.random() < 0.7
        day = self.some_day()
        made = self.till.endow(amount, received_on=day, at=self.now, with_return=returns)
        self.keeper.write(day, "FUND_BANK", "RETURNABLE" if returns else "GRANTED", amount)
        self.contributions += [made] if returns else []

    def lend(self) -> None:
        """A new advance, whole or in two tranches; the plan of the second is a paper to read."""
        amount, lines = self.random.randint(9_000, 900_000), self.random.randint(2, 12)
        grace = self.random.randint(0, 3)
        advance = self.till.contracted(amount=amount, lines=lines, grace_months=grace)
        self.advances.append(advance)
        first = amount if self.random.random() < 0.6 else amount * 2 // 3
        plan = monthly_plan(first, lines, grace, self.today)
        assert self.pay(advance, first) == plan
        self.keeper.lend(advance.pk, self.today, first, plan)
        if first < amount:
            if self.random.random() < 0.5:
                self.repay(advance)
            paper = self.pay(advance, amount - first)
            self.keeper.lend(advance.pk, self.today, amount - first, paper)

    def pay(self, advance, amount: int) -> list[tuple[date, int]]:
        order = self.till.prepare(advance, amount=amount, pay_on=self.today, at=self.now)
        self.till.release(order, at=self.now)
        version = advance.schedule_versions.latest("no")
        return list(version.schedule_lines.values_list("due_on", "amount"))

    def repay(self, advance=None) -> None:
        advance = advance or self.random.choice(self.advances)
        day, most = self.some_day(advance), advance.granted_amount
        cents = self.random.choice((most // advance.lines, most // 3, most * 6 // 5))
        if self.lost(advance) > 0:  # beyond what is owed, it would be a recovery
            cents = min(cents, self.keeper.balance("RECEIVABLE", advance=advance.pk))
        if not cents:
            return
        entry = self.till.repay(advance, cents, day, at=self.now)
        parts = self.keeper.repay(advance.pk, day, cents)
        self.repaid.append((advance, entry, day, parts))

    def bounce(self) -> None:
        if self.repaid:
            advance, entry, day, parts = self.repaid.pop(self.random.randrange(len(self.repaid)))
            back_on = max(day, self.some_day(advance))
            asked = self.till.ask_reversal(entry, back_on, at=self.now)
            self.till.approve(asked, at=self.now)
            self.keeper.bounce(advance.pk, back_on, *parts)

    def authorize(self, kind: AuthorizationKind, amount: int, day: date, **about) -> None:
        asked = operations.Asked(kind=kind, amount=amount, value_on=day, reason="Vu", **about)
        made = operations.propose(asked, **self.told())
        operations.approve_authorization(
            authorization_id=made.pk, by=self.till.finance, at=self.now
        )

    def refund(self) -> None:
        advance = self.random.choice(self.advances)
        beyond = -self.keeper.balance("OVERPAID", advance=advance.pk)
        if beyond > 0 and not self.lost(advance):
            cents = self.cents(beyond)
            self.authorize(AuthorizationKind.REFUND, cents, self.today, advance_id=advance.pk)
            self.keeper.refund(advance.pk, self.today, cents)

    def give_up(self) -> None:
        advance = self.random.choice(self.advances)
        owed = self.keeper.balance("RECEIVABLE", advance=advance.pk)
        if owed:
            cents, about = self.cents(owed), {"advance_id": advance.pk, "cause": "LIQUIDATION"}
            about["decision_id"] = self.till.loss_accepted(advance)
            self.authorize(AuthorizationKind.WRITE_OFF, cents, self.today, **about)
            self.keeper.give_up(advance.pk, self.today, cents)

    def lost(self, advance) -> int:
        accounts = ("LOSS", "RECOVERED")
        return sum(self.keeper.balance(name, advance=advance.pk) for name in accounts)

    def recover(self) -> None:
        advance = self.random.choice(self.advances)
        lost = self.lost(advance)
        if lost > 0:
            cents, told = self.cents(lost), self.told(advance_id=advance.pk, value_on=self.today)
            operations.record_recovery(amount=cents, **told)
            self.keeper.recover(advance.pk, self.today, cents)

    def give_back(self) -> None:
        if self.contributions:
            one, cents = self.random.choice(self.contributions), self.random.randint(1, 1_000)
            kind = AuthorizationKind.RESTITUTION
            self.authorize(kind, cents, self.today, contribution_id=one.pk)
            self.keeper.write(self.today, "RETURNABLE", "FUND_BANK", cents)

    def fee(self) -> None:
        """A fee of the bank, that the operating account gives back now and then."""
        day, cents = self.today, self.random.randint(1, 2_000)
        operations.record_bank_fee(amount=cents, taken_on=day, **self.told())
        self.keeper.write(day, "FUND_LIAISON", "FUND_BANK", cents)
        self.keeper.write(day, "BANK_FEES", "OPS_LIAISON", cents)
        if self.random.random() < 0.5:
            operations.give_back(debtor=Perimeter.OPS, amount=cents, moved_on=day, **self.told())
            self.keeper.write(day, "FUND_BANK", "FUND_LIAISON", cents)
            self.keeper.write(day, "OPS_LIAISON", "OPS_BANK", cents)

    def spend(self) -> None:
        cents = self.random.randint(1, 90_000)
        asked = {"kind": EntryKind.ENGINEERING, "label": "Suivi", "paid_on": self.today}
        operations.record_cost(amount=cents, **asked, **self.told())
        self.keeper.write(self.today, "ENGINEERING", "OPS_BANK", cents)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_product_says_what_a_naive_book_keeper_says(till, seed):
    life = Life(till, seed)
    life.fund_operations()
    life.live()
    assert not verify().findings
    keeper, ids = life.keeper, [advance.pk for advance in life.advances]
    for on in life.days():
        accounts = {name: cents for name, cents in queries.balances(on=on).items() if cents}
        names = {name for _, name, _, _ in keeper.lines}
        assert accounts == {one: sum_ for one in names if (sum_ := keeper.balance(one, on=on))}
        fund, standings = queries.portfolio(on=on)
        for pk in ids:
            expected = keeper.standing(pk, on)
            assert {name: getattr(standings[pk], name) for name in expected} == expected, on
        by_rules = queries.standings_of(life.advances, on=on)
        assert {pk: by_rules[pk].arrears for pk in ids} == {pk: standings[pk].arrears for pk in ids}
        ages = [(one.count, one.outstanding, one.overdue) for one in ageing(standings.values())]
        assert ages == keeper.ageing(ids, on)
        assert fund.cash == keeper.balance("FUND_BANK", on=on)
        assert fund.late == sum(late for _, _, late in ages)
        sides = fund.cash + fund.outstanding + fund.lost + fund.to_give_back - fund.overpaid
        assert sides == fund.contributed
