"""A committee that can meet: a president, members, an operator, files that are ready."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from alize.accounts.models import User
from alize.audit import operations as audit
from basins.enums import Role
from basins.models import Basin
from committees import operations
from committees.enums import InterestAnswer
from committees.models import AgendaItem, Ballot, Meeting, Proxy, Seat
from partners.models import Contact
from projects.enums import ProjectStatus
from projects.models import PreliminaryDiagnosis, Project
from tests.builders import at, make_partner, make_project, make_seat, make_user, set_rules
from tests.stage import played_once

DAY = at(2026, 3, 12, 10, 0)
BEFORE = DAY - timedelta(days=20)
CHAIR = "Désignez un président de séance issu d'une entreprise partenaire."
"""What stops a meeting that nobody able presides."""


@dataclass
class Committee:
    """Who sits, in the order of their seats; the first presides."""

    basin: Basin
    operator: User
    people: list[User] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)

    @property
    def president(self) -> User:
        return self.people[0]

    def seat_of(self, person: User) -> Seat:
        return self.seats[self.people.index(person)]

    def ready(self, **fields: Any) -> Project:
        """A file that is ready for the committee."""
        values = {"amount_asked": 2_200_000, "days_asked": Decimal("5"), **fields}
        return make_project(status=ProjectStatus.READY, operator=self.operator, **values)

    def referred(self, item: AgendaItem, **fields: Any) -> PreliminaryDiagnosis:
        """The diagnosis of a file, asked of the third member."""
        values = {
            "referrer": self.people[2],
            "partner": self.seats[2].partner,
            "asked_at": BEFORE,
            "asked_by": self.operator,
            "due_on": BEFORE.date(),
            **fields,
        }
        return PreliminaryDiagnosis.objects.create(project=item.project, **values)

    @played_once
    def planned(self, *, held_at: datetime = DAY, mode: str = "MIXED") -> Meeting:
        return operations.plan_meeting(
            held_at=held_at,
            mode=mode,
            place="CCI, Chambéry",
            video_url="https://visio.example.org/alize",
            chair_id=self.seats[0].pk,
            by=self.operator,
            at=min(BEFORE, held_at - timedelta(days=20)),
        )

    @played_once
    def convened(self, *, files: int = 1, held_at: datetime = DAY, **propose: Any) -> Meeting:
        """A meeting whose summons are out, with a proposal on each file."""
        meeting = self.planned(held_at=held_at)
        for _ in range(files):
            item = operations.put_on_agenda(
                meeting_id=meeting.pk,
                project_id=self.ready().pk,
                by=self.operator,
                at=held_at - timedelta(days=19),
            )
            self.propose(item, **propose)
        return operations.convene(
            meeting_id=meeting.pk, by=self.operator, at=held_at - timedelta(days=12)
        )

    def propose(self, item: AgendaItem, **changes: Any) -> None:
        values = {"amount": 2_000_000, "lines": 30, "grace_months": 6, **changes}
        operations.save_proposal(item_id=item.pk, by=self.operator, at=BEFORE, **values)

    @played_once
    def opened(
        self, *, files: int = 1, present: int | None = None, held_at: datetime = DAY, **propose: Any
    ) -> Meeting:
        """A meeting under way, with the first `present` seats there.

        Hundreds of tests begin here: arrivals are written with their events, unasked.
        """
        meeting = self.convened(files=files, held_at=held_at, **propose)
        meeting = operations.open_meeting(meeting_id=meeting.pk, by=self.president, at=held_at)
        with transaction.atomic():
            for person in self.people[1 : present or len(self.people)]:
                seat = self.seat_of(person)
                meeting.attendances.create(seat=seat, person_id=person.pk, arrived_at=held_at)
                facts = {"seat": seat.pk, "remote": False}
                audit.record("attendance.arrived", target=meeting, by=person, at=held_at, **facts)
        return meeting

    def arrive(self, meeting: Meeting, person: User, *, when: datetime = DAY) -> None:
        operations.check_in(
            meeting_id=meeting.pk,
            seat_id=self.seat_of(person).pk,
            person_id=person.pk,
            by=person,
            at=when,
        )

    def answer(
        self, item: AgendaItem, person: User, answer: str = InterestAnswer.NONE, **more: Any
    ) -> None:
        when = more.pop("when", DAY)
        operations.declare_interest(
            item_id=item.pk, seat_id=self.seat_of(person).pk, answer=answer, by=person, at=when,
            **more,
        )  # fmt: skip

    @played_once
    def ballot(self, meeting: Meeting, *, when: datetime = DAY, secret: bool = False) -> Ballot:
        """An open ballot on the first file, everybody present having answered « no link »."""
        item = meeting.items.order_by("rank").first()
        answered = set(item.declarations.values_list("seat_id", flat=True))
        for person in self.people:
            if self.seat_of(person).pk not in answered:
                self.answer(item, person, when=when)
        return operations.open_ballot(
            item_id=item.pk, secret=secret, by=self.president, at=when + timedelta(minutes=5)
        )

    def proxy(
        self, meeting: Meeting, giver: User, holder: User, item: AgendaItem | None = None
    ) -> Proxy:
        """A proxy given and accepted."""
        return Proxy.objects.create(
            meeting=meeting,
            item=item,
            giver=self.seat_of(giver),
            holder=self.seat_of(holder),
            given_at=DAY,
            given_by=giver,
            accepted_at=DAY,
            accepted_by=holder,
        )

    def drop(self, ballot: Ballot, person: User, choice: str = "FOR", **more: Any) -> None:
        """A secret vote."""
        values = {"seat_id": self.seat_of(person).pk, "at": DAY + timedelta(minutes=8), **more}
        operations.cast_secret_vote(ballot_id=ballot.pk, choice=choice, by=person, **values)

    def vote(self, ballot: Ballot, person: User, choice: str = "FOR", **more: Any):
        values = {
            "reason": "Le marché est trop étroit." if choice == "AGAINST" else "",
            "command_key": uuid4(),
            "at": DAY + timedelta(minutes=8),
            "seat_id": self.seat_of(person).pk,
            **more,
        }
        return operations.cast_vote(ballot_id=ballot.pk, choice=choice, by=person, **values)

    def close(self, ballot: Ballot, *, when: datetime = DAY) -> Ballot:
        return operations.close_ballot(
            ballot_id=ballot.pk, by=self.president, at=when + timedelta(minutes=12)
        )

    def proclaim(self, ballot: Ballot, **more: Any):
        values = {"at": DAY + timedelta(minutes=15), **more}
        return operations.proclaim(ballot_id=ballot.pk, by=self.president, **values)


def reply(committee: Committee, meeting: Meeting, person: User, word="COMING", *, when=BEFORE):
    return operations.answer_summons(
        meeting_id=meeting.pk,
        seat_id=committee.seat_of(person).pk,
        reply=word,
        by=person,
        at=when,
    )


@played_once
def make_committee(basin: Basin, size: int = 5) -> Committee:
    """Company seats held by active representatives; the first one presides."""
    committee = Committee(basin, make_user(Role.OPERATOR, basin=basin))
    set_rules(remote_meetings=True)
    for rank in range(size):
        role = Role.MEMBER if rank else Role.PRESIDENT
        person = make_user(role, basin=basin)
        partner = make_partner()
        Contact.objects.create(partner=partner, person=person, function="Direction")
        committee.people.append(person)
        committee.seats.append(make_seat(partner=partner, holder=person))
    return committee


@pytest.fixture
def committee(in_savoie: Basin) -> Committee:
    return make_committee(in_savoie)


@pytest.fixture
def make(in_savoie: Basin) -> Callable[[int], Committee]:
    """A committee of a given size."""
    return lambda size: make_committee(in_savoie, size)
