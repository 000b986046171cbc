"""Where and when a demo basin's story takes place."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

from alize.demo.story.people import Cast
from alize.demo.story.territories import Territory
from committees.enums import SeatKind
from committees.models import Decision, Seat
from funds.models import Advance, PaymentOrder
from funds.rules import Installment
from partners.models import Partner

PARIS = ZoneInfo("Europe/Paris")
PUBLISHED_ON = date(2018, 5, 15)
"""The day the figures of Savoie were published: the twelfth steering committee (R84)."""

DAY_RATE = 80_000
"""Cents: one published convention values a day at 800 € (X7)."""
THOUSAND = 100_000
"""Cents in a thousand euros."""


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """An instant of a day, in Paris."""
    return datetime.combine(day, time(hour, minute), PARIS)


@dataclass
class Loan:
    """An advance paid, its plan, and what came back of it until today; cents."""

    advance: Advance
    order: PaymentOrder
    schedule: tuple[Installment, ...]
    repaid: tuple[tuple[date, int], ...]
    never_paid: int
    asked_from: date
    """When the committee may be asked to lose it."""
    accepted: Decision | None = None
    """By which it did."""


@dataclass
class Scene:
    """A basin, its people, its partners; `today` decides what has happened yet."""

    territory: Territory
    people: Cast
    partners: dict[str, Partner]
    today: date
    troubled: tuple[str, ...] = ()
    """SIRET of who pays late, of whom nobody follows, of who will stop, in this order."""
    at_their_term: tuple[str, ...] = ()
    """SIRET of the last companies whose support is over, their balance still to be written."""
    loans: list[Loan] = field(default_factory=list)
    """What the ledger will be told, once the past is written."""
    _files: Counter[int] = field(default_factory=Counter)
    _decisions: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(f"history {self.territory.slug}")  # noqa: S311 - a story, no secret
        self.seats = list(
            Seat.objects.filter(kind=SeatKind.DELIBERATIVE).select_related("partner", "holder")
        )
        self.chair = next(seat for seat in self.seats if seat.holder_id == self.people.president.pk)
        self.secretary = Seat.objects.of_person(self.people.operator.pk).get()

    def pays_late(self, siret: str) -> bool:
        """Whether a company has stopped repaying lately."""
        return siret in self.troubled[:1]

    def is_not_followed(self, siret: str) -> bool:
        """Whether the follow-up of a company has stopped lately."""
        return siret in self.troubled[1:2]

    def waits_for_its_balance(self, siret: str) -> bool:
        """Whether the support of a company is over and not closed yet."""
        return siret in self.at_their_term

    def to_give_up(self, day: date) -> list[Loan]:
        """What the committee may be asked to lose, and was not yet."""
        waiting = (loan for loan in self.loans if loan.never_paid and loan.accepted is None)
        return [loan for loan in waiting if loan.asked_from <= day]

    def next_reference(self, year: int) -> str:
        """The next reference of a file in a year."""
        self._files[year] += 1
        return f"{year}-{self.territory.code}-{self._files[year]:03d}"

    def next_decision(self, year: int) -> str:
        """The next reference of a decision in a year."""
        self._decisions[year] += 1
        return f"{year}-{self.territory.code}-D{self._decisions[year]:03d}"
