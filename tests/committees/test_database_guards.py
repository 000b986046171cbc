"""What the database refuses about votes and ballots, whoever asks (security.md S35, D9, D15)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from alize.common.constraints import sentence_of
from alize.common.trigger_sentences import TRIGGER_SENTENCES
from committees import operations
from committees.models import AgendaItem, Attendance, Ballot, Decision, Proposal
from tests.builders import make_seat
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db

INSERT = """
INSERT INTO committees_vote
    (ballot_id, seat_id, version, person_id, choice, reason, cast_at, command_key)
VALUES (%s, %s, %s, %s, %s, %s, %s, gen_random_uuid())
"""


@pytest.fixture
def ballot(committee):
    ballot = committee.ballot(committee.opened())
    committee.vote(ballot, committee.people[1])
    return ballot


def refused(statement, *parameters):
    """The error of a statement that must fail, without losing the transaction."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return error.value


def stuff(committee, ballot, *, seat=None, version=7, choice="FOR", reason=""):
    """Put a vote straight into the table."""
    seat = seat or committee.seats[2]
    return refused(INSERT, ballot.pk, seat.pk, version, seat.holder_id, choice, reason, DAY)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE committees_vote SET choice = 'AGAINST'",
        "DELETE FROM committees_vote",
        "TRUNCATE committees_vote",
        "UPDATE committees_interestdeclaration SET answer = 'NONE'",
        "DELETE FROM committees_interestdeclaration",
    ],
)
def test_votes_and_answers_are_out_of_reach_of_the_application(ballot, statement):
    assert "permission denied" in str(refused(statement))


class TestInsertedVotes:
    def test_after_the_close(self, committee, ballot):
        committee.close(ballot)
        assert name_of(stuff(committee, ballot)) == "vote_ballot_is_open"

    def test_while_the_meeting_is_suspended(self, committee, ballot):
        pause = ballot.item.meeting.suspensions.create(
            started_at=DAY, started_by=committee.operator
        )
        assert name_of(stuff(committee, ballot)) == "vote_not_while_suspended"
        pause.ended_at, pause.ended_by = DAY, committee.operator
        pause.save()
        assert name_of(stuff(committee, ballot, version=1, choice="MAYBE")) == (
            "vote_choice_is_known"
        )

    def test_of_a_seat_that_withdrew(self, committee, ballot):
        committee.answer(ballot.item, committee.people[2], "RECUSED")
        assert name_of(stuff(committee, ballot)) == "vote_seat_is_not_recused"

    def test_of_a_consultative_seat(self, committee, ballot):
        seat = make_seat(kind="CONSULTATIVE")
        assert name_of(stuff(committee, ballot, seat=seat)) == "vote_seat_is_deliberative"

    def test_of_a_seat_whose_mandate_ended(self, committee, ballot):
        seat = make_seat(ends_on=DAY.date().replace(day=11))
        assert name_of(stuff(committee, ballot, seat=seat)) == "vote_seat_is_deliberative"

    def test_of_the_same_version(self, committee, ballot):
        error = stuff(committee, ballot, seat=committee.seats[1], version=1)
        assert name_of(error) == "vote_version_is_unique"
        assert sentence_of(error).startswith("Votre siège a voté au même moment")

    def test_against_without_a_reason(self, committee, ballot):
        error = stuff(committee, ballot, choice="AGAINST")
        assert name_of(error) == "vote_gives_its_reason"

    def test_of_an_unknown_choice(self, committee, ballot):
        assert name_of(stuff(committee, ballot, choice="MAYBE")) == "vote_choice_is_known"

    @pytest.mark.parametrize("scope", ["meeting", "file"])
    def test_by_the_proxy_of_another_meeting_or_file(self, committee, ballot, scope):
        _, giver, holder = committee.people[:3]
        if scope == "meeting":
            proxy = committee.proxy(committee.planned(), giver, holder)
        else:
            meeting = ballot.item.meeting
            other = AgendaItem.objects.create(meeting=meeting, project=committee.ready(), rank=9)
            proxy = committee.proxy(meeting, giver, holder, other)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            ballot.votes.create(
                seat=proxy.giver, version=7, person=holder, choice="FOR", proxy=proxy, cast_at=DAY,
                command_key=uuid4(),
            )  # fmt: skip
        assert name_of(error.value) == "vote_proxy_holds"


