"""A secret vote ties nobody to a choice, whatever one reads (S36, T10)."""

from collections import Counter
from datetime import timedelta
from math import sqrt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.forms.models import model_to_dict

from alize.audit.models import AuditEvent, Command
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from committees import operations
from committees.models import Participation, SecretVote, Vote
from committees.queries import ballots, polls, secrecy, verification
from tests.builders import set_rules
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(minutes=20)
ROUNDS = 200


@pytest.fixture
def ballot(committee):
    return committee.ballot(committee.opened(), secret=True)


def rows(statement, *parameters):
    with connection.cursor() as cursor:
        return cursor.execute(statement, parameters).fetchall()


class TestSecrecy:
    def test_by_the_president(self, ballot):
        assert ballot.is_secret

    def test_by_rule(self, committee):
        set_rules(secret_by_default=True)
        assert committee.ballot(committee.opened()).is_secret

    def test_named_otherwise(self, committee):
        assert not committee.ballot(committee.opened()).is_secret

    def test_on_request_of_as_many_as_the_rules_say(self, committee):
        set_rules(secret_on_request_of=2)
        meeting = committee.opened(files=2)
        first, second = meeting.items.order_by("rank")
        for item, askers in ((first, committee.people[1:2]), (second, committee.people[1:3])):
            for person in askers:
                for _ in range(2):
                    self.ask(committee, item, person)
        assert first.secrecy_requests.count() == 1
        assert not committee.ballot(meeting).is_secret
        committee.close(first.ballots.get())
        assert operations.open_ballot(item_id=second.pk, by=committee.president, at=DAY).is_secret

    def test_whoever_leads_is_told_who_decided_by_which_rule(self, committee):
        set_rules(secret_on_request_of=2)
        item = committee.opened().items.get()
        assert secrecy.ruling_on(item) == secrecy.Ruling(False, "")
        self.ask(committee, item, committee.people[1])
        asked = secrecy.ruling_on(item)
        assert (asked.is_secret, "la présidence décide" in asked.because) == (False, True)
        self.ask(committee, item, committee.people[2])
        ruled = secrecy.ruling_on(item)
        assert ruled.is_secret
        assert all(str(person) in ruled.because for person in committee.people[1:3])

    def test_not_asked_once_open(self, committee, ballot):
        with pytest.raises(ActionDenied, match="avant l'ouverture"):
            self.ask(committee, ballot.item, committee.people[1])

    def test_not_asked_for_another_seat(self, committee):
        item = committee.opened().items.get()
        with pytest.raises(ActionDenied, match="ni titulaire"):
            operations.ask_secrecy(
                item_id=item.pk, seat_id=committee.seats[2].pk, by=committee.people[1], at=DAY
            )

    def ask(self, committee, item, person):
        seat = committee.seat_of(person)
        return operations.ask_secrecy(item_id=item.pk, seat_id=seat.pk, by=person, at=DAY)


class TestVote:
    def test_leaves_no_receipt_and_no_reason(self, committee, ballot):
        assert committee.drop(ballot, committee.people[1], "AGAINST") is None
        assert not Vote.objects.exists()
        assert ballots.receipts_of(committee.people[1], on=DAY.date()) == []

    def test_does_not_change(self, committee, ballot):
        committee.drop(ballot, committee.people[1])
        with pytest.raises(ActionDenied, match="ne se change pas"):
            committee.drop(ballot, committee.people[1], "AGAINST")
        assert SecretVote.objects.get().choice == "FOR"

    def test_is_not_named(self, committee, ballot):
        with pytest.raises(ActionDenied, match="est secret"):
            committee.vote(ballot, committee.people[1])

    def test_by_proxy(self, committee):
        meeting = committee.opened(present=4)
        committee.proxy(meeting, committee.people[4], committee.people[3])
        ballot = committee.ballot(meeting, secret=True)
        committee.drop(ballot, committee.people[3])
        committee.drop(ballot, committee.people[3], "AGAINST", seat_id=committee.seats[4].pk)
        result = committee.close(ballot).result
        assert (result["votes_for"], result["votes_against"]) == (1, 1)

    def test_has_no_casting_vote(self, make):
        committee = make(4)
        ballot = committee.ballot(committee.opened(), secret=True)
        for person, choice in zip(
            committee.people, ["FOR", "FOR", "AGAINST", "AGAINST"], strict=True
        ):
            committee.drop(ballot, person, choice)
        result = committee.close(ballot).result
        assert (result["outcome"], result["by_casting_vote"]) == ("DEFERRED", False)

    def test_is_refused_without_an_offered_choice(self, committee, ballot):
        with pytest.raises(InvalidInput):
            committee.drop(ballot, committee.people[1], "MAYBE")

    def test_of_a_cancelled_ballot_is_void_and_unlinked_too(self, committee, ballot):
        for person in committee.people:
            committee.drop(ballot, person)
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=LATER)
        assert rows("SELECT count(DISTINCT xmin::text) FROM committees_secretvote") == [(1,)]

    def test_a_withdrawal_does_not_take_it_back(self, committee, ballot):
        committee.drop(ballot, committee.people[1])
        with pytest.raises(ActionDenied, match="annuler le scrutin"):
            committee.answer(ballot.item, committee.people[1], "RECUSED")
        with pytest.raises(ActionDenied, match="annuler le scrutin"):
            operations.impose_recusal(
                item_id=ballot.item_id,
                seat_id=committee.seats[1].pk,
                reason="Lien familial.",
                by=committee.president,
                at=LATER,
            )

    def test_a_departure_does_not_undo_it(self, committee, ballot):
        committee.drop(ballot, committee.people[1])
        there = ballot.item.meeting.attendances.get(seat=committee.seats[1])
        with pytest.raises(ActionDenied, match="vote secret ouvert à"):
            operations.check_out(
                attendance_id=there.pk,
                left_at=DAY + timedelta(minutes=2),
                by=committee.operator,
                at=LATER,
            )


