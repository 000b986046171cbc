"""Who presided is whoever did, whatever else happened for their seat (R30, SD5)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied
from basins.enums import Role
from committees import operations
from committees.documents import letter_context, minutes_context
from committees.documents.minutes import presidency_of
from committees.models import Ballot, Meeting, Minutes
from committees.operations import Particulars
from committees.queries import decisions
from partners.models import Contact
from tests.builders import at, make_user, set_rules
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
END = at(2026, 3, 20, 18, 0)
WHY = Particulars(reason="Incomplet.")


def minutes_later(number: int):
    return DAY + timedelta(minutes=number)


@pytest.fixture
def alternate(committee):
    """The alternate of the president, of the same company."""
    person = make_user(Role.MEMBER, basin=committee.basin, first_name="Paul", last_name="Vial")
    Contact.objects.create(partner=committee.seats[0].partner, person=person, function="Direction")
    committee.seats[0].alternates.add(person)
    return person


def ended(committee, meeting, *, by=None) -> Minutes:
    return operations.close_meeting(
        meeting_id=meeting.pk, by=by or committee.president, at=minutes_later(60)
    )


def decided(committee, meeting, **more):
    ballot = committee.ballot(meeting)
    for person in committee.people:
        committee.vote(ballot, person)
    committee.close(ballot)
    return committee.proclaim(ballot, **more)


def leaves(committee, meeting, *, when):
    """The president leaves."""
    there = meeting.attendances.get(seat=committee.seats[0], left_at=None)
    operations.check_out(attendance_id=there.pk, by=committee.president, at=when)


def replaced(committee, meeting, alternate, *, when):
    """The alternate takes the seat of the president, who leaves."""
    seat = committee.seats[0]
    leaves(committee, meeting, when=when)
    operations.check_in(
        meeting_id=meeting.pk, seat_id=seat.pk, person_id=alternate.pk, by=alternate, at=when
    )


class TestInWriting:
    @pytest.fixture
    def ballot(self, committee, alternate) -> Ballot:
        """A consultation that the president launched, where their alternate voted first."""
        set_rules(consultations=True)
        item = operations.prepare_consultation(
            project_id=committee.ready().pk, matter="URGENCY", urgency="Le bail.",
            closes_at=END, by=committee.operator, at=DAY,
        )  # fmt: skip
        committee.propose(item)
        ballot = operations.launch_consultation(
            meeting_id=item.meeting_id, by=committee.president, at=DAY
        )
        values = {"item_id": item.pk, "seat_id": committee.seats[0].pk, "at": DAY}
        operations.declare_interest(answer="NONE", by=alternate, **values)
        operations.cast_vote(
            ballot_id=ballot.pk, seat_id=committee.seats[0].pk, choice="FOR", reason="",
            command_key=uuid4(), by=alternate, at=DAY,
        )  # fmt: skip
        return ballot

    def test_an_alternate_who_votes_does_not_preside(self, committee, alternate, ballot):
        with pytest.raises(ActionDenied, match="préside"):
            operations.cancel_ballot(ballot_id=ballot.pk, by=alternate, at=DAY)
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=DAY)

    def test_nor_do_the_minutes_name_them(self, committee, alternate, ballot):
        for person in committee.people[1:]:
            committee.answer(ballot.item, person)
            committee.vote(ballot, person)
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        decision = operations.proclaim(ballot_id=ballot.pk, by=committee.president, at=END)
        minutes = Minutes.objects.get(meeting=ballot.item.meeting_id)
        [consulted, *_] = minutes_context(minutes)["opening"]
        assert f"sous la présidence de {committee.president}, " in consulted
        assert letter_context(decision, on=DAY.date())["signatory"] == str(committee.president)


class TestInSession:
    def test_whoever_opened_is_named_and_signs(self, committee, alternate):
        meeting = committee.opened()
        decision = decided(committee, meeting)
        replaced(committee, meeting, alternate, when=minutes_later(40))
        minutes = ended(committee, meeting, by=alternate)
        context = minutes_context(minutes)
        assert f"sous la présidence de {committee.president}, " in context["opening"][0]
        assert context["items"][0].ballots[0].presided == ""
        assert presidency_of(minutes)[0].pk == committee.president.pk
        letter = letter_context(decision, on=DAY.date())
        assert letter["signatory"] == str(committee.president)
        assert letter["capacity"] == f"{committee.seats[0].partner}, présidence de la séance"

    def test_a_vote_names_whoever_presided_over_it(self, committee, alternate):
        meeting = committee.opened()
        replaced(committee, meeting, alternate, when=minutes_later(1))
        for person in committee.people[1:]:
            committee.answer(meeting.items.get(), person)
        operations.declare_interest(
            item_id=meeting.items.get().pk, seat_id=committee.seats[0].pk, answer="NONE",
            by=alternate, at=minutes_later(2),
        )  # fmt: skip
        ballot = operations.open_ballot(
            item_id=meeting.items.get().pk, by=alternate, at=minutes_later(3)
        )
        for person in committee.people[1:]:
            committee.vote(ballot, person)
        operations.close_ballot(ballot_id=ballot.pk, by=alternate, at=minutes_later(12))
        decision = operations.proclaim(ballot_id=ballot.pk, by=alternate, at=minutes_later(15))
        minutes = ended(committee, meeting, by=alternate)
        told = minutes_context(minutes)["items"][0].ballots[0].presided
        assert told == f"{alternate} ({committee.seats[0].partner})"
        assert letter_context(decision, on=DAY.date())["signatory"] == str(alternate)

    def test_the_replacement_of_a_chair_who_left_lifts_conditions(self, committee):
        set_rules(conditions_lifted_by="COMMITTEE")
        meeting = committee.opened()
        assert decisions.lifters(on=DAY.date()) == {committee.president.pk}
        leaves(committee, meeting, when=DAY)
        assert decisions.lifters(on=DAY.date()) == {committee.people[1].pk}


class TestAChairThatWithdrew:
    """The president withdrew from the file: the letter is not theirs to sign (SD5)."""

    @pytest.fixture
    def meeting(self, committee) -> Meeting:
        meeting = committee.opened()
        committee.answer(meeting.items.get(), committee.president, "RECUSED")
        return meeting

    def check(self, committee, decision):
        letter = letter_context(type(decision).objects.get(pk=decision.pk), on=DAY.date())
        assert letter["signatory"] == str(committee.people[1])
        capacity = f"{committee.seats[1].partner}, présidence de la séance pour ce dossier"
        assert letter["capacity"] == capacity

    def voted(self, committee, meeting, *, by) -> Ballot:
        item = meeting.items.get()
        for person in committee.people[1:]:
            committee.answer(item, person)
        ballot = operations.open_ballot(item_id=item.pk, by=by, at=minutes_later(5))
        for person in committee.people[1:]:
            committee.vote(ballot, person)
        return operations.close_ballot(ballot_id=ballot.pk, by=by, at=minutes_later(12))

    def test_whoever_presided_over_the_vote_signs(self, committee, meeting):
        substitute = committee.people[1]
        ballot = self.voted(committee, meeting, by=substitute)
        decision = operations.proclaim(ballot_id=ballot.pk, by=substitute, at=minutes_later(15))
        self.check(committee, decision)
        ended(committee, meeting)
        self.check(committee, decision)

    def test_even_when_the_secretary_proclaims(self, committee, meeting):
        operations.leave_votes_to_secretary(
            meeting_id=meeting.pk, left=True, by=committee.president, at=DAY
        )
        ballot = self.voted(committee, meeting, by=committee.operator)
        decision = operations.proclaim(
            ballot_id=ballot.pk, by=committee.operator, at=minutes_later(15)
        )
        self.check(committee, decision)

    def test_or_decided_without_a_vote(self, committee, meeting):
        decision = operations.record_without_ballot(
            item_id=meeting.items.get().pk, outcome="DEFERRED", particulars=WHY,
            by=committee.people[1], at=minutes_later(5),
        )  # fmt: skip
        self.check(committee, decision)

    def test_what_the_operator_notes_then_is_theirs_to_sign(self, committee, meeting):
        decision = operations.record_without_ballot(
            item_id=meeting.items.get().pk, outcome="WITHDRAWN", particulars=WHY,
            by=committee.operator, at=minutes_later(5),
        )  # fmt: skip
        assert letter_context(decision, on=DAY.date())["signatory"] == str(committee.operator)
