"""The quorum that the answers to the summons let one expect, file by file (O3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from committees import wording
from committees.enums import MeetingStatus
from committees.models import AgendaItem, Meeting
from committees.queries import answers, seats
from committees.queries.ballots import facts_now, represented, rules_for
from committees.rules import tally

NBSP = "\u00a0"


@dataclass(frozen=True)
class Forecast:
    """What is expected of one file if those who said so come."""

    item: AgendaItem
    company: str
    present: int
    represented: int
    silent: int
    recused: int
    base: int
    is_reached: bool

    @property
    def sentence(self) -> str:
        """« 8 présents, 2 pouvoirs, 1 sans réponse : quorum prévisible »."""
        parts = [wording.counted(self.present, "présent", "présents")]
        if self.represented:
            parts.append(wording.counted(self.represented, "pouvoir", "pouvoirs"))
        if self.recused:
            parts.append(wording.counted(self.recused, "déport", "déports"))
        if self.silent:
            parts.append(wording.counted(self.silent, "sans réponse", "sans réponse"))
        end = "quorum prévisible" if self.is_reached else "quorum non assuré"
        return f"{', '.join(parts)}{NBSP}: {end}"


def expected_seats(meeting: Meeting) -> frozenset[int]:
    """Who should be there: those who said so; once the meeting is open, those who sit."""
    if meeting.status == MeetingStatus.OPEN:
        return frozenset(seats.seated(meeting).values_list("seat_id", flat=True))
    return answers.coming_seats(meeting)


def forecast_of(meeting: Meeting, *, leaving: frozenset[int] = frozenset()) -> Sequence[Forecast]:
    """The forecast of each file; `leaving` are seats expected that would not be there after all."""
    expected = expected_seats(meeting) - leaving
    heard = answers.last_answers(meeting).keys() | answers.giving_seats(meeting) | expected
    found = []
    for item in meeting.items.select_related("project__beneficiary").order_by("rank"):
        item.meeting = meeting
        proposal = item.proposals.filter(ballot=None).order_by("-pk").first()
        facts = facts_now(item, proposal, on=seats.day_of(meeting))
        facts = replace(facts, present=frozenset(map(str, expected)))
        counted = tally(facts, rules_for(item, proposal))
        silent = facts.seats - facts.recused - set(map(str, heard))
        if meeting.status == MeetingStatus.OPEN:
            silent = frozenset()
        found.append(
            Forecast(
                item=item,
                company=item.project.beneficiary.name,
                present=len((facts.seats & facts.present) - facts.recused),
                represented=len(represented(facts, counted)),
                silent=len(silent),
                recused=len(facts.seats & facts.recused),
                base=counted.quorum_base,
                is_reached=counted.quorum_reached,
            )
        )
    return found
