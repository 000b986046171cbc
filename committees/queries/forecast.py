"""The quorum that the answers to the summons let one expect, file by file (O3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from alize.common.money import NO_BREAK_SPACE as NBSP
from alize.common.words import counted
from committees.enums import MeetingStatus
from committees.models import AgendaItem, Meeting
from committees.queries import answers, seats
from committees.queries.ballots import facts_now, represented, rules_for, tally_of_meeting
from committees.rules import BallotFacts, Tally, tally


@dataclass(frozen=True)
class Forecast:
    """What is expected of one file, or of the meeting, if those who said so come."""

    item: AgendaItem | None
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
        parts = [counted(self.present, "présent", "présents")]
        if self.represented:
            parts.append(counted(self.represented, "pouvoir", "pouvoirs"))
        if self.recused:
            parts.append(counted(self.recused, "déport", "déports"))
        if self.silent:
            parts.append(counted(self.silent, "sans réponse", "sans réponse"))
        end = "quorum prévisible" if self.is_reached else "quorum non assuré"
        return f"{', '.join(parts)}{NBSP}: {end}"


def expected_seats(meeting: Meeting) -> frozenset[int]:
    """Who should be there: those who said so; once the meeting is open, those who sit."""
    if meeting.status == MeetingStatus.OPEN:
        return frozenset(seats.seated(meeting).values_list("seat_id", flat=True))
    return answers.coming_seats(meeting)


def outlook_of(meeting: Meeting) -> Forecast:
    """The forecast of the meeting as a whole, recusals and proxies for one file left aside."""
    expected = expected_seats(meeting)
    facts, result = tally_of_meeting(meeting, present=expected)
    return _forecast(meeting, facts, result, heard=answers.heard_seats(meeting) | expected)


def forecast_of(meeting: Meeting, *, leaving: frozenset[int] = frozenset()) -> Sequence[Forecast]:
    """The forecast of each file; `leaving` are seats expected that would not be there after all."""
    expected = expected_seats(meeting) - leaving
    heard = answers.heard_seats(meeting) | expected
    found = []
    for item in meeting.items.select_related("project__beneficiary").order_by("rank"):
        item.meeting = meeting
        proposal = item.proposals.filter(ballot=None).order_by("-pk").first()
        facts = facts_now(item, proposal, on=seats.day_of(meeting))
        facts = replace(facts, present=_names(expected))
        result = tally(facts, rules_for(item, proposal))
        found.append(_forecast(meeting, facts, result, heard=heard, item=item))
    return found


def _forecast(
    meeting: Meeting,
    facts: BallotFacts,
    result: Tally,
    *,
    heard: frozenset[int],
    item: AgendaItem | None = None,
) -> Forecast:
    is_open = meeting.status == MeetingStatus.OPEN
    silent = frozenset() if is_open else facts.seats - facts.recused - _names(heard)
    return Forecast(
        item=item,
        company=item.project.beneficiary.name if item else "",
        present=len((facts.seats & facts.present) - facts.recused),
        represented=len(represented(facts, result)),
        silent=len(silent),
        recused=len(facts.seats & facts.recused),
        base=result.quorum_base,
        is_reached=result.quorum_reached,
    )


def _names(seat_ids: Iterable[int]) -> frozenset[str]:
    return frozenset(map(str, seat_ids))
