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
from funds.bank.statements import Line, tokens

_LONGEST_NAME = 8
_FEE_WORDS = frozenset({"FRAIS", "COMMISSION", "COMMISSIONS", "COTISATION", "AGIOS", "ABONNEMENT"})
_LEGAL_FORMS = frozenset({"SARL", "SAS", "SASU", "EURL", "SA", "SCOP", "SCIC", "SNC", "STE"})
NEAR = timedelta(days=10)
"""How far the bank's day may be from the one that was typed, for a match that needs nobody."""
_FAR = 3
"""How many entries of another time are offered when none is near: a cheque waits in a drawer."""
BOUNCES_FOR = timedelta(days=396)
"""Thirteen months: the longest a debtor may have a debit sent back (PSD2, art. 71)."""


class Act(StrEnum):
    """What a line of a statement can be."""

    ENTRY = "ENTRY"  # an entry already in the ledger
    REPAYMENT = "REPAYMENT"
    BOUNCE = "BOUNCE"
    FEE = "FEE"
    SUSPENSE = "SUSPENSE"


class Clue(StrEnum):
    """What led to an advance, from the surest."""

    REFERENCE = "REFERENCE"
    END_TO_END = "END_TO_END"
    IBAN_AND_AMOUNT = "IBAN_AND_AMOUNT"
    NAME = "NAME"
    AMOUNT = "AMOUNT"
    NONE = "NONE"


_WEAK = frozenset({Clue.NAME, Clue.AMOUNT, Clue.NONE})


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


@dataclass(frozen=True)
class Received:
    """A repayment seen at the bank, that the bank may send back; below zero, what was paid out."""

    entry: int
    amount: int
    value_on: date
    reference: str
    company: str
    end_to_end_id: str = ""
    iban: str = ""
    what: str = "du remboursement"
    is_loan: bool = False
    """The money of an advance: its amount alone says nothing, for a repayment may be the same."""


