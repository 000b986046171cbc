"""Whose file it is: taken over from whoever is an operator no longer, told of by the home page."""

from datetime import date, timedelta

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.common.words import of
from basins import tenancy
from basins.enums import Role
from basins.homes import Visitor
from basins.models import LocalOperator, Membership
from projects import home, operations, queries
from projects.enums import ProjectStatus
from projects.operations import plan_reviews
from projects.queries.visibility import contact_for, visible_to
from tests.builders import (
    at,
    give_phone,
    make_beneficiary,
    make_project,
    make_user,
    put,
    withdraw,
)
from tests.words import plain

pytestmark = pytest.mark.django_db
NOW = at(2026, 3, 12)
TODAY = NOW.date()
TAKE_OVER = "Suivre le dossier à la place de Camille Perrin"


def asked_of(person, on: date = TODAY) -> dict[str, str]:
    """The lines of « À faire » with their addresses."""
    parts = home.projects_room(Visitor(person, frozenset({Role.OPERATOR}), on))
    return {todo.label: todo.url for _, todo in parts.todos}


@pytest.fixture
def left(in_savoie):
    """Whoever kept files here, and works for the operator no longer."""
    person = make_user(Role.OPERATOR, basin=in_savoie, last_name="Perrin")
    with tenancy.national():
        ended_on = TODAY - timedelta(days=1)
        Membership.objects.filter(person=person.pk).update(ends_on=ended_on)
    return person


@pytest.fixture
def project(left):
    company = make_beneficiary(name="Fromagerie des Bauges")
    return make_project(status=ProjectStatus.READY, beneficiary=company, operator=left)


def take_over(project, by):
    return operations.take_over(project_id=project.pk, by=by, at=NOW)


class TestTakeOver:
    def test_a_file_left_behind_is_for_every_operator_until_one_takes_it(
        self, in_savoie, project, operator
    ):
        other = make_user(Role.OPERATOR, basin=in_savoie)
        said = f"{TAKE_OVER} : Fromagerie des Bauges"
        assert set(asked_of(operator)) == set(asked_of(other)) == {said}
        assert take_over(project, operator).operator_id == operator.pk
        assert set(asked_of(operator)) == {"Inscrire à une séance : Fromagerie des Bauges"}
        assert asked_of(other) == {}
        event = AuditEvent.objects.get(type="project.taken_over")
        assert (event.by_id, event.facts["former"]) == (operator.pk, project.operator_id)

    def test_what_concerns_it_is_written_to_the_others_meanwhile(self, project, operator):
        assert [one.pk for one in queries.keepers(project, on=TODAY)] == [operator.pk]
        before = TODAY - timedelta(days=1)
        assert [one.pk for one in queries.keepers(project, on=before)] == [project.operator_id]

    def test_the_others_are_looked_at_when_it_has_nobody_only(
        self, in_savoie, operator, django_assert_num_queries
    ):
        kept = make_project(operator=operator)
        for _ in range(3):
            make_user(Role.OPERATOR, basin=in_savoie)
        with django_assert_num_queries(3):  # However many operators there are.
            queries.keepers(kept, on=TODAY)

    def test_a_file_whose_keeper_withdrew_is_for_the_others(self, in_savoie, operator):
        other = make_user(Role.OPERATOR, basin=in_savoie)
        company = make_beneficiary(name="Fromagerie des Bauges")
        kept = make_project(status=ProjectStatus.READY, beneficiary=company, operator=operator)
        assert asked_of(other) == {}
        withdraw(kept, operator)
        assert asked_of(operator) == {}
        (said,) = asked_of(other)
        assert said == f"Suivre le dossier à la place {of(operator)} : Fromagerie des Bauges"
        assert take_over(kept, other).operator_id == other.pk

    def test_whoever_is_an_operator_keeps_their_file(self, in_savoie, operator):
        kept = make_project(operator=operator)
        with pytest.raises(ActionDenied, match="qui est opérateur ici"):
            take_over(kept, make_user(Role.OPERATOR, basin=in_savoie))

    def test_what_has_ended_is_nobodys(self, left, operator):
        ended = make_project(operator=left, status=ProjectStatus.REJECTED)
        assert asked_of(operator) == {}
        with pytest.raises(ActionDenied, match="personne n'a plus à le suivre"):
            take_over(ended, operator)

    def test_from_its_page(self, project, operator, client_as):
        client = client_as(Role.OPERATOR, user=operator)
        page = f"/bassins/savoie/dossiers/{project.reference}/"
        assert TAKE_OVER in plain(client.get(page))
        answer = plain(client.post(f"{page}a-mon-nom/", follow=True))
        assert "Vous suivez désormais ce dossier." in answer
        assert TAKE_OVER not in answer
        again = client.post(f"{page}a-mon-nom/", follow=True).content.decode()
        assert "qui est opérateur ici" in again