class TestByProxy:
    """The holder has dropped the slip of the giver, and none for itself yet (5.3)."""

    @pytest.fixture
    def meeting(self, committee):
        return committee.opened(present=4)

    @pytest.fixture
    def ballot(self, committee, meeting):
        ballot = committee.ballot(meeting, secret=True)
        committee.proxy(meeting, committee.people[4], committee.people[3])
        committee.drop(ballot, committee.people[3], seat_id=committee.seats[4].pk)
        return ballot

    def test_its_holder_no_longer_withdraws(self, committee, ballot):
        with pytest.raises(ActionDenied, match="annuler le scrutin"):
            committee.answer(ballot.item, committee.people[3], "RECUSED")
        with pytest.raises(ActionDenied, match="annuler le scrutin"):
            operations.impose_recusal(
                item_id=ballot.item_id, seat_id=committee.seats[3].pk, reason="Lien familial.",
                by=committee.president, at=LATER,
            )  # fmt: skip
        assert committee.close(ballot).result["votes_for"] == 1

    def test_nor_does_the_database_let_it(self, committee, ballot):
        for rank in (3, 4):
            with pytest.raises(IntegrityError) as refusal, transaction.atomic():
                ballot.item.declarations.create(
                    seat=committee.seats[rank], person=committee.people[rank],
                    answer="RECUSED", declared_at=LATER,
                )  # fmt: skip
            assert "annuler le scrutin" in sentence_of(refusal.value)

    def test_its_holder_has_not_left_before(self, committee, ballot):
        there = ballot.item.meeting.attendances.get(seat=committee.seats[3])
        with pytest.raises(ActionDenied, match="vote secret ouvert à"):
            operations.check_out(
                attendance_id=there.pk, left_at=DAY + timedelta(minutes=2),
                by=committee.operator, at=LATER,
            )  # fmt: skip

    def test_taken_back_its_slip_counts_all_the_same(self, committee, meeting, ballot):
        """Given after the opening, taken back after the vote: the box keeps the slip (S32)."""
        operations.revoke_proxy(proxy_id=meeting.proxies.get().pk, by=committee.people[4], at=LATER)
        for person in committee.people[:4]:
            committee.drop(ballot, person, "AGAINST")
        result = committee.close(ballot).result
        assert (result["votes_for"], result["votes_against"]) == (1, 4)
        assert result["outcome"] == "REJECTED"
        where = [str(finding) for finding in verification.verify().findings]
        assert not [line for line in where if "émargement" in line]

    def test_one_that_does_not_hold_drops_nothing(self, committee, meeting, ballot):
        other = committee.proxy(meeting, committee.people[0], committee.people[2], ballot.item)
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            ballot.participations.create(seat=committee.seats[1], proxy=other)
        assert "Ce pouvoir ne vaut plus" in sentence_of(refusal.value)


