"""The pages of the committee for each role, and what nobody reaches by its address."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alize.audit.models import AuditEvent
from basins import tenancy
from basins.enums import Role
from committees.models import Ballot, Vote
from tests.builders import at, make_meeting, make_seat, make_user
from tests.committees.conftest import make_committee
from tests.committees.pages.conftest import HOME, text

pytestmark = pytest.mark.django_db


def bulletin(committee, person, choice="FOR", **more):
    return {
        "seat": committee.seat_of(person).pk,
        "choice": choice,
        "command_key": uuid4(),
        **more,
    }


READERS = {
    Role.NATIONAL_STAFF: 200,
    Role.NATIONAL_VIEWER: 403,
    Role.NATIONAL_COMMITTEE: 403,
    Role.OPERATOR: 200,
    Role.FINANCE: 403,
    Role.PRESIDENT: 200,
    Role.MEMBER: 200,
    Role.ASSOCIATE: 403,
    Role.PREFECTURE: 200,
    Role.AUDITOR: 200,
}


@pytest.mark.parametrize(("role", "status"), READERS.items())
def test_who_sees_the_meetings(client_as, meeting, role, status):
    client = client_as(role)
    assert client.get(HOME).status_code == status
    assert client.get(f"{HOME}seances/{meeting.number}/").status_code == status


def test_every_year_of_a_long_life_is_within_reach(operator, committee):
    for year in range(2014, 2026):
        make_meeting(year=year, held_at=at(year, 3, 4))
    page = text(operator.get(HOME))
    assert all(f"?annee={year}" in page for year in range(2014, 2026))


def test_the_meetings_of_a_year_are_sorted_and_taken_away_as_shown(operator, committee):
    days = [at(2025, 3, 4), at(2025, 5, 6), at(2025, 9, 1)]
    made = [make_meeting(year=2025, held_at=day).number for day in days]

    def shown(query: str) -> list[str]:
        table = operator.get(f"{HOME}?annee=2025{query}").context["table"]
        return [row.record.number for row in table.page.object_list]

    assert shown("") == made[::-1]
    assert shown("&sort=number") == sorted(made)
    taken = operator.get(f"{HOME}?annee=2025&sort=held_on&export=csv").content.decode()
    assert [line.split(";")[0].strip('"') for line in taken.splitlines()[1:4]] == made


WHOLE = {Role.OPERATOR, Role.PRESIDENT, Role.MEMBER, Role.AUDITOR}


@pytest.mark.parametrize("role", READERS)
def test_who_reads_a_file_and_its_ballot(client_as, ballot, role):
    expected = 200 if role in WHOLE else 403
    client = client_as(role)
    for path in (f"passages/{ballot.item_id}/", f"scrutins/{ballot.pk}/"):
        assert client.get(f"{HOME}{path}").status_code == expected
    assert client.get(f"{HOME}scrutins/{ballot.pk}/etat/").status_code == expected


WRITES = [
    "seances/{meeting}/inscrire/",
    "seances/{meeting}/convoquer/",
    "passages/{item}/deplacer/",
    "passages/{item}/duree/",
    "passages/{item}/retirer/",
    "passages/{item}/proposition/",
    "seances/{meeting}/presences/",
]


@pytest.mark.parametrize("role", sorted(set(READERS) - {Role.OPERATOR}))
def test_only_the_operator_prepares(client_as, meeting, role):
    client, item = client_as(role), meeting.items.first()
    for path in WRITES:
        address = path.format(meeting=meeting.number, item=item.pk)
        assert client.post(f"{HOME}{address}").status_code == 403, path


CHAIR = [
    "passages/{item}/vote/",
    "scrutins/{ballot}/clore/",
    "scrutins/{ballot}/annuler/",
    "scrutins/{ballot}/proclamer/",
    "seances/{meeting}/ouvrir/",
    "seances/{meeting}/lever/",
]


@pytest.mark.parametrize("role", sorted(READERS))
def test_only_who_presides_leads(client_as, ballot, role):
    """Another member, and even another president, is refused with 403; nothing happens."""
    client = client_as(role)
    for path in CHAIR:
        address = path.format(
            item=ballot.item_id, ballot=ballot.pk, meeting=ballot.item.meeting.number
        )
        assert client.post(f"{HOME}{address}").status_code == 403, path
    assert Ballot.objects.get().status == "OPEN"


def test_another_basin_sees_nothing(client_as, meuse, ballot):
    for role in (Role.OPERATOR, Role.MEMBER, Role.PRESIDENT):
        client = client_as(role, basin=meuse)
        for path in ("", f"seances/{ballot.item.meeting.number}/", f"scrutins/{ballot.pk}/"):
            assert client.get(f"{HOME}{path}").status_code == 404
            assert client.get(f"/bassins/meuse/comite/{path}").status_code == (404 if path else 200)


def test_a_ballot_of_another_basin_is_not_found(client_as, ballot, meuse, committee):
    """The same address in one's own basin leads nowhere: ids are those of a schema."""
    other = client_as(Role.MEMBER, basin=meuse)
    vote = bulletin(committee, committee.people[1])
    answer = other.post(f"/bassins/meuse/comite/scrutins/{ballot.pk}/", vote)
    assert answer.status_code == 404
    assert not Vote.objects.exists()