class TestWhomToAsk:
    """What a page, a mail or a letter says: never whoever works here no longer, or withdrew."""

    def test_whoever_keeps_the_file_else_another_operator(self, in_savoie, project, operator):
        assert contact_for(project, on=TODAY).email == operator.email
        before = TODAY - timedelta(days=1)
        assert contact_for(project, on=before).name == "Camille Perrin"
        kept = make_project(operator=operator)
        withdraw(kept, operator)
        other = make_user(Role.OPERATOR, basin=in_savoie)
        assert contact_for(kept, on=TODAY).email == other.email

    def test_the_local_operator_itself_when_none_of_its_people_may(self, in_savoie, operator):
        kept = make_project(operator=operator)
        withdraw(kept, operator)
        with tenancy.national():
            LocalOperator.objects.filter(basin=in_savoie).delete()
        assert str(contact_for(kept, on=TODAY)) == "ALIZE Savoie"
        give_phone(in_savoie, "04 65 71 10 73")
        assert str(contact_for(kept, on=TODAY)) == "Opérateur (04 65 71 10 73)"

    @pytest.mark.parametrize("status", ["READY", "DEFERRED", "REVIEW_DUE", "APPROVED_CONDITIONS"])
    def test_nobody_has_the_ball_by_name_meanwhile(
        self, in_savoie, left, operator, client_as, status
    ):
        label = {"labelled_on": TODAY, "follow_up_lead": make_user(Role.MEMBER, basin=in_savoie)}
        of_label = label if status == "REVIEW_DUE" else {}
        project = make_project(operator=left, status=status, **of_label)
        client = client_as(Role.OPERATOR, user=operator)
        page = f"/bassins/savoie/dossiers/{project.reference}/"
        assert "La balle est chez <strong>l'opérateur local</strong>" in plain(client.get(page))
        take_over(project, operator)
        assert f"La balle est chez <strong>{operator.full_name}</strong>" in plain(client.get(page))


