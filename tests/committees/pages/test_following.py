"""What members and the room see of a meeting under way."""

import re
from uuid import uuid4

import pytest

from basins.enums import Role
from committees.models import Vote
from tests.builders import set_rules
from tests.committees.pages.conftest import HOME, page, text

pytestmark = pytest.mark.django_db


class TestMemberScreen:
    def test_puts_the_open_ballot_in_front(self, committee, meeting, ballot, member):
        text = page(member, meeting)
        assert "Confirmer mon vote" in text
        answer = member.post(
            f"{HOME}scrutins/{ballot.pk}/",
            {
                "seat": committee.seats[1].pk,
                "choice": "FOR",
                "command_key": uuid4(),
                "retour": "direct",
            },
        )
        assert answer.url.endswith("/direct/")
        assert "Modifier mon vote" in page(member, meeting)

    def test_has_a_paper_for_each_proxy(self, committee, client_as):
        meeting = committee.opened(present=4)
        committee.proxy(meeting, committee.people[4], committee.people[1])
        ballot = committee.ballot(meeting)
        member = client_as(Role.MEMBER, user=committee.people[1])
        text = page(member, meeting)
        assert f"Pour {committee.people[4]}" in text
        # The same address shows every ballot of the meeting: what is typed for one stays with it.
        for seat in (committee.seats[1], committee.seats[4]):
            assert f'data-draft="vote-{ballot.pk}-{seat.pk}"' in text
        values = {"seat": committee.seats[4].pk, "choice": "FOR", "command_key": uuid4()}
        assert member.post(f"{HOME}scrutins/{ballot.pk}/", values).status_code == 302
        assert Vote.objects.get().proxy is not None

    def test_hides_the_file_from_whoever_withdrew(self, committee, meeting, member):
        item = meeting.items.order_by("rank").first()
        committee.answer(item, committee.people[1], "RECUSED")
        withdrawn = "Vous vous êtes déporté du dossier examiné en ce moment"
        assert withdrawn in page(member, meeting)
        ballot = committee.ballot(meeting)
        text = page(member, meeting)
        assert ballot.proposal_text.splitlines()[0] not in text
        assert withdrawn in text

    @pytest.mark.parametrize(
        ("required", "said"),
        [("AGAINST", "(demandé pour un vote contre)"), ("NONE", "(facultatif)"), ("ALL", "")],
    )
    def test_a_paper_says_which_votes_need_a_reason(self, committee, member, required, said):
        set_rules(reason_required=required)
        ballot = committee.ballot(committee.opened())
        address = f"{HOME}scrutins/{ballot.pk}/"
        refused = {"seat": committee.seats[1].pk, "choice": "", "command_key": uuid4()}
        for answer in (member.get(address), member.post(address, refused)):
            [label] = re.findall(r"En une ligne, pourquoi(.*?)</label>", text(answer), re.S)
            assert re.sub(r"<[^>]+>", "", label).strip() == said

    def test_a_secret_paper_says_what_is_promised(self, committee, meeting, member):
        ballot = committee.ballot(meeting, secret=True)
        text = page(member, meeting)
        assert "administrateur de la base de données" in text
        assert 'name="reason"' not in text
        values = {"seat": committee.seats[1].pk, "choice": "FOR", "command_key": uuid4()}
        member.post(f"{HOME}scrutins/{ballot.pk}/", values)
        text = page(member, meeting)
        assert "Votre siège a voté" in text
        assert ballot.participations.count() == ballot.secret_votes.count() == 1

    def test_asks_for_a_secret_vote(self, committee, meeting, member):
        item = meeting.items.order_by("rank").first()
        member.post(f"{HOME}passages/{item.pk}/vote-secret/", {"retour": "direct"})
        assert item.secrecy_requests.get().seat == committee.seats[1]


class TestScreen:
    def test_shows_no_name_and_no_partial_result(self, committee, meeting, ballot, operator):
        committee.vote(ballot, committee.people[1], "AGAINST")
        text = page(operator, meeting, "ecran")
        assert "data-live-votes>1</strong>" in text
        for person in committee.people:
            assert person.full_name not in text
        assert "contre" not in text.lower()

    def test_shows_the_result_once_closed(self, committee, meeting, ballot, operator):
        for person in committee.people:
            committee.vote(ballot, person)
        closed = committee.close(ballot)
        assert closed.result_sentence.split(".")[0] in page(operator, meeting, "ecran")

    def test_hides_the_file_from_whoever_withdrew(self, committee, meeting, member):
        item = meeting.items.order_by("rank").first()
        committee.answer(item, committee.people[1], "RECUSED")
        before = page(member, meeting, "ecran")
        assert item.project.beneficiary.name not in before
        assert "Vous vous êtes déporté" in before
        ballot = committee.ballot(meeting)
        assert ballot.proposal_text.splitlines()[0] not in page(member, meeting, "ecran")


class TestState:
    def test_of_a_meeting_is_one_query_and_304(self, meeting, ballot, member, committee):
        url = f"{HOME}seances/{meeting.number}/etat/"
        answer = member.get(url)
        assert answer.json()["votes"] == 0
        again = member.get(url, headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
        committee.vote(ballot, committee.people[2])
        moved = member.get(url, headers={"If-None-Match": answer["ETag"]})
        assert moved.json()["votes"] == 1
        assert moved.json()["state"] == answer.json()["state"]

    def test_moves_with_the_room(self, committee, client_as):
        meeting = committee.opened(present=4)
        member = client_as(Role.MEMBER, user=committee.people[1])
        url = f"{HOME}seances/{meeting.number}/etat/"
        before = member.get(url).json()
        committee.arrive(meeting, committee.people[4])
        after = member.get(url).json()
        assert (before["state"], after["votes"]) == (after["state"], None)
        assert before["room"] != after["room"]

    def test_hides_the_votes_on_a_file_left(self, committee, meeting, member):
        item = meeting.items.order_by("rank").first()
        committee.answer(item, committee.people[1], "RECUSED")
        committee.ballot(meeting)
        assert member.get(f"{HOME}seances/{meeting.number}/etat/").json()["votes"] is None

    def test_of_no_meeting(self, member, meeting):
        assert member.get(f"{HOME}seances/2001-01/etat/").status_code == 404
        assert member.get(f"{HOME}seances/x/etat/").status_code == 404
