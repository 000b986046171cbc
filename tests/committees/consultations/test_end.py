"""A consultation closes at its hour, or goes to a meeting (C5)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.outbox.models import Entry
from basins.enums import Role
from committees import operations
from committees.documents import minutes_context
from committees.enums import BallotStatus, MeetingStatus
from committees.models import Meeting
from committees.rules.consultations import reminder_times
from projects.enums import ProjectStatus
from tests.builders import at, make_user, withdraw
from tests.committees.consultations.conftest import END, SENT, vote
from tests.words import plain

pytestmark = pytest.mark.django_db


class TestEnd:
    def test_a_late_worker_closes_at_the_planned_hour(self, committee, ballot):
        closed = operations.close_at_its_hour(ballot_id=ballot.pk, at=END + timedelta(hours=9))
        assert (closed.status, closed.closed_at) == (BallotStatus.CLOSED, END)

    def test_not_before_its_hour(self, ballot):
        early = operations.close_at_its_hour(ballot_id=ballot.pk, at=END - timedelta(minutes=1))
        assert early.status == BallotStatus.OPEN

    def test_the_outbox_keeps_its_hours(self, ballot):
        due = Entry.objects.filter(kind__endswith="_consultation").values_list("kind", "due_at")
        assert sorted(moment for kind, moment in due if "close" in kind) == [END]
        reminders = sorted(moment for kind, moment in due if "remind" in kind)
        assert reminders == [SENT + (END - SENT) / 2, END - timedelta(days=1)]

    def test_reminders_wait_for_those_who_have_not_voted(self, committee, ballot):
        for person in committee.people[:3]:
            vote(committee, ballot, person)
        remind = {"ballot_id": ballot.pk, "number": 1}
        late = END + timedelta(minutes=1)
        assert operations.remind_undecided(at=late, **remind) == 0
        mails = Entry.objects.filter(kind="notifications.send")
        before = mails.count()
        told = operations.remind_undecided(at=END - timedelta(days=1), **remind)
        assert told == len(committee.people) - 3
        assert mails.count() == before + told
        recorded = AuditEvent.objects.get(type="ballot.reminded")
        assert (recorded.target_id, recorded.facts) == (str(ballot.pk), {"people": told})

    def test_closes_early_only_when_the_rules_say_so(self, committee, ballot, rules):
        for person in committee.people:
            vote(committee, ballot, person)
        assert operations.close_if_complete(ballot_id=ballot.pk, at=SENT).status == "OPEN"
        rules.consultation_closes_early = True
        rules.save()
        assert operations.close_if_complete(ballot_id=ballot.pk, at=SENT).status == "CLOSED"

    def test_closes_early_on_the_withdrawal_of_the_last(self, committee, ballot, rules):
        rules.consultation_closes_early = True
        rules.save()
        *voters, last = committee.people
        for person in voters:
            vote(committee, ballot, person)
        waiting = Entry.objects.filter(kind="committees.close_if_complete")
        assert waiting.count() == len(voters)
        committee.answer(ballot.item, last, "RECUSED", when=SENT)
        assert waiting.count() == len(voters) + 1
        operations.close_if_complete(ballot_id=ballot.pk, at=SENT)
        ballot.refresh_from_db()
        assert ballot.status == BallotStatus.CLOSED

    def test_proclaimed_it_is_over_and_its_minutes_wait(self, committee, ballot):
        for person in committee.people[:4]:
            vote(committee, ballot, person)
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        decision = operations.proclaim(ballot_id=ballot.pk, by=committee.president, at=END)
        meeting = Meeting.objects.get(pk=ballot.item.meeting_id)
        assert decision.outcome == "APPROVED"
        assert meeting.status == MeetingStatus.HELD
        assert meeting.minutes.status == "DRAFT"


@pytest.mark.parametrize(
    ("hours", "reminded"),
    [(200, (100, 176)), (72, (36, 48)), (50, (25, 26)), (48, (24,)), (36, (12, 18)), (20, (10,))],
)
def test_the_undecided_are_reminded_half_way_and_the_day_before(hours, reminded):
    moments = reminder_times(SENT, SENT + timedelta(hours=hours))
    assert moments == tuple(SENT + timedelta(hours=passed) for passed in reminded)


class TestPresidentWithdrawn:
    """The president withdrew from the only file: the first company seat presides (R30)."""

    def test_another_launches_proclaims_and_signs(self, committee, prepared):
        president, substitute, *others = committee.people
        committee.answer(prepared.items.get(), president, "RECUSED", when=SENT)
        launch = {"meeting_id": prepared.pk, "at": SENT}
        with pytest.raises(ActionDenied, match="préside"):
            operations.launch_consultation(by=president, **launch)
        ballot = operations.launch_consultation(by=substitute, **launch)
        for person in others:
            vote(committee, ballot, person)
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        decision = operations.proclaim(ballot_id=ballot.pk, by=substitute, at=END)
        assert decision.outcome == "APPROVED"
        minutes = Meeting.objects.get(pk=prepared.pk).minutes
        [consulted, *_] = minutes_context(minutes)["opening"]
        assert f"sous la présidence de {substitute}, " in consulted
        operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=END)
        signed = operations.sign_minutes(minutes_id=minutes.pk, by=substitute, at=END)
        assert signed.signed_by_id == substitute.pk

    def test_or_once_it_is_launched(self, committee, ballot):
        president, substitute, *others = committee.people
        for person in others:
            vote(committee, ballot, person)
        committee.answer(ballot.item, substitute, "RECUSED", when=SENT)
        committee.answer(ballot.item, president, "RECUSED", when=SENT)
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        operations.proclaim(ballot_id=ballot.pk, by=others[0], at=END)
        assert Meeting.objects.get(pk=ballot.item.meeting_id).chair == committee.seat_of(others[0])


class TestDiscussion:
    def ask(self, committee, ballot, person, *, moment=SENT):
        return operations.ask_for_discussion(
            ballot_id=ballot.pk,
            seat_id=committee.seat_of(person).pk,
            reason="Le plan de financement n'est pas clair.",
            by=person,
            at=moment,
        )

    def test_sends_the_file_to_the_next_meeting(self, committee, ballot):
        meeting = committee.planned(held_at=at(2026, 4, 9, 10, 0))
        vote(committee, ballot, committee.people[1])
        assert self.ask(committee, ballot, committee.people[2]) == meeting
        ballot.refresh_from_db()
        assert ballot.status == BallotStatus.CANCELLED
        assert meeting.items.get().project == ballot.item.project

    def test_holds_both_meetings_before_its_ballot_and_seat(self, committee, ballot):
        """A seat that changes holds the meetings to come first: the two may cross."""
        committee.planned(held_at=at(2026, 4, 9, 10, 0))
        with CaptureQueriesContext(connection) as queries:
            self.ask(committee, ballot, committee.people[2])
        locks = [one["sql"] for one in queries if " FOR " in one["sql"]]
        tables = [sql.partition('FROM "committees_')[2].partition('"')[0] for sql in locks]
        first = [table for table in tables if table in {"meeting", "ballot", "seat"}][:4]
        assert first == ["meeting", "meeting", "ballot", "seat"]

    def test_a_seat_that_withdrew_is_not_written_to(self, committee, ballot):
        *_, asker, withdrawn = committee.people
        for person in (asker, withdrawn):
            committee.seat_of(person).alternates.add(make_user(Role.MEMBER, basin=committee.basin))
        committee.answer(ballot.item, withdrawn, "RECUSED", when=SENT)
        self.ask(committee, ballot, asker)
        told = {row.payload["email"] for row in Entry.objects.filter(payload__code="M46")}
        others = [person for person in committee.people if person != withdrawn]
        alternate = committee.seat_of(asker).alternates.get()
        assert told == {person.email for person in [*others, alternate, committee.operator]}

    def test_waits_for_a_meeting_when_none_is_planned(self, committee, ballot):
        assert self.ask(committee, ballot, committee.people[2]) is None
        ballot.item.project.refresh_from_db()
        assert ballot.item.project.status == ProjectStatus.READY

    def test_its_reason_is_kept_when_refused(self, committee, ballot, client_as):
        page = f"/bassins/savoie/comite/scrutins/{ballot.pk}/discussion/"
        member = client_as(Role.MEMBER, user=committee.people[2])
        with time_machine.travel(END + timedelta(minutes=1), tick=False):
            answer = member.post(page, {"reason": "Le bail n'est pas signé."})
        assert answer.status_code == 422
        assert "Le bail n&#x27;est pas signé." in answer.content.decode()

    def test_its_page_names_who_is_written_to(self, committee, ballot, client_as):
        other = make_user(Role.OPERATOR, basin=committee.basin)
        withdraw(ballot.item.project, committee.operator)
        member = client_as(Role.MEMBER, user=committee.people[2])
        with time_machine.travel(SENT, tick=False):
            page = member.get(f"/bassins/savoie/comite/scrutins/{ballot.pk}/discussion/")
        assert f"{other}, opérateur" in plain(page)
        assert f"{committee.operator}, opérateur" not in plain(page)

    def test_is_refused_when_the_rules_say_so(self, committee, ballot, rules):
        rules.consultation_discussion = False
        rules.save()
        with pytest.raises(ActionDenied, match="ne prévoient pas"):
            self.ask(committee, ballot, committee.people[2])

    def test_comes_too_late_after_the_hour(self, committee, ballot):
        with pytest.raises(ActionDenied, match="close"):
            self.ask(committee, ballot, committee.people[2], moment=END + timedelta(minutes=1))
