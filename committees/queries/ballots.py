"""What a ballot counts, and what may be seen of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from committees.enums import BallotStatus, InterestAnswer
from committees.models import AgendaItem, Attendance, Ballot, Vote
from committees.queries import seats
from committees.rules import BallotFacts, Choice, Majority, Outcome, Tally, VotingRules, tally


def last_ballot(item: AgendaItem) -> Ballot | None:
    """The latest ballot on a file."""
    return item.ballots.order_by("-number").select_related("decision", "item").first()


def snapshot(item: AgendaItem, *, at: datetime) -> dict[str, Any]:
    """What a ballot freezes when it opens: the rules, who may vote, who presides, the quorum."""
    rules = seats.voting_rules()
    chair = seats.presiding_seat(item)
    facts = BallotFacts(
        seats=_names(seats.voting_seats(timezone.localdate(at))),
        chair=str(chair.pk if chair else ""),
        present=_names(row.seat_id for row in seats.seated(item.meeting)),
        recused=_names(seats.recused_seats(item)),
    )
    counted = tally(facts, rules)
    return {
        "rules": asdict(rules),
        "seats": sorted(facts.seats),
        "chair": facts.chair,
        "opening": {
            "present": sorted(facts.present),
            "recused": sorted(facts.recused),
            "quorum_have": counted.quorum_have,
            "quorum_base": counted.quorum_base,
            "quorum_reached": counted.quorum_reached,
        },
    }


def frozen_rules(ballot: Ballot) -> VotingRules:
    """The rules a ballot was opened with."""
    kept = ballot.rules["rules"]
    return VotingRules(
        **kept
        | {"majority": Majority(kept["majority"]), "tie_outcome": Outcome(kept["tie_outcome"])}
    )


def attendances_during(ballot: Ballot, *, until: datetime) -> QuerySet[Attendance]:
    """Who sat at some moment while the ballot was open."""
    return ballot.item.meeting.attendances.filter(arrived_at__lte=until).filter(
        Q(left_at=None) | Q(left_at__gt=ballot.opened_at)
    )


def counted_votes(ballot: Ballot) -> list[Vote]:
    """The vote of each seat: its last one."""
    return list(ballot.votes.order_by("seat_id", "-version").distinct("seat_id"))


def count(ballot: Ballot, *, at: datetime) -> Tally:
    """The result of a ballot from the votes, presences and withdrawals as they stand."""
    facts = BallotFacts(
        seats=frozenset(ballot.rules["seats"]),
        chair=ballot.rules["chair"],
        present=_names(row.seat_id for row in attendances_during(ballot, until=at)),
        votes={str(vote.seat_id): Choice(vote.choice) for vote in counted_votes(ballot)},
        recused=_names(seats.recused_seats(ballot.item)),
    )
    return tally(facts, frozen_rules(ballot))


def _names(ids: Any) -> frozenset[str]:
    return frozenset(str(number) for number in ids)


@dataclass(frozen=True)
class Receipt:
    """Reçu de vote : proves one vote to the one who cast it."""

    reference: str
    digest: str
    vote: Vote


def receipt_of(vote: Vote) -> Receipt:
    """The receipt of a vote; its digest is among those sealed at the close."""
    item = vote.ballot.item
    digest = digest_of(vote)
    number = f"{item.meeting.number}-{item.rank}-{vote.ballot.number}"
    return Receipt(f"{number}-{digest[:6].upper()}", digest, vote)


def digest_of(vote: Vote) -> str:
    """The fingerprint of one vote: what was said, by which seat, under which key."""
    said = (
        vote.ballot_id,
        vote.seat_id,
        vote.version,
        vote.person_id,
        vote.choice,
        vote.reason,
        vote.command_key,
    )
    return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


def digest_of_all(votes: Sequence[Vote]) -> str:
    """The fingerprint of a whole ballot: that of its sorted receipts."""
    return hashlib.sha256("\n".join(sorted(map(digest_of, votes))).encode()).hexdigest()


def receipts_of(person: Person) -> list[Receipt]:
    """Every receipt of a person, the latest first; only the last vote of a seat counts."""
    votes = Vote.objects.filter(person=person.pk).select_related(
        "ballot__item__meeting", "ballot__item__project__beneficiary"
    )
    hidden = seats.recused_projects(person)
    return [
        receipt_of(vote)
        for vote in votes.exclude(ballot__item__project__in=hidden).order_by("-cast_at", "-pk")
    ]


@dataclass(frozen=True)
class LiveState:
    """The light answer that a phone asks for every few seconds while a ballot is open."""

    status: str
    votes: int

    @property
    def tag(self) -> str:
        """What changes when the answer does."""
        return f'"{self.status}-{self.votes}"'


_LIVE_STATE = """
SELECT ballot.status,
       (SELECT count(DISTINCT seat_id) FROM committees_vote WHERE ballot_id = ballot.id)
FROM committees_ballot AS ballot JOIN committees_agendaitem AS item ON item.id = ballot.item_id
WHERE ballot.id = %(ballot)s AND NOT EXISTS (
    SELECT FROM (
        SELECT DISTINCT ON (seat_id) answer
        FROM committees_interestdeclaration AS declaration
        JOIN committees_agendaitem AS passage ON passage.id = declaration.item_id
        WHERE passage.project_id = item.project_id AND seat_id IN (
            SELECT id FROM committees_seat WHERE holder_id = %(person)s
            UNION SELECT seat_id FROM committees_seat_alternates WHERE person_id = %(person)s
        )
        ORDER BY seat_id, declaration.id DESC
    ) AS last_answer
    WHERE answer = %(recused)s
)
"""


def live_state(ballot_id: int, person: Person) -> LiveState | None:
    """The state of a ballot and how many seats have voted, in one query; None when hidden.

    A whole room asks every three seconds: in SQL, the rule being that of `recused_projects`.
    """
    asked = {"ballot": ballot_id, "person": person.pk, "recused": InterestAnswer.RECUSED}
    with connection.cursor() as cursor:
        row = cursor.execute(_LIVE_STATE, asked).fetchone()
    return None if row is None else LiveState(*row)


def is_under_way(item: AgendaItem) -> bool:
    """Whether a ballot on a file is open, or closed and not proclaimed yet."""
    return item.ballots.filter(status__in=[BallotStatus.OPEN, BallotStatus.CLOSED]).exists()
