"""Which line of a statement is what: reference, EndToEndId, IBAN and amount, name (feature 22).

Only a unique and exact match is automatic; whatever else is found is proposed, the surest first.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from alize.common.dates import short_date
from alize.common.money import format_euros
from alize.common.words import of
from funds.bank.clues import WEAK, Clue, bare_name, clue_of, compact, phrases
from funds.bank.statements import Line, tokens

_RETURN_WORDS = frozenset({
    "REJET", "REJETS", "REJETE", "REJETEE", "REJETES", "RETOUR", "RETOURS", "RETOURNE", "IMPAYE",
    "IMPAYES", "IMPAYEE", "RECREDIT", "ANNULATION",
})  # fmt: skip
_FEE_WORDS = frozenset({"FRAIS", "COMMISSION", "COMMISSIONS", "COTISATION", "AGIOS", "ABONNEMENT"})
NEAR = timedelta(days=10)
"""How far the bank's day may be from the one that was typed, for a match that needs nobody."""
_FAR = 3
"""How many entries of another time are offered when none is near: a cheque waits in a drawer."""
BOUNCES_FOR = timedelta(days=396)
"""Thirteen months: the longest a debtor may have a debit sent back (PSD2, art. 71)."""
EARLY = timedelta(days=27)
"""How long before the first statement an entry may wait for its line: further back is a month, and
the instalment before."""
_SOON = timedelta(days=30)
"""How long a transfer of ours takes at most to come back when the bank does not say it does."""
_KEPT = 50_00
"""The most that banks on the way keep of a transfer that comes back."""


def may_send_back(moved: int, line: int) -> bool:
    """Tell whether a line, in cents, may hold the return of what moved the account before.

    With a fee or another return it is more; a transfer of ours may come back less what banks kept.
    """
    if moved * line >= 0:
        return False
    return abs(moved) <= abs(line) or (moved < 0 and -moved - line <= _KEPT)


class Act(StrEnum):
    """What a line of a statement can be."""

    ENTRY = "ENTRY"  # an entry already in the ledger
    REPAYMENT = "REPAYMENT"
    BOUNCE = "BOUNCE"
    INTERNAL = "INTERNAL"  # the other side of a line at another bank of the account
    FEE = "FEE"
    SUSPENSE = "SUSPENSE"


@dataclass(frozen=True)
class Awaited:
    """An advance that is being repaid: what it may still bring, oldest instalment first."""

    advance: int
    reference: str
    company: str
    unpaid: tuple[int, ...]
    ibans: frozenset[str] = frozenset()

    def is_exact(self, amount: int) -> bool:
        """Tell whether an amount settles its oldest instalments, whole."""
        return amount in accumulate(self.unpaid)

    def less(self, amount: int) -> "Awaited":
        """What is left once this amount has come."""
        left = []
        for part in self.unpaid:
            paid = min(part, amount)
            amount -= paid
            if part > paid:
                left.append(part - paid)
        return replace(self, unpaid=tuple(left))


@dataclass(frozen=True)
class Booked:
    """An entry of the ledger on the bank account that no statement has shown yet."""

    entry: int
    amount: int
    """Signed as the statement is: money in above zero."""
    value_on: date
    label: str
    reference: str = ""
    company: str = ""
    end_to_end_id: str = ""
    iban: str = ""
    is_early: bool = False
    """It precedes the first statement: one that was never imported may have shown it."""


@dataclass(frozen=True)
class Moved:
    """A repayment seen at the bank, or a payment of ours, that the bank may send back."""

    entry: int
    amount: int
    """Signed as the statement is: money in above zero."""
    value_on: date
    reference: str
    company: str
    end_to_end_id: str = ""
    iban: str = ""
    what: str = "du remboursement"

    def __str__(self) -> str:
        whose = f" {of(self.company)}" if self.company else ""
        return f"{self.what}{whose} du {short_date(self.value_on)}"


@dataclass(frozen=True)
class Proposal:
    """One thing a line may be, and why."""

    act: Act
    target: int | None
    """The entry or the advance; nothing for a fee or the suspense account."""
    clue: Clue
    reason: str
    is_exact: bool = False
    reference: str = ""
    """The advance that it is about."""


@dataclass(frozen=True)
class Matched:
    """What is proposed for a line, the surest first; the first one is booked if automatic."""

    line: Line
    proposals: tuple[Proposal, ...]
    is_automatic: bool = False


