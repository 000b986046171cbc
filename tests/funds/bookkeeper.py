"""A book-keeper of the old school: a list of lines, read again from the start for each figure.

Nothing of the product is used here: what the two agree on was found twice.
"""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

EASTERS = {
    2026: date(2026, 4, 5),
    2027: date(2027, 3, 28),
    2028: date(2028, 4, 16),
    2029: date(2029, 4, 1),
    2030: date(2030, 4, 21),
    2031: date(2031, 4, 13),
    2032: date(2032, 3, 28),
}
LAST_DAYS = (0, 30, 60, 90, 180, 100_000)

Plan = list[tuple[date, int]]
Lines = list[tuple[date, str, int, int]]


def bank_is_closed(day: date) -> bool:
    easter = EASTERS[day.year]
    feasts = {(1, 1), (5, 1), (12, 25), (12, 26)}
    return (
        day.weekday() >= 5
        or (day.month, day.day) in feasts
        or day in (easter - timedelta(days=2), easter + timedelta(days=1))
    )


def monthly_plan(amount: int, lines: int, grace: int, lent_on: date) -> Plan:
    plan = []
    for rank in range(1, lines + 1):
        month = lent_on.month - 1 + grace + rank
        year, month = lent_on.year + month // 12, month % 12 + 1
        day = min(lent_on.day, monthrange(year, month)[1])
        plan.append((date(year, month, day), amount // lines))
    plan[-1] = (plan[-1][0], amount - amount // lines * (lines - 1))
    return plan


@dataclass
class BookKeeper:
    """What happened in the order in which it was told, on paper."""

    lines: Lines = field(default_factory=list)
    """Day, account, cents (debit above zero), advance (0: none)."""
    facts: list[tuple[int, date, str, int]] = field(default_factory=list)
    """Advance, day, what, cents."""
    plans: dict[int, list[tuple[date, int, Plan]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By advance: since when, how many facts were told before, the lines."""

    def write(self, day: date, debit: str, credit: str, cents: int, advance: int = 0) -> None:
        self.lines += [(day, debit, cents, advance), (day, credit, -cents, advance)]

    def balance(self, account: str, *, on: date = date.max, advance: int = 0) -> int:
        return sum(
            cents
            for day, name, cents, whose in self.lines
            if name == account and day <= on and advance in (0, whose)
        )

    def lend(self, advance: int, day: date, cents: int, plan: Plan) -> None:
        self.facts.append((advance, day, "lent", cents))
        self.write(day, "RECEIVABLE", "FUND_BANK", cents, advance)
        self.plans[advance].append((day, len(self.facts), plan))
        self._set_off(advance, day)

    def repay(
        self, advance: int, day: date, cents: int, source: str = "FUND_BANK"
    ) -> tuple[int, int]:
        owed = min(cents, self.balance("RECEIVABLE", on=day, advance=advance))
        self.facts.append((advance, day, "paid", cents))
        self.write(day, source, "RECEIVABLE", owed, advance)
        self.write(day, source, "OVERPAID", cents - owed, advance)
        self._set_off(advance, day)
        return owed, cents - owed

    def bounce(self, advance: int, day: date, owed: int, beyond: int) -> None:
        self.facts.append((advance, day, "back", owed + beyond))
        self.write(day, "RECEIVABLE", "FUND_BANK", owed, advance)
        self.write(day, "OVERPAID", "FUND_BANK", beyond, advance)
        self._set_off(advance, day)

    def due(self, advance: int, on: date) -> int:
        """What was lent and neither lost nor paid; below zero, what was paid beyond."""
        told = Counter[str]()
        for whose, day, kind, cents in self.facts:
            told[kind] += cents if whose == advance and day <= on else 0
        return told["lent"] - told["lost"] - told["paid"] + told["back"]

    def due_before(self, advance: int, on: date, place: int) -> int:
        """The same, before what was told at a place, on a day."""
        earlier = [fact for rank, fact in enumerate(self.facts) if (fact[1], rank) < (on, place)]
        return BookKeeper(facts=earlier).due(advance, on)

    def lent_beyond_lost(self, advance: int, since: date) -> int:
        """The least that was lent and not lost, on a day and after."""
        return min(
            sum(
                cents if kind == "lent" else -cents
                for whose, told_of, kind, cents in self.facts
                if whose == advance and kind in {"lent", "lost"} and told_of <= day
            )
            for day in self.days(advance, since)
        )

    def _set_off(self, advance: int, since: date) -> None:
        """Owed is what the facts say; what the accounts say otherwise moves between the two."""
        for day in self.days(advance, since):
            owed = max(0, self.due(advance, day))
            if moved := self.balance("RECEIVABLE", on=day, advance=advance) - owed:
                self.write(day, "OVERPAID", "RECEIVABLE", moved, advance)

    def days(self, advance: int, since: date) -> list[date]:
        """A day, then each later one of an advance."""
        later = {day for day, _, _, whose in self.lines if whose == advance and day > since}
        return [since, *sorted(later)]

    def undo(self, advance: int, day: date, kind: str, lines: Lines, cents: int) -> None:
        """Write the contrary of what was told; nothing else was decided meanwhile."""
        if advance:
            self.facts.append((advance, day, kind, -cents))
        self.lines += [(day, account, -amount, whose) for _, account, amount, whose in lines]
        if advance:
            self._set_off(advance, day)

    def lowest(self, account: str, since: date) -> int:
        days = {day for day, name, _, _ in self.lines if name == account and day > since}
        return min(self.balance(account, on=day) for day in {since, *days})

    def least(self, advance: int, since: date, *accounts: str) -> int:
        return min(
            sum(self.balance(one, on=day, advance=advance) for one in accounts)
            for day in self.days(advance, since)
        )

    def refund(self, advance: int, day: date, cents: int) -> None:
        self.facts.append((advance, day, "refunded", cents))
        self.write(day, "OVERPAID", "FUND_BANK", cents, advance)

    def keep(self, advance: int, day: date, cents: int) -> None:
        self.facts.append((advance, day, "kept", cents))
        self.write(day, "OVERPAID", "KEPT", cents, advance)

    def forgo(self, advance: int, day: date, cents: int) -> None:
        self.facts.append((advance, day, "forgone", cents))
        self.write(day, "FORGONE", "OVERPAID", cents, advance)

    def give_up(self, advance: int, day: date, cents: int) -> None:
        self.facts.append((advance, day, "lost", cents))
        self.write(day, "LOSS", "RECEIVABLE", cents, advance)

    def recover(self, advance: int, day: date, cents: int) -> None:
        self.facts.append((advance, day, "recovered", cents))
        self.write(day, "FUND_BANK", "RECOVERED", cents, advance)

    def standing(self, advance: int, on: date) -> dict[str, int]:
        def told(*kinds: str, after: int = 0) -> int:
            return sum(
                cents
                for whose, day, kind, cents in self.facts[after:]
                if whose == advance and kind in kinds and day <= on
            )

        lent, lost = told("lent"), told("lost")
        kept = told("paid") - told("back")
        repaid = min(kept, lent - lost)
        owed = lent - lost - repaid
        known = [one for one in self.plans[advance] if one[0] <= on]
        late, since = self._late(advance, known[-1], told, on) if known else (0, on)
        late = min(late, owed)
        return {
            "disbursed": lent,
            "repaid": repaid,
            "overpaid": kept - repaid - told("refunded", "kept") + told("forgone"),
            "kept": told("kept") - told("forgone"),
            "written_off": lost,
            "recovered": told("recovered"),
            "outstanding": owed,
            "arrears": late,
            "days_late": (on - since).days if late else 0,
        }

    def _late(self, advance, version, told, on: date) -> tuple[int, date]:
        _, after, plan = version
        paid = told("paid", after=after) - told("back", after=after)
        if paid < 0:
            backs = [
                day
                for whose, day, kind, _ in self.facts[after:]
                if (whose, kind) == (advance, "back") and day <= on
            ]
            plan = sorted([*plan, (max(backs), -paid)], key=lambda line: line[0])
        left, paid = [], max(paid, 0)
        for due_on, cents in plan:
            part = min(paid, cents)
            paid -= part
            left.append((due_on, cents - part))
        late = [(due_on, cents) for due_on, cents in left if cents and _is_late(due_on, on)]
        return sum(cents for _, cents in late), min((day for day, _ in late), default=on)

    def ageing(self, advances: Iterable[int], on: date) -> list[tuple[int, int, int]]:
        """Count, owed and late of each age of delay."""
        found = [[0, 0, 0] for _ in LAST_DAYS]
        for advance in advances:
            it = self.standing(advance, on)
            if it["outstanding"]:
                rank = [last >= it["days_late"] for last in LAST_DAYS].index(True)
                for place, value in enumerate((1, it["outstanding"], it["arrears"])):
                    found[rank][place] += value
        return [tuple(row) for row in found]


def _is_late(due_on: date, on: date) -> bool:
    """Only after the day when the bank could have moved the money."""
    while bank_is_closed(due_on):
        due_on += timedelta(days=1)
    return due_on < on
