"""Background work of the steering."""

from datetime import datetime

from alize.outbox.handlers import handler
from steering import operations
from steering.operations import meetings as meeting_operations


@handler("steering.issue_report")
def issue_report(*, at: datetime, report_id: int) -> None:
    """Make the documents of a published report."""
    operations.issue_report(report_id=report_id, at=at)


@handler("steering.issue_minutes")
def issue_minutes(*, at: datetime, meeting_id: int) -> None:
    """Lay out the minutes of a steering committee."""
    meeting_operations.issue_minutes(meeting_id=meeting_id, at=at)


@handler(meeting_operations.EFFECT)
def minutes_signed(*, at: datetime, circuit_id: int) -> None:
    """The minutes of a steering committee are signed and sealed."""
    meeting_operations.note_signed(circuit_id=circuit_id, at=at)


@handler("steering.settled")
def settled(*, at: datetime, signer_id: int) -> None:
    """It was decided what becomes of a contested signature, of minutes or of another document."""
    meeting_operations.follow_settlement(signer_id=signer_id, at=at)
