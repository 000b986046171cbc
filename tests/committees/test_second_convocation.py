"""The second convocation: the same files, no quorum, nothing added (voting.md 5.3)."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from alize.common.dates import PARIS, is_working_day
from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from committees import operations
from committees.documents import minutes
from committees.documents.ballots import item_part
from committees.models import CommitteeRules, Minutes
from committees.queries import second
from committees.queries.forecast import forecast_of
from tests.builders import set_rules
from tests.committees.conftest import DAY, reply

pytestmark = pytest.mark.django_db


class TestSecondConvocation:
    @pytest.fixture
    def failed(self, make):
        """Eleven seats, five there: the first file misses its quorum, the second is not tried."""
        committee = make(11)
        meeting = committee.opened(files=2, present=5)
        operations.close_meeting(
            meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(hours=1)
        )
        meeting.refresh_from_db()
        return committee, meeting

    def again(self, committee, meeting, **changes):
        values = {
            "held_at": DAY + timedelta(days=10),
            "mode": "MIXED",
            "place": "CCI",
            "video_url": "https://visio.example.org",
            "by": committee.operator,
            "at": DAY + timedelta(days=1),
            **changes,
        }
        return operations.convene_again(meeting_id=meeting.pk, **values)

    def test_it_takes_up_the_same_files_with_their_proposals(self, failed):
        committee, meeting = failed
        assert len(second.without_quorum(meeting)) == 2
        again = self.again(committee, meeting)
        assert again.second_of == meeting
        assert [item.project_id for item in again.items.order_by("rank")] == [
            item.project_id for item in meeting.items.order_by("rank")
        ]
        assert all(item.proposals.get().amount == 2_000_000 for item in again.items.all())
        with pytest.raises(ActionDenied, match="seconde convocation est la séance"):
            self.again(committee, meeting)

    def test_its_pages_say_that_the_files_wait_and_offer_a_working_day(self, failed, client_as):
        committee, meeting = failed
        operator = client_as(Role.OPERATOR, user=committee.operator)
        page = f"/bassins/savoie/comite/seances/{meeting.number}/"
        answer = operator.get(page)
        held = answer.content.decode()
        assert answer.context["header"].status.label == "Tenue, sans vote"
        assert held.count("Reporté") == 2
        assert "À examiner" not in held
        assert (
            "Tenue, sans vote"
            in operator.get("/bassins/savoie/comite/?annee=2026").content.decode()
        )
        printed = minutes.minutes_context(Minutes.objects.get(meeting=meeting))
        assert printed["figures"][0] == ("0", "dossier examiné")
        rules = CommitteeRules.objects.get()
        earliest = second.window_of(meeting, rules).first
        for day in (date(2026, 3, 20), earliest + timedelta(days=1)):
            with time_machine.travel(datetime(day.year, day.month, day.day, 18, tzinfo=PARIS)):
                offered = operator.get(f"{page}a-nouveau/").context["form"].initial["held_on"]
            assert offered > day
            assert offered >= earliest
            assert is_working_day(offered)

    def test_cancelled_it_may_be_convened_again(self, failed):
        committee, meeting = failed
        again = self.again(committee, meeting)
        operations.cancel_meeting(
            meeting_id=again.pk, reason="Neige", by=committee.operator, at=DAY + timedelta(days=1)
        )
        assert self.again(committee, meeting).items.count() == 2

    def test_a_ballot_cancelled_before_the_quorum_failed_changes_nothing(self, make):
        committee = make(11)
        meeting = committee.opened(present=6)
        ballot = committee.ballot(meeting)
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=DAY)
        later = DAY + timedelta(hours=1)
        gone = meeting.attendances.get(seat=committee.seats[5])
        operations.check_out(attendance_id=gone.pk, by=committee.people[5], at=DAY)
        operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=later)
        meeting.refresh_from_db()
        assert second.without_quorum(meeting) == [ballot.item]

    def test_a_quorum_missed_early_and_reached_since_is_no_ground(self, make):
        committee = make(11)
        meeting = committee.opened(present=2)
        item = meeting.items.get()
        for person in committee.people:
            committee.answer(item, person)
        with pytest.raises(ActionDenied, match="Quorum non atteint"):
            operations.open_ballot(item_id=item.pk, by=committee.president, at=DAY)
        for person in committee.people[2:]:
            committee.arrive(meeting, person)
        ballot = committee.ballot(meeting)
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=DAY)
        operations.close_meeting(
            meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(hours=1)
        )
        meeting.refresh_from_db()
        assert second.without_quorum(meeting) == []
        assert item_part(meeting.items.get()).no_quorum == ""

    def test_nothing_is_added_to_it(self, failed):
        committee, meeting = failed
        again = self.again(committee, meeting)
        with pytest.raises(ActionDenied, match="rien ne s'y ajoute"):
            operations.put_on_agenda(
                meeting_id=again.pk, project_id=committee.ready().pk, by=committee.operator, at=DAY
            )

    @pytest.mark.parametrize("days", [6, 32])
    def test_it_is_held_neither_too_soon_nor_too_late(self, failed, days):
        committee, meeting = failed
        with pytest.raises(InvalidInput, match="se tient entre le"):
            self.again(committee, meeting, held_at=DAY + timedelta(days=days))
        again = self.again(committee, meeting)
        with pytest.raises(InvalidInput, match="se tient entre le"):
            operations.update_meeting(
                meeting_id=again.pk,
                held_at=DAY + timedelta(days=days),
                mode="IN_PERSON",
                place="CCI",
                by=committee.operator,
                at=DAY,
            )

    def test_a_month_is_a_month_in_february_too(self, failed):
        _, meeting = failed
        meeting.opened_at = datetime(2027, 1, 31, 10, tzinfo=PARIS)
        assert second.window_of(meeting, CommitteeRules()).last == date(2027, 2, 28)

    def test_it_needs_no_quorum(self, failed):
        committee, meeting = failed
        again = self.again(committee, meeting)
        operations.convene(meeting_id=again.pk, by=committee.operator, at=DAY + timedelta(days=1))
        for person in committee.people[:3]:
            reply(committee, again, person, when=DAY + timedelta(days=2))
        assert all(row.is_reached for row in forecast_of(again))

    def test_its_minutes_state_the_floor_of_its_votes(self, committee):
        meeting = committee.opened()
        committee.ballot(meeting)
        set_rules(floor=4)
        assert minutes.floor_of(meeting) == 3

    def test_the_rules_may_forbid_it(self, failed):
        committee, meeting = failed
        set_rules(second_convocation=False)
        with pytest.raises(ActionDenied, match="ne prévoient pas"):
            self.again(committee, meeting)

    def test_a_meeting_that_had_its_quorum_has_none(self, committee):
        meeting = committee.opened()
        operations.close_meeting(
            meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(hours=1)
        )
        meeting.refresh_from_db()
        with pytest.raises(ActionDenied, match="Aucun dossier"):
            self.again(committee, meeting)
