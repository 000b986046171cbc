"""The screens of a meeting under way, what leads it, what pauses it (O4, C4, C8)."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.documents.operations import draft_words
from basins.enums import Role
from committees import operations
from committees.documents import minutes_context
from committees.enums import BallotStatus, MeetingStatus
from committees.models import Ballot, Meeting, Vote
from committees.operations import Particulars
from partners.models import Contact
from projects.enums import ProjectStatus
from projects.models import Project
from tests.builders import make_user, set_rules
from tests.committees.conftest import DAY
from tests.committees.pages.conftest import HOME, page

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(minutes=30)


class TestSuspension:
    def test_stops_the_votes_until_the_meeting_resumes(self, committee, meeting):
        operations.suspend_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        with pytest.raises(ActionDenied, match="suspendue depuis"):
            committee.ballot(meeting)
        operations.resume_meeting(meeting_id=meeting.pk, by=committee.president, at=LATER)
        assert committee.ballot(meeting)
        assert meeting.suspensions.get().ended_at == LATER

    def test_ends_with_the_meeting(self, committee, meeting):
        operations.suspend_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=LATER)
        assert meeting.suspensions.get().ended_at == LATER

    def test_twice_is_once(self, committee, meeting):
        operations.suspend_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        with pytest.raises(ActionDenied, match="déjà suspendue"):
            operations.suspend_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)

    def test_by_the_chair_only(self, committee, meeting):
        with pytest.raises(ActionDenied, match="préside"):
            operations.suspend_meeting(meeting_id=meeting.pk, by=committee.operator, at=DAY)


class TestAdjournment:
    def test_sends_what_remains_to_the_next_meeting(self, committee, meeting, ballot):
        following = committee.planned(held_at=DAY + timedelta(days=30))
        operations.adjourn_meeting(
            meeting_id=meeting.pk, next_meeting_id=following.pk, by=committee.president, at=LATER
        )
        meeting.refresh_from_db()
        ballot.refresh_from_db()
        assert (meeting.status, ballot.status) == (MeetingStatus.HELD, BallotStatus.CANCELLED)
        words = draft_words(
            reference="PV",
            title="Séance",
            template="pdf/minutes.html",
            context=minutes_context(meeting.minutes),
            as_of=DAY.date(),
        )
        assert "1 scrutin ouvert puis annulé, sans résultat." in words
        assert words.count("n'a pas été mis aux voix") == 1
        assert following.items.count() == 2
        assert {item.project.status for item in following.items.all()} == {ProjectStatus.SCHEDULED}
        assert all(item.proposals.get().amount == 2_000_000 for item in following.items.all())

    def test_leaves_a_decided_file_where_it_went(self, committee, meeting):
        first = meeting.items.order_by("rank").first()
        operations.record_without_ballot(
            item_id=first.pk,
            outcome="DEFERRED",
            particulars=Particulars(reason="Pièces", pieces_awaited="Bail"),
            by=committee.president,
            at=DAY,
        )
        Project.objects.filter(pk=first.project_id).update(status=ProjectStatus.SCHEDULED)
        following = committee.planned(held_at=DAY + timedelta(days=30))
        operations.adjourn_meeting(
            meeting_id=meeting.pk, next_meeting_id=following.pk, by=committee.president, at=LATER
        )
        assert following.items.get().project_id != first.project_id

    def test_without_a_next_meeting_they_are_ready(self, committee, meeting):
        operations.suspend_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        operations.adjourn_meeting(meeting_id=meeting.pk, by=committee.president, at=LATER)
        assert {item.project.status for item in meeting.items.all()} == {ProjectStatus.READY}
        assert meeting.suspensions.get().ended_at == LATER

    def test_a_closed_ballot_is_proclaimed_first(self, committee, meeting, ballot):
        committee.close(ballot)
        with pytest.raises(ActionDenied, match="proclamez"):
            operations.adjourn_meeting(meeting_id=meeting.pk, by=committee.president, at=LATER)

    def test_page(self, committee, meeting, president):
        following = committee.planned(held_at=DAY + timedelta(days=30))
        second = committee.planned(held_at=DAY + timedelta(days=31))
        Meeting.objects.filter(pk=second.pk).update(second_of=meeting)
        hours = {"held_at": LATER, "closes_at": LATER + timedelta(days=9)}
        Meeting.objects.create(year=2026, rank=9, mode="WRITTEN", matter="URGENCY", **hours)
        operations.record_without_ballot(
            item_id=meeting.items.order_by("rank").first().pk,
            outcome="DEFERRED",
            particulars=Particulars(reason="Pièces", pieces_awaited="Bail"),
            by=committee.president,
            at=DAY,
        )
        url = f"{HOME}seances/{meeting.number}/ajourner/"
        text = president.get(url).content.decode()
        assert re.findall(r'<option value="(\d*)"', text) == [str(following.pk), ""]
        assert "1 dossier sans décision va" in text.replace("\u00a0", " ")
        president.post(url, {"next_meeting": following.pk})
        assert following.items.count() == 1


class TestSecretary:
    def lead(self, committee, meeting, left=True):
        operations.leave_votes_to_secretary(
            meeting_id=meeting.pk, left=left, by=committee.president, at=DAY
        )

    def test_leads_the_votes_when_the_chair_leaves_them(self, committee, meeting, operator):
        self.lead(committee, meeting)
        item = meeting.items.order_by("rank").first()
        answer = operator.post(f"{HOME}passages/{item.pk}/vote/", {"retour": "direct"})
        assert answer.url.endswith("/direct/")
        ballot = Ballot.objects.get()
        operator.post(f"{HOME}scrutins/{ballot.pk}/clore/")
        ballot.refresh_from_db()
        assert (ballot.status, ballot.closed_by_id) == (BallotStatus.CLOSED, committee.operator.pk)

    def test_does_not_otherwise(self, committee, meeting, operator):
        item = meeting.items.order_by("rank").first()
        assert operator.post(f"{HOME}passages/{item.pk}/vote/").status_code == 403
        self.lead(committee, meeting)
        self.lead(committee, meeting, left=False)
        assert operator.post(f"{HOME}passages/{item.pk}/vote/").status_code == 403

    def test_leaves_the_casting_vote_to_the_chair(self, committee, meeting, ballot):
        self.lead(committee, meeting)
        closed = committee.close(ballot)
        with pytest.raises(ActionDenied, match="préside"):
            operations.proclaim(
                ballot_id=closed.pk, reason="Partage.", defer=True, by=committee.operator, at=LATER
            )

    def test_another_person_does_not(self, committee, meeting):
        self.lead(committee, meeting)
        with pytest.raises(ActionDenied, match="préside"):
            operations.open_ballot(item_id=meeting.items.first().pk, by=committee.people[2], at=DAY)

    def test_decides_nothing_while_nobody_presides(self, committee, meeting):
        self.lead(committee, meeting)
        item = meeting.items.order_by("rank").first()
        meeting.attendances.exclude(person=committee.people[4].pk).update(left_at=LATER)
        Contact.objects.filter(person=committee.people[4]).update(is_active=False)
        act = {"item_id": item.pk, "by": committee.operator, "at": LATER}
        with pytest.raises(ActionDenied, match="ne peut présider ce dossier"):
            operations.open_ballot(**act)
        with pytest.raises(ActionDenied, match="ne peut présider ce dossier"):
            operations.record_without_ballot(
                outcome="DEFERRED",
                particulars=Particulars(reason="Pièces", pieces_awaited="Bail"),
                **act,
            )

    def test_is_given_by_the_chair(self, committee, meeting, operator, president):
        url = f"{HOME}seances/{meeting.number}/secretariat/"
        assert operator.post(url, {"confier": "1"}).status_code == 403
        president.post(url, {"confier": "1"})
        meeting.refresh_from_db()
        assert meeting.led_by_secretary


class TestLeadingScreen:
    def test_shows_the_agenda_its_hours_and_the_room(self, committee, meeting, president):
        text = page(president, meeting)
        assert '<span class="num">10\u00a0h</span>' in text
        assert "10\u00a0h\u00a020" in text
        assert "Quorum atteint" in text
        assert "Ouvrir un vote secret" in text
        assert "Suspendre" in text

    def test_offers_no_vote_without_a_quorum(self, make, client_as):
        committee = make(8)
        meeting = committee.opened(present=3)
        text = page(client_as(Role.PRESIDENT, user=committee.president), meeting)
        assert "échange sans décider" in text
        assert "Ouvrir le vote" not in text
        assert "Lever la séance" in text

    def test_ends_no_meeting_during_a_vote(self, meeting, ballot, president):
        assert "Lever la séance" not in page(president, meeting)

    def test_ends_once_the_files_left_are_withdrawn(self, committee, meeting, president):
        for item in meeting.items.all():
            for person in committee.people:
                committee.answer(item, person)
            operations.record_without_ballot(
                item_id=item.pk,
                outcome="WITHDRAWN",
                particulars=Particulars(reason="Le dirigeant renonce."),
                by=committee.president,
                at=LATER,
            )
        text = president.get(f"{HOME}seances/{meeting.number}/").content.decode()
        assert "Dossier suivant" not in text
        assert f"{HOME}seances/{meeting.number}/lever/" in text

    def test_the_secretary_has_no_button_of_the_chair(self, meeting, operator):
        text = page(operator, meeting)
        assert "Ouvrir le vote" not in text
        assert "Noter arrivées et départs" in text

    def test_names_who_presides_for_a_president_withdrawn(self, committee, meeting, president):
        committee.answer(meeting.items.order_by("rank").first(), committee.president, "RECUSED")
        assert f"son vote est présidé par {committee.people[1]}." in page(president, meeting)

    def test_says_the_tie(self, make, client_as):
        committee = make(4)
        meeting = committee.opened()
        ballot = committee.ballot(meeting)
        for person, choice in zip(
            committee.people, ["FOR", "FOR", "AGAINST", "AGAINST"], strict=True
        ):
            committee.vote(ballot, person, choice)
        committee.close(ballot)
        text = page(client_as(Role.PRESIDENT, user=committee.president), meeting)
        assert "Égalité 2–2\u00a0: votre vote Pour est prépondérant → Agréé." in text
        assert "Ajourner plutôt" in text


def test_the_quorum_of_the_room_counts_the_proxies(committee, operator):
    meeting = committee.opened(present=4)
    committee.proxy(meeting, committee.people[4], committee.people[1])
    text = page(operator, meeting, "presences")
    assert "5 sièges présents ou représentés sur 5" in text.replace("\u00a0", " ")


def test_a_single_seat_is_counted_in_the_singular(make, client_as):
    alone = make(1)
    set_rules(remote_meetings=True, floor=1)
    meeting = alone.opened()
    ballot = alone.ballot(meeting)
    alone.vote(ballot, alone.president)
    client = client_as(Role.PRESIDENT, user=alone.president)
    closing = client.get(f"{HOME}scrutins/{ballot.pk}/clore/").content.decode()
    told = closing.replace("\u00a0", " ")
    assert "1 siège a voté sur 1 présent ou représenté." in told
    alone.close(ballot)
    alone.proclaim(ballot)
    minutes = operations.close_meeting(meeting_id=meeting.pk, by=alone.president, at=LATER)
    assert ("Voix délibératives", "1\u00a0siège venu sur 1") in minutes_context(minutes)["rows"]


class TestHands:
    def test_are_noted_on_one_screen_and_confirmed(self, committee, ballot, operator, president):
        note, confirm = (
            f"{HOME}scrutins/{ballot.pk}/{name}/" for name in ("main-levee", "recueillis")
        )
        assert operator.get(note).content.decode().count('type="radio"') == 15
        operator.post(
            note,
            {
                f"vote-{committee.seats[1].pk}": "FOR",
                f"vote-{committee.seats[2].pk}": "AGAINST",
                f"motif-{committee.seats[2].pk}": "Trop tôt.",
            },
        )
        ids = list(ballot.collected_votes.values_list("pk", flat=True))
        assert president.get(confirm).content.decode().count('name="vote"') == 2
        president.post(confirm, {"vote": ids})
        assert ballot.votes.count() == 2
        assert "Rien à confirmer" in president.get(confirm).content.decode()

    def test_are_not_confirmed_by_a_member(self, ballot, member):
        assert member.post(f"{HOME}scrutins/{ballot.pk}/recueillis/").status_code == 403


def test_what_is_refused_is_in_the_journal(committee, meeting, ballot, member, client_as, meuse):
    """After the close, from another meeting, for another seat, on another ballot (S34)."""
    values = {"seat": committee.seats[1].pk, "choice": "FOR", "command_key": uuid4()}
    committee.close(ballot)
    url = f"{HOME}scrutins/{ballot.pk}/"
    late = member.post(url, values)
    assert late.status_code == 422
    said = " ".join(late.content.decode().replace("&#x27;", "'").split())
    assert "Le scrutin a été clos à 10 h 12 ; votre vote n'a pas été pris en compte." in said
    assert member.post(url, values | {"seat": committee.seats[2].pk}).status_code == 404
    assert member.post(f"{HOME}scrutins/{ballot.pk + 1}/", values).status_code == 404
    stranger = client_as(Role.MEMBER, basin=meuse, user=make_user(Role.MEMBER, basin=meuse))
    assert stranger.post(url, values).status_code == 404
    refused = AuditEvent.objects.filter(type="vote.refused")
    assert refused.count() == 3
    assert not Vote.objects.exists()