class TestVoting:
    def test_the_seat_of_another_is_not_found(self, committee, ballot, member):
        vote = bulletin(committee, committee.people[2])
        assert member.post(f"{HOME}scrutins/{ballot.pk}/", vote).status_code == 404
        assert not Vote.objects.exists()

    def test_a_member_without_a_seat(self, client_as, committee, ballot):
        client = client_as(Role.MEMBER)
        vote = bulletin(committee, committee.people[1])
        assert client.post(f"{HOME}scrutins/{ballot.pk}/", vote).status_code == 404

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
    def test_who_has_no_vote(self, client_as, committee, ballot, role):
        vote = bulletin(committee, committee.people[1])
        assert client_as(role).post(f"{HOME}scrutins/{ballot.pk}/", vote).status_code == 404
        assert AuditEvent.objects.filter(type="vote.refused").exists()

    def test_against_without_a_reason_keeps_what_was_chosen(self, committee, ballot, member):
        vote = bulletin(committee, committee.people[1], "AGAINST")
        page = member.post(f"{HOME}scrutins/{ballot.pk}/", vote)
        assert page.status_code == 422
        assert "Dites en une ligne pourquoi vous votez contre." in text(page)
        assert 'value="AGAINST" required checked' in text(page)

    def test_without_a_choice(self, committee, ballot, member):
        page = member.post(
            f"{HOME}scrutins/{ballot.pk}/", bulletin(committee, committee.people[1], "")
        )
        assert page.status_code == 422
        assert "Choisissez" in text(page)

    def test_too_late_it_says_so(self, committee, ballot, member):
        committee.close(ballot)
        page = member.post(f"{HOME}scrutins/{ballot.pk}/", bulletin(committee, committee.people[1]))
        assert page.status_code == 422
        assert "votre vote n&#x27;a pas été pris en compte" in text(page)

    def test_the_same_form_with_another_vote_is_a_conflict(self, committee, ballot, member):
        vote = bulletin(committee, committee.people[1])
        member.post(f"{HOME}scrutins/{ballot.pk}/", vote)
        page = member.post(f"{HOME}scrutins/{ballot.pk}/", vote | {"choice": "ABSTAIN"})
        assert page.status_code == 409

    def test_nothing_of_the_result_shows_before_the_close(
        self, committee, ballot, member, president, operator
    ):
        for person in committee.people:
            committee.vote(ballot, person, "AGAINST", reason="CANARI")
        for client in (member, president, operator):
            page = text(client.get(f"{HOME}scrutins/{ballot.pk}/"))
            assert "Résultat" not in page
            if client is operator:
                assert "CANARI" not in page
        state = operator.get(f"{HOME}scrutins/{ballot.pk}/etat/").json()
        assert state == {"state": "OPEN", "votes": len(committee.people)}

    def test_the_receipt_is_found_again(self, committee, ballot, member):
        receipt = committee.vote(ballot, committee.people[1])
        page = text(member.get(f"{HOME}mes-votes/"))
        assert receipt.reference in page
        assert receipt.digest in page
        assert "Remplacé" not in page

    def test_a_vote_that_was_changed_says_which_receipt_counts(self, committee, ballot, member):
        first = committee.vote(ballot, committee.people[1])
        last = committee.vote(ballot, committee.people[1], "ABSTAIN")
        latest, earliest = text(member.get(f"{HOME}mes-votes/")).split('<li class="task">')[1:]
        assert (last.reference in latest, "Remplacé" in latest) == (True, False)
        assert (first.reference in earliest, "Remplacé" in earliest) == (True, True)
        assert ("Abstention" in latest, "Pour" in earliest) == (True, True)
        paper = text(member.get(f"{HOME}scrutins/{ballot.pk}/"))
        assert paper.count("Vote enregistré") == 1


