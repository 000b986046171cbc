"""Asks for the reviews and the opinions on their days, those still expected (M16, M19)."""

from datetime import datetime

from alize.outbox.handlers import handler
from projects.follow_up import permissions
from projects.models import FollowUpReview, OwnerOpinion
from projects.operations import ask_opinion, ask_review


@handler("follow_up.ask")
def ask(*, at: datetime, review_id: int) -> None:
    """Ask, unless the answer has come or the follow-up has stopped since it was planned."""
    review = FollowUpReview.objects.select_related("project").get(pk=review_id)
    if permissions.ask.allows(review):
        ask_review(review_id=review_id, by=None, at=at)


@handler("follow_up.ask_owner")
def ask_owner(*, at: datetime, opinion_id: int) -> None:
    """Ask the owner, unless the follow-up has stopped or no address is known (M19)."""
    opinion = OwnerOpinion.objects.select_related("project").get(pk=opinion_id)
    if permissions.ask_owner.allows(opinion):
        ask_opinion(opinion_id=opinion_id, at=at)
