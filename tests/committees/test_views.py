"""The pages of the committee for each role, and what nobody reaches by its address."""

from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alize.audit.models import AuditEvent
from alize.common.money import format_euros
from basins import tenancy
from basins.enums import Role
from committees import operations
from committees.models import Ballot, Seat, Vote
from committees.operations import SkillsLine
from committees.wording import proposal_text
from partners.models import Contact
from tests.builders import at, make_meeting, make_seat, make_user
from tests.committees.conftest import DAY, make_committee

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(DAY, tick=True):
        yield


@pytest.fixture
def meeting(committee):
    return committee.opened(files=2)


@pytest.fixture
def ballot(committee, meeting):
    return committee.ballot(meeting)


@pytest.fixture
def member(committee, client_as):
    return client_as(Role.MEMBER, user=committee.people[1])


@pytest.fixture
def president(committee, client_as):
    return client_as(Role.PRESIDENT, user=committee.president)


@pytest.fixture
def operator(committee, client_as):
    return client_as(Role.OPERATOR, user=committee.operator)


def text(response):
    return response.content.decode()


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
    Role.BENEFICIARY: 403,
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


class TestPreparation:
    def test_a_meeting_in_the_past_keeps_what_was_typed(self, operator, committee):
        page = operator.post(
            f"{HOME}seances/nouvelle/",
            {"held_on": "31/02/2026", "hour": "25 h", "mode": "MIXED", "place": "CANARI"},
        )
        assert page.status_code == 422
        assert "Le 31 février n&#x27;existe pas." in text(page)
        assert "écrivez 14 h 30" in text(page)
        assert "CANARI" in text(page)

    def test_the_hard_stop_is_shown_before_the_summons(self, operator, committee):
        meeting = committee.planned()
        Contact.objects.filter(person=committee.president).update(is_active=False)
        page = text(operator.get(f"{HOME}seances/{meeting.number}/"))
        assert "Désignez un président de séance issu d&#x27;une entreprise partenaire" in page
        assert "Inscrire au moins un dossier prêt" in page

    def test_a_project_that_is_not_ready_cannot_be_put(self, operator, committee):
        meeting = committee.planned()
        answer = operator.post(f"{HOME}seances/{meeting.number}/inscrire/", {"project": 999_999})
        assert answer.status_code == 302
        assert not meeting.items.exists()

    def test_a_proposal_with_a_wrong_amount_keeps_its_lines(self, operator, committee):
        item = committee.convened().items.get()
        page = operator.post(
            f"{HOME}passages/{item.pk}/proposition/",
            {
                "amount": "22 000,555",
                "lines": "30",
                "skills-TOTAL_FORMS": "1",
                "skills-INITIAL_FORMS": "0",
                "skills-0-partner": committee.seats[1].partner_id,
                "skills-0-days": "2,55",
                "skills-0-topic": "CANARI",
                "conditions-TOTAL_FORMS": "0",
                "conditions-INITIAL_FORMS": "0",
            },
        )
        assert page.status_code == 422
        assert "deux décimales" in text(page)
        assert "2 points à corriger" in text(page)
        assert 'href="#id_skills-0-days">Apport 1, jours' in text(page)
        assert "CANARI" in text(page)
        worded = {
            "amount": "22 000",
            "lines": "8",
            "step_months": "3",
            **{f"{part}-{name}_FORMS": "0" for part in ("skills", "conditions")
               for name in ("TOTAL", "INITIAL")},
        }  # fmt: skip
        assert operator.post(f"{HOME}passages/{item.pk}/proposition/", worded).status_code == 302
        assert "en 8\u00a0échéances trimestrielles" in proposal_text(item.proposals.latest("pk"))

    def test_two_who_word_a_proposal_lose_nothing(self, operator, committee):
        item = committee.convened().items.get()
        address = f"{HOME}passages/{item.pk}/proposition/"
        typed = {
            "mark": operator.get(address).context["mark"],
            "amount": "15 000", "lines": "24", "grace_months": "0",
            "skills-TOTAL_FORMS": "1", "skills-INITIAL_FORMS": "0",
            "skills-0-partner": committee.seats[1].partner_id,
            "skills-0-days": "2,5", "skills-0-topic": "achats",
            "conditions-TOTAL_FORMS": "0", "conditions-INITIAL_FORMS": "0",
        }  # fmt: skip
        line = SkillsLine(committee.seats[1].partner_id, Decimal("2.5"), "achats")
        committee.propose(item, amount=1_000_000, skills=[line])
        page = operator.post(address, typed)
        assert page.status_code == 422
        assert f"{committee.operator.full_name} a modifié cette proposition à " in text(page)
        assert format_euros(1_000_000) in page.context["theirs"][0]
        assert page.context["form"]["amount"].value() == "15 000"
        assert item.proposals.get().amount == 1_000_000
        assert operator.post(address, typed | {"mark": page.context["mark"]}).status_code == 302
        assert item.proposals.get().amount == 1_500_000
        assert item.proposals.get().skills.count() == 1

    def test_whoever_presides_rewords_it_once_the_vote_is_cancelled(
        self, committee, ballot, client_as
    ):
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=DAY)
        president = client_as(Role.PRESIDENT, user=committee.president)
        address = f"{HOME}passages/{ballot.item_id}/proposition/"
        assert address in text(president.get(f"{HOME}passages/{ballot.item_id}/"))
        typed = {
            "amount": "15 000", "lines": "24", "grace_months": "0",
            "skills-TOTAL_FORMS": "0", "skills-INITIAL_FORMS": "0",
            "conditions-TOTAL_FORMS": "0", "conditions-INITIAL_FORMS": "0",
        }  # fmt: skip
        assert president.post(address, typed).status_code == 302
        assert ballot.item.proposals.get(ballot=None).amount == 1_500_000

    @pytest.mark.parametrize(
        "number", ["2026-99", "abc", "2026", "2026-1", "99999-01", "2026-0001"]
    )
    def test_an_unknown_meeting(self, operator, committee, number):
        committee.planned()
        assert operator.get(f"{HOME}seances/{number}/").status_code == 404

    def test_everything_has_its_page_for_a_president_who_withdrew(
        self, committee, meeting, client_as
    ):
        item = meeting.items.first()
        committee.answer(item, committee.president, "RECUSED")
        replacing = client_as(Role.MEMBER, user=committee.people[1])
        committee.answer(item, committee.people[1])
        assert "Ouvrir le vote" in text(replacing.get(f"{HOME}passages/{item.pk}/"))
        assert replacing.post(f"{HOME}passages/{item.pk}/vote/").status_code == 302
        assert Ballot.objects.get().opened_by_id == committee.people[1].pk


