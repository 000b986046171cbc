"""What happens to a written consultation at its hours."""

from datetime import datetime

from alize.outbox.handlers import handler
from committees.operations import consultation_ends, consultations


@handler("committees.remind_consultation")
def remind_consultation(*, at: datetime, ballot_id: int, number: int) -> None:
    """Write again to those who have not voted."""
    consultations.remind_undecided(ballot_id=ballot_id, number=number, at=at)


@handler("committees.close_consultation")
def close_consultation(*, at: datetime, ballot_id: int) -> None:
    """Close the consultation at its planned hour."""
    consultation_ends.close_at_its_hour(ballot_id=ballot_id, at=at)


@handler("committees.close_if_complete")
def close_if_complete(*, at: datetime, ballot_id: int) -> None:
    """Close the consultation once every seat has voted, where the rules say so."""
    consultation_ends.close_if_complete(ballot_id=ballot_id, at=at)