class TestLiveState:
    def test_one_query_and_304(self, committee, ballot, member):
        address = f"{HOME}scrutins/{ballot.pk}/etat/"
        first = member.get(address)
        again = member.get(address, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        committee.vote(ballot, committee.people[1])
        moved = member.get(address, headers={"If-None-Match": first["ETag"]})
        assert moved.json() == {"state": "OPEN", "votes": 1}

    def test_it_asks_the_database_once(self, committee, ballot, member):
        address = f"{HOME}scrutins/{ballot.pk}/etat/"
        member.get(address)
        with CaptureQueriesContext(connection) as asked:
            member.get(address)
        of_the_room = [q["sql"] for q in asked if "committees_ballot" in q["sql"]]
        assert len(of_the_room) == 1


class TestWithdrawal:
    """SD5, S09: from the next request on, the file is gone."""

    def test_takes_effect_at_the_next_request(self, committee, ballot, member):
        item, project = ballot.item, ballot.item.project
        paths = [
            f"{HOME}passages/{item.pk}/",
            f"{HOME}scrutins/{ballot.pk}/",
            f"{HOME}scrutins/{ballot.pk}/etat/",
            f"/bassins/savoie/dossiers/{project.reference}/",
        ]
        assert [member.get(path).status_code for path in paths] == [200] * 4
        member.post(f"{HOME}passages/{item.pk}/liens/", {"answer": "RECUSED"})
        assert [member.get(path).status_code for path in paths] == [404] * 4
        vote = bulletin(committee, committee.people[1])
        assert member.post(paths[1], vote).status_code == 404
        agenda = text(member.get(f"{HOME}seances/{item.meeting.number}/"))
        assert "Vous vous êtes déporté" in agenda
        assert f"passages/{item.pk}/&quot;" not in agenda

    def test_is_taken_back_before_the_ballot(self, committee, meeting, member):
        item = meeting.items.first()
        for answer, status in (("RECUSED", 404), ("NONE", 200)):
            member.post(f"{HOME}passages/{item.pk}/liens/", {"answer": answer})
            assert member.get(f"{HOME}passages/{item.pk}/").status_code == status

    def test_of_one_member_hides_nothing_from_another(self, committee, meeting, client_as):
        item = meeting.items.first()
        committee.answer(item, committee.people[1], "RECUSED")
        other = client_as(Role.MEMBER, user=committee.people[2])
        assert other.get(f"{HOME}passages/{item.pk}/").status_code == 200

    def test_someone_without_a_seat_does_not_answer(self, client_as, meeting):
        item = meeting.items.first()
        client = client_as(Role.MEMBER)
        assert client.get(f"{HOME}passages/{item.pk}/liens/").status_code == 404


def test_the_project_page_has_its_committee_tab(committee, ballot, operator):
    reference = ballot.item.project.reference
    page = text(operator.get(f"/bassins/savoie/dossiers/{reference}/comite/"))
    assert ballot.item.meeting.number in page


def test_a_person_with_two_committees_sees_one_at_a_time(meuse, client_as, committee):
    """The same person sits in two basins: each shows its own meetings."""
    user = make_user(Role.MEMBER, basin=meuse)
    with tenancy.inside(meuse):
        other = make_committee(meuse)
        make_seat(holder=user)
        meeting = other.convened()
        assert client_as(None, user=user).get(f"{HOME}seances/{meeting.number}/").status_code == 404
