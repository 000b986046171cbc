"""The conditions of an approval: lifted once each with a proof, by whom, until when (O5)."""

from datetime import date, timedelta

import pytest
import time_machine

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins.enums import Role
from basins.homes import Visitor
from committees import home, operations
from committees.models import (
    AgendaItem,
    CommitteeRules,
    Condition,
    Decision,
    InterestDeclaration,
    Meeting,
)
from committees.operations import ConditionLine
from committees.queries import decisions as queries
from committees.tasks.conditions import follow
from funds.permissions import check_standing
from projects.enums import ProjectStatus
from tests.builders import set_rules, withdraw
from tests.committees.conftest import DAY
from tests.committees.deciding import SUSPENSIVE, approve, end, mails, status, text_of

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(minutes=20)


def president_withdraws(committee, project_id):
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

    def test_who_withdrew_reads_no_condition_on_the_home_page(self, committee, decision):
        visitor = Visitor(committee.operator, frozenset({Role.OPERATOR}), LATER.date())

        def texts():
            return {todo.context for _, todo in home.committee(visitor).todos}

        assert texts() >= {"Accord de la banque", "Bail signé"}
        withdraw(decision.project, committee.operator)
        assert not texts() & {"Accord de la banque", "Bail signé"}

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
        president_withdraws(committee, decision.project_id)
        self.lift(decision.conditions.first(), committee.operator)
        assert not Entry.objects.filter(payload__code="M33").exists()

    def test_late_it_waits_on_the_home_of_a_president_who_did_not_withdraw(
        self, committee, decision, client_as
    ):
        president = client_as(Role.PRESIDENT, user=committee.president)
        with time_machine.travel(date(2026, 7, 10)):
            assert "Accord de la banque" in president.get("/bassins/savoie/").content.decode()
            president_withdraws(committee, decision.project_id)
            assert "Accord de la banque" not in president.get("/bassins/savoie/").content.decode()

    def test_late_its_file_goes_back_to_an_agenda_once_it_may(self, committee, decision, client_as):
        president = client_as(Role.PRESIDENT, user=committee.president)
        link = f"/decisions/{decision.reference}/nouvelle-deliberation/"
        page = "/bassins/savoie/comite/conditions/"
        with time_machine.travel(date(2026, 7, 10)):
            assert link not in president.get(page).content.decode()
            end(committee, decision)
            assert link in president.get(page).content.decode()

    def test_those_to_lift_are_searched_sorted_and_taken_away(self, committee, decision, client_as):
        operator = client_as(Role.OPERATOR, user=committee.operator)
        page = "/bassins/savoie/comite/conditions/"
        shown = operator.get(page).content.decode()
        assert all(f"/conditions/{one.pk}/lever/" in shown for one in decision.conditions.all())
        found = operator.get(f"{page}?q=banque&sort=-due_on").content.decode()
        assert "Accord de la banque" in found
        assert '<strong class="num">1</strong> condition<' in found
        assert "Aucune condition ne correspond" in operator.get(f"{page}?q=zzz").content.decode()
        taken = operator.post(f"{page}?export=csv&q=banque", {"reason": "FOLLOW_UP"})
        lines = taken.content.decode("utf-8-sig").splitlines()
        assert [line.count("Accord de la banque") for line in lines if line][-1] == 1
        assert "Lever" not in taken.content.decode("utf-8-sig")

    def test_needs_a_proof_and_is_lifted_once(self, committee, decision):
        condition = decision.conditions.first()
        with pytest.raises(InvalidInput):
            self.lift(condition, committee.operator, proof=" ")
        self.lift(condition, committee.operator)
        with pytest.raises(ActionDenied, match="est levée depuis"):
            self.lift(condition, committee.operator)


