"""Writes a meeting of the past: who sat, what was put to the vote, how each seat voted.

Results are counted as the product counts them; the database checks each vote as for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils.timezone import localdate

from alize.audit import operations as audit
from alize.demo.story.afterwards import write_advance, write_convention, write_reviews
from alize.demo.story.files import write_file
from alize.demo.story.plan import PlannedMeeting, PlannedProject
from alize.demo.story.scene import THOUSAND, Loan, Scene, at
from committees.enums import (
    AdvanceMatter,
    BallotStatus,
    DecisionOutcome,
    MeetingMode,
    MeetingStatus,
    MinutesApproval,
    MinutesStatus,
)
from committees.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Decision,
    Meeting,
    Minutes,
    Proposal,
    ProposedSkills,
    Seat,
    Vote,
)
from committees.operations import Hands
from committees.queries import ballots, seals
from committees.rules import BallotFacts, Choice, tally
from committees.wording import proposal_text
from projects.models import Project


@dataclass
class Sitting:
    """A meeting being written: who is there, and what its first ballot froze, alike for all."""

    meeting: Meeting
    present: list[Seat]
    frozen: dict[str, Any] = field(default_factory=dict)


def write_meeting(scene: Scene, planned: PlannedMeeting) -> None:
    """One meeting held, its files decided, contracted, lent, repaid and followed."""
    given_up = scene.to_give_up(planned.held_on)
    meeting = _hold(scene, planned, passages=len(planned.projects) + len(given_up))
    sitting = Sitting(meeting, _present(scene, meeting))
    for rank, project in enumerate(planned.projects, 1):
        _write_project(scene, project, sitting, rank)
    for rank, loan in enumerate(given_up, len(planned.projects) + 1):
        loan.accepted = _write_loss(scene, loan, sitting, rank)
    _close(meeting)
    _approve(scene, sitting)
    _sign_minutes(scene, meeting, planned.held_on)


def _hold(scene: Scene, planned: PlannedMeeting, *, passages: int) -> Meeting:
    last_vote = at(planned.held_on, 14) + timedelta(minutes=10 * passages)
    return Meeting.objects.create(
        year=planned.year,
        rank=planned.rank,
        held_at=at(planned.held_on, 14),
        mode=MeetingMode.MIXED if planned.year >= 2020 else MeetingMode.IN_PERSON,
        place=f"{scene.territory.operator_short}, {scene.territory.towns[0][1]}",
        status=MeetingStatus.HELD,
        chair=scene.chair,
        convened_at=at(planned.held_on - timedelta(days=15)),
        convened_by=scene.people.operator,
        opened_at=at(planned.held_on, 14, 5),
        opened_by=scene.people.president,
        closed_at=max(at(planned.held_on, 16, 30), last_vote + timedelta(minutes=10)),
        closed_by=scene.people.president,
    )


def _present(scene: Scene, meeting: Meeting) -> list[Seat]:
    """Who votes at a meeting; whoever takes its minutes is there too."""
    others = [seat for seat in scene.seats if seat != scene.chair]
    count = scene.random.randint(len(scene.seats) // 2, len(scene.seats) * 4 // 5)
    present = [scene.chair, *scene.random.sample(others, count)]
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, seat=seat, person=seat.holder, arrived_at=meeting.held_at)
        for seat in (*present, scene.secretary)
    )
    return present


def _close(meeting: Meeting) -> None:
    meeting.attendances.update(left_at=meeting.closed_at)
    audit.record(
        "meeting.closed",
        target=meeting,
        by=meeting.closed_by,
        at=meeting.closed_at,
        seal=seals.of_meeting(meeting),
        presences=seals.of_presences(meeting),
    )


def _sign_minutes(scene: Scene, meeting: Meeting, held_on: date) -> None:
    minutes = Minutes.objects.create(
        meeting=meeting,
        status=MinutesStatus.SIGNED,
        drafted_by=scene.people.operator,
        sent_at=at(held_on + timedelta(days=2)),
        signed_at=at(held_on + timedelta(days=4)),
        signed_by=scene.people.president,
    )
    audit.record(
        "minutes.signed",
        target=minutes,
        by=minutes.signed_by,
        at=minutes.signed_at,
        seal=seals.of_minutes(minutes),
        presences=seals.of_presences(meeting),
    )


def _approve(scene: Scene, sitting: Sitting) -> None:
    """The minutes of the meeting before, by a show of hands."""
    meeting = sitting.meeting
    for minutes in Minutes.objects.filter(approved_at=None):
        minutes.approved_at, minutes.approved_by = meeting.opened_at, scene.people.president
        minutes.approved_in, minutes.approval = meeting, MinutesApproval.VOTE
        minutes.approval_votes = Hands(len(sitting.present), 0, 0).words
        minutes.save()
        audit.record(
            "minutes.approved",
            target=minutes,
            by=minutes.approved_by,
            at=minutes.approved_at,
            meeting=meeting.pk,
            how=minutes.approval,
            seal=seals.of_approval(minutes),
        )


def _write_project(scene: Scene, planned: PlannedProject, sitting: Sitting, rank: int) -> None:
    project = write_file(scene, planned)
    decision = _write_decision(scene, planned, project, sitting, rank)
    if planned.approved:
        labelled_on = planned.decided_on + timedelta(days=25)
        write_convention(scene, planned, project, decision, labelled_on)
        write_advance(scene, planned, project, decision, labelled_on)
        write_reviews(scene, planned, project, labelled_on)


def _write_decision(
    scene: Scene, planned: PlannedProject, project: Project, sitting: Sitting, rank: int
) -> Decision:
    item = AgendaItem.objects.create(meeting=sitting.meeting, project=project, rank=rank)
    proposal = Proposal.objects.create(
        item=item,
        amount=planned.amount * THOUSAND,
        lines=planned.lines,
        grace_months=planned.grace,
        follow_up_partner=project.follow_up_partner,
        follow_up_lead=project.follow_up_lead,
    )
    ProposedSkills.objects.bulk_create(
        ProposedSkills(proposal=proposal, partner=scene.partners[name], days=days, topic=topic)
        for name, days, topic in planned.days
    )
    days = sum(days for _, days, _ in planned.days)
    choices = {seat: _choice(scene, planned.approved) for seat in sitting.present}
    ballot = _vote(
        scene,
        proposal,
        f"Accorder à {project.beneficiary} une avance de {planned.amount} 000 € "
        f"remboursable en {planned.lines} échéances et {days} jours d'appui.",
        choices,
        sitting,
    )
    outcome = DecisionOutcome(ballot.result["outcome"])
    granted = {"amount": planned.amount * THOUSAND, "days": days}
    approved = outcome == DecisionOutcome.APPROVED
    return _decide(scene, ballot, outcome, **(granted if approved else {}))


def _write_loss(scene: Scene, loan: Loan, sitting: Sitting, rank: int) -> Decision:
    """The committee accepts to lose what the company of an advance will never pay."""
    approval = loan.advance.decision
    item = AgendaItem.objects.create(
        meeting=sitting.meeting,
        project=approval.project,
        matter=AdvanceMatter.WRITE_OFF,
        approval=approval,
        rank=rank,
    )
    proposal = Proposal.objects.create(item=item, comment="La liquidation judiciaire est prononcée")
    choices = dict.fromkeys(sitting.present, Choice.FOR)
    ballot = _vote(scene, proposal, proposal_text(proposal), choices, sitting)
    return _decide(scene, ballot, DecisionOutcome.ACCEPTED)


def _vote(
    scene: Scene, proposal: Proposal, text: str, choices: Mapping[Seat, Choice], sitting: Sitting
) -> Ballot:
    """A proposal put to the vote, its ballot closed, counted and proclaimed."""
    item = proposal.item
    moment = sitting.meeting.held_at + timedelta(minutes=10 * item.rank)
    sitting.frozen = sitting.frozen or ballots.snapshot(item, at=moment)
    ballot = Ballot.objects.create(
        item=item,
        number=1,
        proposal=proposal,
        proposal_text=text,
        status=BallotStatus.OPEN,
        rules=sitting.frozen,
        opened_at=moment,
        opened_by=scene.people.president,
    )
    votes = Vote.objects.bulk_create(
        Vote(
            ballot=ballot,
            seat=seat,
            version=1,
            person=seat.holder,
            choice=choice,
            reason="Projet encore trop fragile" if choice is Choice.AGAINST else "",
            cast_at=moment + timedelta(minutes=1),
            command_key=uuid4(),
        )
        for seat, choice in choices.items()
    )
    result = tally(_facts(sitting, choices), ballots.frozen_rules(ballot))
    ballot.status = BallotStatus.CLOSED
    ballot.closed_at = moment + timedelta(minutes=4)
    ballot.closed_by = scene.people.president
    ballot.result = result.as_dict()
    ballot.result_sentence = result.sentence
    ballot.votes_digest = ballots.digest_of_all(votes)
    ballot.save()
    ballot.status = BallotStatus.PROCLAIMED
    ballot.proclaimed_at = moment + timedelta(minutes=5)
    ballot.proclaimed_by = scene.people.president
    ballot.save()
    _journal(ballot)
    return ballot


def _decide(scene: Scene, ballot: Ballot, outcome: DecisionOutcome, **granted: int) -> Decision:
    """What follows from a vote, told the day after."""
    day = localdate(ballot.opened_at)
    decision = Decision.objects.create(
        reference=scene.next_decision(day.year),
        project=ballot.item.project,
        item=ballot.item,
        ballot=ballot,
        outcome=outcome,
        decided_on=day,
        notified_at=at(day + timedelta(days=1)),
        notified_by=scene.people.operator,
        **granted,
    )
    audit.record(
        "decision.taken",
        target=decision,
        by=ballot.proclaimed_by,
        at=ballot.proclaimed_at,
        outcome=str(outcome),
        seal=seals.of_decision(decision),
    )
    return decision


def _journal(ballot: Ballot) -> None:
    """What the journal keeps of a ballot: its opening, its close, its proclamation."""
    by = ballot.opened_by
    audit.record(
        "ballot.opened",
        target=ballot,
        by=by,
        at=ballot.opened_at,
        seal=seals.of_opening(ballot),
        proposal=seals.of_proposal(ballot.proposal),
    )
    audit.record(
        "ballot.closed",
        target=ballot,
        by=by,
        at=ballot.closed_at,
        votes_digest=ballot.votes_digest,
        seal=seals.of_result(ballot),
        seats=seals.seats_of(ballots.voted_seats(ballot)),
    )
    audit.record("ballot.proclaimed", target=ballot, by=by, at=ballot.proclaimed_at)


def _facts(sitting: Sitting, choices: Mapping[Seat, Choice]) -> BallotFacts:
    """What the ballot froze, and what each seat voted; nobody withdrew nor gave a proxy."""
    return BallotFacts(
        seats=frozenset(sitting.frozen["seats"]),
        companies=frozenset(sitting.frozen["companies"]),
        chair=sitting.frozen["chair"],
        present=frozenset(sitting.frozen["opening"]["present"]),
        votes={str(seat.pk): choice for seat, choice in choices.items()},
    )


def _choice(scene: Scene, approved: bool) -> Choice:
    likely, unlikely = (Choice.FOR, Choice.AGAINST) if approved else (Choice.AGAINST, Choice.FOR)
    draw = scene.random.random()
    return likely if draw < 0.86 else Choice.ABSTAIN if draw < 0.95 else unlikely