class TestBallots:
    def change(self, ballot, **values):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Ballot.objects.filter(pk=ballot.pk).update(**values)
        return name_of(error.value)

    def test_an_open_proposal_is_frozen(self, ballot):
        assert self.change(ballot, proposal_text="Autre chose") == "ballot_frozen_once_open"
        assert self.change(ballot, rules={}) == "ballot_frozen_once_open"

    def test_what_it_opened_on_is_frozen(self, committee, ballot):
        proposal = Proposal.objects.get(ballot=ballot)
        line = {"partner": committee.seats[1].partner, "days": 2, "topic": "Gestion"}
        for change in (
            lambda: Proposal.objects.filter(pk=proposal.pk).update(lines=60),
            lambda: Proposal.objects.filter(pk=proposal.pk).update(
                follow_up_lead=committee.people[1]
            ),
            lambda: proposal.skills.create(**line),
        ):
            with pytest.raises(IntegrityError) as error, transaction.atomic():
                change()
            assert name_of(error.value) == "proposal_frozen_once_open"

    def test_a_result_is_final(self, committee, ballot):
        committee.close(ballot)
        for values in (
            {"result_sentence": "Agréé."},
            {"votes_digest": "0" * 64},
            {"status": "OPEN", "closed_at": None, "closed_by": None, "result": None},
        ):
            assert self.change(ballot, **values) == "ballot_result_is_final"

    def test_who_ended_it_and_when_is_final(self, committee, ballot):
        later = DAY + timedelta(days=1)
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=DAY)
        assert self.change(ballot, cancelled_at=later) == "ballot_result_is_final"
        committee.propose(ballot.item)
        again = committee.ballot(ballot.item.meeting)
        committee.close(again)
        committee.proclaim(again, reason="Trop tôt.")
        assert self.change(again, proclaimed_at=later) == "ballot_result_is_final"

    def test_its_status_only_moves_forward(self, committee, ballot):
        """It is proclaimed once closed; cancelled, it does not come back."""
        forward = "ballot_status_moves_forward"
        assert self.change(ballot, status="PROCLAIMED") == forward
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=DAY)
        assert self.change(ballot, status="OPEN") == forward

    def test_it_is_opened_by_somebody_at_its_hour(self, ballot):
        values = {"item": ballot.item, "number": 2, "status": "CANCELLED"}
        values |= {"cancelled_at": DAY, "cancelled_by": ballot.opened_by}
        with pytest.raises(IntegrityError, match="opened_at"), transaction.atomic():
            Ballot.objects.create(**values, proposal=ballot.item.proposals.create())

    def test_a_ballot_is_not_deleted(self, ballot):
        error = refused("DELETE FROM committees_ballot WHERE id = %s", ballot.pk)
        assert "only ever added" in str(error)

    def test_one_is_under_way_on_a_file(self, committee, ballot):
        proposal = ballot.item.proposals.create()
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Ballot.objects.create(
                item=ballot.item,
                number=2,
                proposal=proposal,
                status="OPEN",
                opened_at=DAY,
                opened_by=committee.president,
            )
        assert sentence_of(error.value) == "Un scrutin est déjà en cours sur ce dossier."

    def test_a_file_is_voted_on_or_decided(self, committee, ballot):
        """Never one under the other, nor decided twice."""
        item = ballot.item
        decided = {
            "project": item.project, "item": item, "outcome": "WITHDRAWN", "decided_on": DAY.date(),
            "recorded_by": committee.operator,
        }  # fmt: skip
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Decision.objects.create(reference="A", **decided)
        assert sentence_of(error.value).startswith("Le comité s'est déjà prononcé")
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=DAY)
        Decision.objects.create(reference="A", **decided)
        for twice in (
            lambda: Decision.objects.create(reference="B", **decided),
            lambda: Ballot.objects.create(
                item=item, number=2, proposal=item.proposals.create(), status="OPEN",
                opened_at=DAY, opened_by=committee.president,
            ),
        ):  # fmt: skip
            with pytest.raises(IntegrityError) as error, transaction.atomic():
                twice()
            assert sentence_of(error.value).startswith("Le comité s'est déjà prononcé")


def test_a_presence_stays_that_of_its_meeting_seat_person_and_arrival(committee, ballot):
    there = Attendance.objects.filter(meeting=ballot.item.meeting, seat=committee.seats[1])
    for values in (
        {"meeting": committee.planned()},
        {"person": committee.people[2]},
        {"seat": make_seat()},
        {"arrived_at": DAY.replace(hour=11)},
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            there.update(**values)
        assert name_of(error.value) == "committees_attendance_is_frozen"


def test_a_seat_has_one_person_at_a_time(committee, ballot):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Attendance.objects.create(
            meeting=ballot.item.meeting,
            seat=committee.seats[1],
            person=committee.people[2],
            arrived_at=DAY,
        )
    assert sentence_of(error.value) == "Ce siège est déjà occupé dans la séance."


def name_of(error):
    """The constraint that refused, whether a constraint or a trigger; it has its sentence."""
    name = error.__cause__.diag.constraint_name
    if name.startswith(("vote_ballot", "vote_seat", "ballot_", "proposal_")):
        assert name in TRIGGER_SENTENCES
    return name
