"""Meetings opened and closed: who is there, what is proposed, the minutes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from committees import operations
from committees.enums import MeetingStatus, MinutesStatus
from committees.models import Meeting, Minutes
from committees.operations import SkillsLine
from partners.models import Contact
from projects.enums import ProjectStatus
from tests.builders import at, make_partner, make_person, make_seat
from tests.committees.conftest import BEFORE, CHAIR, DAY

pytestmark = pytest.mark.django_db


def test_open_meeting_by_the_chair_only(committee):
    meeting = committee.convened()
    with pytest.raises(ActionDenied, match="préside"):
        operations.open_meeting(meeting_id=meeting.pk, by=committee.people[1], at=DAY)
    operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
    assert meeting.attendances.get().person_id == committee.president.pk
    with pytest.raises(ActionDenied, match="déjà ouverte"):
        operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)


def test_open_meeting_from_its_day_on(committee):
    meeting = committee.convened()
    act = {"meeting_id": meeting.pk, "by": committee.president}
    with pytest.raises(ActionDenied, match="s'ouvre le jeudi 12 mars 2026"):
        operations.open_meeting(at=DAY - timedelta(days=1), **act)
    asked = {"held_at": DAY - timedelta(days=1), "mode": "IN_PERSON", "place": "CCI"}
    operations.update_meeting(
        meeting_id=meeting.pk,
        chair_id=meeting.chair_id,
        by=committee.operator,
        at=BEFORE,
        **asked,
    )
    # The day is that of Paris, from its first minute on.
    opened = operations.open_meeting(at=at(2026, 3, 11, 0, 1), **act)
    assert opened.status == MeetingStatus.OPEN


def test_a_meeting_opens_on_no_later_day(committee):
    meeting = committee.convened()
    with pytest.raises(ActionDenied, match="était convoquée pour le jeudi 12 mars 2026"):
        operations.open_meeting(
            meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(days=90)
        )


def test_who_replaces_the_chair_waits_for_its_hour(committee):
    meeting, substitute = committee.convened(), committee.people[1]
    early = DAY - timedelta(minutes=1)
    committee.arrive(meeting, substitute, when=early)
    with pytest.raises(ActionDenied, match=r"attendue jusqu'à 10.h"):
        operations.open_meeting(meeting_id=meeting.pk, by=substitute, at=early)
    opened = operations.open_meeting(meeting_id=meeting.pk, by=substitute, at=DAY)
    assert opened.chair == committee.seat_of(substitute)


def test_whoever_enters_as_the_meeting_ends_was_there(committee):
    meeting = committee.opened(present=1)
    entered = DAY + timedelta(hours=1)
    committee.arrive(meeting, committee.people[1], when=entered)
    operations.close_meeting(
        meeting_id=meeting.pk, by=committee.president, at=entered - timedelta(seconds=1)
    )
    meeting.refresh_from_db()
    assert meeting.closed_at == entered


def test_open_meeting_checks_the_chair_again_on_the_day(committee):
    meeting = committee.convened()
    Contact.objects.filter(person=committee.president).update(is_active=False)
    with pytest.raises(ActionDenied) as refusal:
        operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
    assert refusal.value.reason == CHAIR


def test_a_meeting_not_convened_does_not_open(committee):
    meeting = committee.planned()
    with pytest.raises(ActionDenied, match="après l'envoi"):
        operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)


def test_the_agenda_is_fixed_once_the_meeting_is_open(committee):
    meeting = committee.opened()
    with pytest.raises(ActionDenied, match="déjà commencé"):
        operations.put_on_agenda(
            meeting_id=meeting.pk, project_id=committee.ready().pk, by=committee.operator, at=DAY
        )


class TestPresences:
    def test_a_seat_is_taken_once(self, committee):
        meeting = committee.opened(present=1)
        alternate = make_person()
        seat = committee.seats[1]
        seat.alternates.add(alternate)
        committee.arrive(meeting, committee.people[1])
        committee.arrive(meeting, committee.people[1])
        assert meeting.attendances.filter(seat=seat).count() == 1
        with pytest.raises(ActionDenied, match="siège déjà pour"):
            operations.check_in(
                meeting_id=meeting.pk, seat_id=seat.pk, person_id=alternate.pk, by=alternate, at=DAY
            )

    def test_nobody_arrives_before_the_day(self, committee):
        meeting = committee.convened()
        with pytest.raises(ActionDenied, match="le jour de la séance"):
            committee.arrive(meeting, committee.people[1], when=DAY - timedelta(days=1))

    def test_nobody_sits_for_another_seat(self, committee):
        meeting = committee.opened(present=1)
        with pytest.raises(ActionDenied, match="ni titulaire ni suppléante"):
            operations.check_in(
                meeting_id=meeting.pk,
                seat_id=committee.seats[2].pk,
                person_id=committee.people[1].pk,
                by=committee.people[1],
                at=DAY,
            )

    def test_a_seat_whose_mandate_ended_yesterday_is_out(self, committee):
        meeting = committee.opened(present=1)
        seat = committee.seats[1]
        seat.ends_on = DAY.date() - timedelta(days=1)
        seat.save()
        with pytest.raises(ActionDenied, match="pas en fonction"):
            committee.arrive(meeting, committee.people[1])

    def test_nobody_sits_from_afar_where_all_are_in_one_room(self, committee):
        meeting = committee.planned(mode="IN_PERSON")
        convened = {"status": "CONVENED", "convened_at": DAY, "convened_by": committee.operator}
        Meeting.objects.filter(pk=meeting.pk).update(**convened)
        seat, person = committee.seats[1], committee.people[1]
        arrives = {"meeting_id": meeting.pk, "seat_id": seat.pk, "person_id": person.pk}
        with pytest.raises(ActionDenied, match="à distance"):
            operations.check_in(**arrives, is_remote=True, by=person, at=DAY)
        assert not operations.check_in(**arrives, by=person, at=DAY).is_remote

    def test_hours_to_come_or_backwards_are_refused(self, committee):
        meeting = committee.opened()
        there = meeting.attendances.get(seat=committee.seats[1])
        for hours, words in ((1, "à venir"), (-1, "précède l'arrivée")):
            with pytest.raises(InvalidInput, match=words):
                operations.check_out(
                    attendance_id=there.pk,
                    left_at=DAY + timedelta(hours=hours),
                    by=committee.operator,
                    at=DAY,
                )

    def test_a_departure_never_undoes_a_vote(self, committee):
        meeting = committee.opened()
        ballot = committee.ballot(meeting)
        committee.vote(ballot, committee.people[1])
        there = meeting.attendances.get(seat=committee.seats[1])
        with pytest.raises(ActionDenied, match="a voté à 10"):
            operations.check_out(
                attendance_id=there.pk,
                left_at=DAY + timedelta(minutes=6),
                by=committee.operator,
                at=DAY + timedelta(minutes=10),
            )
        operations.check_out(
            attendance_id=there.pk, by=committee.operator, at=DAY + timedelta(minutes=10)
        )
        assert committee.close(ballot).result["votes_for"] == 1


class TestProposal:
    def test_an_amount_and_its_instalments_go_together(self, committee):
        item = committee.convened().items.get()
        for values in ({"amount": 2_000_000, "lines": 0}, {"amount": 0, "lines": 12}):
            with pytest.raises(InvalidInput) as refusal:
                committee.propose(item, **values)
            assert refusal.value.field == "lines"

    def test_something_is_proposed(self, committee):
        item = committee.convened().items.get()
        with pytest.raises(InvalidInput, match="Proposez une avance"):
            committee.propose(item, amount=0, lines=0)

    def test_a_company_stands_once(self, committee):
        item = committee.convened().items.get()
        line = SkillsLine(committee.seats[1].partner_id, Decimal("2.5"), "achats")
        with pytest.raises(InvalidInput, match="deux fois"):
            committee.propose(item, skills=[line, line])

    def test_it_is_frozen_while_its_ballot_is_open(self, committee):
        meeting = committee.opened()
        ballot = committee.ballot(meeting)
        with pytest.raises(ActionDenied, match="elle ne change plus"):
            committee.propose(ballot.item)


class TestCloseMeeting:
    def test_what_was_not_decided_is_ready_again(self, committee):
        meeting = committee.opened(files=2)
        ballot = committee.ballot(meeting)
        for person in committee.people:
            committee.vote(ballot, person)
        committee.close(ballot)
        committee.proclaim(ballot)
        minutes = operations.close_meeting(
            meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(minutes=20)
        )
        statuses = [item.project.status for item in meeting.items.order_by("rank")]
        assert statuses == [ProjectStatus.APPROVED, ProjectStatus.READY]
        assert minutes.drafted_by_id == committee.operator.pk
        assert not meeting.attendances.filter(left_at=None).exists()

    def test_a_ballot_under_way_holds_it_open(self, committee):
        meeting = committee.opened()
        ballot = committee.ballot(meeting)
        for _ in range(2):
            with pytest.raises(ActionDenied, match="reste à clore ou à proclamer"):
                operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
            committee.close(ballot)

    def test_twice_is_refused_and_does_nothing(self, committee):
        meeting = committee.opened()
        act = {"meeting_id": meeting.pk, "by": committee.president, "at": DAY}
        operations.close_meeting(**act)
        with pytest.raises(ActionDenied, match="n'est pas en cours"):
            operations.close_meeting(**act)
        assert Minutes.objects.count() == 1
        meeting.refresh_from_db()
        assert meeting.status == MeetingStatus.HELD


class TestMinutes:
    @pytest.fixture
    def minutes(self, committee):
        meeting = committee.opened()
        return operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)

    def save(self, minutes, by, text="Ouverture."):
        return operations.save_minutes(
            minutes_id=minutes.pk, narrative=text, items={}, by=by, at=DAY
        )

    def send(self, minutes, by):
        return operations.send_minutes(minutes_id=minutes.pk, by=by, at=DAY)

    def sign(self, minutes, by):
        return operations.sign_minutes(minutes_id=minutes.pk, by=by, at=DAY)

    def test_not_signed_before_they_are_sent(self, committee, minutes):
        with pytest.raises(ActionDenied, match="pas encore été envoyé"):
            self.sign(minutes, committee.president)

    def test_who_drafts_does_not_sign(self, committee, minutes):
        """SD9, even when the president is the one who wrote."""
        self.save(minutes, committee.president)
        self.send(minutes, committee.president)
        with pytest.raises(ActionDenied, match="signé par une autre"):
            self.sign(minutes, committee.president)

    def test_another_member_does_not_sign(self, committee, minutes):
        self.send(minutes, committee.operator)
        with pytest.raises(ActionDenied, match="présidence"):
            self.sign(minutes, committee.people[1])

    def test_sent_minutes_change_only_when_given_back(self, committee, minutes):
        self.send(minutes, committee.operator)
        with pytest.raises(ActionDenied, match="chez la présidence"):
            self.save(minutes, committee.operator)
        operations.return_minutes(
            minutes_id=minutes.pk, reason="Préciser le débat.", by=committee.president, at=DAY
        )
        assert self.save(minutes, committee.operator).minutes.status == MinutesStatus.DRAFT

    def test_signed_twice_counts_once(self, committee, minutes):
        self.send(minutes, committee.operator)
        for _ in range(2):
            assert self.sign(minutes, committee.president).status == MinutesStatus.SIGNED
        assert AuditEvent.objects.filter(type="minutes.signed").count() == 1
        with pytest.raises(ActionDenied, match="signé"):
            self.save(minutes, committee.operator)


def test_a_guest_seat_does_not_count_in_the_quorum(committee):
    make_seat(partner=make_partner(), kind="GUEST")
    meeting = committee.opened()
    assert committee.close(committee.ballot(meeting)).result["quorum_base"] == len(committee.seats)
