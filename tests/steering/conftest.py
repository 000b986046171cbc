"""A basin with a past: two years, four projects, one of them closed, one loan."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest

from basins.enums import Role
from committees.enums import BallotStatus, DecisionOutcome, MeetingStatus
from committees.models import AgendaItem, Ballot, Decision, Proposal
from conventions.models import CooperationConvention, PartnershipConvention
from partners.enums import PartnerKind, PledgeNature
from partners.models import Group, Pledge
from projects.enums import ContractKind, JobNature, ProjectStatus, Situation
from projects.models import AnnualAccounts, FollowUpReview, JobForecast
from steering.models import SteeringMeeting
from tests.builders import (
    at,
    make_beneficiary,
    make_meeting,
    make_partner,
    make_person,
    make_project,
    make_seat,
    make_user,
)
from tests.stage import played_once
from tests.steering.meetings import conclude, convene


def noon(day: date):
    return at(day.year, day.month, day.day, 12)


class Past:
    """Writes the past of a basin, row by row."""

    def __init__(self) -> None:
        self.person = make_person()
        self.seat = make_seat()
        self.ranks = 0

    def meeting(self, on: date):
        self.ranks += 1
        return make_meeting(
            year=on.year,
            rank=self.ranks,
            held_at=noon(on),
            status=MeetingStatus.HELD,
            chair=self.seat,
            opened_at=noon(on),
            opened_by=self.person,
            closed_at=noon(on),
            closed_by=self.person,
        )

    def decided(self, meeting, *, outcome=DecisionOutcome.APPROVED, planned=0, **fields):
        """A project put to the vote, with its decision; further fields are the project's."""
        granted = {name: fields.pop(name) for name in ("amount", "days") if name in fields}
        on = meeting.held_at.date()
        project = make_project(
            **{"status": ProjectStatus.APPROVED, "status_since": on, "contacted_on": on} | fields
        )
        if planned:
            JobForecast.objects.create(
                project=project,
                nature=JobNature.CREATED,
                contract=ContractKind.PERMANENT,
                fte=planned,
                heads=int(planned),
            )
        ballot = self._voted(meeting, days=granted.get("days", 0), project=project)
        decision = Decision.objects.create(
            reference=f"D-{project.reference}",
            project=project,
            item=ballot.item,
            ballot=ballot,
            outcome=outcome,
            decided_on=on,
            **granted,
        )
        if project.labelled_on:
            self._signed(decision, project.labelled_on)
        return project

    def _signed(self, decision, on: date):
        """The convention of an approval, signed by all on a day."""
        CooperationConvention.objects.create(
            reference=f"CC-{decision.reference}",
            project=decision.project,
            decision=decision,
            status="SIGNED",
            starts_on=on,
            created_at=noon(on),
            created_by=self.person,
            frozen_at=noon(on),
            frozen_by=self.person,
            snapshot={},
            text_version=1,
            signed_on=on,
            recorded_at=noon(on),
            recorded_by=self.person,
        )

    def asked(self, meeting, project):
        """A moratorium on the advance of a project, accepted by a vote."""
        approval = Decision.objects.get(project=project)
        ballot = self._voted(meeting, project=project, matter="MORATORIUM", approval=approval)
        Decision.objects.create(
            reference=f"{approval.reference}-M",
            project=project,
            item=ballot.item,
            ballot=ballot,
            outcome=DecisionOutcome.ACCEPTED,
            decided_on=meeting.held_at.date(),
        )

    def _voted(self, meeting, *, days=0, **item) -> Ballot:
        item = AgendaItem.objects.create(meeting=meeting, rank=meeting.items.count() + 1, **item)
        proposal = Proposal.objects.create(item=item)
        if days:
            proposal.skills.create(partner=self.seat.partner, days=days, topic="Achats")
        return Ballot.objects.create(
            item=item,
            number=1,
            proposal=proposal,
            proposal_text="Agréer",
            status=BallotStatus.PROCLAIMED,
            opened_at=meeting.held_at,
            opened_by=self.person,
            closed_at=meeting.held_at,
            closed_by=self.person,
            proclaimed_at=meeting.held_at,
            proclaimed_by=self.person,
            result={},
            votes_digest="0" * 64,
        )

    def seen(self, project, on: date, jobs, *, month=3, due_on=None, days=None, **fields):
        """A review given."""
        return FollowUpReview.objects.create(
            project=project,
            month=month,
            due_on=due_on or on,
            submitted_at=noon(on),
            situation=fields.pop("situation", Situation.GOOD),
            jobs_created=Decimal(jobs),
            days_done=days,
            **fields,
        )


@pytest.fixture
def past(in_savoie):
    return Past()


@pytest.fixture
@played_once
def basin_with_a_past(past):
    """2025: two meetings, two approved of three; 2026: one meeting, one approved."""
    lead = make_person()
    labelled = {"status": ProjectStatus.LABELLED, "follow_up_lead": lead}
    spring, autumn = past.meeting(date(2025, 3, 12)), past.meeting(date(2025, 10, 9))
    winter = past.meeting(date(2026, 2, 4))
    mill = make_beneficiary(name="Scierie du Val")
    dairy = make_beneficiary(name="=Fromagerie")
    first = past.decided(
        spring,
        planned=4,
        amount=2_000_000,
        days=5,
        beneficiary=mill,
        labelled_on=date(2025, 4, 1),
        **labelled,
    )
    past.decided(spring, outcome=DecisionOutcome.REJECTED, planned=3, status="REJECTED")
    second = past.decided(
        autumn,
        planned=Decimal("2.5"),
        amount=1_500_000,
        beneficiary=dairy,
        labelled_on=date(2025, 11, 3),
        **labelled,
    )
    third = past.decided(winter, planned=6, days=3, beneficiary=mill)
    past.seen(first, date(2025, 7, 1), 1, days=2)
    past.seen(first, date(2025, 10, 20), 3, month=6, due_on=date(2025, 10, 1), days=4)
    FollowUpReview.objects.create(project=second, month=3, due_on=date(2026, 2, 3))
    AnnualAccounts.objects.create(beneficiary=mill, year=2025, turnover=100_000_00)
    group = Group.objects.create(name="Grand groupe")
    for name in ("Groupe Nord", "Groupe Sud"):
        make_partner(name=name, group=group, joined_on=date(2020, 1, 1))
    town = make_partner(name="Ville", kind=PartnerKind.AUTHORITY, joined_on=date(2020, 1, 1))
    Pledge.objects.create(partner=town, year=2025, nature=PledgeNature.MONEY, amount=1_000_000)
    PartnershipConvention.objects.create(
        number=7,
        status="SIGNED",
        signed_on=date(2024, 1, 5),
        starts_on=date(2024, 1, 1),
        ends_on=date(2026, 12, 31),
        jobs_target=225,
        projects_target=36,
        meetings_target=18,
    )
    SteeringMeeting.objects.create(
        number=19,
        status="HELD",
        held_on=date(2025, 5, 15),
        orientations="Chercher des écoles partenaires.",
    )
    return SimpleNamespace(past=past, first=first, second=second, third=third)


@pytest.fixture
def operator(savoie):
    return make_user(Role.OPERATOR, basin=savoie)


@pytest.fixture
def prefect(savoie):
    return make_user(Role.PREFECTURE, basin=savoie)


@pytest.fixture
def command_key():
    return uuid4()


@pytest.fixture
def convened(in_savoie, operator):
    return convene(operator)


@pytest.fixture
def held(convened, operator):
    return conclude(convened, operator)