@dataclass(frozen=True)
class Proposal:
    """One thing a line may be, and why."""

    act: Act
    target: int | None
    """The entry or the advance; nothing for a fee or the suspense account."""
    clue: Clue
    reason: str
    is_exact: bool = False


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
        received: Iterable[Received] = (),
    ) -> None:
        self._awaited = {one.advance: one for one in awaited}
        self._booked: dict[int, list[Booked]] = defaultdict(list)
        for entry in booked:
            self._booked[entry.amount].append(entry)
        self._received: dict[int, list[Received]] = defaultdict(list)
        for repayment in received:
            self._received[repayment.amount].append(repayment)
        self._references = {_compact(one.reference): one.advance for one in self._awaited.values()}
        self._ibans: dict[str, set[int]] = defaultdict(set)
        self._names: dict[str, set[int]] = defaultdict(set)
        for one in self._awaited.values():
            self._names[_name(one.company)].add(one.advance)
            for iban in one.ibans:
                self._ibans[_compact(iban)].add(one.advance)
        self._names.pop("", None)

    def match(self, line: Line) -> Matched:
        """Find what a line is, and expect it no more when it is sure."""
        found = self._credit(line) if line.amount > 0 else self._debit(line)
        surest = found[0] if found else None
        automatic = surest is not None and self._is_sure(surest, found)
        if automatic and surest is not None:
            self._consume(surest, line)
        rest = [Proposal(Act.SUSPENSE, None, Clue.NONE, "à identifier plus tard")]
        return Matched(line, (*found, *rest), is_automatic=automatic)

    def match_all(self, lines: Iterable[Line]) -> list[Matched]:
        """Match the lines in their order."""
        return [self.match(line) for line in lines]

    def _is_sure(self, surest: Proposal, found: Sequence[Proposal]) -> bool:
        """Unique and exact: nothing else rests on a clue that names an operation or an advance."""
        if not surest.is_exact or surest.clue in _WEAK:
            return False
        rivals = [one for one in found if one is not surest and one.clue not in _WEAK]
        if surest.act == Act.ENTRY:
            # What was typed for an advance is also a repayment of it: the entry is the answer.
            rivals = [one for one in rivals if one.act == Act.ENTRY and one.clue == surest.clue]
        return not rivals

    def _credit(self, line: Line) -> list[Proposal]:
        found = [*self._entries(line), *self._repayments(line), *self._bounces(line)]
        return sorted(found, key=_strength)

    def _debit(self, line: Line) -> list[Proposal]:
        found = sorted([*self._entries(line), *self._bounces(line)], key=_strength)
        if _FEE_WORDS & set(tokens(line.label)) and not line.reason:
            found.append(Proposal(Act.FEE, None, Clue.NONE, "le libellé est celui de frais"))
        return found

    def _entries(self, line: Line) -> list[Proposal]:
        """Entries typed before the bank showed them: the same money must not come twice.

        One of another time is sure by the identifier of its transfer alone: a reference comes back
        with each instalment.
        """
        near, far = [], []
        for entry in sorted(
            self._booked[line.amount], key=lambda one: abs(one.value_on - line.value_on)
        ):
            clue, why = _clue(line, entry.reference, entry.end_to_end_id, entry.iban, entry.company)
            reason = f"déjà saisi : {entry.label} du {short_date(entry.value_on)}, {why}"
            if clue == Clue.END_TO_END or abs(entry.value_on - line.value_on) <= NEAR:
                near.append(Proposal(Act.ENTRY, entry.entry, clue, reason, is_exact=True))
            else:
                far.append(Proposal(Act.ENTRY, entry.entry, Clue.AMOUNT, reason))
        return near or far[:_FAR]

    def _repayments(self, line: Line) -> list[Proposal]:
        clues: dict[int, Clue] = {}
        for clue, advances in (
            (Clue.REFERENCE, self._referred(line.label)),
            (Clue.END_TO_END, self._referred(line.end_to_end_id)),
            (Clue.IBAN_AND_AMOUNT, self._ibans.get(_compact(line.iban), set())),
            (Clue.NAME, self._named(line)),
        ):
            for advance in sorted(advances):
                if clue != Clue.IBAN_AND_AMOUNT or self._awaited[advance].is_exact(line.amount):
                    clues.setdefault(advance, clue)
        # The account without the amount says who paid, not what: no more than a name does.
        for advance in sorted(self._ibans.get(_compact(line.iban), set())):
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
        if line.amount > owed:
            why += f", qui ne doit plus que {format_euros(owed)}"
        elif not exact and one.unpaid:
            why += f", mais {format_euros(one.unpaid[0])} étaient attendus"
        return Proposal(Act.REPAYMENT, advance, clue, why, is_exact=exact)

    def _bounces(self, line: Line) -> list[Proposal]:
        """What comes back of that amount; sure only when the bank says that it is a return."""
        found = []
        for repayment in self._received[-line.amount]:
            if not timedelta(0) <= line.value_on - repayment.value_on <= BOUNCES_FOR:
                continue
            clue, why = _clue(
                line, repayment.reference, repayment.end_to_end_id, repayment.iban,
                repayment.company,
            )  # fmt: skip
            returned = bool(line.reason or line.is_reversal)
            if not returned and (clue == Clue.AMOUNT or repayment.is_loan):
                continue
            code = f" ({line.reason})" if line.reason else ""
            reason = (
                f"retour{code} {repayment.what} {of(repayment.company)} du "
                f"{short_date(repayment.value_on)}, {why}"
            )
            found.append(Proposal(Act.BOUNCE, repayment.entry, clue, reason, is_exact=returned))
        return found

    def _referred(self, text: str) -> set[int]:
        return {self._references[found] for found in _phrases(text, self._references)}

    def _named(self, line: Line) -> set[int]:
        found = set(self._names.get(_name(line.name), set()))
        for phrase in _phrases(f"{line.name} / {line.label}", self._names):
            found |= self._names[phrase]
        return found

    def _consume(self, surest: Proposal, line: Line) -> None:
        target = surest.target
        if surest.act == Act.ENTRY:
            self._booked[line.amount] = [
                entry for entry in self._booked[line.amount] if entry.entry != target
            ]
        elif surest.act == Act.BOUNCE:
            self._received[-line.amount] = [
                one for one in self._received[-line.amount] if one.entry != target
            ]
        elif surest.act == Act.REPAYMENT and target is not None:
            self._awaited[target] = self._awaited[target].less(line.amount)


def _strength(proposal: Proposal) -> tuple[int, bool]:
    """The surest clue first; sorting keeps an entry before what would book it twice."""
    return list(Clue).index(proposal.clue), not proposal.is_exact


def _clue(
    line: Line, reference: str, end_to_end_id: str, iban: str, company: str
) -> tuple[Clue, str]:
    """What, besides the amount, ties a line to a known operation."""
    if end_to_end_id and line.end_to_end_id == end_to_end_id:
        return Clue.END_TO_END, f"même identifiant {end_to_end_id}"
    known = {_compact(reference)} if reference else set()
    if known and (_phrases(line.label, known) or _phrases(line.end_to_end_id, known)):
        return Clue.REFERENCE, f"même référence {reference}"
    if iban and _compact(line.iban) == _compact(iban):
        return Clue.IBAN_AND_AMOUNT, "même IBAN et même montant"
    name = _name(company)
    if name and (_name(line.name) == name or _phrases(f"{line.name} / {line.label}", {name})):
        return Clue.NAME, f"même montant, au nom {of(company)}"
    return Clue.AMOUNT, "même montant"


def _compact(text: str) -> str:
    return "".join(tokens(text))


def _name(company: str) -> str:
    return "".join(word for word in tokens(company) if word not in _LEGAL_FORMS)


def _phrases(text: str, known: Iterable[str]) -> list[str]:
    """The known phrases that the words of a text spell, the longest at each place."""
    known = known if isinstance(known, dict | set | frozenset) else set(known)
    words = [word for word in tokens(text) if word not in _LEGAL_FORMS]
    found, start = [], 0
    while start < len(words):
        for end in range(min(len(words), start + _LONGEST_NAME), start, -1):
            phrase = "".join(words[start:end])
            if phrase in known:
                found.append(phrase)
                start = end
                break
        else:
            start += 1
    return found
