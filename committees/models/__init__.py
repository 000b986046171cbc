"""The approval committee: seats, meetings, ballots, decisions (R27-R37)."""

from committees.models.agenda import AgendaItem, InterestDeclaration, ItemReading, Question
from committees.models.ballots import (
    Ballot,
    CollectedVote,
    Participation,
    SecrecyRequest,
    SecretVote,
    Vote,
)
from committees.models.decisions import Condition, Decision, Rectification, Reservation
from committees.models.declarations import DeclaredLink, MemberDeclaration
from committees.models.meetings import Attendance, Guest, Meeting, SummonsAnswer, Suspension
from committees.models.minutes import Minutes, MinutesRemark
from committees.models.packs import Pack, ProjectNote
from committees.models.proposals import Proposal, ProposedCondition, ProposedSkills
from committees.models.proxies import Proxy
from committees.models.rules import CommitteeRules, RulesChange
from committees.models.seats import Alternate, ChairSubstitute, Seat

__all__ = [
    "AgendaItem",
    "Alternate",
    "Attendance",
    "Ballot",
    "ChairSubstitute",
    "CollectedVote",
    "CommitteeRules",
    "Condition",
    "Decision",
    "DeclaredLink",
    "Guest",
    "InterestDeclaration",
    "ItemReading",
    "Meeting",
    "MemberDeclaration",
    "Minutes",
    "MinutesRemark",
    "Pack",
    "Participation",
    "ProjectNote",
    "Proposal",
    "ProposedCondition",
    "ProposedSkills",
    "Proxy",
    "Question",
    "Rectification",
    "Reservation",
    "RulesChange",
    "Seat",
    "SecrecyRequest",
    "SecretVote",
    "SummonsAnswer",
    "Suspension",
    "Vote",
]
