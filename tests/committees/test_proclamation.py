"""A ballot is closed, proclaimed, and gives its decision."""

from datetime import date, timedelta

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from committees import operations
from committees.documents.ballots import item_part
from committees.enums import BallotStatus, DecisionOutcome
from committees.models import (
    AgendaItem,
    Condition,
    Decision,
    Meeting,
)
from committees.operations import ConditionLine
from committees.queries import ballots, verification
from committees.queries.badges import ballot_badge
from committees.queries.decisions import Powers, decision_header, open_conditions
from committees.rules import Choice
from projects.enums import ProjectStatus
from tests.builders import journal
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(minutes=20)


@pytest.fixture
def ballot(committee):
    return committee.ballot(committee.opened())


class TestClose:
    def test_freezes_what_the_stored_votes_give(self, committee, ballot):
        for person, choice in zip(
            committee.people, ("FOR", "FOR", "AGAINST", "ABSTAIN"), strict=False
        ):
            committee.vote(ballot, person, choice)
        closed = committee.close(ballot)
        assert closed.result_sentence == closed.result["sentence"]
        assert closed.result_sentence.endswith(
            "2 pour, 1 contre, 1\u00a0abstention, 1\u00a0n'a pas pris part au vote."
        )
        assert closed.votes_digest == ballots.digest_of_all(ballots.counted_votes(ballot))
        assert [row["voted"] for row in closed.result["seats"]].count(True) == 4

    def test_twice_gives_the_same_answer(self, committee, ballot):
        committee.vote(ballot, committee.people[1])
        first = committee.close(ballot)
        second = committee.close(ballot, when=LATER)
        assert (first.closed_at, first.result) == (second.closed_at, second.result)
        assert AuditEvent.objects.filter(type="ballot.closed").count() == 1

    def test_by_the_chair_only(self, committee, ballot):
        with pytest.raises(ActionDenied, match="préside"):
            operations.close_ballot(ballot_id=ballot.pk, by=committee.people[1], at=DAY)

    def test_a_cancelled_ballot(self, committee, ballot):
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=LATER)
        with pytest.raises(ActionDenied, match="annulé"):
            committee.close(ballot)

    def test_a_cancelled_ballot_is_opened_again_on_a_new_proposal(self, committee, ballot):
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=LATER)
        committee.propose(ballot.item, amount=1_500_000)
        again = operations.open_ballot(item_id=ballot.item_id, by=committee.president, at=LATER)
        assert again.number == 2
        assert "15\u202f000" in again.proposal_text
        assert not again.votes.exists()


