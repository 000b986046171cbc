"""The light answer of an open ballot says what the pages say, and hides what they hide."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from alize.common.errors import ActionDenied
from committees import operations
from committees.queries.ballots import counted_votes
from committees.queries.live import live_state, meeting_state
from committees.queries.recusals import recused_projects
from tests.builders import make_user
from tests.committees.conftest import DAY


@pytest.fixture
def ballot(committee):
    """Open, while one member had stepped back from the file."""
    meeting = committee.opened()
    item = meeting.items.get()
    committee.answer(item, committee.people[1], "RECUSED")
    committee.answer(item, committee.people[2], "RECUSED")
    committee.answer(item, committee.people[2], "NONE")
    return committee.ballot(meeting)


def test_a_seat_counts_once_however_often_it_votes(committee, ballot):
    for person in (committee.people[2], committee.people[3], committee.people[3]):
        committee.vote(ballot, person)
    state = live_state(ballot.pk, committee.president, on=localdate())
    assert (state.status, state.votes) == ("OPEN", len(counted_votes(ballot))) == ("OPEN", 2)


def test_it_is_hidden_from_those_from_whom_the_file_is(committee, ballot):
    committee.seats[1].alternates.add(alternate := make_user())
    project = ballot.item.project_id
    for person in (*committee.people, committee.operator, alternate):
        is_hidden = recused_projects(person, on=localdate()).filter(item__project=project).exists()
        assert (live_state(ballot.pk, person, on=localdate()) is None) is is_hidden
        assert is_hidden is (person in (committee.people[1], alternate))


def test_it_takes_one_query(committee, ballot):
    with CaptureQueriesContext(connection) as queries:
        live_state(ballot.pk, committee.president, on=localdate())
    assert len(queries) == 1


def test_a_ballot_that_does_not_exist_has_no_state(committee, ballot):
    assert live_state(ballot.pk + 1, committee.president, on=localdate()) is None


def test_a_decision_without_a_vote_is_news_to_all(committee):
    meeting = committee.opened(files=2)
    item = meeting.items.order_by("rank").first()

    def state():
        return meeting_state(meeting.year, meeting.rank, committee.people[2], on=localdate()).status

    assert state() == "OPEN"
    operations.record_without_ballot(
        item_id=item.pk,
        outcome="WITHDRAWN",
        particulars=operations.Particulars(reason="Autre financement"),
        by=committee.president,
        at=DAY,
    )
    assert state() == "OPEN-D1"


class TestLastSeconds:
    """The close is foreseen once whoever leads has announced it; it stays theirs to make."""

    def test_the_announced_close_is_in_both_answers(self, committee, ballot):
        before = live_state(ballot.pk, committee.president, on=localdate())
        assert before.closes_in(DAY) is None
        operations.announce_close(ballot_id=ballot.pk, by=committee.president, at=DAY)
        meeting = ballot.item.meeting
        for state in (
            live_state(ballot.pk, committee.people[2], on=localdate()),
            meeting_state(meeting.year, meeting.rank, committee.people[2], on=localdate()),
        ):
            assert state.as_dict(DAY)["closes_in"] == 15
            assert state.tag != before.tag

    def test_whoever_withdrew_from_the_file_is_not_told(self, committee, ballot):
        operations.announce_close(ballot_id=ballot.pk, by=committee.president, at=DAY)
        meeting = ballot.item.meeting
        state = meeting_state(meeting.year, meeting.rank, committee.people[1], on=localdate())
        assert state.votes is state.closes_at is None

    def test_nothing_closes_by_itself(self, committee, ballot):
        operations.announce_close(ballot_id=ballot.pk, by=committee.president, at=DAY)
        later = DAY + timedelta(minutes=2)
        assert committee.vote(ballot, committee.people[2], at=later)

    def test_is_announced_by_who_leads(self, committee, ballot):
        with pytest.raises(ActionDenied, match="préside"):
            operations.announce_close(ballot_id=ballot.pk, by=committee.people[2], at=DAY)