class TestQueries:
    def count(self, client, path):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        # The basin itself is kept a few seconds in the process: it is not the page's business.
        return sum("basins_basin" not in query["sql"] for query in asked)

    def test_an_agenda_asks_as_much_for_one_file_as_for_three(self, committee, client_as):
        one, three = committee.convened(files=1), committee.convened(files=3)
        for role, user in ((Role.MEMBER, committee.people[1]), (Role.OPERATOR, committee.operator)):
            client = client_as(role, user=user)
            counts = {
                self.count(client, f"{HOME}seances/{meeting.number}/") for meeting in (one, three)
            }
            assert len(counts) == 1

    def test_the_list_asks_as_much_for_one_meeting_as_for_three(self, committee, operator):
        committee.planned()
        first = self.count(operator, HOME)
        committee.planned()
        committee.convened(files=2)
        assert self.count(operator, HOME) == first


class TestHome:
    def test_a_member_is_told_to_vote(self, committee, ballot, member):
        assert "Voter maintenant" in text(member.get("/bassins/savoie/"))
        committee.vote(ballot, committee.people[1])
        assert "Voter maintenant" not in text(member.get("/bassins/savoie/"))

    def test_a_seat_without_a_vote_is_not(self, committee, member):
        Seat.objects.filter(pk=committee.seats[1].pk).update(kind="CONSULTATIVE")
        committee.ballot(committee.opened())
        assert "Voter maintenant" not in text(member.get("/bassins/savoie/"))

    def test_whoever_speaks_for_another_is_told_until_both_have_voted(
        self, committee, ballot, member
    ):
        absent = committee.people[3]
        ballot.item.meeting.attendances.filter(person=absent.pk).update(left_at=DAY)
        committee.proxy(ballot.item.meeting, absent, committee.people[1])
        committee.vote(ballot, committee.people[1])
        assert "Voter maintenant" in text(member.get("/bassins/savoie/"))

    def test_the_operator_prepares_then_drafts(self, committee, operator):
        committee.planned()
        assert "Préparer la séance" in text(operator.get("/bassins/savoie/"))
        meeting = committee.opened()
        operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        assert "Rédiger le procès-verbal" in text(operator.get("/bassins/savoie/"))

    def test_the_president_opens(self, committee, president):
        meeting = committee.convened()
        assert f"Ouvrir la séance {meeting.number}" in text(president.get("/bassins/savoie/"))
        assert f"Valider l&#x27;ordre du jour de la séance {meeting.number}" in text(
            president.get("/bassins/savoie/")
        )


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
