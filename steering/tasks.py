"""Background work of the steering."""

from datetime import datetime

from alize.outbox.handlers import handler
from steering import operations


@handler("steering.issue_report")
def issue_report(*, at: datetime, report_id: int) -> None:
    """Make the documents of a published report."""
    operations.issue_report(report_id=report_id, at=at)
