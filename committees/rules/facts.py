"""What goes into a tally and what comes out of it (voting.md 5.6)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Choice(StrEnum):
    """Sens du vote."""

    FOR = "FOR"
    AGAINST = "AGAINST"
    ABSTAIN = "ABSTAIN"


class Majority(StrEnum):
    """Majorité requise."""

    CAST = "CAST"  # of the votes cast, abstentions left out
    PRESENT = "PRESENT"  # of the seats present or represented
    SEATS = "SEATS"  # of all deliberative seats in office, recused ones included
    TWO_THIRDS = "TWO_THIRDS"  # at least two thirds of the votes cast
    UNANIMITY = "UNANIMITY"  # no vote against


class Outcome(StrEnum):
    """Résultat du scrutin."""

    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    DEFERRED = "DEFERRED"
    NO_QUORUM = "NO_QUORUM"


@dataclass(frozen=True, kw_only=True)
class VotingRules:
    """The voting rules of a basin; the defaults are those of voting.md 5.3."""

    quorum_numerator: int = 1
    quorum_denominator: int = 2
    quorum_strict: bool = False  # True: more than the fraction, instead of at least
    proxies_count_in_quorum: bool = True
    recused_in_base: bool = False
    floor: int = 3  # voters really present, recused ones left out
    quorum_required: bool = True  # False: second convocation, only the floor holds
    majority: Majority = Majority.CAST
    casting_vote: bool = True
    tie_outcome: Outcome = Outcome.DEFERRED
    max_proxies: int = 1  # per holder; later ones are ignored and reported
    min_companies: int = 0  # company seats really present, recused ones left out
    approved_as: str = ""  # how the committee names each outcome, when not as the programme does
    rejected_as: str = ""
    deferred_as: str = ""

    def __post_init__(self) -> None:
        """Refuse rules that no ballot can be counted by, as the database does.

        :raises ValueError: the reason, in French.
        """
        if self.quorum_denominator < 1:
            raise ValueError("Le dénominateur du quorum est au moins 1.")
        if self.tie_outcome not in (Outcome.DEFERRED, Outcome.REJECTED):
            raise ValueError("À égalité de voix, le dossier est ajourné ou refusé.")


@dataclass(frozen=True, kw_only=True)
class BallotFacts:
    """What is known when a ballot closes; a seat is named by its identifier."""

    seats: frozenset[str]  # deliberative seats in office that day
    chair: str
    present: frozenset[str]
    votes: Mapping[str, Choice] = field(default_factory=dict)  # a proxy, under its giver
    secret_votes: tuple[Choice, ...] = ()
    secret: bool = False
    recused: frozenset[str] = frozenset()
    proxies: tuple[tuple[str, str], ...] = ()  # (giver, holder), in the order received
    companies: frozenset[str] = frozenset()  # seats of partner companies


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The result of a ballot, with the sentence printed on screen, in minutes and in letters."""

    quorum_reached: bool
    quorum_have: int
    quorum_base: int
    votes_for: int
    votes_against: int
    abstentions: int
    not_voted: int
    outcome: Outcome
    by_casting_vote: bool
    ignored_proxies: tuple[tuple[str, str], ...]
    ignored_votes: tuple[str, ...]
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """Give the tally in the types of JSON, as the audit journal seals it."""
        return asdict(self) | {
            "outcome": self.outcome.value,
            "ignored_proxies": [list(proxy) for proxy in self.ignored_proxies],
            "ignored_votes": list(self.ignored_votes),
        }