class TestRulesAndLapse:
    def lift(self, committee, by):
        condition = Condition.objects.get()
        return operations.lift_condition(
            condition_id=condition.pk, proof="Accord reçu", by=by, at=DAY + timedelta(days=3)
        )

    @pytest.mark.parametrize(("rule", "allowed"), [("OPERATOR", 0), ("PRESIDENT", 1)])
    def test_who_lifts_is_a_rule(self, committee, rule, allowed):
        CommitteeRules.objects.update_or_create(pk=1, defaults={"conditions_lifted_by": rule})
        approve(committee, conditions=(SUSPENSIVE,))
        people = [committee.operator, committee.president]
        with pytest.raises(ActionDenied, match="désignent une autre personne"):
            self.lift(committee, people[1 - allowed])
        assert self.lift(committee, people[allowed]).lifted_by_id == people[allowed].pk

    def test_an_approval_lapses_after_the_months_of_the_rules(self, committee):
        set_rules(conditions_lapse_months=9)
        decision = approve(committee, conditions=(SUSPENSIVE,))
        assert queries.lapses_on(decision) == date(2026, 12, 12)

    def test_the_committee_lifts_in_session(self, committee):
        CommitteeRules.objects.update_or_create(
            pk=1, defaults={"conditions_lifted_by": "COMMITTEE"}
        )
        decision = approve(committee, conditions=(SUSPENSIVE,))
        with pytest.raises(ActionDenied, match="désignent"):
            self.lift(committee, committee.operator)
        assert queries.lifters(on=DAY.date()) == {committee.president.pk}
        Meeting.objects.create(
            year=2026, rank=9, mode="WRITTEN", matter="URGENCY", status="OPEN",
            chair=committee.seats[1], held_at=DAY, closes_at=DAY + timedelta(days=9),
            convened_at=DAY, convened_by=committee.president,
            opened_at=DAY, opened_by=committee.president,
        )  # fmt: skip
        assert queries.lifters(on=DAY.date()) == {committee.president.pk}
        end(committee, decision)
        assert queries.lifters(on=DAY.date()) == frozenset()

    def test_late_it_is_reminded_once_and_listed_late(self, committee, run_outbox):
        approve(committee, conditions=(SUSPENSIVE,))
        for day in (50, 51):
            follow(at=DAY + timedelta(days=day))
            run_outbox()
        assert mails("M51") == [committee.operator.email]
        assert AuditEvent.objects.filter(type="condition.reminded").count() == 1
        state = queries.state_of(Condition.objects.get(), date(2026, 5, 2))
        assert state.label == "En retard"

    def test_late_the_presidency_is_told_when_no_operator_may_be(self, committee, run_outbox):
        decision = approve(committee, conditions=(SUSPENSIVE,))
        withdraw(decision.project, committee.operator)
        for day in (50, 185):
            follow(at=DAY + timedelta(days=day))
            run_outbox()
        assert mails("M51") == mails("M52") == [committee.president.email]
        assert "Demandez à ASTREES d'en inviter un autre" in text_of("M51")
        assert "Levez-la" not in text_of("M51")

    def test_late_who_replaces_a_presidency_that_withdrew_too(self, committee, run_outbox):
        decision = approve(committee, conditions=(SUSPENSIVE,))
        withdraw(decision.project, committee.operator)
        president_withdraws(committee, decision.project_id)
        for day in (50, 185):
            follow(at=DAY + timedelta(days=day))
            run_outbox()
        assert mails("M51") == mails("M52") == [committee.people[1].email]

    def test_the_approval_lapses_once_and_the_file_may_come_back(self, committee, run_outbox):
        decision = approve(committee, conditions=(SUSPENSIVE,))
        follow(at=DAY + timedelta(days=183))
        assert status(decision) == ProjectStatus.APPROVED_CONDITIONS
        for day in (185, 186):
            follow(at=DAY + timedelta(days=day))
        decision.refresh_from_db()
        assert status(decision) == ProjectStatus.READY
        assert decision.lapsed_at == DAY + timedelta(days=185)
        assert AuditEvent.objects.filter(type="decision.lapsed").count() == 1
        assert not Decision.objects.standing().exists()
        run_outbox()
        assert mails("M52") == sorted([committee.operator.email, committee.president.email])
        with pytest.raises(ActionDenied, match="ne vaut plus"):
            self.lift(committee, committee.operator)
        with pytest.raises(ActionDenied, match="caduc"):
            check_standing(decision)

    def test_one_lifted_in_time_does_not_lapse(self, committee):
        decision = approve(committee, conditions=(SUSPENSIVE,))
        self.lift(committee, committee.operator)
        follow(at=DAY + timedelta(days=400))
        assert status(decision) == ProjectStatus.APPROVED
