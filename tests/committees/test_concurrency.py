"""Votes in the same second, a close while they arrive: real threads, committed rows (S31, S32)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from threading import Barrier, Event
from time import sleep
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from alize.audit import operations as audit
from alize.audit import queries as audit_queries
from alize.common.errors import ActionDenied, Refusal
from basins import tenancy
from basins.models import Basin
from committees import operations
from committees.models import Ballot, InterestDeclaration, Vote
from committees.operations.base import locked_meeting
from committees.operations.interests import follow_recusals
from committees.operations.planning import next_number
from committees.queries import ballots
from projects import operations as projects
from tests.builders import make_contact, make_seat
from tests.committees.conftest import DAY, Committee, make_committee
from tests.databases import of_its_own

SIZE = 15
EARLY, LATE = 3, 3
ROUNDS = 8
"""Files voted on while the ballot closes; over HTTP, `VOTING_ROUNDS` says how many."""


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker, template_name) -> Iterator[Basin]:
    """The basin of a database of its own, where threads see each other's commits."""
    with django_db_blocker.unblock(), of_its_own(template_name, "votes"):
        yield Basin.objects.get(slug="savoie")


@pytest.fixture(scope="module")
def committee(committed) -> Committee:
    with tenancy.inside(committed):
        return make_committee(committed, SIZE)


def at_once(basin, acts):
    """Run each act in a thread of its own, all started together; their results in order."""
    start = Barrier(len(acts))

    def run(act):
        try:
            with tenancy.inside(basin):
                connection.ensure_connection()
                start.wait()
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@pytest.fixture
def inside(committed):
    with tenancy.inside(committed):
        yield


def test_everybody_votes_twice_in_the_same_second(committed, committee, inside):
    ballot = committee.ballot(committee.opened())
    keys = {person.pk: uuid4() for person in committee.people}

    def send(person):
        return lambda: committee.vote(ballot, person, command_key=keys[person.pk])

    receipts = at_once(committed, [send(person) for person in committee.people for _ in range(2)])
    assert receipts[::2] == receipts[1::2]
    stored = Vote.objects.filter(ballot=ballot)
    assert stored.count() == SIZE
    assert {receipt.digest for receipt in receipts} == {ballots.digest_of(v) for v in stored}
    assert committee.close(ballot).result["votes_for"] == SIZE


def test_a_meeting_held_lets_a_first_vote_in_writing_end(committed, committee, inside):
    """Its presence names the meeting at the commit: whoever holds that waits for the vote."""
    meeting = committee.planned()
    seat = committee.seats[1]

    def arrive():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
            meeting.attendances.create(seat=seat, person_id=seat.holder_id, arrived_at=DAY)

    with transaction.atomic():
        locked_meeting(meeting.pk)
        at_once(committed, [arrive])
    assert meeting.attendances.count() == 1


def wait_until_held():
    """Until another connection of this database waits for a lock."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    pytest.fail("Nobody waits.")


def test_a_result_waits_for_its_file_before_the_journal_is_held(committed, committee, inside):
    """Whoever holds the file records next: holding the journal meanwhile, neither would end."""
    ballot = committee.ballot(committee.opened())
    for person in committee.people:
        committee.vote(ballot, person)
    committee.close(ballot)
    reached = Event()

    def work_on_the_file():
        with transaction.atomic():
            projects.held([ballot.item.project_id])
            reached.set()
            wait_until_held()
            audit.record("project.section_saved", target=ballot.item.project, at=DAY)

    def proclaim():
        assert reached.wait(30)
        return committee.proclaim(ballot)

    _, decision = at_once(committed, [work_on_the_file, proclaim])
    assert decision.outcome == "APPROVED"


def test_a_second_convocation_waits_for_its_files_before_a_number_and_the_journal(
    committed, committee, inside
):
    """Whoever prepares a consultation holds the file, then takes a number and records."""
    meeting = committee.opened(files=2, present=5)
    later = DAY + timedelta(hours=1)
    operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=later)
    project = meeting.items.order_by("rank").last().project
    reached = Event()

    def consult_on_the_file():
        with transaction.atomic():
            projects.held([project.pk])
            reached.set()
            wait_until_held()
            next_number(DAY)
            audit.record("project.section_saved", target=project, at=DAY)

    def convene_again():
        reached.wait(5)
        return operations.convene_again(
            meeting_id=meeting.pk,
            held_at=DAY + timedelta(days=10),
            mode="IN_PERSON",
            place="CCI",
            by=committee.operator,
            at=DAY + timedelta(days=1),
        )

    _, again = at_once(committed, [consult_on_the_file, convene_again])
    assert again.items.count() == 2


@pytest.mark.parametrize("act", ["impose", "lift"])
def test_a_recusal_and_another_holder_wait_for_each_other_in_one_order(
    committed, committee, inside, monkeypatch, act
):
    """A ruling reaches the mandate that follows, even decided in the same second."""
    meeting = committee.opened()
    item, seat = meeting.items.get(), make_seat(kind="CONSULTATIVE")
    following = make_contact(seat.partner).person
    about = {"item_id": item.pk, "seat_id": seat.pk, "by": committee.president, "at": DAY}

    def impose():
        operations.impose_recusal(reason="Il vend le terrain.", **about)

    if act == "lift":
        impose()

    def rule():
        at_once(
            committed, [impose if act == "impose" else partial(operations.lift_recusal, **about)]
        )

    with ThreadPoolExecutor(1) as thread:
        ruled = []

        def follow(*args, **kwargs):
            ruled.append(thread.submit(rule))
            wait_until_held()
            follow_recusals(*args, **kwargs)

        monkeypatch.setattr("committees.operations.seats.follow_recusals", follow)
        new = operations.replace_holder(
            seat_id=seat.pk,
            holder_id=following.pk,
            starts_on=DAY.date() + timedelta(days=1),
            by=committee.operator,
            at=DAY,
        )
        ruled[0].result()
    last = InterestDeclaration.objects.filter(seat=new).last()
    assert last.answer == ("RECUSED" if act == "impose" else "LIFTED")


def test_everybody_changes_their_mind_in_the_same_second(committed, committee, inside):
    ballot = committee.ballot(committee.opened())

    def send(person, choice):
        return lambda: committee.vote(ballot, person, choice)

    at_once(
        committed,
        [send(person, choice) for person in committee.people for choice in ("FOR", "AGAINST")],
    )
    for seat in committee.seats:
        versions = ballot.votes.filter(seat=seat).values_list("version", flat=True)
        assert sorted(versions) == [1, 2]
    result = committee.close(ballot).result
    assert result["votes_for"] + result["votes_against"] == SIZE


def test_two_presidents_close_at_once(committed, committee, inside):
    ballot = committee.ballot(committee.opened())
    committee.vote(ballot, committee.people[1])
    closed = at_once(committed, [lambda: committee.close(ballot)] * 2)
    assert closed[0].votes_digest == closed[1].votes_digest


def test_two_clicks_open_one_ballot(committed, committee, inside):
    meeting = committee.opened()
    item = meeting.items.get()

    def click():
        try:
            return operations.open_ballot(item_id=item.pk, by=committee.president, at=DAY)
        except ActionDenied as denied:
            return denied.reason

    answers = at_once(committed, [click] * 2)
    assert sum(isinstance(answer, Ballot) for answer in answers) == 1
    assert any("déjà ouvert" in str(answer) for answer in answers)


def test_everybody_gives_their_proxy_to_the_same_seat_at_once(committed, committee, inside):
    """One is received, the others hear why not; the same two seats never hold each other's."""
    meeting = committee.convened()
    most = committee.seats[0]

    def give(person, holder):
        try:
            return operations.give_proxy(
                meeting_id=meeting.pk,
                giver_id=committee.seat_of(person).pk,
                holder_id=holder.pk,
                by=person,
                at=DAY - timedelta(days=1),
            )
        except Refusal as refusal:
            return refusal.reason

    answers = at_once(committed, [partial(give, person, most) for person in committee.people[1:6]])
    assert sum(isinstance(answer, list) for answer in answers) == 1
    assert sum("le maximum" in str(answer) for answer in answers) == 4
    one, other = committee.people[6:8]
    crossed = [partial(give, *pair) for pair in
               ((one, committee.seat_of(other)), (other, committee.seat_of(one)))]  # fmt: skip
    assert sum(isinstance(answer, list) for answer in at_once(committed, crossed)) == 1


