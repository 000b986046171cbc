"""The vote of the approval committee, as pure functions (voting.md 5.6)."""

from committees.rules.facts import BallotFacts, Choice, Majority, Outcome, Tally, VotingRules
from committees.rules.tallying import tally

__all__ = ["BallotFacts", "Choice", "Majority", "Outcome", "Tally", "VotingRules", "tally"]
