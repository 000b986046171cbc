"""What the head of a file says of the committee: its meeting, what it waits for, its conditions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from alize.common.dates import long_datetime
from basins.enums import Role
from basins.homes import Visitor
from committees.enums import LiftedBy
from committees.models import AgendaItem, Meeting
from committees.operations import cancel_meeting
from projects.enums import ProjectStatus
from projects.models import Project
from projects.queries import header_of, timeline_of
from tests.builders import make_decision, make_project, make_user, set_rules
from tests.committees.conftest import BEFORE, DAY, reply
from tests.committees.deciding import SUSPENSIVE, approve

pytestmark = pytest.mark.django_db
TODAY = DAY.date()
NBSP = "\u00a0"


def read_by(person, role, project, on=TODAY):
    """The head of the file as it is now, for one person."""
    visitor = Visitor(person, frozenset({role}), on)
    return header_of(visitor, Project.objects.get(pk=project.pk))


class TestScheduled:
    def test_how_many_seats_answered_for_who_convened_them(self, committee):
        meeting = committee.convened()
        project = meeting.items.get().project
        reply(committee, meeting, committee.people[1])
        reply(committee, meeting, committee.people[2], "ABSENT")
        said = read_by(committee.operator, Role.OPERATOR, project, BEFORE.date()).now
        assert said == (
            "Le comité d'agrément l'examine le jeudi 12 mars 2026. "
            f"Convocations envoyées : 2{NBSP}réponses sur 5."
        )
        said = read_by(committee.president, Role.PRESIDENT, project, BEFORE.date()).now
        assert said == "Le comité d'agrément l'examine le jeudi 12 mars 2026."

    def test_a_written_consultation_by_its_close(self, committee):
        meeting = Meeting.objects.create(
            year=2026, rank=9, mode="WRITTEN", matter="URGENCY", status="OPEN",
            chair=committee.seats[1], held_at=DAY, closes_at=DAY + timedelta(days=9),
            convened_at=DAY, convened_by=committee.president,
            opened_at=DAY, opened_by=committee.president,
        )  # fmt: skip
        project = make_project(status="SCHEDULED", operator=committee.operator)
        AgendaItem.objects.create(meeting=meeting, project=project, rank=1)
        close = long_datetime(meeting.closes_at)
        head = read_by(committee.operator, Role.OPERATOR, project)
        assert head.now == f"Le comité d'agrément vote par écrit jusqu'au {close}."
        for days in (0, 10):
            marks = timeline_of(project, on=TODAY + timedelta(days=days)).marks
            states = {" ".join(mark.lines): mark.state for mark in marks}
            assert states["Comité d'agrément"] != "done"

    def test_a_day_that_has_gone_by(self, committee):
        project = committee.convened().items.get().project
        head = read_by(committee.operator, Role.OPERATOR, project, TODAY + timedelta(days=1))
        assert head.now == (
            "La séance du jeudi 12 mars 2026 ne s'est pas tenue : une autre date est à fixer."
        )


class TestAwaited:
    def test_the_advice_of_an_expert_by_its_day(self, committee):
        project = make_project(status="EXTRA_DIAGNOSIS", operator=committee.operator)
        late = {"expert": "M. Ba, CCI", "expert_due_on": date(2026, 3, 11)}
        make_decision(project=project, amount=0, outcome="EXTRA_DIAGNOSIS", **late)
        head = read_by(committee.operator, Role.OPERATOR, project)
        assert head.now == (
            "L'avis de l'expert est attendu. Quand le dossier est complété, rendez-le au comité."
        )
        assert (head.holder, head.due) == ("M. Ba, CCI", "échéance le mercredi 11 mars 2026")
        assert head.due_badge.label == "En retard"
        assert head.action.label == "Prêt à repasser"
        head = read_by(committee.president, Role.PRESIDENT, project)
        assert (head.now, head.action) == ("L'avis de l'expert est attendu.", None)
        associate = make_user(Role.ASSOCIATE, basin=committee.basin)
        head = read_by(associate, Role.ASSOCIATE, project)
        assert (head.now, head.due) == ("Un diagnostic complémentaire est demandé.", "")
        assert "Ba" not in head.holder

    def test_how_many_papers_and_for_which_meeting(self, committee):
        project = make_project(status="DEFERRED", operator=committee.operator)
        meeting = committee.planned()
        awaited = {"pieces_awaited": "Devis\n\nBail", "target_meeting": meeting}
        make_decision(project=project, amount=0, outcome="DEFERRED", **awaited)
        head = read_by(committee.operator, Role.OPERATOR, project)
        assert head.now.startswith("Pièces attendues : 2. Quand le dossier")
        assert head.due == f"réexamen à la séance {meeting.number}, le jeudi 12 mars 2026"
        prefecture = make_user(Role.PREFECTURE, basin=committee.basin)
        assert read_by(prefecture, Role.PREFECTURE, project).now == "Pièces attendues : 2."
        associate = make_user(Role.ASSOCIATE, basin=committee.basin)
        head = read_by(associate, Role.ASSOCIATE, project)
        assert (head.now, head.due) == ("Le comité a reporté sa décision.", "")
        by = {"by": committee.operator, "at": BEFORE}
        cancel_meeting(meeting_id=meeting.pk, reason="Salle fermée", **by)
        assert read_by(committee.operator, Role.OPERATOR, project).due == ""


class TestConditions:
    @pytest.fixture
    def decision(self, committee):
        later = replace(SUSPENSIVE, text="Bail signé", due_on=date(2026, 6, 30))
        return approve(committee, conditions=[later, SUSPENSIVE])

    def test_the_first_of_them_and_who_lifts_it(self, committee, decision):
        set_rules(conditions_lifted_by=LiftedBy.OPERATOR)
        project = decision.project
        head = read_by(committee.operator, Role.OPERATOR, project)
        assert head.now == f"2{NBSP}conditions à lever, la première avant le jeudi 30 avril 2026."
        first = decision.conditions.get(due_on=date(2026, 4, 30))
        assert head.action.label == "Lever la condition"
        assert head.action.url.endswith(f"/conditions/{first.pk}/lever/")
        decision.conditions.filter(pk=first.pk).update(
            lifted_at=DAY, lifted_by=committee.operator, proof="Reçu"
        )
        head = read_by(committee.operator, Role.OPERATOR, project)
        assert head.now == f"1{NBSP}condition à lever avant le mardi 30 juin 2026."

    def test_the_others_read_the_decision(self, committee, decision):
        set_rules(conditions_lifted_by=LiftedBy.PRESIDENT)
        project = decision.project
        head = read_by(committee.operator, Role.OPERATOR, project, date(2026, 5, 2))
        assert (head.action.label, head.due_badge.label) == ("Voir la décision", "En retard")
        head = read_by(committee.president, Role.PRESIDENT, project)
        assert head.action.label == "Lever la condition"
        prefecture = make_user(Role.PREFECTURE, basin=committee.basin)
        head = read_by(prefecture, Role.PREFECTURE, project)
        assert head.now == f"2{NBSP}conditions à lever, la première avant le jeudi 30 avril 2026."
        assert (head.action, head.status.label) == (None, "Agréé (cond.)")
        associate = make_user(Role.ASSOCIATE, basin=committee.basin)
        head = read_by(associate, Role.ASSOCIATE, project)
        assert head.now == "Le comité a agréé le projet sous conditions."


def test_months_are_for_who_runs_the_file(committee):
    project = make_project(
        status=ProjectStatus.LABELLED,
        labelled_on=date(2025, 8, 1),
        follow_up_lead=committee.people[1],
    )
    said = {
        role: read_by(committee.operator, role, project).status.label
        for role in (Role.OPERATOR, Role.MEMBER, Role.PREFECTURE)
    }
    assert said == {
        Role.OPERATOR: "En accompagnement (M+7)",
        Role.MEMBER: "En accompagnement",
        Role.PREFECTURE: "En cours",
    }
