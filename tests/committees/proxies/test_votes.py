"""A second voting paper: the holder of a proxy votes under the seat of its giver (C4, 5.3)."""

from datetime import timedelta

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from committees import operations
from committees.documents.seating import proxy_lines, seat_lines
from committees.queries import polls, voters
from projects.models import PreliminaryDiagnosis
from tests.builders import set_rules
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(minutes=10)


@pytest.fixture
def meeting(committee):
    """Four of five there; the last has given its proxy to the third."""
    meeting = committee.opened(present=4)
    committee.proxy(meeting, committee.people[4], committee.people[2])
    return meeting


@pytest.fixture
def ballot(committee, meeting):
    return committee.ballot(meeting)


def for_giver(committee, ballot, person, choice="FOR", **more):
    return committee.vote(ballot, person, choice, seat_id=committee.seats[4].pk, **more)


def test_the_quorum_counts_the_represented(ballot):
    assert ballot.rules["opening"]["quorum_have"] == 5
    assert len(ballot.rules["opening"]["proxies"]) == 1


def test_counts_under_the_seat_of_the_giver(committee, ballot):
    committee.vote(ballot, committee.people[2], "FOR")
    receipt = for_giver(committee, ballot, committee.people[2], "AGAINST")
    assert receipt.vote.proxy is not None
    result = committee.close(ballot).result
    assert (result["votes_for"], result["votes_against"], result["not_voted"]) == (1, 1, 3)
    capacity = {row["seat"]: row["capacity"] for row in result["seats"]}
    assert capacity[committee.seats[4].pk] == "PROXY"


def test_has_its_own_paper(committee, ballot):
    poll = polls.poll_page(ballot, committee.people[2], seat=committee.seats[2], at=DAY)
    assert [paper.seat for paper in poll.papers] == [committee.seats[2], committee.seats[4]]
    assert poll.papers[1].for_whom.startswith("Pour ")
    others = polls.poll_page(ballot, committee.people[1], seat=committee.seats[1], at=DAY)
    assert len(others.papers) == 1


def test_a_holder_that_the_rules_keep_out_of_the_file_votes_for_nobody(committee):
    set_rules(lead_votes=False)
    lead = committee.people[2]
    meeting = committee.opened(present=4, follow_up_lead_id=lead.pk)
    committee.proxy(meeting, committee.people[4], lead)
    ballot = committee.ballot(meeting)
    with pytest.raises(ActionDenied):
        for_giver(committee, ballot, lead)


def test_a_rule_changed_since_the_opening_changes_nothing(committee, ballot):
    set_rules(max_proxies=0)
    for_giver(committee, ballot, committee.people[2])
    assert committee.close(ballot).result["votes_for"] == 1


def test_of_somebody_else_is_refused(committee, ballot):
    with pytest.raises(ActionDenied):
        for_giver(committee, ballot, committee.people[1])
    assert AuditEvent.objects.filter(type="vote.refused").count() == 1


def test_sleeps_when_the_holder_withdraws(committee, meeting):
    item = meeting.items.get()
    committee.answer(item, committee.people[2], "RECUSED")
    ballot = committee.ballot(meeting)
    assert ballot.rules["opening"]["proxies"] == []
    with pytest.raises(ActionDenied):
        for_giver(committee, ballot, committee.people[2])


def test_dies_when_the_giver_withdraws(committee, meeting):
    committee.answer(meeting.items.get(), committee.people[4], "RECUSED")
    ballot = committee.ballot(meeting)
    with pytest.raises(ActionDenied):
        for_giver(committee, ballot, committee.people[2])


def test_ends_when_the_giver_turns_up_who_may_change_the_vote(committee, meeting, ballot):
    for_giver(committee, ballot, committee.people[2], "FOR")
    committee.arrive(meeting, committee.people[4], when=LATER)
    with pytest.raises(ActionDenied):
        for_giver(committee, ballot, committee.people[2], "ABSTAIN", at=LATER)
    committee.vote(ballot, committee.people[4], "AGAINST", at=LATER)
    result = committee.close(ballot).result
    assert (result["votes_for"], result["votes_against"]) == (0, 1)


