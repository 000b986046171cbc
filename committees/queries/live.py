"""The light answers that phones and screens ask for while a meeting is under way (S4, Q1)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from alize.accounts.models import Person
from committees.enums import InterestAnswer

# Whether the person has withdrawn from the project of `item`: the rule of `recused_projects`.
_WITHDRAWN = """
EXISTS (
    WITH mine AS (
        SELECT id, partner_id, starts_on FROM committees_seat
        WHERE holder_id = %(person)s OR id IN (
            SELECT seat_id FROM committees_alternate WHERE person_id = %(person)s
        )
    )
    SELECT FROM (
        SELECT DISTINCT ON (seat_id) answer
        FROM committees_interestdeclaration AS declaration
        JOIN committees_agendaitem AS passage ON passage.id = declaration.item_id
        JOIN mine ON mine.id = seat_id
        WHERE passage.project_id = item.project_id AND NOT EXISTS (
            SELECT FROM mine AS following
            WHERE following.partner_id = mine.partner_id
                AND following.starts_on > mine.starts_on AND following.starts_on <= %(today)s
        )
        ORDER BY seat_id, declaration.id DESC
    ) AS last_answer
    WHERE answer = %(recused)s
)
"""
_VOTES = """
(SELECT count(DISTINCT seat_id) FROM committees_vote WHERE ballot_id = ballot.id)
    + (SELECT count(*) FROM committees_participation WHERE ballot_id = ballot.id)
"""
_BALLOT = f"""
SELECT CASE WHEN ballot.status = 'OPEN' AND EXISTS (SELECT FROM committees_suspension
            WHERE meeting_id = item.meeting_id AND ended_at IS NULL)
        THEN 'SUSPENDED' ELSE ballot.status END,
    {_VOTES}, '',
    CASE WHEN ballot.status = 'OPEN' THEN coalesce(ballot.closing_at, ballot.closes_at) END
FROM committees_ballot AS ballot JOIN committees_agendaitem AS item ON item.id = ballot.item_id
WHERE ballot.id = %(ballot)s AND NOT {_WITHDRAWN}
"""  # noqa: S608 -- made of the constants above
_MEETING = f"""
SELECT concat_ws('-', meeting.status, CASE WHEN meeting.led_by_secretary THEN 'S' END,
        (SELECT 'P' || id FROM committees_suspension
            WHERE meeting_id = meeting.id AND ended_at IS NULL),
        (SELECT 'D' || nullif(count(*), 0) FROM committees_decision AS decision
            JOIN committees_agendaitem AS item ON item.id = decision.item_id
            WHERE item.meeting_id = meeting.id),
        (SELECT string_agg(ballot.id || ballot.status, '-' ORDER BY ballot.id)
            FROM committees_ballot AS ballot
            JOIN committees_agendaitem AS item ON item.id = ballot.item_id
            WHERE item.meeting_id = meeting.id)),
    (SELECT {_VOTES} FROM committees_ballot AS ballot
        JOIN committees_agendaitem AS item ON item.id = ballot.item_id
        WHERE item.meeting_id = meeting.id AND ballot.status = 'OPEN' AND NOT {_WITHDRAWN}
        LIMIT 1),
    concat_ws('.',
        (SELECT count(*) + count(left_at) FROM committees_attendance
            WHERE meeting_id = meeting.id),
        (SELECT count(*) + count(accepted_at) + count(declined_at) + count(revoked_at)
            FROM committees_proxy WHERE meeting_id = meeting.id),
        (SELECT count(*) FROM committees_interestdeclaration AS declaration
            JOIN committees_agendaitem AS item ON item.id = declaration.item_id
            WHERE item.meeting_id = meeting.id),
        (SELECT count(*) FROM committees_secrecyrequest AS request
            JOIN committees_agendaitem AS item ON item.id = request.item_id
            WHERE item.meeting_id = meeting.id),
        (SELECT count(*) + count(confirmed_at) + count(discarded_at)
            FROM committees_collectedvote AS collected
            JOIN committees_ballot AS ballot ON ballot.id = collected.ballot_id
            JOIN committees_agendaitem AS item ON item.id = ballot.item_id
            WHERE item.meeting_id = meeting.id)),
    (SELECT max(closing_at) FROM committees_ballot AS ballot
        JOIN committees_agendaitem AS item ON item.id = ballot.item_id
        WHERE item.meeting_id = meeting.id AND ballot.status = 'OPEN' AND NOT {_WITHDRAWN})
FROM committees_meeting AS meeting WHERE meeting.year = %(year)s AND meeting.rank = %(rank)s
"""  # noqa: S608 -- made of the constants above


@dataclass(frozen=True)
class LiveState:
    """What a page watches: the state that makes it reload, and how many seats have voted."""

    status: str
    votes: int | None
    room: str = ""
    """Presences, proxies, withdrawals: what whoever leads the meeting watches too."""
    closes_at: datetime | None = None
    """When the open vote closes, where that is foreseen."""

    @property
    def tag(self) -> str:
        """What changes when the answer does."""
        return f'"{self.status}/{self.votes}/{self.room}/{self.closes_at or ""}"'

    def closes_in(self, at: datetime) -> int | None:
        """Seconds before the close that is foreseen: the clock of a phone is not to be trusted."""
        return None if self.closes_at is None else int((self.closes_at - at).total_seconds())

    def as_dict(self, at: datetime) -> dict[str, str | int | None]:
        """The answer itself."""
        answer: dict[str, str | int | None] = {"state": self.status, "votes": self.votes}
        if self.closes_at is not None:
            answer["closes_in"] = self.closes_in(at)
        return answer | {"room": self.room} if self.room else answer


def live_state(ballot_id: int, person: Person, *, on: date) -> LiveState | None:
    """The state of a ballot and how many seats have voted, in one query; None when hidden.

    A whole room asks every three seconds: in SQL, the rule being that of `recused_projects`.
    """
    return _ask(_BALLOT, person, on=on, ballot=ballot_id)


def meeting_state(year: int, rank: int, person: Person, *, on: date) -> LiveState | None:
    """The same for a whole meeting; None when there is none. Never who voted, nor what."""
    return _ask(_MEETING, person, on=on, year=year, rank=rank)


def _ask(query: str, person: Person, *, on: date, **asked: int) -> LiveState | None:
    asked_for: dict[str, int | str | date] = {
        "person": person.pk,
        "recused": InterestAnswer.RECUSED,
        "today": on,
    }
    asked_for |= asked
    with connection.cursor() as cursor:
        row = cursor.execute(query, asked_for).fetchone()
    return None if row is None else LiveState(*row)
