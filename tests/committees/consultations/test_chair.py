"""Who leads a consultation is whoever may on the day (R30)."""

from datetime import date, timedelta

import pytest
import time_machine

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from basins.enums import Role
from basins.tenancy import national
from committees import operations
from committees.models import ChairSubstitute, Meeting
from committees.queries import leading, seats
from partners.models import Contact
from tests.builders import make_user
from tests.committees.consultations.conftest import END, SENT, vote

pytestmark = pytest.mark.django_db
LATER = SENT + timedelta(days=2)


@pytest.fixture
def successor(committee):
    """Another contact of the company of the president."""
    person = make_user(Role.MEMBER, basin=committee.basin, first_name="Paul", last_name="Vial")
    Contact.objects.create(partner=committee.seats[0].partner, person=person, function="Direction")
    return person


def replace(committee, person, *, starts_on: date):
    return operations.replace_holder(
        seat_id=committee.seats[0].pk,
        holder_id=person.pk,
        starts_on=starts_on,
        by=committee.operator,
        at=SENT,
    )


def end(committee, *, ends_on: date):
    operations.end_seat(
        seat_id=committee.seats[0].pk, ends_on=ends_on, by=committee.operator, at=SENT
    )


def decided(committee, ballot, *, by):
    """Voted on by the others, closed at its hour, then proclaimed."""
    with time_machine.travel(LATER, tick=False):
        for person in committee.people[1:]:
            vote(committee, ballot, person, moment=LATER)
    with time_machine.travel(END, tick=False):
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        with pytest.raises(ActionDenied, match="préside"):
            operations.proclaim(ballot_id=ballot.pk, by=committee.president, at=END)
        operations.proclaim(ballot_id=ballot.pk, by=by, at=END)
    return Meeting.objects.get(pk=ballot.item.meeting_id)


class TestUnderWay:
    """The chair may lose its seat while the vote runs: another proclaims, and signs."""

    def test_whoever_holds_the_seat_since_leads(self, committee, ballot, successor):
        ChairSubstitute.objects.create(seat=committee.seats[2], rank=1)
        following = replace(committee, successor, starts_on=LATER.date())
        meeting = decided(committee, ballot, by=successor)
        assert meeting.chair == following
        assert leading.signers(meeting)[0].pk == successor.pk

    def test_the_day_before_it_the_former_holder_still_does(self, committee, ballot, successor):
        replace(committee, successor, starts_on=LATER.date())
        with time_machine.travel(LATER - timedelta(days=1), tick=False):
            assert leading.presides(committee.president, ballot.item)
        with time_machine.travel(LATER, tick=False):
            assert leading.presides(successor, ballot.item)

    def test_a_recusal_imposed_on_the_seat_keeps_its_next_holder_out(
        self, committee, ballot, successor
    ):
        operations.impose_recusal(
            item_id=ballot.item_id, seat_id=committee.seats[0].pk, reason="Client.",
            by=committee.people[0], at=SENT,
        )  # fmt: skip
        replace(committee, successor, starts_on=LATER.date())
        with time_machine.travel(LATER, tick=False):
            assert leading.presides(committee.people[1], ballot.item)

    def test_a_seat_that_ends_gives_way_to_the_first_replacement(self, committee, ballot):
        ChairSubstitute.objects.create(seat=committee.seats[2], rank=1)
        end(committee, ends_on=SENT.date())
        meeting = decided(committee, ballot, by=committee.people[2])
        assert meeting.chair == committee.seats[2]

    @pytest.mark.parametrize("lost", ["account", "contact", "role"])
    def test_so_does_a_chair_who_may_no_longer(self, committee, ballot, lost):
        president = committee.president
        if lost == "contact":
            Contact.objects.filter(person=president.pk).update(is_active=False)
        with national():
            if lost == "account":
                Person.objects.filter(pk=president.pk).update(is_active=False)
            if lost == "role":
                president.memberships.update(ends_on=SENT.date())
        assert decided(committee, ballot, by=committee.people[1]).chair == committee.seats[1]

    def test_once_it_is_over_its_chair_stays(self, committee, ballot):
        for person in committee.people:
            vote(committee, ballot, person)
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        operations.proclaim(ballot_id=ballot.pk, by=committee.president, at=END)
        end(committee, ends_on=END.date())
        ballot.item.meeting.refresh_from_db()
        assert seats.presiding_seat(ballot.item) == committee.seats[0]