def test_a_vote_received_stays_when_the_proxy_is_taken_back(committee, meeting, ballot):
    """What was acknowledged counts (S32)."""
    for_giver(committee, ballot, committee.people[2])
    proxy = meeting.proxies.get()
    proxy.revoked_at, proxy.revoked_by = LATER, committee.people[4]
    proxy.save()
    result = committee.close(ballot).result
    assert (result["votes_for"], result["ignored_votes"]) == (1, [])
    [giver] = [row for row in result["seats"] if row["seat"] == committee.seats[4].pk]
    assert (giver["capacity"], giver["voted"]) == ("PROXY", True)


def test_one_that_served_before_its_giver_arrived_is_not_said_to_be_ignored(
    committee, meeting, ballot
):
    for_giver(committee, ballot, committee.people[2])
    committee.arrive(meeting, committee.people[4], when=LATER)
    closed = committee.close(ballot)
    assert (closed.result["votes_for"], closed.result["ignored_proxies"]) == (1, [])
    assert "pouvoir" not in closed.result_sentence


def test_one_taken_back_meanwhile_is_a_refusal(committee, meeting, ballot):
    """Between the presences and the proxies, the giver arrives."""
    there = voters.who_speaks(ballot)[committee.seats[4].pk]
    committee.arrive(meeting, committee.people[4], when=LATER)
    with pytest.raises(ActionDenied, match="a repris son vote"):
        voters.proxy_used(ballot, committee.seats[4].pk, there)


def test_one_more_than_the_rules_allow_does_not_vote(make):
    committee = make(6)
    meeting = committee.opened(present=4)
    for giver in committee.people[4:]:
        committee.proxy(meeting, giver, committee.people[2])
    ballot = committee.ballot(meeting)
    for_giver(committee, ballot, committee.people[2])
    with pytest.raises(ActionDenied):
        committee.vote(ballot, committee.people[2], seat_id=committee.seats[5].pk)
    assert "1\u00a0pouvoir n'a pas été pris en compte" in committee.close(ballot).result_sentence


def test_one_taken_back_after_its_vote_still_fills_the_hands_of_its_holder(make):
    """Another giver, whose vote could not count, is refused rather than acknowledged (S32)."""
    committee = make(6)
    meeting = committee.opened(present=4)
    first = committee.proxy(meeting, committee.people[4], committee.people[2])
    ballot = committee.ballot(meeting)
    for_giver(committee, ballot, committee.people[2])
    operations.revoke_proxy(proxy_id=first.pk, by=committee.people[4], at=LATER)
    committee.proxy(meeting, committee.people[5], committee.people[2])
    with pytest.raises(ActionDenied):
        committee.vote(ballot, committee.people[2], seat_id=committee.seats[5].pk)
    committee.proxy(meeting, committee.people[4], committee.people[1])
    for_giver(committee, ballot, committee.people[1], "AGAINST")
    result = committee.close(ballot).result
    assert (result["votes_for"], result["votes_against"], result["ignored_votes"]) == (0, 1, [])


def test_the_holder_does_not_leave_before_its_vote(committee, ballot):
    for_giver(committee, ballot, committee.people[2])
    there = ballot.item.meeting.attendances.get(seat=committee.seats[2])
    with pytest.raises(ActionDenied, match="après cette heure"):
        operations.check_out(
            attendance_id=there.pk,
            left_at=DAY + timedelta(minutes=1),
            by=committee.operator,
            at=LATER,
        )


