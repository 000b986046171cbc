"""The approval committee: seats, meetings, ballots, decisions (R27-R37)."""

from committees.models.ballots import Ballot, Vote
from committees.models.decisions import Condition, Decision
from committees.models.meetings import AgendaItem, Attendance, InterestDeclaration, Meeting, Minutes
from committees.models.proposals import Proposal, ProposedCondition, ProposedSkills
from committees.models.seats import CommitteeRules, Seat

__all__ = [
    "AgendaItem",
    "Attendance",
    "Ballot",
    "CommitteeRules",
    "Condition",
    "Decision",
    "InterestDeclaration",
    "Meeting",
    "Minutes",
    "Proposal",
    "ProposedCondition",
    "ProposedSkills",
    "Seat",
    "Vote",
]