def test_closing_while_votes_arrive(committed, committee, inside):
    """Each « enregistré » is in the frozen result, each refusal is not, in every round."""
    meeting = committee.opened(files=ROUNDS)
    InterestDeclaration.objects.bulk_create(
        InterestDeclaration(
            item=item, seat=seat, person_id=seat.holder_id, answer="NONE", declared_at=DAY
        )
        for item in meeting.items.all()
        for seat in committee.seats
    )
    random = Random(1)
    for item in meeting.items.order_by("rank"):
        ballot = operations.open_ballot(
            item_id=item.pk, by=committee.president, at=DAY + timedelta(minutes=5)
        )
        acknowledged = close_among_votes(committed, committee, ballot, random)
        ballot.refresh_from_db()
        stored = ballots.counted_votes(ballot)
        assert acknowledged == {ballots.digest_of(vote) for vote in stored}
        assert ballot.result["votes_for"] == len(stored)
        assert ballot.votes_digest == ballots.digest_of_all(stored)
        assert EARLY <= len(stored) <= SIZE - LATE


def close_among_votes(basin, committee, ballot, random) -> set[str]:
    """Some vote before the close, some after it, most while it happens; the receipts given."""
    early, closed = Barrier(EARLY + 1), Event()

    def vote(person, rank):
        if rank >= SIZE - LATE:
            closed.wait()
        elif rank >= EARLY:
            sleep(random.random() / 10)
        try:
            return committee.vote(ballot, person).digest
        except ActionDenied as denied:
            return None if "Le scrutin a été clos" in denied.reason else denied.reason
        finally:
            if rank < EARLY:
                early.wait()

    def close():
        early.wait()
        committee.close(ballot)
        closed.set()

    votes = [partial(vote, person, rank) for rank, person in enumerate(committee.people)]
    *answers, _ = at_once(basin, [*votes, close])
    return {digest for digest in answers if digest}


def test_the_journal_is_whole(committed, inside):
    assert audit_queries.verify() is None


@pytest.mark.parametrize(
    "table",
    [
        "committees_secretvote",
        "committees_minutes",
        "committees_suspension",
        "committees_attendance",
        "committees_condition",
        "committees_meeting",
        "committees_proposedcondition",
        "committees_proposedskills",
    ],
)
def test_what_is_kept_is_not_emptied_even_by_the_owner(committed, inside, table):
    refused = pytest.raises(psycopg.errors.IntegrityConstraintViolation)
    with refused, tenancy.owner_cursor() as cursor:
        cursor.execute(f"TRUNCATE {committed.schema_name}.{table} CASCADE")


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["committees_vote", "committees_interestdeclaration"])
def test_votes_and_answers_are_only_added_even_by_the_owner(committed, inside, table, statement):
    assert Vote.objects.exists()
    refused = pytest.raises(psycopg.errors.IntegrityConstraintViolation)
    with refused as error, tenancy.owner_cursor() as cursor:
        cursor.execute(statement.format(f"{committed.schema_name}.{table}"))
    assert error.value.diag.constraint_name == f"{table}_append_only"
