"""Votes given aloud: noted by one, confirmed by another, told to the voter (SD7)."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins.enums import Role
from committees import operations
from committees.models import CollectedVote
from committees.operations import HandLine
from committees.queries import hands, verification
from tests.builders import set_rules
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
THEN = DAY + timedelta(minutes=7)


@pytest.fixture
def ballot(committee):
    return committee.ballot(committee.opened())


def note(committee, ballot, *said, by=None, **more):
    lines = [
        HandLine(
            committee.seats[rank].pk, choice, "Trop tôt." if choice == "AGAINST" else "", **more
        )
        for rank, choice in said
    ]
    by = by or committee.operator
    return operations.note_hands(ballot_id=ballot.pk, lines=lines, by=by, at=THEN)


def confirm(committee, ballot, noted, by=None):
    return operations.confirm_hands(
        ballot_id=ballot.pk,
        collected_ids=[row.pk for row in noted],
        by=by or committee.president,
        at=THEN,
    )


def test_count_once_confirmed(committee, ballot):
    noted = note(committee, ballot, (1, "FOR"), (2, "AGAINST"))
    assert not ballot.votes.exists()
    votes = confirm(committee, ballot, noted)
    assert [vote.collected for vote in votes] == noted
    result = committee.close(ballot).result
    assert (result["votes_for"], result["votes_against"]) == (1, 1)


def test_are_proven_by_the_journal(committee, ballot):
    confirm(committee, ballot, note(committee, ballot, (1, "FOR"), (2, "AGAINST")))
    committee.close(ballot)
    assert verification.verify().findings == ()
    assert AuditEvent.objects.filter(type="vote.collected").count() == 2


def test_are_confirmed_one_by_one_or_set_aside(committee, ballot):
    first, second, third = note(committee, ballot, (1, "FOR"), (2, "FOR"), (3, "FOR"))
    confirm(committee, ballot, [first])
    operations.discard_hands(
        ballot_id=ballot.pk, collected_ids=[second.pk], by=committee.president, at=THEN
    )
    waiting = CollectedVote.objects.filter(confirmed_at=None, discarded_at=None)
    assert list(waiting) == [third]


def test_are_not_lost_by_the_close(committee, ballot, client_as):
    noted = note(committee, ballot, (1, "AGAINST"), (2, "AGAINST"), (3, "AGAINST"))
    with pytest.raises(ActionDenied, match=r"3.votes recueillis attendent"):
        committee.close(ballot)
    president = client_as(Role.PRESIDENT, user=committee.president)
    page = f"/bassins/savoie/comite/scrutins/{ballot.pk}/clore/"
    with time_machine.travel(THEN, tick=False):
        told = unescape(president.get(page, follow=True).content.decode())
    assert "attendent leur confirmation" in told
    confirm(committee, ballot, noted[:1])
    # Whoever has voted by themselves waits for nobody.
    committee.vote(ballot, committee.people[2], "FOR")
    operations.discard_hands(
        ballot_id=ballot.pk, collected_ids=[noted[2].pk], by=committee.president, at=THEN
    )
    result = committee.close(ballot).result
    assert (result["votes_for"], result["votes_against"]) == (1, 1)


def test_whoever_noted_them_sets_them_aside(committee, ballot, client_as):
    note(committee, ballot, (1, "FOR"), (2, "FOR"))
    note(committee, ballot, (3, "FOR"), by=committee.president)
    operator = client_as(Role.OPERATOR, user=committee.operator)
    page = f"/bassins/savoie/comite/scrutins/{ballot.pk}/main-levee/"
    with time_machine.travel(THEN, tick=False):
        assert "Écarter les votes que" in operator.get(page).content.decode()
        operator.post(page, {"acte": "ecarter"})
        assert "Écarter les votes que" not in operator.get(page).content.decode()
    assert [row.seat_id for row in hands.waiting(ballot)] == [committee.seats[3].pk]


def test_what_waits_no_more_is_told_and_leaves_no_trace(committee, ballot, client_as):
    """A second click, or nothing ticked: no « 0 vote confirmé », and no event of nothing."""
    noted = note(committee, ballot, (1, "FOR"))
    president = client_as(Role.PRESIDENT, user=committee.president)
    page = f"/bassins/savoie/comite/scrutins/{ballot.pk}/recueillis/"
    with time_machine.travel(THEN, tick=False):
        for acte in ("ecarter", "ecarter", "confirmer"):
            form = {"acte": acte, "vote": [row.pk for row in noted]}
            told = unescape(president.post(page, form, follow=True).content.decode())
        operator = client_as(Role.OPERATOR, user=committee.operator)
        again = {"vote-0": ""}
        notes = unescape(
            operator.post(
                page.replace("recueillis", "main-levee"), again, follow=True
            ).content.decode()
        )
    assert "Aucun des votes choisis n'attendait plus" in told
    assert "Rien de nouveau à noter." in notes
    assert AuditEvent.objects.filter(type="vote.set_aside").count() == 1


def test_are_not_confirmed_by_whoever_noted_them(committee, ballot):
    noted = note(committee, ballot, (1, "FOR"), by=committee.president)
    with pytest.raises(ActionDenied, match="confirmés par une autre"):
        confirm(committee, ballot, noted)


def test_are_confirmed_by_the_chair_even_when_the_secretary_leads(committee, ballot):
    noted = note(committee, ballot, (1, "FOR"), by=committee.people[4])
    operations.leave_votes_to_secretary(
        meeting_id=ballot.item.meeting_id, left=True, by=committee.president, at=THEN
    )
    with pytest.raises(ActionDenied, match="préside"):
        confirm(committee, ballot, noted, by=committee.operator)


def test_the_voter_is_told_and_may_change(committee, ballot):
    confirm(committee, ballot, note(committee, ballot, (1, "FOR")))
    committee.vote(ballot, committee.people[1], "AGAINST")
    result = committee.close(ballot).result
    assert (result["votes_for"], result["votes_against"]) == (0, 1)
    (told,) = Entry.objects.filter(payload__code="M44")
    assert committee.people[1].email in str(told.payload)
    assert "FOR" not in str(told.payload)


def test_a_seat_that_voted_by_itself_is_left_alone(committee, ballot):
    noted = note(committee, ballot, (1, "FOR"), (2, "FOR"))
    committee.vote(ballot, committee.people[1], "AGAINST")
    assert [vote.seat for vote in confirm(committee, ballot, noted)] == [committee.seats[2]]
    assert note(committee, ballot, (1, "FOR")) == []
    assert committee.close(ballot).result["votes_against"] == 1


class TestByProxy:
    """A represented seat is noted too, said by whoever holds its proxy (O4)."""

    @pytest.fixture
    def ballot(self, committee):
        meeting = committee.opened(present=4)
        giver, holder = committee.people[4], committee.people[1]
        [proxy] = operations.give_proxy(
            meeting_id=meeting.pk, giver_id=committee.seat_of(giver).pk,
            holder_id=committee.seat_of(holder).pk, by=giver, at=DAY,
        )  # fmt: skip
        operations.answer_proxy(proxy_id=proxy.pk, accept=True, by=holder, at=DAY)
        return committee.ballot(meeting)

    def test_it_counts_for_the_giver(self, committee, ballot):
        said = note(committee, ballot, (1, "AGAINST"), (4, "FOR"))
        assert said[1].person_id == committee.people[1].pk
        _, vote = confirm(committee, ballot, said)
        assert (vote.seat, vote.proxy.holder) == (committee.seats[4], committee.seats[1])
        result = committee.close(ballot).result
        assert (result["votes_for"], result["votes_against"]) == (1, 1)
        assert verification.verify().findings == ()

    def test_it_is_set_aside_when_the_giver_turns_up(self, committee, ballot):
        said = note(committee, ballot, (4, "FOR"))
        committee.arrive(ballot.item.meeting, committee.people[4], when=THEN)
        assert confirm(committee, ballot, said) == []


def test_noted_again_the_last_waits(committee, ballot):
    note(committee, ballot, (1, "FOR"))
    note(committee, ballot, (1, "FOR"))
    (second,) = note(committee, ballot, (1, "ABSTAIN"))
    assert CollectedVote.objects.count() == 2
    assert [vote.choice for vote in confirm(committee, ballot, [second])] == ["ABSTAIN"]


def test_a_vote_against_says_why(committee, ballot):
    with pytest.raises(InvalidInput):
        operations.note_hands(
            ballot_id=ballot.pk,
            lines=[HandLine(committee.seats[1].pk, "AGAINST")],
            by=committee.operator,
            at=THEN,
        )


def test_a_reason_with_a_nul_is_noted_without_it(committee, ballot, client_as):
    """It is no field of a form, which would refuse it."""
    seat = committee.seats[1]
    page = f"/bassins/savoie/comite/scrutins/{ballot.pk}/main-levee/"
    noted = {f"vote-{seat.pk}": "AGAINST", f"motif-{seat.pk}": "Trop\0 tôt"}
    with time_machine.travel(THEN, tick=False):
        answer = client_as(Role.OPERATOR, user=committee.operator).post(page, noted)
    assert answer.status_code == 302
    assert ballot.collected_votes.get().reason == "Trop tôt"


def test_what_was_ticked_is_kept_when_a_reason_is_missing(committee, ballot, client_as):
    first, second = committee.seats[1:3]
    page = f"/bassins/savoie/comite/scrutins/{ballot.pk}/main-levee/"
    ticked = {
        f"vote-{first.pk}": "FOR", f"motif-{first.pk}": "Bon projet", f"vote-{second.pk}": "AGAINST"
    }  # fmt: skip
    with time_machine.travel(THEN, tick=False):
        answer = client_as(Role.OPERATOR, user=committee.operator).post(page, ticked)
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert f"{second.partner}\u00a0: Dites" in text
    assert 'value="Bon projet"' in text
    assert text.count(" checked") == 2
    assert not ballot.collected_votes.exists()


def test_of_a_seat_that_is_not_there(committee):
    ballot = committee.ballot(committee.opened(present=4))
    with pytest.raises(ActionDenied, match="n'est pas là"):
        note(committee, ballot, (4, "FOR"))


def test_of_a_seat_that_withdrew_counts_for_nothing(committee):
    meeting = committee.opened()
    committee.answer(meeting.items.get(), committee.people[1], "RECUSED")
    ballot = committee.ballot(meeting)
    assert note(committee, ballot, (1, "FOR")) == []


class TestBeforeAnswering:
    """What a voting paper asks first is asked of a vote said aloud too (SD5)."""

    @pytest.fixture
    def ballot(self, committee):
        meeting = committee.opened()
        for person in committee.people[:4]:
            committee.answer(meeting.items.get(), person)
        return operations.open_ballot(
            item_id=meeting.items.get().pk, by=committee.president, at=DAY
        )

    def test_a_seat_first_says_its_links_with_the_file(self, committee, ballot):
        with pytest.raises(ActionDenied, match="un lien avec ce dossier"):
            note(committee, ballot, (4, "FOR"))
        [row] = [row for row in hands.rows_of(ballot, at=THEN) if row.seat == committee.seats[4]]
        assert row.state == "N'a pas dit s'il a un lien avec ce dossier"

    def test_whoever_speaks_has_declared_their_interests(self, committee, ballot):
        meeting = ballot.item.meeting
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=THEN)
        set_rules(declaration_required=True)
        committee.propose(ballot.item)
        again = operations.open_ballot(item_id=ballot.item_id, by=committee.president, at=THEN)
        with pytest.raises(ActionDenied, match="déclaration"):
            note(committee, again, (1, "FOR"))
        assert {row.state for row in hands.rows_of(again, at=THEN)} == {
            "N'a pas fait sa déclaration annuelle d'intérêts",
            "N'a pas dit s'il a un lien avec ce dossier",
        }
        assert meeting.items.count() == 1

    def test_of_a_represented_seat_its_holder_answers(self, committee):
        meeting = committee.opened(present=4)
        giver, holder = committee.people[4], committee.people[1]
        committee.proxy(meeting, giver, holder)
        for person in committee.people[2:]:
            committee.answer(meeting.items.get(), person)
        ballot = operations.open_ballot(
            item_id=meeting.items.get().pk, by=committee.president, at=DAY
        )
        with pytest.raises(ActionDenied, match="un lien avec ce dossier"):
            note(committee, ballot, (4, "FOR"))
        committee.answer(ballot.item, holder)
        assert confirm(committee, ballot, note(committee, ballot, (4, "FOR")))

    def test_the_database_asks_for_the_answer(self, committee, ballot):
        seat = committee.seats[4]
        said = ballot.collected_votes.create(
            seat=seat, person=seat.holder, choice="FOR", entered_at=THEN,
            entered_by=committee.operator, confirmed_at=THEN, confirmed_by=committee.president,
        )  # fmt: skip
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            ballot.votes.create(
                seat=seat, version=1, person=seat.holder, choice="FOR", collected=said,
                cast_at=THEN, command_key=uuid4(),
            )  # fmt: skip
        assert sentence_of(refusal.value).startswith("Dites d'abord si vous avez un lien")


def test_never_on_a_secret_ballot(committee):
    ballot = committee.ballot(committee.opened(), secret=True)
    with pytest.raises(ActionDenied, match="ne se recueille pas"):
        note(committee, ballot, (1, "FOR"))


@pytest.mark.parametrize(
    "rules", [{"show_of_hands": False}, {"show_of_hands": False, "phone_votes": True}]
)
def test_by_hand_only_when_allowed(committee, ballot, rules):
    set_rules(**rules)
    with pytest.raises(ActionDenied, match="ne permettent pas"):
        note(committee, ballot, (1, "FOR"))


def test_by_phone_only_when_allowed(committee, ballot):
    with pytest.raises(ActionDenied, match="ne permettent pas"):
        note(committee, ballot, (1, "FOR"), by_phone=True)
    set_rules(phone_votes=True)
    assert note(committee, ballot, (1, "FOR"), by_phone=True)[0].by_phone


def test_the_journal_holds_no_choice(committee, ballot):
    confirm(committee, ballot, note(committee, ballot, (1, "AGAINST")))
    assert set(AuditEvent.objects.get(type="vote.noted").facts) == {"seats"}
    collected = AuditEvent.objects.get(type="vote.collected")
    assert set(collected.facts) == {"collected", "digest", "seal", "seat", "version"}
