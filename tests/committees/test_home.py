"""What a meeting puts into « À faire », from its summons to its opening (4.0, O3, C2)."""

from datetime import date, timedelta

import pytest

from basins.enums import Role
from basins.homes import Visitor
from committees import home, operations
from committees.models import Meeting
from committees.queries.meetings import page_of
from tests.builders import make_beneficiary, make_decision, make_project, make_user, withdraw
from tests.committees.conftest import BEFORE, DAY, reply
from tests.words import plain

pytestmark = pytest.mark.django_db
TODAY = DAY.date()
ANSWER = "Dire si vous venez : séance du jeudi 12 mars 2026"
READ = "Lire un dossier et dire vos liens"
APPROVE = "Valider l'ordre du jour de la séance 2026-01"
NOT_HELD = "Séance du jeudi 12 mars 2026 non tenue : changer sa date ou l'annuler"


def asked_of(person, role, on: date) -> set[str]:
    """The lines of « À faire », less the yearly declaration, which is no matter of a meeting."""
    parts = home.committee(Visitor(person, frozenset({role}), on))
    labels = {todo.label for _, todo in parts.todos}
    return {label for label in labels if "déclaration annuelle" not in label}


@pytest.fixture
def meeting(committee):
    return committee.convened()


class TestAMember:
    def test_says_whether_they_come_then_reads(self, committee, meeting):
        member = committee.people[1]
        assert asked_of(member, Role.MEMBER, BEFORE.date()) == {ANSWER, READ}
        reply(committee, meeting, member)
        assert asked_of(member, Role.MEMBER, BEFORE.date()) == {READ}

    def test_whoever_has_arrived_says_no_more_that_they_come(self, committee, meeting):
        committee.arrive(meeting, committee.president)
        committee.arrive(meeting, committee.people[1])
        assert asked_of(committee.people[1], Role.MEMBER, TODAY) == {READ}

    def test_whoever_is_to_sit_is_asked_alone(self, committee, meeting):
        holder, seat = committee.people[1], committee.seats[1]
        alternate = make_user(Role.MEMBER, basin=committee.basin)
        seat.alternates.add(alternate)
        assert asked_of(alternate, Role.MEMBER, BEFORE.date()) == set()
        operations.ask_to_sit(
            meeting_id=meeting.pk, seat_id=seat.pk, asked_id=alternate.pk, by=holder, at=BEFORE
        )
        assert asked_of(alternate, Role.MEMBER, BEFORE.date()) == {ANSWER, READ}
        assert asked_of(holder, Role.MEMBER, BEFORE.date()) == set()

    def test_whoever_sits_votes_alone(self, committee, meeting):
        alternate = make_user(Role.MEMBER, basin=committee.basin)
        committee.seats[1].alternates.add(alternate)
        committee.arrive(meeting, committee.people[1])
        operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        for person in committee.people[2:]:
            committee.arrive(meeting, person)
        committee.ballot(Meeting.objects.get(pk=meeting.pk))
        assert len(asked_of(committee.people[1], Role.MEMBER, TODAY)) == 1
        assert asked_of(alternate, Role.MEMBER, TODAY) == set()


def test_an_expert_is_asked_again_once_their_day_is_over(committee):
    company = make_beneficiary(name="Fromagerie des Bauges")
    project = make_project(
        status="EXTRA_DIAGNOSIS", beneficiary=company, operator=committee.operator
    )
    awaited = {"expert": "M. Ba, CCI", "expert_due_on": TODAY}
    make_decision(project=project, amount=0, outcome="EXTRA_DIAGNOSIS", **awaited)
    said, after = "Relancer l'expert : Fromagerie des Bauges", TODAY + timedelta(days=1)
    assert said not in asked_of(committee.operator, Role.OPERATOR, TODAY)
    assert said in asked_of(committee.operator, Role.OPERATOR, after)
    withdraw(project, committee.operator)
    assert said not in asked_of(committee.operator, Role.OPERATOR, after)


def test_an_advice_is_waited_for_by_those_who_did_not_withdraw(committee):
    project = make_project(status="EXTRA_DIAGNOSIS", operator=committee.operator)
    awaited = {"expert": "M. Ba, CCI", "expert_due_on": TODAY}
    make_decision(project=project, amount=0, outcome="EXTRA_DIAGNOSIS", **awaited)

    def waited_for():
        visitor = Visitor(committee.operator, frozenset({Role.OPERATOR}), TODAY)
        return {waiting.who for waiting in home.committee(visitor).waiting}

    assert "M. Ba, CCI" in waited_for()
    withdraw(project, committee.operator)
    assert "M. Ba, CCI" not in waited_for()


class TestItsDay:
    def test_whoever_chairs_opens_whatever_their_role(self, committee, meeting):
        chair = committee.president
        assert asked_of(chair, Role.PRESIDENT, BEFORE.date()) == {ANSWER, READ, APPROVE}
        opens = {ANSWER, READ, "Ouvrir la séance 2026-01"}
        assert asked_of(chair, Role.MEMBER, TODAY) == opens
        assert asked_of(committee.people[1], Role.PRESIDENT, TODAY) == {ANSWER, READ, APPROVE}
        # The first company there replaces a chair that has not come (R30).
        committee.arrive(meeting, committee.people[2])
        assert asked_of(committee.people[2], Role.MEMBER, TODAY) == {READ, *opens - {ANSWER}}

    def test_it_is_opened_from_its_hour_on(self, committee, meeting, client_as, time_machine):
        chair, opens = committee.president, "Ouvrir la séance 2026-01"

        def read(moment):
            visitor = Visitor(chair, frozenset({Role.PRESIDENT}), TODAY, moment)
            actions = {todo.label: todo.action for _, todo in home.committee(visitor).todos}
            time_machine.move_to(moment)
            client = client_as(Role.PRESIDENT, user=chair)
            return actions[opens], plain(client.get(page_of(meeting)))

        early = "La séance est à 10 h : avant cette heure, ne l'ouvrez que si tous sont là."
        action, page = read(DAY - timedelta(minutes=5))
        assert (action, early in page) == ("Voir", True)
        action, page = read(DAY + timedelta(minutes=5))
        assert action == "Ouvrir"
        assert "Ouvrez la séance quand les membres sont là." in page

    def test_the_operator_notes_who_is_there(self, committee, meeting):
        assert asked_of(committee.operator, Role.OPERATOR, BEFORE.date()) == set()
        assert asked_of(committee.operator, Role.OPERATOR, TODAY) == {
            "Noter les présences : séance 2026-01"
        }
        operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        assert asked_of(committee.operator, Role.OPERATOR, TODAY) == set()

    def test_afterwards_the_operator_alone_gives_it_another_day(self, committee, meeting):
        tomorrow = TODAY + timedelta(days=1)
        assert asked_of(committee.operator, Role.OPERATOR, tomorrow) == {NOT_HELD}
        assert asked_of(committee.president, Role.PRESIDENT, tomorrow) == set()
        assert asked_of(committee.people[1], Role.MEMBER, tomorrow) == set()
