"""A proposal rejected and set aside: another one in the same session, or its rejection (5.3)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied
from alize.documents.operations import draft_words
from basins.enums import Role
from committees import operations
from committees.documents import minutes_context
from committees.documents.ballots import item_part
from committees.enums import DecisionOutcome, MeetingStatus
from committees.models import AgendaItem, Ballot, Decision, Meeting
from committees.operations import Particulars
from committees.queries import verification
from committees.wording import proposal_text
from projects.enums import ProjectStatus
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(minutes=30)
STANDS = "mettez-en une autre aux voix, ou proclamez ce rejet"


def rejected(committee, meeting, *, against=3):
    """The first proposal of a meeting, rejected by its members and set aside by its chair."""
    ballot = committee.ballot(meeting)
    for rank, person in enumerate(committee.people):
        committee.vote(ballot, person, "AGAINST" if rank < against else "FOR")
    committee.close(ballot)
    assert committee.proclaim(ballot, set_aside=True) is None
    ballot.refresh_from_db()
    return ballot


@pytest.fixture
def lost(committee):
    return rejected(committee, committee.opened())


def again(committee, item, **changes):
    committee.propose(item, **changes)
    return operations.open_ballot(item_id=item.pk, by=committee.president, at=LATER)


class TestAnotherProposal:
    def test_the_same_is_not_voted_again(self, committee, lost):
        with pytest.raises(ActionDenied, match="dans les mêmes termes"):
            again(committee, lost.item)

    def test_nor_with_other_blanks_and_capitals(self, committee):
        lost = rejected(committee, committee.opened(comment="Au titre de la relance."))
        with pytest.raises(ActionDenied, match="dans les mêmes termes"):
            again(committee, lost.item, comment="au titre\n de la  RELANCE. ")

    def test_nor_after_another_that_was_cancelled(self, committee, lost):
        other = again(committee, lost.item, amount=1_000_000)
        operations.cancel_ballot(ballot_id=other.pk, by=committee.president, at=LATER)
        with pytest.raises(ActionDenied, match="dans les mêmes termes"):
            again(committee, lost.item)

    def test_the_database_does_not_take_it_either(self, committee, lost):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Ballot.objects.create(
                item=lost.item,
                number=2,
                proposal=lost.item.proposals.create(),
                proposal_text=f" {lost.proposal_text.upper()}\n",
                status="OPEN",
                opened_at=LATER,
                opened_by=committee.president,
            )
        assert "dans les mêmes termes" in sentence_of(error.value)

    def test_another_amount_is(self, committee, lost):
        other = again(committee, lost.item, amount=1_000_000)
        assert (other.number, other.status) == (2, "OPEN")
        assert other.proposal_text == proposal_text(other.proposal)


class TestNeverBuried:
    def close(self, committee, meeting):
        operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=LATER)

    def record(self, committee, item, outcome, **more):
        said = Particulars(reason="À revoir.", expert="Expert", expert_due_on=LATER.date())
        values = {"by": committee.president, "at": LATER, **more}
        return operations.record_without_ballot(
            item_id=item.pk, outcome=outcome, particulars=said, **values
        )

    @pytest.mark.parametrize("outcome", ["DEFERRED", "EXTRA_DIAGNOSIS"])
    def test_by_a_decision_without_a_vote(self, committee, lost, outcome):
        with pytest.raises(ActionDenied, match=STANDS):
            self.record(committee, lost.item, outcome)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Decision.objects.create(
                reference="A",
                project=lost.item.project,
                item=lost.item,
                outcome="DEFERRED",
                decided_on=DAY.date(),
                recorded_by=committee.president,
            )
        assert STANDS in sentence_of(error.value)

    def test_a_company_may_still_withdraw(self, committee, lost):
        decision = self.record(committee, lost.item, "WITHDRAWN", by=committee.operator)
        assert decision.outcome == DecisionOutcome.WITHDRAWN
        self.close(committee, lost.item.meeting)

    def test_by_the_end_of_the_meeting(self, committee, lost):
        meeting = lost.item.meeting
        with pytest.raises(ActionDenied, match=r"sur .+ sans rien décider d'autre") as refusal:
            self.close(committee, meeting)
        assert lost.item.project.beneficiary.name in str(refusal.value)
        with pytest.raises(ActionDenied, match="sans rien décider d'autre"):
            operations.adjourn_meeting(meeting_id=meeting.pk, by=committee.president, at=LATER)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(
                status="HELD", closed_at=LATER, closed_by=committee.president
            )
        assert STANDS in sentence_of(error.value)
        meeting.refresh_from_db()
        assert meeting.status == MeetingStatus.OPEN

    def test_nor_when_the_other_proposal_is_cancelled(self, committee, lost):
        other = again(committee, lost.item, amount=1_000_000)
        operations.cancel_ballot(ballot_id=other.pk, by=committee.president, at=LATER)
        with pytest.raises(ActionDenied, match="sans rien décider d'autre"):
            self.close(committee, lost.item.meeting)

    def test_nor_when_the_other_proposal_lost_its_quorum(self, make):
        committee = make(8)
        lost = rejected(committee, committee.opened(), against=6)
        other = again(committee, lost.item, amount=1_000_000)
        for person in committee.people[2:]:
            committee.answer(lost.item, person, "RECUSED", when=LATER)
        committee.close(other, when=LATER)
        assert committee.proclaim(other, at=LATER) is None
        with pytest.raises(ActionDenied, match="sans rien décider d'autre"):
            self.close(committee, lost.item.meeting)
        assert committee.proclaim(lost, reason="Trop tôt.", at=LATER).ballot == lost

    def test_a_rejection_not_proclaimed_yet_does_not_end_it_in_the_database(self, committee):
        ballot = committee.ballot(committee.opened())
        for person in committee.people:
            committee.vote(ballot, person, "AGAINST")
        committee.close(ballot)
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.filter(items__ballots=ballot).update(
                status="HELD", closed_at=LATER, closed_by=committee.president
            )


class TestProclaimedAfterAll:
    def test_it_is_the_decision(self, committee, lost):
        decision = committee.proclaim(lost, reason="Trop tôt.", at=LATER)
        assert (decision.outcome, decision.ballot) == (DecisionOutcome.REJECTED, lost)
        assert committee.proclaim(lost, reason="Trop tard.", at=LATER) == decision
        assert committee.proclaim(lost, set_aside=True, at=LATER) == decision
        assert Decision.objects.count() == 1
        part = item_part(AgendaItem.objects.get())
        assert (part.decision, part.ballots[0].is_set_aside) == ("Refusé", False)
        operations.close_meeting(meeting_id=lost.item.meeting_id, by=committee.president, at=LATER)
        assert Decision.objects.get().project.status == ProjectStatus.REJECTED
        assert not verification.verify().findings

    def test_also_when_the_quorum_was_lost_meanwhile(self, committee, lost):
        meeting = lost.item.meeting
        for there in meeting.attendances.filter(seat__in=committee.seats[2:]):
            operations.check_out(attendance_id=there.pk, by=there.person, at=LATER)
        with pytest.raises(ActionDenied, match="Quorum non atteint"):
            again(committee, lost.item, amount=1_000_000)
        missed = item_part(AgendaItem.objects.get()).no_quorum
        assert missed.startswith(
            "Aucun autre vote n'a pu s'ouvrir, à 10\u00a0h\u00a030. Quorum non"
        )
        committee.proclaim(lost, reason="Trop tôt.", at=LATER)
        assert item_part(AgendaItem.objects.get()).no_quorum == missed
        operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=LATER)
        printed = draft_words(
            reference="PV",
            title="PV",
            template="pdf/minutes.html",
            context=minutes_context(meeting.minutes),
            as_of=DAY.date(),
        )
        assert "Aucun autre vote" in printed
        assert "est reporté" not in printed

    def test_who_withdrew_between_two_ballots_is_said_of_the_one_they_left(self, make):
        committee = make(6)
        meeting = committee.opened()
        item = meeting.items.get()
        first, second, third = (str(seat.partner) for seat in committee.seats[1:4])
        committee.answer(item, committee.people[1], "RECUSED")
        committee.answer(item, committee.people[2], "RECUSED")
        lost = committee.ballot(meeting)
        for rank, person in enumerate(committee.people):
            if rank not in {1, 2}:
                committee.vote(lost, person, "AGAINST")
        assert item_part(item).recused == sorted([first, second])
        committee.close(lost)
        committee.proclaim(lost, set_aside=True)
        committee.answer(item, committee.people[1], when=LATER)
        committee.answer(item, committee.people[3], "RECUSED", when=LATER)
        other = again(committee, item, amount=1_000_000)
        committee.vote(other, committee.people[0])
        committee.close(other, when=LATER)
        committee.proclaim(other, at=LATER)
        assert item_part(meeting.items.get()).recused == sorted(
            [f"{first} (scrutin 1)", second, f"{third} (scrutin 2)"]
        )

    def test_a_quorum_missed_then_found_again_is_not_told(self, committee, lost):
        meeting = lost.item.meeting
        AgendaItem.objects.update(no_quorum_at=DAY, no_quorum="Quorum non atteint.")
        assert item_part(meeting.items.get()).no_quorum == ""

    def test_it_is_not_adjourned_by_then(self, make):
        """The casting vote that rejected it was used when it was set aside (C8)."""
        committee = make(4)
        lost = rejected(committee, committee.opened(), against=2)
        decision = committee.proclaim(lost, defer=True, reason="Trop tôt.", at=LATER)
        assert decision.outcome == DecisionOutcome.REJECTED

    def test_set_aside_twice_nothing_is_decided(self, committee, lost):
        assert committee.proclaim(lost, set_aside=True, at=LATER) is None
        assert not Decision.objects.exists()

    def test_not_while_another_is_voted_on(self, committee, lost):
        other = again(committee, lost.item, amount=1_000_000)
        with pytest.raises(ActionDenied, match="menez-le d'abord à son terme"):
            committee.proclaim(lost, reason="Trop tôt.", at=LATER)
        committee.vote(other, committee.people[0])
        committee.close(other, when=LATER)
        assert committee.proclaim(other, at=LATER).outcome == DecisionOutcome.APPROVED
        assert committee.proclaim(lost, reason="Trop tôt.", at=LATER) is None

    def test_the_last_rejection_is_the_one(self, committee, lost):
        other = again(committee, lost.item, amount=1_000_000)
        for person in committee.people:
            committee.vote(other, person, "AGAINST")
        committee.close(other, when=LATER)
        committee.proclaim(other, set_aside=True, at=LATER)
        assert committee.proclaim(lost, reason="Trop tôt.", at=LATER) is None
        assert committee.proclaim(other, reason="Trop tôt.", at=LATER).ballot == other


class TestOnScreen:
    HOME = "/bassins/savoie/comite/"

    @pytest.fixture
    def president(self, committee, client_as):
        with time_machine.travel(LATER, tick=True):
            yield client_as(Role.PRESIDENT, user=committee.president)

    def test_the_rejection_is_proclaimed_from_the_file(self, committee, lost, president):
        url = f"{self.HOME}scrutins/{lost.pk}/proclamer/"
        number = lost.item.meeting.number
        for page in (
            f"passages/{lost.item_id}/", f"scrutins/{lost.pk}/", f"seances/{number}/direct/"
        ):  # fmt: skip
            shown = president.get(self.HOME + page).content.decode()
            assert url in shown
            assert "ne vaut pas encore décision sur le dossier" in shown
        assert "Proclamer : refusé" in president.get(url).content.decode()
        assert president.post(url, {"reason": ""}).status_code == 422
        assert president.post(url, {"reason": "Trop tôt."}).status_code == 302
        assert Decision.objects.get().ballot == lost
        assert president.get(url).status_code == 302
        assert url not in president.get(f"{self.HOME}scrutins/{lost.pk}/").content.decode()

    def test_still_so_when_the_next_ballot_was_cancelled(self, committee, lost, president):
        other = again(committee, lost.item, amount=1_000_000)
        url = f"{self.HOME}scrutins/{lost.pk}/proclamer/"
        live = f"{self.HOME}seances/{lost.item.meeting.number}/direct/"
        assert url not in president.get(live).content.decode()
        operations.cancel_ballot(ballot_id=other.pk, by=committee.president, at=LATER)
        assert url in president.get(live).content.decode()

    def test_a_member_only_reads_it(self, committee, lost, client_as):
        with time_machine.travel(LATER, tick=True):
            member = client_as(Role.MEMBER, user=committee.people[1])
            shown = member.get(f"{self.HOME}scrutins/{lost.pk}/").content.decode()
        assert "ne vaut pas encore décision sur le dossier." in shown
        assert "proclamer/" not in shown

    def test_only_a_withdrawal_is_recorded_without_a_vote(self, committee, lost, president):
        page = f"{self.HOME}passages/{lost.item_id}/"
        shown = president.get(page).content.decode()
        assert "Enregistrer le retrait du dossier" in shown
        assert "Ajourner le dossier" not in shown

    @pytest.mark.parametrize("act", ["lever", "ajourner"])
    def test_the_end_of_the_meeting_says_what_is_left(self, committee, lost, president, act):
        url = f"{self.HOME}seances/{lost.item.meeting.number}/{act}/"
        answer = president.get(url, follow=True).content.decode()
        assert "sans rien décider d" in answer
        president.post(url, {})
        assert Meeting.objects.get().status == MeetingStatus.OPEN
