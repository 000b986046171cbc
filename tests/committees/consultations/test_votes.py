"""Who votes in writing, and until when (C5, voting.md 5.3)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from committees import operations
from committees.models import Vote
from committees.queries import polls, proxies
from committees.rules import Choice
from tests.builders import make_user, set_rules
from tests.committees.consultations.conftest import END, SENT, vote

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"


class TestVote:
    def test_every_seat_is_written_to_and_its_alternates(self, committee, prepared, run_outbox):
        alternate = make_user(Role.MEMBER, basin=committee.basin)
        committee.seats[1].alternates.add(alternate)
        operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)
        run_outbox()
        with national():
            asked = set(Mail.objects.filter(code="M07").values_list("to_email", flat=True))
        assert asked == {person.email for person in (*committee.people, alternate)}

    def test_every_seat_is_expected(self, committee, ballot):
        vote(committee, ballot, committee.people[1])
        assert polls.turnout(ballot) == polls.Turnout(1, len(committee.people))

    def test_who_votes_is_there(self, committee, ballot):
        for person in committee.people[:4]:
            vote(committee, ballot, person)
        seated = set(ballot.item.meeting.attendances.values_list("seat_id", flat=True))
        assert seated == {committee.seat_of(person).pk for person in committee.people[:4]}

    def test_one_person_votes_for_one_seat(self, committee, ballot):
        committee.seats[2].alternates.add(committee.people[1].pk)
        vote(committee, ballot, committee.people[1])
        with pytest.raises(ActionDenied, match="siège déjà pour"):
            vote(committee, ballot, committee.people[1], seat=committee.seats[2])

    def test_silence_is_no_consent(self, committee, ballot):
        for person in committee.people[:2]:
            vote(committee, ballot, person)
        closed = operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        assert closed.result["outcome"] == "NO_QUORUM"

    def test_half_of_the_seats_decide(self, committee, ballot):
        for person in committee.people[:3]:
            vote(committee, ballot, person)
        vote(committee, ballot, committee.people[3], Choice.AGAINST)
        closed = operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        assert closed.result["outcome"] == "APPROVED"
        assert (closed.result["votes_for"], closed.result["votes_against"]) == (3, 1)

    def test_a_seat_on_the_list_votes_though_its_mandate_ends_meanwhile(self, committee, ballot):
        person = committee.people[1]
        last = SENT.date() + timedelta(days=2)
        ends = {"seat_id": committee.seat_of(person).pk, "by": committee.operator, "at": SENT}
        operations.end_seat(ends_on=last, **ends)
        vote(committee, ballot, person, moment=SENT + timedelta(days=4))
        assert ballot.votes.count() == 1
        # Its vote takes nothing from its mandate, which may still be corrected.
        assert operations.end_seat(ends_on=last - timedelta(days=1), **ends).ends_on < last

    def test_late_is_refused_even_unclosed(self, committee, ballot):
        with pytest.raises(ActionDenied, match="La consultation a été close"):
            vote(committee, ballot, committee.people[1], moment=END + timedelta(seconds=1))

    def test_late_is_refused_by_the_database(self, committee, ballot):
        person = committee.people[1]
        with pytest.raises(IntegrityError, match="not open"), transaction.atomic():
            Vote.objects.create(
                ballot=ballot,
                seat=committee.seat_of(person),
                version=1,
                person_id=person.pk,
                choice="FOR",
                cast_at=END + timedelta(seconds=1),
                command_key=uuid4(),
            )


class TestProxies:
    def test_count_only_where_the_rules_admit_them_in_writing(self, committee, ballot, rules):
        giver, holder = committee.people[3:]
        give = {
            "meeting_id": ballot.item.meeting_id,
            "giver_id": committee.seat_of(giver).pk,
            "holder_id": committee.seat_of(holder).pk,
            "by": giver,
            "at": SENT,
        }
        with pytest.raises(ActionDenied, match="pas de pouvoir par écrit"):
            operations.give_proxy(**give)
        rules.proxies_in_consultation = True
        rules.save()
        # As they were when it was launched.
        with pytest.raises(ActionDenied, match="pas de pouvoir par écrit"):
            operations.give_proxy(**give)
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=SENT)
        committee.propose(ballot.item)
        operations.launch_consultation(
            meeting_id=ballot.item.meeting_id, by=committee.president, at=SENT
        )
        [proxy] = operations.give_proxy(**give)
        operations.answer_proxy(proxy_id=proxy.pk, accept=True, by=holder, at=SENT)
        assert proxies.held_for(ballot.item) == ((proxy.giver_id, proxy.holder_id),)

    @pytest.fixture
    def represented(self, committee, prepared, rules):
        """A consultation where proxies are admitted, and the giver of one to the second seat."""
        rules.proxies_in_consultation = True
        rules.save()
        ballot = operations.launch_consultation(
            meeting_id=prepared.pk, by=committee.president, at=SENT
        )
        committee.proxy(prepared, committee.people[4], committee.people[1])
        return ballot

    def for_giver(self, committee, ballot):
        return committee.vote(ballot, committee.people[1], seat_id=committee.seats[4].pk, at=SENT)

    def test_count_for_whom_something_was_cast(self, committee, represented, rules):
        """Half of the seats must vote: a giver for whom nothing is cast has not (5.3)."""
        set_rules(floor=1)
        for person in committee.people[:2]:
            vote(committee, represented, person)
        silent = operations.close_at_its_hour(ballot_id=represented.pk, at=END)
        assert (silent.result["quorum_have"], silent.result["outcome"]) == (2, "NO_QUORUM")
        assert "pouvoir" not in silent.result_sentence

    def test_count_once_it_was(self, committee, prepared, represented):
        for person in committee.people[:3]:
            vote(committee, represented, person)
        self.for_giver(committee, represented)
        closed = operations.close_at_its_hour(ballot_id=represented.pk, at=END)
        assert (closed.result["quorum_have"], closed.result["votes_for"]) == (4, 4)

    def test_are_admitted_as_when_it_was_launched(self, committee, represented):
        vote(committee, represented, committee.people[1])
        set_rules(proxies_in_consultation=False)
        self.for_giver(committee, represented)
        closed = operations.close_at_its_hour(ballot_id=represented.pk, at=END)
        assert closed.result["votes_for"] == 2


def test_a_consultation_leads_only_those_who_read_its_file(
    committee, ballot, client_as, time_machine
):
    time_machine.move_to(SENT)
    number = ballot.item.meeting.number
    address = f"/bassins/savoie/comite/consultations/{number}/"
    for user, label in ((committee.people[0], "Voter"), (committee.operator, "Suivre le vote")):
        role = Role.MEMBER if label == "Voter" else Role.OPERATOR
        reader = client_as(role, user=user)
        assert address in reader.get(f"{HOME}?annee=2026").content.decode()
        assert f">{label}</a>" in reader.get(address).content.decode()
    outsider = client_as(Role.PREFECTURE)
    listed = outsider.get(f"{HOME}?annee=2026").content.decode()
    assert number in listed
    assert address not in listed
    assert outsider.get(address).status_code == 404
