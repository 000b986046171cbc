"""Votes over the wire: a whole committee in the same second, a close among them (S31, S32, S34).

The application is served by gunicorn on a database of its own: real requests, real sessions,
committed rows. Judged whole with VOTING_BASINS=20 VOTING_ROUNDS=100.
"""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random
from threading import Barrier, Event
from time import sleep
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from alize.audit import queries as audit_queries
from alize.audit.models import AuditEvent
from basins import provisioning, tenancy
from basins.models import Basin
from committees import operations
from committees.models import Ballot, InterestDeclaration, Meeting, Vote
from committees.queries import ballots
from tests.committees.conftest import Committee, make_committee
from tests.conftest import session_of
from tests.databases import BASINS, demo_environment, of_its_own

SIZE = 15
ROUNDS = int(os.environ.get("VOTING_ROUNDS", "2"))
"""How often the president closes among votes (S32)."""
WIDTH = int(os.environ.get("VOTING_BASINS", "2"))
"""How many basins vote in the same second (S31)."""
EARLY = LATE = 3
REFUSED = "Le scrutin a été clos"


@dataclass
class Voter:
    """One member with a session of their own, and what the server last said to them."""

    port: int
    basin: Basin
    person: object
    seat_id: int
    session: str
    said: list[str] = field(default_factory=list)

    def request(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        """The status, the body and the address to go to; cookies kept as a browser does."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": self.session, "Host": f"localhost:{self.port}"}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        wire.request(method, path, body, headers)
        answer = wire.getresponse()
        text = answer.read().decode()
        wire.close()
        return answer.status, text, answer.getheader("Location") or ""

    def vote(self, ballot: Ballot, *, key: UUID | None = None, seat_id: int | None = None) -> int:
        """Send a voting paper; the status of the answer."""
        token = self.session.split("csrftoken=")[1].split(";")[0]
        body = urlencode(
            {
                "csrfmiddlewaretoken": token,
                "seat": seat_id or self.seat_id,
                "choice": "FOR",
                "command_key": key or uuid4(),
            }
        )
        path = f"/bassins/{self.basin.slug}/comite/scrutins/{ballot.pk}/"
        status, text, _ = self.request("POST", path, body)
        self.said.append(text)
        return status


@dataclass
class Side:
    """One basin with its committee, all signed in."""

    basin: Basin
    committee: Committee
    voters: list[Voter]


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker, template_name) -> Iterator[str]:
    """A database where what each process commits stays until the end of the module."""
    with django_db_blocker.unblock(), of_its_own(template_name, "wire") as own:
        cache.clear()  # another file may have had somebody of the same number refused
        yield own


@pytest.fixture(scope="module")
def port(database) -> Iterator[int]:
    """The port of the application, served as in production: processes, threads, a queue."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "alize.wsgi:application", "--workers", "2",
        "--threads", "4", "--bind", f"127.0.0.1:{number}", "--log-level", "critical",
        "--no-control-socket",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=demo_environment(database))
    try:
        wait_for(number)
        yield number
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(300):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.1)
    raise AssertionError("nobody listens")


@pytest.fixture(scope="module")
def sides(database, port) -> list[Side]:
    known = [Basin.objects.get(slug=slug) for _, slug, _ in BASINS]
    return [furnish(basin, port) for basin in known + more_basins(WIDTH - len(known))]


def more_basins(number: int) -> list[Basin]:
    """Basins beside the two of every test, when the whole network is judged."""
    made = []
    for rank in range(number):
        basin = Basin.objects.create(
            schema_name=f"b_{100 + rank:04d}",
            slug=f"bassin-{rank}",
            name=f"Bassin {rank}",
            departments=["73"],
            status="INSTALLED",
            installed_on=date(2006, 1, 1),
        )
        provisioning.create_schema(basin)
        made.append(basin)
    return made


def furnish(basin: Basin, port: int) -> Side:
    with tenancy.inside(basin):
        committee = make_committee(basin, SIZE)
    voters = []
    for person, seat in zip(committee.people, committee.seats, strict=True):
        session = f"{settings.SESSION_COOKIE_NAME}={session_of(person)}"
        token = "c" * 32
        voters.append(Voter(port, basin, person, seat.pk, f"{session}; csrftoken={token}"))
    return Side(basin, committee, voters)


def ready(side: Side, *, files: int = 1) -> Meeting:
    """A meeting under way now, everybody there and free of links."""
    now = timezone.now()
    meeting = side.committee.opened(files=files, held_at=now - timedelta(seconds=5))
    InterestDeclaration.objects.bulk_create(
        InterestDeclaration(
            item=item, seat=seat, person_id=seat.holder_id, answer="NONE", declared_at=now
        )
        for item in meeting.items.all()
        for seat in side.committee.seats
    )
    return meeting


