"""The reviews of a labelled project."""

from datetime import datetime

from projects.models import FollowUpReview, Project
from projects.rules import follow_up_dates


def plan_reviews(project: Project, *, at: datetime) -> list[FollowUpReview]:
    """Write down the reviews to come, in the transaction of the label."""
    return FollowUpReview.objects.bulk_create(
        FollowUpReview(project=project, month=month, due_on=due_on)
        for month, due_on in follow_up_dates(project.labelled_on)
    )
