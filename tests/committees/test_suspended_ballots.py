"""An open ballot is suspended while its meeting is: derived, never stored (voting.md 5.2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from basins.enums import Role
from committees import operations, permissions
from committees.models import Suspension
from committees.operations import HandLine
from committees.queries.ballots import suspended_by
from committees.queries.live import live_state
from committees.queries.polls import poll_page
from tests.committees.conftest import DAY

HOME = "/bassins/savoie/comite/"
PAUSE, RESUMED = DAY + timedelta(minutes=9), DAY + timedelta(minutes=20)
SENTENCE = (
    "Le scrutin est suspendu avec la séance depuis 10\u00a0h\u00a009 ; votre vote n'a pas été pris "
    "en compte. Vous pourrez voter à la reprise."
)


class TestRule:
    def test_nobody_votes_while_the_meeting_is_suspended(self):
        with pytest.raises(ActionDenied) as refused:
            permissions.vote_in_session(Suspension(started_at=PAUSE))
        assert refused.value.reason == SENTENCE

    def test_nobody_leads_a_vote_either(self):
        with pytest.raises(ActionDenied, match="reprenez-la d'abord"):
            permissions.in_session(Suspension(started_at=PAUSE))

    def test_everybody_does_otherwise(self):
        permissions.vote_in_session(None)
        permissions.in_session(None)


@pytest.fixture
def meeting(committee):
    return committee.opened()


@pytest.fixture
def ballot(committee, meeting):
    return committee.ballot(meeting)


def test_the_page_of_a_ballot_asks_once_whether_it_is_suspended(committee, meeting, ballot):
    suspend(committee, meeting)
    with CaptureQueriesContext(connection) as asked:
        poll = poll_page(ballot, committee.operator, seat=None, at=PAUSE)
    assert poll.is_suspended
    assert sum('FROM "committees_suspension"' in one["sql"] for one in asked) == 1


def suspend(committee, meeting):
    operations.suspend_meeting(meeting_id=meeting.pk, by=committee.president, at=PAUSE)


def resume(committee, meeting):
    operations.resume_meeting(meeting_id=meeting.pk, by=committee.president, at=RESUMED)


def test_a_vote_is_refused_then_received_again(committee, meeting, ballot):
    key, first, second = uuid4(), committee.people[1], committee.people[2]
    receipt = committee.vote(ballot, first, command_key=key)
    suspend(committee, meeting)
    with pytest.raises(ActionDenied, match="suspendu avec la séance"):
        committee.vote(ballot, second, at=PAUSE)
    assert AuditEvent.objects.filter(type="vote.refused").count() == 1
    assert committee.vote(ballot, first, command_key=key, at=PAUSE).digest == receipt.digest
    resume(committee, meeting)
    committee.vote(ballot, second, at=RESUMED)
    for person in committee.people[3:]:
        committee.vote(ballot, person, at=RESUMED)
    closed = committee.close(ballot, when=RESUMED)
    assert closed.result["votes_for"] == len(committee.people) - 1


def test_a_secret_vote_too(committee, meeting):
    ballot = committee.ballot(meeting, secret=True)
    suspend(committee, meeting)
    with pytest.raises(ActionDenied, match="suspendu avec la séance"):
        committee.drop(ballot, committee.people[1], at=PAUSE)
    resume(committee, meeting)
    committee.drop(ballot, committee.people[1], at=RESUMED)
    assert ballot.secret_votes.count() == 1


def test_nothing_closes_it_meanwhile(committee, meeting, ballot):
    act = {"ballot_id": ballot.pk, "at": PAUSE}
    operations.announce_close(**act, by=committee.president)
    suspend(committee, meeting)
    lines = [HandLine(committee.seats[1].pk, "FOR")]
    for refused in (
        lambda: operations.close_ballot(**act, by=committee.president),
        lambda: operations.announce_close(**act, by=committee.president),
        lambda: operations.note_hands(**act, lines=lines, by=committee.operator),
        lambda: operations.confirm_hands(**act, collected_ids=[], by=committee.president),
    ):
        with pytest.raises(ActionDenied, match="La séance est suspendue depuis"):
            refused()
    ballot.refresh_from_db()
    assert (ballot.status, ballot.closing_at) == ("OPEN", None)
    resume(committee, meeting)
    assert committee.close(ballot, when=RESUMED).status == "CLOSED"


def test_it_is_so_only_while_open(committee, meeting, ballot):
    assert suspended_by(ballot) is None
    suspend(committee, meeting)
    assert suspended_by(ballot).started_at == PAUSE
    assert live_state(ballot.pk, committee.president, on=localdate()).status == "SUSPENDED"
    cancelled = operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=PAUSE)
    assert suspended_by(cancelled) is None
    assert live_state(ballot.pk, committee.president, on=localdate()).status == "CANCELLED"


def test_every_screen_says_so_and_keeps_what_was_typed(committee, meeting, ballot, client_as):
    member = client_as(Role.MEMBER, user=committee.people[1])
    president = client_as(Role.PRESIDENT, user=committee.president)
    paper, live = f"{HOME}scrutins/{ballot.pk}/", f"{HOME}seances/{meeting.number}/direct/"

    def page(client, path):
        return client.get(path).content.decode()

    with time_machine.travel(PAUSE, tick=False):
        president.post(f"{HOME}seances/{meeting.number}/suspendre/")
        typed = {
            "seat": committee.seats[1].pk,
            "choice": "AGAINST",
            "reason": "Trop tôt.",
            "command_key": uuid4(),
        }
        refused = member.post(paper, typed)
        assert refused.status_code == 422
        words = refused.content.decode()
        assert SENTENCE.replace(" ;", "\u00a0;") in words.replace("&#x27;", "'")
        assert 'value="Trop tôt."' in words
        assert 'value="AGAINST" required checked' in words
        for shown in (words, page(member, paper)):
            assert "Vote suspendu" in shown
            assert "Confirmer mon vote" not in shown
            assert 'data-live-state="SUSPENDED"' in shown
        assert "Séance et vote suspendus" in page(member, live)
        led = page(president, live)
        assert "Vote suspendu" in led
        assert "Clore le vote" not in led
        assert "Vote suspendu" in page(president, f"{HOME}seances/{meeting.number}/ecran/")
        president.post(f"{HOME}seances/{meeting.number}/reprendre/")
        assert "Confirmer mon vote" in page(member, live)
        assert "Clore le vote" in page(president, live)


def test_nothing_is_proclaimed_nor_decided_until_it_resumes(committee):
    meeting = committee.opened(files=2)
    ballot = committee.ballot(meeting)
    for person in committee.people:
        committee.vote(ballot, person)
    operations.close_ballot(
        ballot_id=ballot.pk, by=committee.president, at=DAY + timedelta(minutes=8)
    )
    defer = {
        "item_id": meeting.items.get(rank=2).pk,
        "outcome": "DEFERRED",
        "particulars": operations.Particulars(reason="Incomplet."),
        "by": committee.president,
    }
    suspend(committee, meeting)
    with pytest.raises(ActionDenied, match="reprenez-la d'abord"):
        committee.proclaim(ballot, at=PAUSE)
    with pytest.raises(ActionDenied, match="reprenez-la d'abord"):
        operations.record_without_ballot(at=PAUSE, **defer)
    resume(committee, meeting)
    assert committee.proclaim(ballot, at=RESUMED).outcome == "APPROVED"
    assert operations.record_without_ballot(at=RESUMED, **defer).outcome == "DEFERRED"


def test_a_result_waits_for_the_meeting_to_resume(committee, meeting, ballot, client_as):
    committee.close(ballot)
    suspend(committee, meeting)
    president = client_as(Role.PRESIDENT, user=committee.president)
    with time_machine.travel(PAUSE, tick=False):
        for page in (f"{HOME}scrutins/{ballot.pk}/", f"{HOME}seances/{meeting.number}/direct/"):
            assert "/proclamer/" not in president.get(page).content.decode()
        proclaim = f"{HOME}scrutins/{ballot.pk}/proclamer/"
        told = president.get(proclaim, follow=True).content.decode()
    assert "reprenez-la d" in told
    resume(committee, meeting)
    with time_machine.travel(RESUMED, tick=False):
        assert president.get(proclaim).status_code == 200