class Matcher:
    """What the fund expects of its bank; each automatic match leaves less to expect."""

    def __init__(
        self,
        *,
        awaited: Iterable[Awaited] = (),
        booked: Iterable[Booked] = (),
        moved: Iterable[Moved] = (),
        sent: Iterable[str] = (),
        settled: Iterable[Awaited] = (),
        others: Iterable[str] = (),
    ) -> None:
        """`settled` are the advances that owe nothing, `others` the references of those not lent;
        `sent` are the identifiers of all the transfers of ours, undone or not.
        """
        self._awaited = {one.advance: one for one in awaited}
        self._booked: dict[int, list[Booked]] = defaultdict(list)
        for entry in booked:
            self._booked[entry.amount].append(entry)
        self._moved: dict[int, list[Moved]] = defaultdict(list)
        for operation in moved:
            self._moved[operation.amount].append(operation)
        self._sent = frozenset(sent)
        self._ibans: dict[str, set[int]] = defaultdict(set)
        self._names: dict[str, set[int]] = defaultdict(set)
        for one in self._awaited.values():
            self._names[bare_name(one.company)].add(one.advance)
            for iban in one.ibans:
                self._ibans[compact(iban)].add(one.advance)
        self._names.pop("", None)
        # Nothing but its reference leads to an advance that owes nothing.
        self._awaited |= {one.advance: one for one in settled}
        self._references = {compact(one.reference): one.advance for one in self._awaited.values()}
        self._known = frozenset(self._references) | {compact(one) for one in others}

    def match(self, line: Line) -> Matched:
        """Find what a line is, and expect it no more when it is sure."""
        found = self._credit(line) if line.amount > 0 else self._debit(line)
        surest = found[0] if found else None
        automatic = surest is not None and self._is_sure(line, surest, found)
        if automatic and surest is not None:
            self._consume(surest, line)
        rest = [Proposal(Act.SUSPENSE, None, Clue.NONE, "à identifier plus tard")]
        return Matched(line, (*found, *rest), is_automatic=automatic)

    def _is_sure(self, line: Line, surest: Proposal, found: Sequence[Proposal]) -> bool:
        """Unique and exact: nothing else rests on a clue that names an operation or an advance."""
        if not surest.is_exact or surest.clue in WEAK or self._is_contradicted(line, surest):
            return False
        rivals = [one for one in found if one is not surest and one.clue not in WEAK]
        if surest.act != Act.REPAYMENT:
            # What was typed for an advance is also a repayment of it: the entry is the answer.
            rivals = [
                one
                for one in rivals
                if one.act != Act.REPAYMENT and one.clue == surest.clue and one.is_exact
            ]
        return not rivals

    def _is_contradicted(self, line: Line, surest: Proposal) -> bool:
        """The line names another advance, or what it would book again may be typed already."""
        named = {*phrases(line.label, self._known), *phrases(line.end_to_end_id, self._known)}
        if named - {compact(surest.reference)}:
            return True
        return surest.act == Act.REPAYMENT and any(
            entry.reference == surest.reference for entry in self._unseen(line)
        )

    def _credit(self, line: Line) -> list[Proposal]:
        found = [*self._entries(line), *self._returns(line)]
        if not self._is_said_back(line):
            # What the bank sends back was ours: no company pays anything.
            found += self._repayments(line)
        return sorted(found, key=_strength)

    def _debit(self, line: Line) -> list[Proposal]:
        found = sorted([*self._entries(line), *self._returns(line)], key=_strength)
        if _FEE_WORDS & set(tokens(line.label)) and not line.reason:
            found.append(Proposal(Act.FEE, None, Clue.NONE, "le libellé est celui de frais"))
        return found

    def _unseen(self, line: Line) -> list[Booked]:
        """The entries that this line may show, the nearest first."""
        known = (
            entry
            for entry in self._booked[line.amount]
            if not entry.is_early or line.value_on - entry.value_on <= EARLY
        )
        return sorted(known, key=lambda one: abs(one.value_on - line.value_on))

    def _entries(self, line: Line) -> list[Proposal]:
        """Entries typed before the bank showed them: the same money must not come twice.

        One of another time is sure by the identifier of its transfer alone: a reference comes back
        with each instalment.
        """
        near, far = [], []
        for one in self._unseen(line):
            clue, why = clue_of(line, one.reference, one.end_to_end_id, one.iban, one.company)
            why = f"déjà saisi : {one.label} du {short_date(one.value_on)}, {why}"
            sure = abs(one.value_on - line.value_on) <= NEAR and not one.is_early
            sure = sure or clue == Clue.END_TO_END
            proposal = Proposal(
                Act.ENTRY, one.entry, clue, why, is_exact=sure, reference=one.reference
            )
            (near if sure else far).append(proposal)
        told = [one for one in far if one.clue != Clue.AMOUNT]
        return [*near, *told[:_FAR]] if near or told else far[:_FAR]

    def _repayments(self, line: Line) -> list[Proposal]:
        clues: dict[int, Clue] = {}
        for clue, advances in (
            (Clue.REFERENCE, self._referred(line.label)),
            (Clue.END_TO_END, self._referred(line.end_to_end_id)),
            (Clue.IBAN_AND_AMOUNT, self._ibans.get(compact(line.iban), set())),
            (Clue.NAME, self._named(line)),
        ):
            for advance in sorted(advances):
                if clue != Clue.IBAN_AND_AMOUNT or self._awaited[advance].is_exact(line.amount):
                    clues.setdefault(advance, clue)
        # The account without the amount says who paid, not what: no more than a name does.
        for advance in sorted(self._ibans.get(compact(line.iban), set())):
            clues.setdefault(advance, Clue.NAME)
        return [self._repayment(line, advance, clue) for advance, clue in clues.items()]

    def _repayment(self, line: Line, advance: int, clue: Clue) -> Proposal:
        one = self._awaited[advance]
        exact, owed = one.is_exact(line.amount), sum(one.unpaid)
        why = {
            Clue.REFERENCE: f"le libellé porte la référence {one.reference}",
            Clue.END_TO_END: f"l'identifiant de bout en bout porte la référence {one.reference}",
            Clue.IBAN_AND_AMOUNT: f"l'IBAN est celui {of(one.company)}, au montant attendu",
            Clue.NAME: f"le donneur d'ordre est {one.company}",
        }[clue]
        if not owed:
            why += ", qui ne doit plus rien"
        elif line.amount > owed:
            why += f", qui ne doit plus que {format_euros(owed)}"
        elif not exact and one.unpaid:
            why += f", mais {format_euros(one.unpaid[0])} étaient attendus"
        return Proposal(Act.REPAYMENT, advance, clue, why, is_exact=exact, reference=one.reference)

    def _returns(self, line: Line) -> list[Proposal]:
        """What came back of that amount, the nearest first; sure only when the bank says so.

        Otherwise what a line that is a return may hold in part, with a fee or with another, or a
        transfer of ours less what the banks kept.
        """
        whole = self._sent_back(line, self._moved[-line.amount])
        if whole or not self._is_told_back(line):
            return whole
        others = (
            one
            for amount, known in list(self._moved.items())
            if may_send_back(amount, line.amount)
            for one in known
        )
        return self._sent_back(line, others)

    def _sent_back(self, line: Line, known: Iterable[Moved]) -> list[Proposal]:
        said, told = self._is_said_back(line), self._is_told_back(line)
        found = []
        for one in sorted(known, key=lambda one: _distance(line, one)):
            gap = line.value_on - one.value_on
            if not timedelta(0) <= gap <= BOUNCES_FOR:
                continue
            clue, why = clue_of(line, one.reference, one.end_to_end_id, one.iban, one.company)
            if not told and (clue == Clue.AMOUNT or (one.amount < 0 and gap > _SOON)):
                continue
            found.append(_return(line, one, clue, why, is_exact=said))
        # What nothing but its amount ties to the line is offered when nothing else is.
        told_by = [one for one in found if one.clue != Clue.AMOUNT] or found
        return sorted(told_by, key=_strength)[:_FAR]

    def _is_said_back(self, line: Line) -> bool:
        """The bank says that it sends an operation back, or names a transfer of ours."""
        named = line.amount > 0 and line.end_to_end_id in self._sent
        return bool(line.reason or line.is_reversal or named)

    def _is_told_back(self, line: Line) -> bool:
        """The bank says so, or the words of its label do."""
        return self._is_said_back(line) or bool(_RETURN_WORDS & set(tokens(line.label)))

    def _referred(self, text: str) -> set[int]:
        return {self._references[found] for found in phrases(text, self._references)}

    def _named(self, line: Line) -> set[int]:
        found = set(self._names.get(bare_name(line.name), set()))
        for phrase in phrases(f"{line.name} / {line.label}", self._names):
            found |= self._names[phrase]
        return found

    def _consume(self, surest: Proposal, line: Line) -> None:
        target = surest.target
        if surest.act == Act.ENTRY:
            self._booked[line.amount] = [
                entry for entry in self._booked[line.amount] if entry.entry != target
            ]
        elif surest.act == Act.BOUNCE:
            self._moved[-line.amount] = [
                one for one in self._moved[-line.amount] if one.entry != target
            ]
        elif surest.act == Act.REPAYMENT and target is not None:
            self._awaited[target] = self._awaited[target].less(line.amount)