def test_a_slip_that_no_act_has_dropped_is_found(committee, ballot):
    """Signed for in the table alone, it counts: the journal knows nothing of it (S35)."""
    committee.drop(ballot, committee.people[1])
    ballot.participations.create(seat=committee.seats[2])
    SecretVote.objects.create(ballot=ballot, choice="FOR")
    committee.close(ballot)
    found = [str(finding) for finding in verification.verify().findings]
    assert len(found) == 1
    assert found[0].endswith(f"l'émargement du siège {committee.seats[2].pk} a été ajouté")


class TestClosed:
    @pytest.fixture
    def closed(self, committee, ballot):
        for person, choice in zip(
            committee.people, ["FOR", "FOR", "FOR", "AGAINST", "ABSTAIN"], strict=True
        ):
            committee.drop(ballot, person, choice)
        return committee.close(ballot)

    def test_counts_as_many_slips_as_signatures(self, closed):
        assert polls.blind_check(closed) == (5, 5)
        assert closed.result["votes_for"] == 3
        assert closed.result_sentence.count("Au scrutin secret") == 1

    def test_nothing_in_the_two_tables_is_common(self, closed):
        """No key, no hour; after the close every row was written by one transaction."""
        participation, slip = Participation.objects.first(), SecretVote.objects.first()
        assert set(model_to_dict(participation)) == {"id", "ballot", "seat", "proxy"}
        assert {field.name for field in slip._meta.fields} == {"id", "ballot", "choice"}
        for table in ("participation", "secretvote"):
            assert rows(f"SELECT count(DISTINCT xmin::text) FROM committees_{table}") == [(1,)]

    def test_the_journal_and_the_commands_hold_no_value(self, closed):
        kept = [*AuditEvent.objects.filter(type="vote.cast"), *Command.objects.all()]
        assert len(kept) == 5
        assert all(set(event.facts) == {"seat"} for event in kept)

    def test_the_result_names_nobody(self, closed):
        assert {row["voted"] for row in closed.result["seats"]} == {True}
        assert "choice" not in str(closed.result)

    def test_rows_are_only_ever_added(self, closed):
        for statement in (
            "UPDATE committees_secretvote SET choice = 'FOR'",
            "DELETE FROM committees_secretvote",
            "DELETE FROM committees_participation",
            "INSERT INTO committees_secretvote (id, ballot_id, choice) "
            f"VALUES (gen_random_uuid(), {closed.pk}, 'FOR')",
        ):
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_one_slip_a_signature(committee, ballot):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        SecretVote.objects.create(ballot=ballot, choice="FOR")
    assert "more votes than voters" in str(error.value)


def test_the_order_says_nothing(make):
    """Over many ballots, the order of the slips and that of the signatures agree by chance only.

    Everybody votes in turn, the first half for, the second against: unshuffled, the rank of a slip
    gives its voter. Permutations of three and three agree 3 times in 6, with a variance of 1.8; a
    fair shuffle goes beyond four deviations once in fifteen thousand runs, none is at thirty.
    """
    committee = make(6)
    half = len(committee.seats) // 2
    chosen = {
        seat.pk: "FOR" if rank < half else "AGAINST" for rank, seat in enumerate(committee.seats)
    }
    ballot = committee.ballot(committee.opened(), secret=True)
    orders, agreements = set(), 0
    for _ in range(ROUNDS):
        slips, signed = simulate(ballot, chosen)
        assert Counter(slips) == Counter(chosen.values())
        orders.add(tuple(slips))
        agreements += sum(slip == chosen[seat] for slip, seat in zip(slips, signed, strict=True))
    assert len(orders) > half
    assert abs(agreements - ROUNDS * half) < 4 * sqrt(ROUNDS * 1.8)


def simulate(ballot, chosen) -> tuple[list[str], list[int]]:
    """The slips and the signatures as the tables give them after a close that is then undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        for seat, choice in chosen.items():
            cursor.execute(
                "INSERT INTO committees_participation (ballot_id, seat_id) VALUES (%s, %s)",
                [ballot.pk, seat],
            )
            cursor.execute(
                "INSERT INTO committees_secretvote (id, ballot_id, choice)"
                " VALUES (gen_random_uuid(), %s, %s)",
                [ballot.pk, choice],
            )
        cursor.execute(
            "UPDATE committees_ballot SET status = 'CLOSED', result = '{}', votes_digest = '-',"
            " closed_at = now(), closed_by_id = opened_by_id WHERE id = %s",
            [ballot.pk],
        )
        slips = rows("SELECT choice FROM committees_secretvote")
        signed = rows("SELECT seat_id FROM committees_participation")
        transaction.set_rollback(True)
    return [row[0] for row in slips], [row[0] for row in signed]
