"""Ballots: opened, voted, closed, proclaimed; every refusal has its sentence (S31-S34)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from alize.audit.models import AuditEvent
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from committees import operations
from committees.documents.ballots import item_part
from committees.enums import BallotStatus
from committees.models import (
    InterestDeclaration,
    Vote,
)
from committees.operations import ConditionLine
from committees.queries import ballots, conduct, polls, verification, voters
from tests.builders import make_person, make_seat
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(minutes=20)


@pytest.fixture
def ballot(committee):
    return committee.ballot(committee.opened())


def test_a_vote_and_a_presence_that_no_act_has_made_are_found(committee):
    """Put straight into the tables before the close, they count: nobody else has voted (S35)."""
    meeting = committee.opened(present=3)
    ballot = committee.ballot(meeting)
    seat = committee.seats[3]
    meeting.attendances.create(seat=seat, person=seat.holder, arrived_at=DAY)
    ballot.votes.create(
        seat=seat, version=1, person=seat.holder, choice="FOR", cast_at=DAY, command_key=uuid4()
    )
    assert committee.close(ballot).result["votes_for"] == 1
    found = [finding.what for finding in verification.verify().findings]
    assert f"un vote du siège {seat.partner} ({seat.pk}) n'est pas au journal : ajouté" in found
    assert f"la présence du siège {seat.pk} n'est pas au journal : ajoutée" in found


class TestOpen:
    def test_freezes_the_words_the_rules_and_the_quorum(self, committee, ballot):
        assert "20\u202f000\u00a0€, en 30\u00a0échéances mensuelles" in ballot.proposal_text
        assert ballot.rules["rules"]["floor"] == 3
        assert ballot.rules["opening"]["quorum_have"] == 5
        assert ballot.rules["seats"] == sorted(str(seat.pk) for seat in committee.seats)

    def test_not_on_a_condition_whose_date_has_passed_since_it_was_typed(self, committee):
        due = ConditionLine("SUSPENSIVE", "Accord de la banque.", DAY.date() - timedelta(days=1))
        meeting = committee.opened(conditions=[due])
        with pytest.raises(ActionDenied, match="« Accord de la banque » était à remplir avant"):
            committee.ballot(meeting)
        item = meeting.items.get()
        on_the_day = ConditionLine("SUSPENSIVE", "Accord de la banque.", DAY.date())
        committee.propose(item, conditions=[on_the_day])
        assert committee.ballot(meeting).status == BallotStatus.OPEN

    def test_by_the_chair_only(self, committee):
        meeting = committee.opened()
        with pytest.raises(ActionDenied, match="préside"):
            operations.open_ballot(item_id=meeting.items.get().pk, by=committee.people[1], at=DAY)

    def test_during_the_meeting_only(self, committee):
        item = committee.convened().items.get()
        with pytest.raises(ActionDenied, match="pendant la séance"):
            operations.open_ballot(item_id=item.pk, by=committee.president, at=DAY)

    def test_with_a_proposal(self, committee):
        meeting = committee.opened()
        item = meeting.items.get()
        item.proposals.all().delete()
        with pytest.raises(ActionDenied, match="Rédigez la proposition"):
            operations.open_ballot(item_id=item.pk, by=committee.president, at=DAY)

    def test_without_a_quorum_the_committee_only_talks(self, make):
        """The quorum is counted again at each opening."""
        committee = make(8)
        meeting = committee.opened(present=3)
        with pytest.raises(ActionDenied, match=r"\(3 sur 8\) : échange sans décision"):
            committee.ballot(meeting)
        item = meeting.items.get()
        assert (item.no_quorum_at, item.no_quorum) == (
            DAY + timedelta(minutes=5),
            "Quorum non atteint\u00a0: 3\u00a0sièges présents ou représentés sur 8, "
            "il en fallait 4. Le comité n'a pas pu se prononcer.",
        )
        noted = AuditEvent.objects.get(type="ballot.no_quorum")
        assert (noted.target_id, noted.facts["opening"]["quorum_have"]) == (str(item.pk), 3)
        assert conduct.room_of(meeting, item).voters == 3
        assert item_part(item).no_quorum.startswith("Échange sans décision, à 10\u00a0h\u00a005. ")
        committee.arrive(meeting, committee.people[3])
        assert committee.ballot(meeting).rules["opening"]["quorum_reached"]

    def test_twice_is_refused_with_the_hour(self, committee, ballot):
        with pytest.raises(ActionDenied, match="déjà ouvert, depuis 10\u00a0h\u00a005"):
            operations.open_ballot(item_id=ballot.item_id, by=committee.president, at=DAY)

    def test_every_reason_is_read_after_the_close(self, committee, ballot):
        committee.vote(ballot, committee.people[1], "FOR", reason="Un marché réel.")
        committee.vote(ballot, committee.people[2], "AGAINST", reason="Trop tôt.")
        seat = {"seat": committee.seats[3], "at": DAY}
        assert polls.poll_page(ballot, committee.people[3], **seat).reasons == []
        closed = committee.close(ballot)
        shown = polls.poll_page(closed, committee.people[3], **seat).reasons
        assert shown == ["Contre\u00a0: Trop tôt.", "Pour\u00a0: Un marché réel."]

    def test_one_file_at_a_time(self, committee):
        meeting = committee.opened(files=2)
        committee.ballot(meeting)
        other = meeting.items.get(rank=2)
        with pytest.raises(ActionDenied, match="closez-le d'abord"):
            operations.open_ballot(item_id=other.pk, by=committee.president, at=DAY)

    def test_a_president_who_withdrew_is_replaced(self, committee):
        """The first other company seat present presides over this file."""
        meeting = committee.opened()
        item = meeting.items.get()
        committee.answer(item, committee.president, "RECUSED")
        with pytest.raises(ActionDenied, match="préside"):
            operations.open_ballot(item_id=item.pk, by=committee.president, at=DAY)
        opened = operations.open_ballot(item_id=item.pk, by=committee.people[1], at=DAY)
        assert opened.rules["chair"] == str(committee.seats[1].pk)


class TestVote:
    def test_the_last_one_counts_and_all_are_kept(self, committee, ballot):
        person = committee.people[1]
        committee.vote(ballot, person, "FOR")
        receipt = committee.vote(ballot, person, "AGAINST")
        assert [vote.version for vote in ballot.votes.all()] == [1, 2]
        assert committee.close(ballot).result["votes_against"] == 1
        assert receipt.digest == ballots.digest_of(ballot.votes.get(version=2))

    def test_sent_twice_it_counts_once(self, committee, ballot):
        key = uuid4()
        receipts = [committee.vote(ballot, committee.people[1], command_key=key) for _ in range(2)]
        assert receipts[0] == receipts[1]
        assert Vote.objects.count() == 1

    def test_sent_twice_with_another_choice_is_refused(self, committee, ballot):
        key = uuid4()
        committee.vote(ballot, committee.people[1], command_key=key)
        with pytest.raises(AlreadyUsed):
            committee.vote(ballot, committee.people[1], "ABSTAIN", command_key=key)

    @pytest.mark.parametrize("secret", [False, True])
    def test_what_only_the_database_refuses_is_in_the_journal_too(
        self, committee, monkeypatch, secret
    ):
        """A check that missed it leaves the same trace as one that did not (S34)."""
        ballot = committee.ballot(committee.opened(), secret=secret)
        committee.answer(ballot.item, committee.people[2], "RECUSED")
        monkeypatch.setattr(voters, "check_right", lambda *_, **__: None)
        cast = committee.drop if secret else committee.vote
        with pytest.raises(IntegrityError) as refusal:
            cast(ballot, committee.people[2])
        assert "déporté" in sentence_of(refusal.value)
        refused = AuditEvent.objects.get(type="vote.refused")
        assert refused.facts == {"ballot": ballot.pk, "seat": committee.seats[2].pk}

    def test_replayed_after_the_close_it_is_refused_and_still_counts_once(self, committee, ballot):
        key = uuid4()
        committee.vote(ballot, committee.people[1], command_key=key)
        committee.close(ballot)
        with pytest.raises(ActionDenied, match="ce vote avait déjà été reçu à"):
            committee.vote(ballot, committee.people[1], command_key=key)
        assert Vote.objects.count() == 1
        assert AuditEvent.objects.filter(type="vote.refused").count() == 1

    def test_after_the_close_it_is_not_counted(self, committee, ballot):
        committee.close(ballot)
        with pytest.raises(ActionDenied) as refusal:
            committee.vote(ballot, committee.people[1])
        assert refusal.value.reason == (
            "Le scrutin a été clos à 10\u00a0h\u00a012 ; votre vote n'a pas été pris en compte."
        )

    def test_on_a_cancelled_ballot(self, committee, ballot):
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=LATER)
        with pytest.raises(ActionDenied, match="annulé"):
            committee.vote(ballot, committee.people[1])

    def test_against_gives_its_reason(self, committee, ballot):
        with pytest.raises(InvalidInput) as refusal:
            committee.vote(ballot, committee.people[1], "AGAINST", reason="  ")
        assert refusal.value.field == "reason"

    def test_an_unknown_choice(self, committee, ballot):
        with pytest.raises(InvalidInput, match="Choisissez"):
            committee.vote(ballot, committee.people[1], "MAYBE")

    def test_for_another_seat(self, committee, ballot):
        with pytest.raises(ActionDenied, match="ni titulaire ni suppléante"):
            committee.vote(ballot, committee.people[1], seat_id=committee.seats[2].pk)

    def test_without_being_there(self, committee):
        ballot = committee.ballot(committee.opened(present=4))
        with pytest.raises(ActionDenied, match="Signalez d'abord votre présence"):
            committee.vote(ballot, committee.people[4])

    def test_after_leaving(self, committee, ballot):
        there = ballot.item.meeting.attendances.get(seat=committee.seats[1])
        operations.check_out(attendance_id=there.pk, by=committee.operator, at=LATER)
        with pytest.raises(ActionDenied, match="présence"):
            committee.vote(ballot, committee.people[1], at=LATER)

    def test_two_people_of_one_seat(self, committee, ballot):
        alternate = make_person()
        seat = committee.seats[1]
        seat.alternates.add(alternate)
        committee.people.append(alternate)
        committee.seats.append(seat)
        with pytest.raises(ActionDenied, match="siège aujourd'hui pour"):
            committee.vote(ballot, alternate)
        committee.vote(ballot, committee.people[1])
        with pytest.raises(ActionDenied, match="Votre siège a voté"):
            committee.vote(ballot, alternate)

    def test_a_consultative_seat(self, committee):
        meeting = committee.opened()
        seat = make_seat(kind="CONSULTATIVE")
        committee.people.append(seat.holder)
        committee.seats.append(seat)
        committee.arrive(meeting, seat.holder)
        with pytest.raises(ActionDenied, match="voix consultative"):
            committee.vote(committee.ballot(meeting), seat.holder)

    def test_before_answering_on_links(self, committee):
        meeting = committee.opened()
        item = meeting.items.get()
        ballot = operations.open_ballot(item_id=item.pk, by=committee.president, at=DAY)
        with pytest.raises(ActionDenied, match="Dites d'abord"):
            committee.vote(ballot, committee.people[1])

    def test_after_withdrawing(self, committee, ballot):
        committee.vote(ballot, committee.people[1])
        committee.answer(ballot.item, committee.people[1], "RECUSED")
        with pytest.raises(ActionDenied, match="déporté"):
            committee.vote(ballot, committee.people[1])
        result = committee.close(ballot).result
        assert (result["quorum_base"], result["votes_for"]) == (4, 0)
        assert "1\u00a0vote n'a pas été pris en compte" in result["sentence"]

    def test_the_journal_never_holds_the_choice(self, committee, ballot):
        committee.vote(ballot, committee.people[1], "AGAINST")
        event = AuditEvent.objects.get(type="vote.cast")
        assert (event.facts["seat"], event.facts["version"]) == (committee.seats[1].pk, 1)
        assert set(event.facts) == {"seat", "version", "digest"}
        assert "AGAINST" not in str(event.facts)


class TestInterest:
    def test_is_taken_back_until_the_ballot_opens(self, committee):
        meeting = committee.opened()
        item = meeting.items.get()
        committee.answer(item, committee.people[1], "RECUSED")
        committee.answer(item, committee.people[1], "NONE")
        committee.answer(item, committee.people[1], "NONE")
        assert InterestDeclaration.objects.count() == 2
        committee.vote(committee.ballot(meeting), committee.people[1])

    def test_changes_no_more_once_the_vote_is_open(self, committee, ballot):
        with pytest.raises(ActionDenied, match="Le vote est ouvert"):
            committee.answer(
                ballot.item, committee.people[1], "LINK", link="CLIENT", reason="Depuis 2020"
            )

    def test_changes_no_more_once_the_vote_is_closed(self, committee, ballot):
        committee.close(ballot)
        with pytest.raises(ActionDenied, match="clos"):
            committee.answer(ballot.item, committee.people[1], "RECUSED")

    def test_a_link_says_which(self, committee):
        item = committee.opened().items.get()
        with pytest.raises(InvalidInput) as refusal:
            committee.answer(item, committee.people[1], "LINK", link="CLIENT")
        assert refusal.value.field == "reason"

    def test_for_another_seat(self, committee):
        item = committee.opened().items.get()
        with pytest.raises(ActionDenied, match="ni titulaire"):
            operations.declare_interest(
                item_id=item.pk,
                seat_id=committee.seats[2].pk,
                answer="RECUSED",
                by=committee.people[1],
                at=DAY,
            )