class TestAnotherOperator:
    """Nobody keeps a file of which the only operator withdrew: who mends it has it to do."""

    def lines(self, client, page="/bassins/savoie/"):
        return plain(client.get(page))

    def test_is_asked_of_astrees_and_of_the_presidency(self, in_savoie, operator, client_as):
        company = make_beneficiary(name="Fromagerie des Bauges")
        file = make_project(status=ProjectStatus.READY, beneficiary=company, operator=operator)
        withdrawn = client_as(Role.OPERATOR, user=operator)
        astrees, president = client_as(Role.NATIONAL_STAFF), client_as(Role.PRESIDENT)
        member = client_as(Role.MEMBER)
        assert "Sans opérateur" not in self.lines(president) + self.lines(astrees)
        withdraw(file, operator)
        asked = self.lines(astrees)
        assert "Inviter un autre opérateur" in asked
        assert "Fromagerie des Bauges" in asked
        assert "/bassins/savoie/reglages/inviter/" in asked
        said = self.lines(president)
        assert "Demander à ASTREES un autre opérateur" in said
        assert "Fromagerie des Bauges" in said
        assert "Sans opérateur" not in self.lines(member) + self.lines(withdrawn)
        people = self.lines(president, "/bassins/savoie/reglages/")
        assert "ASTREES invite les opérateurs" in people
        make_user(Role.OPERATOR, basin=in_savoie)
        assert "Sans opérateur" not in self.lines(president) + self.lines(astrees)

    def test_names_a_few_companies_and_counts_the_others(self, in_savoie, client_as):
        for name in ("Alpha", "Bravo", "Charlie", "Delta", "Echo"):
            make_project(status="READY", beneficiary=make_beneficiary(name=name), operator=None)
        said = "Alpha, Bravo, Charlie et 2 autres"
        assert said in self.lines(client_as(Role.PRESIDENT))

    def test_nothing_is_asked_for_what_has_ended(self, in_savoie, operator, client_as):
        file = make_project(status=ProjectStatus.REJECTED, operator=operator)
        withdraw(file, operator)
        assert "Sans opérateur" not in self.lines(client_as(Role.PRESIDENT))

    def test_a_presidency_that_withdrew_is_told_nothing(self, in_savoie, operator, client_as):
        president = make_user(Role.PRESIDENT, basin=in_savoie)
        file = make_project(status=ProjectStatus.READY, operator=operator)
        for person in (operator, president):
            withdraw(file, person)
        assert "Sans opérateur" not in self.lines(client_as(Role.PRESIDENT, user=president))


class TestMovesOn:
    def test_ready_is_put_on_an_agenda_and_deferred_is_completed(self, operator, in_savoie):
        company = make_beneficiary(name="Fromagerie des Bauges")
        file = make_project(status=ProjectStatus.READY, beneficiary=company, operator=operator)
        assert asked_of(operator) == {
            "Inscrire à une séance : Fromagerie des Bauges": "/bassins/savoie/comite/"
        }
        put(file, ProjectStatus.DEFERRED)
        assert asked_of(operator) == {
            "Réunir les pièces : Fromagerie des Bauges": (
                f"/bassins/savoie/dossiers/{file.reference}/"
            )
        }
        put(file, ProjectStatus.SCHEDULED)
        assert asked_of(operator) == {}


class TestWithdrawn:
    """An operator who also sits, and withdrew from a file that they keep (SD5)."""

    @pytest.mark.parametrize("status", ["CONTACT", "DRAFTING", "READY", "DEFERRED", "REVIEW_DUE"])
    def test_a_file_is_asked_for_no_more(self, in_savoie, operator, status):
        label = {"labelled_on": TODAY, "follow_up_lead": make_user(Role.MEMBER, basin=in_savoie)}
        of_label = label if status == "REVIEW_DUE" else {}
        file = make_project(operator=operator, status=status, **of_label)
        before = asked_of(operator)
        withdraw(file, operator)
        assert asked_of(operator) == {} != before

    def test_the_figures_count_what_the_list_behind_shows(self, in_savoie, operator):
        label = {"labelled_on": TODAY, "follow_up_lead": make_user(Role.MEMBER, basin=in_savoie)}
        draft = make_project(operator=operator, status="DRAFTING", contacted_on=TODAY)
        followed = make_project(operator=operator, status="LABELLED", contacted_on=TODAY, **label)
        plan_reviews(followed, at=NOW)
        visitor = Visitor(operator, frozenset({Role.OPERATOR}), TODAY + timedelta(days=90))

        def figures():
            parts = [home.projects_room(visitor), home.follow_up.follow_up(visitor)]
            return [(one.value, one.reference) for part in parts for one in part.figures]

        assert figures() == [("1", ""), ("2", ""), ("1", "sur 1\u00a0entreprise suivie")]
        assert home.follow_up.follow_up(visitor).todos != []
        for file in (draft, followed):
            withdraw(file, operator)
        assert figures() == [("0", ""), ("0", ""), ("0", "sur 0\u00a0entreprise suivie")]
        assert not visible_to(visitor).exists()
        assert home.follow_up.follow_up(visitor).todos == []