def open_first(side: Side, meeting: Meeting, rank: int = 1) -> Ballot:
    return operations.open_ballot(
        item_id=meeting.items.get(rank=rank).pk, by=side.committee.president, at=timezone.now()
    )


def at_once(acts: list) -> list:
    """Each act in its own thread, all started together."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_every_member_of_every_basin_votes_twice_in_the_same_second(sides):
    acts, opened = [], []
    for side in sides:
        with tenancy.inside(side.basin):
            ballot = open_first(side, ready(side))
        opened.append(ballot)
        for voter in side.voters:
            acts += [partial(voter.vote, ballot, key=uuid4())] * 2
    assert at_once(acts) == [302] * len(acts)
    for side, ballot in zip(sides, opened, strict=True):
        with tenancy.inside(side.basin):
            stored = Vote.objects.filter(ballot=ballot)
            assert stored.count() == stored.values("seat").distinct().count() == SIZE
            closed = operations.close_ballot(
                ballot_id=ballot.pk, by=side.committee.president, at=timezone.now()
            )
            assert closed.result["votes_for"] == SIZE
            assert audit_queries.verify() is None


def test_the_president_closes_while_votes_arrive(sides):
    """Each acknowledged vote is in the frozen result, each refusal says why, in every round."""
    side, random = sides[0], Random(32)
    with tenancy.inside(side.basin):
        meeting = ready(side, files=ROUNDS)
        for rank in range(1, ROUNDS + 1):
            ballot = open_first(side, meeting, rank)
            answers = close_among_votes(side, ballot, random)
            ballot.refresh_from_db()
            stored = ballots.counted_votes(ballot)
            assert answers.count(302) == ballot.result["votes_for"] == len(stored)
            assert answers.count(422) == SIZE - len(stored)
            assert ballot.votes_digest == ballots.digest_of_all(stored)
            assert EARLY <= len(stored) <= SIZE - LATE


def close_among_votes(side: Side, ballot: Ballot, random: Random) -> list[int]:
    """Some vote before the close, some after it, most while it happens."""
    early, closed = Barrier(EARLY + 1), Event()

    def vote(voter: Voter, rank: int) -> int:
        if rank >= SIZE - LATE:
            closed.wait(60)
        elif rank >= EARLY:
            sleep(random.random() / 4)
        status = voter.vote(ballot)
        if rank < EARLY:
            early.wait(60)
        if status == 422:
            assert REFUSED in voter.said[-1]
        return status

    def close() -> None:
        try:
            early.wait(60)
            with tenancy.inside(side.basin):
                operations.close_ballot(
                    ballot_id=ballot.pk, by=side.committee.president, at=timezone.now()
                )
        finally:
            connection.close()
            closed.set()

    acts = [partial(vote, voter, rank) for rank, voter in enumerate(side.voters)]
    *answers, _ = at_once([*acts, close])
    return answers


def test_a_vote_sent_where_it_does_not_count_is_refused_and_kept_in_the_journal(sides):
    """After the close, from another meeting, another file, another basin, for another seat."""
    side, other = sides[:2]
    with tenancy.inside(side.basin):
        meeting = ready(side, files=2)
        first = open_first(side, meeting)
        voter, key = side.voters[1], uuid4()
        assert voter.vote(first, key=key) == 302
        operations.cancel_ballot(ballot_id=first.pk, by=side.committee.president, at=timezone.now())
        before, refused = Vote.objects.count(), count_refused()
        second = open_first(side, meeting, rank=2)
        assert voter.vote(first) == 422
        assert voter.vote(second, key=key) == 409
        assert voter.vote(second, seat_id=side.voters[2].seat_id) == 404
        operations.close_ballot(ballot_id=second.pk, by=side.committee.president, at=timezone.now())
        assert voter.vote(second) == 422
        assert voter.vote(Ballot(pk=second.pk + 1)) == 404
        assert other.voters[1].vote(second) in {404, 422}
    stranger = Voter(voter.port, side.basin, None, voter.seat_id, other.voters[1].session)
    assert stranger.vote(second) == 404
    with tenancy.inside(side.basin):
        assert Vote.objects.count() == before
        assert count_refused() == refused + 5
        outside = AuditEvent.objects.get(type="access.refused")
        assert (outside.by_id, outside.facts) == (
            other.voters[1].person.pk, {"page": "ballot_detail"}
        )  # fmt: skip


def count_refused() -> int:
    return AuditEvent.objects.filter(type="vote.refused").count()