class TestRules:
    """What a ballot freezes of the committee's rules."""

    def test_a_changed_rule_leaves_the_open_ballot_alone(self, committee, ballot):
        set_rules(vote_changes=False, abstention_allowed=False, majority="UNANIMITY")
        committee.vote(ballot, committee.people[1], "AGAINST")
        committee.vote(ballot, committee.people[1], "ABSTAIN")
        committee.vote(ballot, committee.president, "FOR")
        assert committee.close(ballot).result["outcome"] == "APPROVED"

    def test_no_change(self, committee):
        set_rules(vote_changes=False)
        ballot = committee.ballot(committee.opened())
        committee.vote(ballot, committee.people[1])
        with pytest.raises(ActionDenied, match="ne permet pas de changer"):
            committee.vote(ballot, committee.people[1], "ABSTAIN")

    def test_no_abstention(self, committee):
        set_rules(abstention_allowed=False)
        ballot = committee.ballot(committee.opened())
        with pytest.raises(InvalidInput, match="abstention"):
            committee.vote(ballot, committee.people[1], "ABSTAIN")

    @pytest.mark.parametrize(
        ("rule", "choice", "asked"),
        [("NONE", "AGAINST", False), ("AGAINST", "FOR", False), ("ALL", "FOR", True)],
    )
    def test_the_reason(self, committee, rule, choice, asked):
        set_rules(reason_required=rule)
        ballot = committee.ballot(committee.opened())
        if asked:
            with pytest.raises(InvalidInput) as refusal:
                committee.vote(ballot, committee.people[1], choice, reason="")
            assert refusal.value.field == "reason"
        else:
            assert committee.vote(ballot, committee.people[1], choice, reason="")

    def test_a_higher_majority_above_an_amount(self, committee):
        set_rules(high_amount=1_000_000, high_majority="TWO_THIRDS")
        ballot = committee.ballot(committee.opened())
        assert ballot.rules["rules"]["majority"] == "TWO_THIRDS"

    def test_a_second_convocation_needs_no_quorum(self, make):
        committee = make(8)
        first = committee.planned()
        meeting = committee.opened(present=3)
        meeting.second_of = first
        meeting.save()
        ballot = committee.ballot(meeting)
        assert not ballot.rules["rules"]["quorum_required"]

    def test_the_lead_that_does_not_vote(self, committee):
        set_rules(lead_votes=False)
        lead = committee.people[1]
        meeting = committee.opened(follow_up_lead_id=lead.pk)
        ballot = committee.ballot(meeting)
        assert str(committee.seats[1].pk) not in ballot.rules["seats"]
        with pytest.raises(ActionDenied, match="ne vote pas sur ce dossier"):
            committee.vote(ballot, lead)

    @pytest.mark.parametrize(
        ("rule", "chosen"), [("lead_votes", "lead"), ("referrer_votes", "referrer")]
    )
    def test_a_person_kept_out_votes_for_no_seat(self, committee, rule, chosen):
        """Holder of the second seat, alternate of the third; the former referrer votes."""
        set_rules(**{rule: False}, remote_meetings=True)
        kept_out, former = committee.people[1], committee.people[3]
        committee.seats[2].alternates.add(kept_out)
        meeting = committee.opened(follow_up_lead_id=kept_out.pk if chosen == "lead" else None)
        asked = {"project": meeting.items.get().project, "asked_by": committee.operator}
        asked |= {"partner": committee.seats[1].partner, "asked_at": DAY, "due_on": DAY.date()}
        PreliminaryDiagnosis.objects.create(
            referrer_id=former.pk, cancelled_at=DAY, cancelled_by=committee.operator, **asked
        )
        if chosen == "referrer":
            PreliminaryDiagnosis.objects.create(referrer_id=kept_out.pk, **asked)
        expected = {str(committee.seats[rank].pk) for rank in (0, 3, 4)}
        assert set(committee.ballot(meeting).rules["seats"]) == expected


def test_the_minutes_say_represented_of_whom_a_vote_counted_so(make):
    """Two proxies accepted; the holder of the second never came."""
    committee = make(7)
    meeting = committee.opened(present=4)
    committee.proxy(meeting, committee.people[4], committee.people[2])
    committee.proxy(meeting, committee.people[5], committee.people[6])
    committee.close(committee.ballot(meeting))
    holders = [seat.partner for seat in committee.seats]
    printed = {line.person: line.presence for line in seat_lines(meeting)}
    assert printed[str(committee.people[4])] == f"Représenté par {holders[2]}"
    told = f"Absent, pouvoir donné à {holders[6]} sans effet"
    assert printed[str(committee.people[5])] == told
    assert printed[str(committee.people[6])] == "Absent"
    assert proxy_lines(meeting) == [
        (str(holders[4]), str(holders[2]), "Toute la séance"),
        (str(holders[5]), str(holders[6]), "Toute la séance, sans effet"),
    ]
