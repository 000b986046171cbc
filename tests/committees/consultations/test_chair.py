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
from committees.queries import leading
from partners.models import Contact
from tests.builders import make_user
from tests.committees.consultations.conftest import END, SENT, prepare, vote

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"
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
        eve, day = LATER.date() - timedelta(days=1), LATER.date()
        assert leading.presides(committee.president, ballot.item, on=eve)
        assert leading.presides(successor, ballot.item, on=day)

    def test_a_recusal_imposed_on_the_seat_keeps_its_next_holder_out(
        self, committee, ballot, successor
    ):
        operations.impose_recusal(
            item_id=ballot.item_id, seat_id=committee.seats[0].pk, reason="Client.",
            by=committee.people[0], at=SENT,
        )  # fmt: skip
        replace(committee, successor, starts_on=LATER.date())
        assert leading.presides(committee.people[1], ballot.item, on=LATER.date())

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
        assert leading.presiding_seat(ballot.item, on=LATER.date()) == committee.seats[0]


class TestLaunch:
    """Between preparation and launch, the chair is looked at again."""

    def launch(self, meeting, *, by):
        with time_machine.travel(LATER, tick=False):
            return operations.launch_consultation(meeting_id=meeting.pk, by=by, at=LATER)

    def test_a_seat_ended_meanwhile_does_not_launch(self, committee, prepared):
        end(committee, ends_on=SENT.date())
        with pytest.raises(ActionDenied, match="préside"):
            self.launch(prepared, by=committee.president)
        ballot = self.launch(prepared, by=committee.people[1])
        prepared.refresh_from_db()
        assert prepared.chair == committee.seats[1]
        assert ballot.rules["chair"] == str(committee.seats[1].pk)

    def test_nor_after_a_cancelled_vote(self, committee, ballot):
        with time_machine.travel(SENT, tick=False):
            operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=SENT)
        end(committee, ends_on=SENT.date())
        committee.propose(ballot.item, amount=1_500_000)
        with pytest.raises(ActionDenied, match="préside"):
            self.launch(ballot.item.meeting, by=committee.president)
        assert self.launch(ballot.item.meeting, by=committee.people[1]).number == 2

    def test_nobody_able_at_first_it_waits_for_somebody(self, committee, rules):
        Contact.objects.update(is_active=False)
        item = prepare(committee)
        committee.propose(item)
        assert item.meeting.chair is None
        with pytest.raises(ActionDenied, match="Désignez"):
            self.launch(item.meeting, by=committee.president)
        Contact.objects.filter(person=committee.people[3].pk).update(is_active=True)
        assert self.launch(item.meeting, by=committee.people[3])

    def test_another_takes_it_when_the_chair_is_no_contact_any_more(
        self, committee, prepared, client_as
    ):
        Contact.objects.filter(person=committee.president.pk).update(is_active=False)
        page = f"{HOME}consultations/{prepared.number}/"
        with time_machine.travel(LATER):
            member = client_as(Role.MEMBER, user=committee.people[1])
            president = client_as(Role.PRESIDENT, user=committee.president)
            assert f"{page}lancer/" in member.get(page).content.decode()
            assert f"{page}lancer/" not in president.get(page).content.decode()
        assert self.launch(prepared, by=committee.people[1])

    def test_changed_it_takes_who_may_that_day(self, committee, prepared):
        end(committee, ends_on=SENT.date())
        operations.change_consultation(
            meeting_id=prepared.pk, project_id=prepared.items.get().project_id, matter="URGENCY",
            urgency="Le bail.", closes_at=END, reminds=True, by=committee.operator, at=LATER,
        )  # fmt: skip
        prepared.refresh_from_db()
        assert prepared.chair == committee.seats[1]
