"""What a closed ballot counted of the presences no longer changes (voting.md 5.4, S35)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from committees import operations, signs
from committees.operations import HandLine
from committees.queries import verification
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
SIGN = DAY + timedelta(minutes=2)
"""Before the ballot opens, at the fifth minute; it closes at the twelfth."""
CLOSED = DAY + timedelta(minutes=12)
LATER = DAY + timedelta(minutes=20)


def minute(number):
    return DAY + timedelta(minutes=number)


@pytest.fixture
def meeting(committee):
    """Three in the room and one at a distance, in a meeting that has closed a ballot."""
    meeting = committee.opened(files=2, present=3)
    enter(committee, meeting, 3, is_remote=True, at=DAY)
    ballot = committee.ballot(meeting)
    committee.vote(ballot, committee.people[1])
    committee.close(ballot)
    yield meeting
    assert verification.verify().findings == ()


def enter(committee, meeting, rank, **more):
    seat, person = committee.seats[rank], committee.people[rank]
    values = {"by": committee.operator, "at": LATER, **more}
    return operations.check_in(
        meeting_id=meeting.pk, seat_id=seat.pk, person_id=person.pk, **values
    )


def leave(committee, meeting, rank, **more):
    there = meeting.attendances.get(seat=committee.seats[rank])
    values = {"by": committee.operator, "at": LATER, **more}
    return operations.check_out(attendance_id=there.pk, **values)


def test_nobody_arrives_before_a_close_once_it_is_past(committee, meeting):
    for arrived_at in (minute(3), CLOSED):
        with pytest.raises(InvalidInput, match=r"clos à 10.h.12") as refusal:
            enter(committee, meeting, 4, arrived_at=arrived_at)
        assert refusal.value.field == "hour"
    assert enter(committee, meeting, 4, arrived_at=minute(13)).arrived_at == minute(13)


def test_whoever_arrives_as_it_closes_arrives_after(committee, meeting):
    assert enter(committee, meeting, 4, at=CLOSED).arrived_at > CLOSED


def test_nobody_leaves_before_a_vote_that_counted_them(committee, meeting):
    for left_at in (minute(3), minute(5)):
        with pytest.raises(InvalidInput, match=r"ouvert à 10.h.05") as refusal:
            leave(committee, meeting, 2, left_at=left_at)
        assert refusal.value.field == "hour"
    assert leave(committee, meeting, 2, left_at=minute(6)).left_at == minute(6)


@pytest.fixture
def silent(committee, meeting):
    signs.note(committee.people[3].pk, at=SIGN)
    yield meeting.attendances.get(seat=committee.seats[3])
    cache.delete(f"sign:{committee.people[3].pk}")


def settle(committee, silent):
    [left] = operations.answer_for_silent(
        meeting_id=silent.meeting_id, shown={silent.pk}, gone={silent.pk},
        by=committee.president, at=LATER,
    )  # fmt: skip
    return left.left_at


def test_the_silent_were_there_until_the_last_close(committee, silent):
    assert settle(committee, silent) == CLOSED


def test_and_until_their_last_vote(committee, meeting, silent):
    """Said aloud from afar, a vote leaves no sign on a page."""
    signs.note(committee.people[3].pk, at=minute(10))
    item = meeting.items.get(rank=2)
    committee.answer(item, committee.people[3])
    again = operations.open_ballot(item_id=item.pk, by=committee.president, at=minute(14))
    [noted] = operations.note_hands(
        ballot_id=again.pk, lines=[HandLine(committee.seats[3].pk, "FOR")],
        by=committee.operator, at=minute(15),
    )  # fmt: skip
    operations.confirm_hands(
        ballot_id=again.pk, collected_ids=[noted.pk], by=committee.president, at=minute(16)
    )
    assert settle(committee, silent) == minute(16)


def test_the_database_holds_it(committee, meeting):
    there = meeting.attendances.get(seat=committee.seats[2])
    for change in (
        lambda: meeting.attendances.filter(pk=there.pk).update(left_at=minute(5)),
        lambda: meeting.attendances.create(
            seat=committee.seats[4], person=committee.people[4], arrived_at=CLOSED
        ),
        lambda: meeting.attendances.filter(pk=there.pk).delete(),
    ):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            change()
        assert sentence_of(refusal.value).startswith("Un scrutin clos a compté")


def test_what_came_while_a_close_was_waiting_came_before_it(committee):
    """The hour of the close is taken before its lock: whoever was acknowledged is counted."""
    meeting = committee.opened(present=3)
    ballot = committee.ballot(meeting)
    enter(committee, meeting, 3, at=minute(13))
    committee.vote(ballot, committee.people[3], at=minute(14))
    closed = committee.close(ballot)
    assert closed.closed_at == minute(14)
    assert (closed.result["votes_for"], closed.result["ignored_votes"]) == (1, [])


class TestOnePersonForTwoSeats:
    """Holder of one seat, alternate of another: a second voice is what a proxy is for."""

    @pytest.fixture(autouse=True)
    def both(self, committee):
        committee.seats[2].alternates.add(committee.people[1].pk)

    def test_sits_for_one(self, committee):
        meeting = committee.opened(present=2)
        with pytest.raises(ActionDenied, match="siège déjà pour"):
            operations.check_in(
                meeting_id=meeting.pk,
                seat_id=committee.seats[2].pk,
                person_id=committee.people[1].pk,
                by=committee.operator,
                at=LATER,
            )
        leave(committee, meeting, 1)
        operations.check_in(
            meeting_id=meeting.pk,
            seat_id=committee.seats[2].pk,
            person_id=committee.people[1].pk,
            by=committee.operator,
            at=LATER,
        )

    def test_the_database_holds_it(self, committee):
        meeting = committee.opened(present=2)
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            meeting.attendances.create(
                seat=committee.seats[2], person=committee.people[1], arrived_at=LATER
            )
        assert sentence_of(refusal.value) == "Cette personne siège déjà pour un autre partenaire."
