"""At a distance and not heard from any more: there or gone, it is said before a vote (5.3)."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from alize.common.errors import ActionDenied
from basins.enums import Role
from committees import operations, signs
from committees.documents.seating import seat_lines
from committees.queries import presences, silence
from committees.rules.silence import SILENCE, silent_since
from tests.committees.conftest import DAY

SECOND = timedelta(seconds=1)
SIGN = DAY + timedelta(minutes=2)
LATER = DAY + timedelta(minutes=20)
PAGE = "/bassins/savoie/comite/seances/2026-01"


@pytest.mark.parametrize(
    ("sign", "arrived_at", "confirmed_at", "at", "since"),
    [
        (None, DAY, None, LATER, None),
        (DAY - SECOND, DAY, None, LATER, None),
        (SIGN, DAY, None, SIGN + SILENCE, None),
        (SIGN, DAY, None, SIGN + SILENCE + SECOND, SIGN),
        (SIGN, DAY, LATER - SILENCE, LATER, None),
        (SIGN, DAY, SIGN + SECOND, LATER, SIGN + SECOND),
        (LATER, DAY, None, LATER, None),
    ],
)
def test_who_is_silent_for_too_long(sign, arrived_at, confirmed_at, at, since):
    known = silent_since(sign, arrived_at=arrived_at, confirmed_at=confirmed_at, at=at)
    assert known == since


@pytest.mark.django_db
class TestBeforeAVote:
    @pytest.fixture
    def meeting(self, committee):
        """Three are in the room, so that the quorum needs none of the two at a distance."""
        meeting = committee.opened(present=3)
        for person in committee.people[3:]:
            operations.check_in(
                meeting_id=meeting.pk,
                seat_id=committee.seat_of(person).pk,
                person_id=person.pk,
                is_remote=True,
                by=person,
                at=DAY,
            )
            signs.note(person.pk, at=SIGN)
        return meeting

    def settle(self, committee, meeting, *, gone=(), by=None):
        rows = silence.silent(meeting, at=LATER)
        return operations.answer_for_silent(
            meeting_id=meeting.pk,
            shown={one.attendance.pk for one in rows},
            gone={one.attendance.pk for one in rows if one.attendance.person_id in gone},
            by=by or committee.president,
            at=LATER,
        )

    def test_nobody_is_counted_nor_thrown_out_by_a_guess(self, committee, meeting):
        first, second = committee.people[3:]
        with pytest.raises(ActionDenied, match=f"Sans nouvelles de .*{first}"):
            committee.ballot(meeting, when=LATER)
        with pytest.raises(ActionDenied, match="secrétariat"):
            self.settle(committee, meeting, by=committee.people[1])
        (left,) = self.settle(committee, meeting, gone={first.pk})
        assert (left.person_id, left.left_at, left.is_lost) == (first.pk, SIGN, True)
        counted = presences.quorum_now(meeting)
        assert (counted.quorum_have, counted.quorum_base) == (4, 5)
        ballot = committee.ballot(meeting, when=LATER)
        opening = ballot.rules["opening"]["present"]
        assert str(committee.seat_of(first).pk) not in opening
        assert str(committee.seat_of(second).pk) in opening
        printed = {line.person: line.presence for line in seat_lines(meeting)}
        assert printed[str(first)].endswith("départ à 10\u00a0h\u00a002, liaison perdue")
        assert printed[str(second)].endswith("présence constatée à 10\u00a0h\u00a020")

    def test_without_the_cache_the_vote_opens(self, committee, meeting):
        for person in committee.people[3:]:
            cache.delete(f"sign:{person.pk}")
        assert committee.ballot(meeting, when=LATER).status == "OPEN"

    def test_heard_from_meanwhile_they_stay_and_gone_they_come_back(self, committee, meeting):
        first, second = committee.people[3:]
        rows = {one.attendance.pk for one in silence.silent(meeting, at=LATER)}
        signs.note(first.pk, at=LATER)
        answered = {"meeting_id": meeting.pk, "shown": rows, "by": committee.operator}
        (left,) = operations.answer_for_silent(gone=rows, at=LATER, **answered)
        assert left.person_id == second.pk
        committee.arrive(meeting, second, when=LATER + SECOND)
        assert presences.quorum_now(meeting).quorum_have == 5

    def test_the_pages(self, committee, meeting, client_as):
        first = committee.people[3]
        chair = client_as(Role.PRESIDENT, user=committee.president)
        page = chair.get(f"{PAGE}/direct/").content.decode()
        assert "Sans nouvelles depuis plus de cinq minutes" in page
        assert page.count('name="gone"') == 2
        member = client_as(Role.MEMBER, user=first)
        assert member.get(f"{PAGE}/etat/?signe=1").status_code == 200
        assert chair.get(f"{PAGE}/direct/").content.decode().count('name="gone"') == 1
        (row,) = silence.silent(meeting, at=LATER)
        typed = {"shown": [str(row.attendance.pk), "x"], "gone": [str(row.attendance.pk)]}
        assert chair.post(f"{PAGE}/sans-nouvelles/", typed).status_code == 302
        row.attendance.refresh_from_db()
        assert row.attendance.is_lost
        assert "Ouvrir le vote" in chair.get(f"{PAGE}/direct/").content.decode()
