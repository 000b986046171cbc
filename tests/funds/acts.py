"""Acts in any order on three real basins, told to a book-keeper too; compared after each (S43)."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from alize.common.errors import AlreadyUsed
from funds import operations, queries
from funds.enums import AuthorizationKind, EntryKind, Perimeter, ReversalCause, ScheduleReason
from funds.models import Advance, Entry, Posting
from funds.queries.closing import left_before_closing
from tests.builders import make_accepted
from tests.funds.bookkeeper import monthly_plan
from tests.funds.machine import START, Deed, Told

TOLD = {
    EntryKind.DISBURSEMENT: "lent",
    EntryKind.WRITE_OFF: "lost",
    EntryKind.RECOVERY: "recovered",
    EntryKind.REFUND: "refunded",
    EntryKind.KEPT: "kept",
    EntryKind.FORGONE: "forgone",
}
"""What the book-keeper calls what may be undone of an advance, but a repayment."""
few = st.integers(0, 40)
share = st.sampled_from([1, 1, 2, 3, 7])
amounts = st.integers(1, 600_000)


class Fund(Told):
    """The life of three funds, one act after the other."""

    @initialize()
    def open(self) -> None:
        for place in (2, 1, 0):
            self._sit(place)
            self.endow(2_000_000, back=0)
            self.fund_operations(500_000)
            self.lend(300_000, lines=6, grace=1, tranches=2)

    @rule(further=st.integers(1, 2))
    def change_basin(self, further: int) -> None:
        self._sit((self.place + further) % len(self.desks))

    @rule(days=st.integers(1, 45))
    def wait(self, days: int) -> None:
        self.at.today += timedelta(days=days)

    @rule(cents=amounts, back=few)
    def endow(self, cents: int, back: int) -> None:
        day, first = self.day(back), len(self.at.paper.lines)
        made = self.command(
            True,
            operations.record_contribution,
            funder="Département",
            amount=cents,
            received_on=day,
        )
        self.at.paper.write(day, "FUND_BANK", "RETURNABLE", cents)
        self.at.brought[made.pk] = cents
        self.tell(made.postings.get().entry, first, contribution=made.pk, cents=cents)

    def fund_operations(self, cents: int) -> None:
        self.at.till.endow(cents, perimeter=Perimeter.OPS, received_on=START, at=self.at.now)
        self.at.paper.write(START, "OPS_BANK", "OPS_INCOME", cents)

    @rule(
        cents=st.integers(6_000, 400_000),
        lines=st.integers(1, 6),
        grace=st.integers(0, 2),
        tranches=st.sampled_from([1, 1, 2, 3]),
    )
    def lend(self, cents: int, lines: int, grace: int, tranches: int) -> None:
        advance = self.at.till.contracted(amount=cents, lines=lines, grace_months=grace)
        self.at.advances.append(advance)
        self.at.waiting[advance.pk] = cents
        self.pay(-1, part=tranches)

    @rule(pick=few, part=st.sampled_from([1, 2]))
    def pay(self, pick: int, part: int) -> None:
        """The whole of what was granted and not lent, or a part of it."""
        advance, at = self.advance(pick), self.at
        cents = at.waiting[advance.pk] // part
        paper, first = at.paper, len(at.paper.lines)
        lent = sum(c for who, _, what, c in paper.facts if (who, what) == (advance.pk, "lent"))
        known = [plan for _, _, plan in paper.plans[advance.pk] if plan]
        cash = paper.lowest("FUND_BANK", at.today)
        if not cents or (lent and at.today >= known[-1][-1][0]):
            return  # nothing is left to lend, or no date to pay it back
        order = self.command(
            self.lost(advance) <= 0,
            operations.prepare_payment,
            advance_id=advance.pk,
            amount=cents,
            pay_on=at.today,
        )
        if order is None:
            return
        with self.refused():
            operations.release_payment(order_id=order.pk, by=at.till.operator, at=at.now)
        released = {"order_id": order.pk, "by": at.till.finance, "at": at.now}
        entry = self.attempt(cents <= cash, lambda: operations.release_payment(**released))
        if entry is None:
            operations.cancel_payment(order_id=order.pk, by=at.till.operator, at=at.now)
            return
        assert operations.release_payment(**released) == entry
        plan = self.plan_of(advance)
        if not lent:
            assert plan == monthly_plan(cents, advance.lines, advance.grace_months, at.today)
        paper.lend(advance.pk, at.today, cents, plan)
        at.waiting[advance.pk] -= cents
        self.tell(entry, first, advance=advance, cents=cents)
        at.deeds[-1].lines = at.deeds[-1].lines[:2]

    def plan_of(self, advance: Advance) -> list[tuple[date, int]]:
        version = advance.schedule_versions.latest("no")
        return list(version.schedule_lines.values_list("due_on", "amount"))

    @rule(pick=few, part=share, over=st.integers(0, 3), back=few)
    def repay(self, pick: int, part: int, over: int, back: int) -> None:
        advance, at = self.advance(pick), self.at
        lent_on = self.lent_on(advance)
        day, first = self.day(back, lent_on or START), len(at.paper.lines)
        cents = advance.granted_amount // part + over * 1_000
        owed = at.paper.least(advance.pk, day, "RECEIVABLE")
        entry = self.command(
            lent_on is not None and (cents <= owed or self.lost(advance) <= 0),
            operations.record_repayment,
            advance_id=advance.pk,
            amount=cents,
            value_on=day,
        )
        if entry is not None:
            parts = at.paper.repay(advance.pk, day, cents)
            self.tell(entry, first, advance=advance, cents=cents, parts=parts)

    def lost(self, advance: Advance) -> int:
        accounts = ("LOSS", "RECOVERED")
        return sum(self.at.paper.balance(one, advance=advance.pk) for one in accounts)

    def lent_on(self, advance: Advance) -> date | None:
        standing = (
            deed.entry.value_on
            for deed in self.at.deeds
            if deed.advance == advance and deed.entry.kind == EntryKind.DISBURSEMENT
        )
        return min(standing, default=None)

    @rule(pick=few, part=share, beyond=st.booleans())
    def refund(self, pick: int, part: int, beyond: bool) -> None:
        advance, paper = self.advance(pick), self.at.paper
        most = -paper.balance("OVERPAID", advance=advance.pk)
        cents, first = max(1, most // part) + beyond, len(paper.lines)
        may = 0 < cents <= most and cents <= paper.lowest("FUND_BANK", self.at.today)
        may = may and self.lost(advance) <= 0
        kind = AuthorizationKind.REFUND
        if (entry := self.authorize(may, kind, cents, advance_id=advance.pk)) is not None:
            paper.refund(advance.pk, self.at.today, cents)
            self.tell(entry, first, advance=advance, cents=cents)

    @rule(pick=few, part=share, beyond=st.booleans())
    def settle_what_was_overpaid(self, pick: int, part: int, beyond: bool) -> None:
        advance, paper = self.advance(pick), self.at.paper
        balance, first = paper.balance("OVERPAID", advance=advance.pk), len(paper.lines)
        cents = max(1, abs(balance) // part) + beyond
        may = 0 < cents <= abs(balance) and (balance > 0 or self.lost(advance) <= 0)
        kind = AuthorizationKind.FORGONE if balance > 0 else AuthorizationKind.KEPT
        if (entry := self.authorize(may, kind, cents, advance_id=advance.pk)) is not None:
            act = paper.forgo if balance > 0 else paper.keep
            act(advance.pk, self.at.today, cents)
            self.tell(entry, first, advance=advance, cents=cents)

    @rule(pick=few, part=share, beyond=st.booleans())
    def write_off(self, pick: int, part: int, beyond: bool) -> None:
        advance, paper = self.advance(pick), self.at.paper
        owed = paper.balance("RECEIVABLE", advance=advance.pk)
        cents, first = max(1, owed // part) + beyond, len(paper.lines)
        entry = self.authorize(
            cents <= owed,
            AuthorizationKind.WRITE_OFF,
            cents,
            advance_id=advance.pk,
            cause="LIQUIDATION",
            decision_id=self.at.till.loss_accepted(advance),
        )
        if entry is not None:
            paper.give_up(advance.pk, self.at.today, cents)
            self.tell(entry, first, advance=advance, cents=cents)

    @rule(pick=few, part=share, beyond=st.booleans())
    def recover(self, pick: int, part: int, beyond: bool) -> None:
        advance, paper = self.advance(pick), self.at.paper
        lost = self.lost(advance)
        cents, first = max(1, lost // part) + beyond, len(paper.lines)
        entry = self.command(
            cents <= lost,
            operations.record_recovery,
            advance_id=advance.pk,
            amount=cents,
            value_on=self.at.today,
        )
        if entry is not None:
            paper.recover(advance.pk, self.at.today, cents)
            self.tell(entry, first, advance=advance, cents=cents)

    @rule(
        pick=few,
        lines=st.integers(1, 4),
        moratorium=st.booleans(),
        ahead=st.integers(0, 20),
        later=st.sampled_from([0, 0, 12]),
    )
    def reschedule(
        self, pick: int, lines: int, moratorium: bool, ahead: int, later: int = 0
    ) -> None:
        advance, paper = self.advance(pick), self.at.paper
        owed = paper.balance("RECEIVABLE", advance=advance.pk)
        reason = ScheduleReason.MORATORIUM if moratorium else ScheduleReason.RESCHEDULE
        decision = make_accepted(advance.decision, reason)
        since = self.at.today + timedelta(days=later)
        known = max((day for day, _, _ in paper.plans[advance.pk]), default=since)
        first = since + timedelta(days=ahead)
        plan = [(first + timedelta(days=31 * n), owed // lines) for n in range(lines)]
        plan[-1] = (plan[-1][0], owed - owed // lines * (lines - 1))
        made = self.command(
            owed >= lines and since >= known,
            operations.reschedule,
            advance_id=advance.pk,
            decision_id=decision.pk,
            reason=reason,
            rows=plan,
            effective_on=since,
            note="Vu",
        )
        if made is not None:
            paper.plans[advance.pk].append((since, len(paper.facts), plan))

    @precondition(lambda self: self.at.brought)
    @rule(pick=few, cents=st.integers(1, 2_000))
    def give_back_to_a_funder(self, pick: int, cents: int) -> None:
        lines = sorted(self.at.brought)
        line, day = lines[pick % len(lines)], self.at.today
        first = len(self.at.paper.lines)
        may = cents <= queries.entitlement_of(self._contribution(line), on=day, today=day)
        kind = AuthorizationKind.RESTITUTION
        if (entry := self.authorize(may, kind, cents, contribution_id=line)) is not None:
            self.at.paper.write(day, "RETURNABLE", "FUND_BANK", cents)
            self.at.brought[line] -= cents
            self.tell(entry, first, contribution=line, cents=-cents)

    def _contribution(self, line: int) -> Any:
        return Posting.objects.filter(contribution=line)[0].contribution

    @rule(cents=st.integers(1, 5_000), back=few)
    def fee(self, cents: int, back: int) -> None:
        day, first = self.day(back), len(self.at.paper.lines)
        entry = self.command(True, operations.record_bank_fee, amount=cents, taken_on=day)
        self.at.paper.write(day, "FUND_LIAISON", "FUND_BANK", cents)
        self.at.paper.write(day, "BANK_FEES", "OPS_LIAISON", cents)
        self.tell(entry, first)

    @rule(cents=st.integers(1, 5_000))
    def give_back_the_fee(self, cents: int) -> None:
        paper, day, first = self.at.paper, self.at.today, len(self.at.paper.lines)
        most = min(paper.lowest(one, day) for one in ("FUND_LIAISON", "OPS_BANK"))
        asked = {"debtor": Perimeter.OPS, "amount": cents, "moved_on": day}
        entry = self.command(cents <= most, operations.give_back, **asked)
        if entry is not None:
            paper.write(day, "FUND_BANK", "FUND_LIAISON", cents)
            paper.write(day, "OPS_LIAISON", "OPS_BANK", cents)
            self.tell(entry, first)

    @rule(cents=st.integers(1, 300_000), back=few)
    def spend(self, cents: int, back: int) -> None:
        day, first = self.day(back), len(self.at.paper.lines)
        entry = self.command(
            cents <= self.at.paper.lowest("OPS_BANK", day),
            operations.record_cost,
            kind=EntryKind.ENGINEERING,
            label="Suivi",
            amount=cents,
            paid_on=day,
        )
        if entry is not None:
            self.at.paper.write(day, "ENGINEERING", "OPS_BANK", cents)
            self.tell(entry, first)

    @rule(back=st.integers(-2, 60))
    def close(self, back: int) -> None:
        on = self.at.today - timedelta(days=back)
        at = self.at
        may = max(at.closings, default=date.min) < on < at.today
        left = left_before_closing(on)
        asked = {"closed_on": on, "by": at.till.finance, "at": at.now, "despite": left}
        if self.attempt(may or on in at.closings, lambda: operations.close_period(**asked)):
            assert operations.close_period(**asked).closed_on == on
            at.closings.add(on)

    @precondition(lambda self: self.at.deeds)
    @rule(pick=st.integers(0, 400), back=few, error=st.booleans())
    def undo(self, pick: int, back: int, error: bool) -> None:
        """Any entry that stands: asked by one, decided by another."""
        at = self.at
        deed = at.deeds[-1 - pick % len(at.deeds)]
        day = max(deed.entry.value_on, at.today - timedelta(days=back))
        cause = ReversalCause.ERROR if error else ReversalCause.AM04
        may_ask = not deed.contribution or at.brought[deed.contribution] >= deed.cents
        asked = self.command(
            may_ask and not (error and (deed.on_its_way or queries.lent_from(deed.entry))),
            operations.propose_reversal,
            entry_id=deed.entry.pk,
            value_on=day,
            reason="Vu",
            cause=cause,
        )
        if asked is None:
            return
        with self.refused():
            operations.approve_reversal(reversal_id=asked.pk, by=asked.proposed_by, at=at.now)
        decided = {"reversal_id": asked.pk, "by": at.till.finance, "at": at.now}
        may = self.may_undo(deed, day, error=error)
        mirror = self.attempt(may, lambda: operations.approve_reversal(**decided))
        if mirror is None:
            operations.refuse_reversal(**decided)
            return
        assert operations.approve_reversal(**decided) == mirror
        assert mirror.booked_on > max(at.closings, default=date.min)
        at.deeds.remove(deed)
        self.told_undone(deed, day)

    def may_undo(self, deed: Deed, day: date, *, error: bool) -> bool:
        paper = self.at.paper
        if error:
            for bank in ("FUND_BANK", "OPS_BANK"):
                taken = sum(cents for _, name, cents, _ in deed.lines if name == bank)
                if taken > max(0, paper.lowest(bank, day)):
                    return False
        if deed.entry.kind == EntryKind.DISBURSEMENT:
            # Until what was overpaid when it was lent, what it lent was not paid back since, and
            # what is lost was lent.
            pk = deed.advance.pk
            before = paper.due_before(pk, deed.entry.value_on, deed.place)
            owed = paper.least(pk, day, "RECEIVABLE") + max(0, -before)
            return deed.cents <= min(owed, paper.lent_beyond_lost(pk, day))
        if deed.entry.kind == EntryKind.WRITE_OFF:
            return deed.cents <= paper.least(deed.advance.pk, day, "LOSS", "RECOVERED")
        return True

    def told_undone(self, deed: Deed, day: date) -> None:
        at, paper = self.at, self.at.paper
        if deed.contribution:
            at.brought[deed.contribution] -= deed.cents
            if not at.brought[deed.contribution]:
                del at.brought[deed.contribution]
        if deed.entry.kind == EntryKind.REPAYMENT:
            paper.bounce(deed.advance.pk, day, *deed.parts)
            return
        pk, plans = (deed.advance.pk, paper.plans[deed.advance.pk]) if deed.advance else (0, [])
        paper.undo(pk, day, TOLD.get(deed.entry.kind, ""), deed.lines, deed.cents)
        if deed.entry.kind == EntryKind.DISBURSEMENT:
            at.waiting[pk] += deed.cents
        if deed.entry.kind in {EntryKind.DISBURSEMENT, EntryKind.WRITE_OFF}:
            versions = deed.advance.schedule_versions.count()
            if versions > len(plans):
                plan = self.plan_of(deed.advance)
                assert sum(cents for _, cents in plan) == paper.balance("RECEIVABLE", advance=pk)
                since = deed.advance.schedule_versions.latest("no").effective_on
                plans.append((since, len(paper.facts), plan))

    @precondition(lambda self: self.at.last is not None)
    @rule()
    def send_again(self) -> None:
        entries = Entry.objects.count()
        assert self.at.last() == self.at.result
        assert Entry.objects.count() == entries

    @precondition(lambda self: self.at.last is not None)
    @rule(cents=st.integers(1, 9))
    def send_something_else_under_the_same_key(self, cents: int) -> None:
        at, advance = self.at, self.at.advances[0]
        with self.refused() as refusal:
            at.till.repay(advance, cents, at.today, at=at.now, command_key=at.key)
        assert isinstance(refusal.reason, AlreadyUsed)