def _return(line: Line, one: Moved, clue: Clue, why: str, *, is_exact: bool) -> Proposal:
    code = f" ({line.reason})" if line.reason else ""
    if one.amount != -line.amount:
        whole, seen = abs(one.amount), abs(line.amount)
        part = f"{format_euros(whole)} sur {format_euros(seen)}"
        if whole > seen:
            part = f"{format_euros(whole)} dont {format_euros(whole - seen)} retenus"
        told = why.replace(" et même montant", "").removeprefix("même montant").lstrip(", ")
        why, is_exact = f"{part}, {told}".rstrip(", "), False
    return Proposal(
        Act.BOUNCE,
        one.entry,
        clue,
        f"retour{code} {one}, {why}",
        is_exact=is_exact,
        reference=one.reference,
    )


def _distance(line: Line, one: Moved) -> tuple[int, timedelta]:
    """How far an operation is from what a line sends back: in cents, then in days."""
    return abs(line.amount + one.amount), line.value_on - one.value_on


def _strength(proposal: Proposal) -> tuple[int, bool, bool]:
    """The surest clue first, and an entry before what would book it twice.

    An identifier names one transfer of ours: its reference, each tranche of the advance.
    """
    is_entry = proposal.act == Act.ENTRY
    named = proposal.act != Act.REPAYMENT and proposal.clue == Clue.END_TO_END
    rank = -1 if named else list(Clue).index(proposal.clue)
    return rank, not is_entry, not proposal.is_exact