class TestProclaim:
    def run(self, committee, votes, *, present=None, proclaim=None, **propose):
        """One ballot, voted by the first seats in order; what was decided."""
        ballot = committee.ballot(committee.opened(present=present, **propose))
        for person, letter in zip(committee.people, votes, strict=False):
            choice = {"P": Choice.FOR, "C": Choice.AGAINST, "A": Choice.ABSTAIN}[letter]
            committee.vote(ballot, person, choice)
        committee.close(ballot)
        return committee.proclaim(ballot, **proclaim or {})

    def test_an_approval_grants_what_was_proposed(self, committee):
        decision = self.run(committee, "PPPPC")
        assert (decision.outcome, decision.amount) == (DecisionOutcome.APPROVED, 2_000_000)
        assert decision.reference == "2026-SAV-D001"
        assert journal("ballot.opened") == journal("ballot.proclaimed") == [committee.president.pk]
        assert decision.project.status == ProjectStatus.SCHEDULED
        decision.project.refresh_from_db()
        assert decision.project.status == ProjectStatus.APPROVED

    def test_a_suspensive_condition_makes_it_conditional(self, committee):
        condition = ConditionLine("SUSPENSIVE", "Accord de la banque", date(2026, 6, 30))
        followed = ConditionLine("FOLLOWED", "Recruter un commercial", date(2026, 9, 30))
        decision = self.run(committee, "PPPPP", conditions=[condition, followed])
        assert decision.outcome == DecisionOutcome.APPROVED_CONDITIONS
        assert Condition.objects.count() == 2

    def test_a_condition_to_follow_does_not(self, committee):
        followed = ConditionLine("FOLLOWED", "Recruter un commercial", date(2026, 9, 30))
        decision = self.run(committee, "PPPPP", conditions=[followed])
        assert decision.outcome == DecisionOutcome.APPROVED
        assert open_conditions().get().decision == decision
        header = decision_header(decision, Powers())
        assert header.now == "La convention peut être préparée."

    def test_a_refusal_grants_nothing_and_says_why(self, committee):
        decision = self.run(committee, "CCCPP", proclaim={"reason": "Trop tôt."})
        assert (decision.outcome, decision.amount, decision.days) == ("REJECTED", 0, 0)
        assert decision.reason == "Trop tôt."

    def test_a_refusal_without_a_reason_is_refused(self, committee):
        with pytest.raises(InvalidInput) as refusal:
            self.run(committee, "CCCPP")
        assert refusal.value.field == "reason"
        assert not Decision.objects.exists()

    def test_all_abstain(self, committee):
        decision = self.run(committee, "AAAAA", proclaim={"reason": "À revoir."})
        assert decision.outcome == DecisionOutcome.DEFERRED

    def test_a_tie_follows_the_president(self, make):
        committee = make(4)
        assert self.run(committee, "PPCC").outcome == DecisionOutcome.APPROVED

    def test_a_tie_may_be_adjourned_instead(self, make):
        committee = make(4)
        decision = self.run(committee, "PPCC", proclaim={"defer": True, "reason": "À revoir."})
        assert decision.outcome == DecisionOutcome.DEFERRED

    def test_a_clear_result_is_not_adjourned(self, committee):
        decision = self.run(committee, "PPPPC", proclaim={"defer": True})
        assert decision.outcome == DecisionOutcome.APPROVED

    def test_a_tie_with_an_abstaining_president_is_adjourned(self, committee):
        decision = self.run(committee, "APPCC", proclaim={"reason": "Partage."})
        assert decision.outcome == DecisionOutcome.DEFERRED

    def test_a_lost_proposal_gives_way_to_another_amount(self, committee):
        assert self.run(committee, "CCCPP", proclaim={"set_aside": True}) is None
        item = AgendaItem.objects.get()
        lost = item.ballots.get()
        assert (lost.status, ballot_badge(lost, at=LATER).label) == (
            "PROCLAIMED",
            "Proposition rejetée",
        )
        committee.propose(item, amount=1_000_000)
        second = committee.ballot(item.meeting)
        for person in committee.people:
            committee.vote(second, person)
        committee.close(second)
        with pytest.raises(ActionDenied, match="Seule une proposition rejetée"):
            committee.proclaim(second, set_aside=True)
        decision = committee.proclaim(second)
        assert (decision.outcome, decision.amount) == ("APPROVED", 1_000_000)
        part = item_part(AgendaItem.objects.get())
        assert [ballot.is_set_aside for ballot in part.ballots] == [True, False]
        assert not verification.verify().findings

    def without_quorum(self, committee):
        """A ballot that loses its quorum while it is open: one of the four there withdraws."""
        ballot = committee.ballot(committee.opened(present=4))
        committee.answer(ballot.item, committee.people[3], "RECUSED")
        committee.close(ballot)
        return committee.proclaim(ballot)

    def test_without_a_quorum_nothing_is_decided(self, make):
        assert self.without_quorum(make(8)) is None
        assert not Decision.objects.exists()

    def test_without_a_quorum_the_file_may_be_voted_again(self, make):
        committee = make(8)
        self.without_quorum(committee)
        meeting = Meeting.objects.get()
        item = meeting.items.get()
        committee.propose(item)
        for person in committee.people[4:6]:
            committee.arrive(meeting, person, when=LATER)
        committee.answer(item, committee.people[4], "LINK", link="SUPPLIER", reason="Fournisseur")
        operations.ask_secrecy(
            item_id=item.pk, seat_id=committee.seats[4].pk, by=committee.people[4], at=LATER
        )
        again = operations.open_ballot(item_id=item.pk, by=committee.president, at=LATER)
        assert again.number == 2
        assert again.rules["opening"]["quorum_reached"]

    def test_twice_gives_the_same_decision(self, committee):
        decision = self.run(committee, "PPPPP")
        assert committee.proclaim(decision.ballot) == decision
        assert AuditEvent.objects.filter(type="decision.taken").count() == 1

    def test_only_once_closed(self, committee, ballot):
        with pytest.raises(ActionDenied, match="une fois le scrutin clos"):
            committee.proclaim(ballot)

    def test_by_the_chair_only(self, committee, ballot):
        committee.close(ballot)
        with pytest.raises(ActionDenied, match="préside"):
            operations.proclaim(ballot_id=ballot.pk, by=committee.people[1], at=LATER)


def test_statuses_end_where_they_should(committee, ballot):
    committee.close(ballot)
    committee.proclaim(ballot, reason="Personne n'a voté.")
    ballot.refresh_from_db()
    assert ballot.status == BallotStatus.PROCLAIMED
