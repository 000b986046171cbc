"""The conditions of an approval: lifted once each, with their proof (O5)."""

from datetime import date, timedelta

import pytest
import time_machine

from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins.enums import Role
from committees import operations
from committees.models import AgendaItem, InterestDeclaration
from committees.operations import ConditionLine
from projects.enums import ProjectStatus
from tests.committees.conftest import DAY
from tests.committees.test_decisions import end

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(minutes=20)


def withdraw(committee, project_id):
    """The president withdrew from a file, in a later meeting."""
    meeting = committee.planned(held_at=DAY + timedelta(days=30))
    InterestDeclaration.objects.create(
        item=AgendaItem.objects.create(meeting=meeting, project_id=project_id, rank=1),
        seat=committee.seats[0],
        person_id=committee.president.pk,
        answer="RECUSED",
        declared_at=LATER,
    )


class TestConditions:
    @pytest.fixture
    def decision(self, committee):
        lines = [
            ConditionLine("SUSPENSIVE", text, date(2026, 6, 30))
            for text in ("Accord de la banque", "Bail signé")
        ]
        ballot = committee.ballot(committee.opened(conditions=lines))
        for person in committee.people:
            committee.vote(ballot, person)
        committee.close(ballot)
        return committee.proclaim(ballot)

    def lift(self, condition, by, proof="Reçu le 02/04/2026"):
        return operations.lift_condition(condition_id=condition.pk, proof=proof, by=by, at=LATER)

    def test_the_last_one_frees_the_project(self, committee, decision):
        first, second = decision.conditions.all()
        self.lift(first, committee.operator)
        decision.project.refresh_from_db()
        assert decision.project.status == ProjectStatus.APPROVED_CONDITIONS
        self.lift(second, committee.operator)
        decision.project.refresh_from_db()
        assert decision.project.status == ProjectStatus.APPROVED

    def test_a_president_who_withdrew_is_not_told_of_it(self, committee, decision):
        withdraw(committee, decision.project_id)
        self.lift(decision.conditions.first(), committee.operator)
        assert not Entry.objects.filter(payload__code="M33").exists()

    def test_late_it_waits_on_the_home_of_a_president_who_did_not_withdraw(
        self, committee, decision, client_as
    ):
        president = client_as(Role.PRESIDENT, user=committee.president)
        with time_machine.travel(date(2026, 7, 10)):
            assert "Accord de la banque" in president.get("/bassins/savoie/").content.decode()
            withdraw(committee, decision.project_id)
            assert "Accord de la banque" not in president.get("/bassins/savoie/").content.decode()

    def test_late_its_file_goes_back_to_an_agenda_once_it_may(self, committee, decision, client_as):
        president = client_as(Role.PRESIDENT, user=committee.president)
        link = f"/decisions/{decision.reference}/nouvelle-deliberation/"
        page = "/bassins/savoie/comite/conditions/"
        with time_machine.travel(date(2026, 7, 10)):
            assert link not in president.get(page).content.decode()
            end(committee, decision)
            assert link in president.get(page).content.decode()

    def test_needs_a_proof_and_is_lifted_once(self, committee, decision):
        condition = decision.conditions.first()
        with pytest.raises(InvalidInput):
            self.lift(condition, committee.operator, proof=" ")
        self.lift(condition, committee.operator)
        with pytest.raises(ActionDenied, match="est levée depuis"):
            self.lift(condition, committee.operator)
