"""Asks for the reviews on their days, those that are still expected (M16)."""

from datetime import datetime

from alize.outbox.handlers import handler
from projects.follow_up import permissions
from projects.models import FollowUpReview
from projects.operations import ask_review


@handler("follow_up.ask")
def ask(*, at: datetime, review_id: int) -> None:
    """Ask, unless the answer has come or the follow-up has stopped since it was planned."""
    review = FollowUpReview.objects.select_related("project").get(pk=review_id)
    if permissions.ask.allows(review):
        ask_review(review_id=review_id, by=None, at=at)
