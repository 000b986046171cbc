"""What a treasurer does with the bank between the other acts, told to the book-keeper (S43)."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from funds import operations
from funds.enums import ClearingAct, EntryKind
from funds.models import Advance, BankLine, Clearing, Entry, SepaTransfer
from funds.queries.bank import line_left, line_suspended
from tests.funds.acts import Fund, few
from tests.funds.bank.samples import Detail
from tests.funds.bank.samples import Entry as Booked
from tests.funds.banking import Bank, euros, statement
from tests.funds.machine import Deed

UNKNOWN = 700_000
"""Cents: more than anything that is told without the bank, so that nothing is taken for it."""
SOON = timedelta(days=12)


class FundAtItsBank(Fund):
    """The same life, with an account, statements, and files of transfers."""

    @initialize()
    def open_accounts(self) -> None:
        for place in (2, 1, 0):
            self._sit(place)
            self.at.bank = Bank(self.at.till)

    def receipts(self) -> list[BankLine]:
        return [line for line in self.at.bank.lines() if line.amount > 0]

    def payments(self, *, shown: bool) -> list[Deed]:
        """What was lent and stands, whether the bank has shown it or not."""
        lent = (deed for deed in self.at.deeds if deed.entry.kind == EntryKind.DISBURSEMENT)
        return [deed for deed in lent if (deed.entry.pk in self.at.shown) == shown]

    # -- Files of transfers ----------------------------------------------------------------------

    @rule()
    def hand_transfers_over(self) -> None:
        """What was released today, while nothing of it is due soon, as a file that is sent."""
        at = self.at
        orders = [
            deed.entry.order_id
            for deed in self.payments(shown=False)
            if deed.entry.value_on == at.today
            and not deed.on_its_way
            and self.lost(deed.advance) <= 0
            and min(day for day, _ in self.plan_of(deed.advance)) > at.today + SOON
        ]
        if not orders:
            return
        file = self.command(True, operations.build_file, order_ids=orders)
        with self.refused():
            operations.mark_sent(file_id=file.pk, by=at.till.operator, at=at.now)
        sent = {"file_id": file.pk, "by": at.till.finance, "at": at.now}
        assert operations.mark_sent(**sent) == operations.mark_sent(**sent)
        for deed in at.deeds:
            deed.on_its_way |= deed.entry.order_id in orders

    # -- Statements ------------------------------------------------------------------------------

    @rule(unknown=st.integers(0, 2), pick=few, known=st.booleans(), back=st.booleans())
    def import_a_statement(self, unknown: int, pick: int, known: bool, back: bool) -> None:
        """Until yesterday: each payment that left, receipts that nobody knows, one that is known.

        One cent of difference is refused, the same file again adds nothing.
        """
        at, until = self.at, self.at.today - timedelta(days=1)
        since = at.until + timedelta(days=1)
        if until < since:
            return
        paid = [deed for deed in self.payments(shown=False) if deed.entry.value_on <= until]
        returned = self.sent_back(pick, until) if back else None
        booked = [self.booked(deed, until) for deed in paid]
        for rank in range(unknown):
            cents = UNKNOWN + len(BankLine.objects.all()) + rank
            booked.append(line_of(cents, f"OPERATION {cents}", day=until))
        told = [deed for deed in at.deeds if deed.entry.kind == EntryKind.REPAYMENT]
        if known and told:
            deed = told[pick % len(told)]
            booked.append(line_of(deed.cents, "VIREMENT RECU", day=until))
        if returned is not None:
            booked.append(self.booked(returned, until, back=True))
        if not booked:
            return
        held = sum(one.amount for one in BankLine.objects.all())
        file = statement(*booked, opening=held, since=since, until=until)
        closing = f'<Amt Ccy="EUR">{euros(held + sum(map(cents_of, booked)))}</Amt>'.encode()
        before = BankLine.objects.count()
        forged = at.bank.load(file.replace(closing, closing.replace(b"</", b"1</")), at=at.now)
        assert forged.refusal
        assert BankLine.objects.count() == before
        for _ in range(2):
            made = at.bank.load(file, at=at.now)
            assert not made.refusal
            assert BankLine.objects.count() == before + len(booked)
        at.until = until
        for deed in paid:
            self.shown_at_the_bank(deed)
        if returned is not None:
            self.undone_by_the_bank(returned, until)

    def booked(self, deed: Deed, day: date, *, back: bool = False) -> Booked:
        """A payment that leaves, or one that the other bank refuses."""
        transfer = SepaTransfer.objects.filter(order=deed.entry.order_id, is_live=True).first()
        about = {"end_to_end_id": transfer.end_to_end_id if transfer else ""}
        text = f"VERSEMENT {deed.entry.pk}"
        if back:
            return line_of(deed.cents, f"REJET {text}", day=day, reason="AC04", **about)
        return line_of(-deed.cents, text, day=day, **about)

    def shown_at_the_bank(self, deed: Deed) -> None:
        """Tied by the import when it is sure, otherwise by hand."""
        at = self.at
        if not self.ties(deed.entry):
            lines = [line for line in at.bank.lines() if line.amount == -deed.cents]
            text = f"VERSEMENT {deed.entry.pk}"
            line = next(line for line in lines if text in line.label)
            self.command(True, operations.clear_with_entry, line_id=line.pk, entry_id=deed.entry.pk)
        at.shown.add(deed.entry.pk)
        deed.on_its_way = False

    def ties(self, entry: Entry) -> list[Clearing]:
        return list(Clearing.objects.filter(entry=entry, act=ClearingAct.ENTRY, undone_at=None))

    def sent_back(self, pick: int, day: date) -> Deed | None:
        """A payment that the bank has, and that may be undone."""
        there = [
            deed for deed in self.payments(shown=True) if self.may_undo(deed, day, error=False)
        ]
        return there[pick % len(there)] if there else None

    def undone_by_the_bank(self, deed: Deed, day: date) -> None:
        """Its return asks two persons to undo it."""
        at = self.at
        asked = deed.entry.reversals.filter(status="PROPOSED").first()
        if asked is None:
            text = f"REJET VERSEMENT {deed.entry.pk}"
            line = next(line for line in at.bank.lines() if text in line.label)
            act = operations.clear_as_return
            cleared = self.command(True, act, line_id=line.pk, entry_id=deed.entry.pk)
            asked = cleared.reversal
        decided = {"reversal_id": asked.pk, "by": at.till.finance, "at": at.now}
        mirror = self.attempt(True, lambda: operations.approve_reversal(**decided))
        assert mirror.value_on == day
        at.deeds.remove(deed)
        self.told_undone(deed, day)

    # -- Lines -----------------------------------------------------------------------------------

    @precondition(lambda self: self.receipts())
    @rule(pick=few, which=few)
    def match(self, pick: int, which: int) -> None:
        """A receipt pays an advance back."""
        line = self.receipts()[which % len(self.receipts())]
        self.repaid_from(line, line_left(line), self.advance(pick), "FUND_BANK")

    @precondition(lambda self: self.at.waits)
    @rule(pick=few, which=few)
    def identify(self, pick: int, which: int) -> None:
        """So does what waited on 471."""
        at = self.at
        line = sorted(at.waits)[which % len(at.waits)]
        found = BankLine.objects.get(pk=line)
        if self.repaid_from(found, at.waits[line], self.advance(pick), "UNIDENTIFIED"):
            del at.waits[line]

    def repaid_from(self, line: BankLine, cents: int, advance: Advance, source: str) -> bool:
        if self.lost(advance) > 0:
            return False  # it makes up for the loss first
        lent_on = self.lent_on(advance)
        waited = source == "UNIDENTIFIED"
        act = operations.identify_line if waited else operations.clear_with_repayments
        may = lent_on is not None and lent_on <= line.happened_on
        made = self.command(may, act, line_id=line.pk, parts=[(advance.pk, cents)])
        if made is not None:
            self.at.paper.repay(advance.pk, line.happened_on, cents, source=source)
        return made is not None

    @precondition(lambda self: self.receipts())
    @rule(which=few)
    def suspend(self, which: int) -> None:
        line = self.receipts()[which % len(self.receipts())]
        cents = line_left(line)
        self.command(True, operations.suspend_line, line_id=line.pk)
        self.at.paper.write(line.happened_on, "FUND_BANK", "UNIDENTIFIED", cents)
        self.at.waits[line.pk] = cents

    @precondition(lambda self: Clearing.objects.filter(act="ENTRY", undone_at=None).exists())
    @rule(which=few)
    def unmatch(self, which: int) -> None:
        """A line is untied from its entry, twice: once; a payment is tied again at once."""
        at = self.at
        tied = list(Clearing.objects.filter(act="ENTRY", undone_at=None).order_by("pk"))
        one = tied[which % len(tied)]
        undone = {"clearing_id": one.pk, "by": at.till.operator, "at": at.now}
        assert operations.undo_clearing(**undone) == operations.undo_clearing(**undone)
        if Entry.objects.filter(reverses=one.entry).exists():
            return
        assert line_left(one.line) == one.amount
        if one.entry.kind == EntryKind.DISBURSEMENT:
            act = operations.clear_with_entry
            self.command(True, act, line_id=one.line_id, entry_id=one.entry_id)

    @precondition(lambda self: Clearing.objects.exclude(act="ENTRY").exists())
    @rule(which=few)
    def unmatch_what_came_from_the_bank(self, which: int) -> None:
        """Two persons undo it, nobody unties it."""
        others = list(Clearing.objects.exclude(act="ENTRY").order_by("pk"))
        one = others[which % len(others)]
        with self.refused():
            operations.undo_clearing(clearing_id=one.pk, by=self.at.till.operator, at=self.at.now)

    def compare(self, on: date) -> None:
        """What waits on 471 is what these lines say, and each line is explained once at most."""
        super().compare(on)
        lines = {line.pk: line for line in BankLine.objects.all()}
        waits = {pk: line_suspended(line) for pk, line in lines.items()}
        assert {pk: cents for pk, cents in waits.items() if cents} == self.at.waits
        for line in lines.values():
            left = line_left(line)
            assert abs(left) <= abs(line.amount), line
            assert left * line.amount >= 0, line


def line_of(cents: int, text: str, *, day: date, **detail: str) -> Booked:
    amount, reason = euros(abs(cents)), detail.get("reason", "")
    return Booked(
        amount,
        cents > 0,
        day,
        f"{text[:20]} {day:%d%m%y}",
        (Detail(amount, text=text, **detail),),
        reversal=bool(reason),
    )


def cents_of(one: Booked) -> int:
    return round(float(one.amount) * 100) * (1 if one.credit else -1)
