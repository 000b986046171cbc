"""Whom the committee still counts on, and what it keeps of those who sat."""

from collections.abc import Iterator
from datetime import date

from basins import erasure
from committees.models import Seat

for _model in (
    "agendaitem", "attendance", "ballot", "collectedvote", "condition", "decision", "declaredlink",
    "guest", "interestdeclaration", "meeting", "memberdeclaration", "minutes", "minutesremark",
    "proposal", "proposedcondition", "proposedskills", "rectification", "reservation",
    "ruleschange", "secretvote", "vote",
):  # fmt: skip
    erasure.keep(f"committees.{_model}", "votes, décisions et procès-verbaux signés")


@erasure.binds
def counts_on(asked: erasure.Asked, on: date) -> Iterator[erasure.Bond]:
    """Whoever holds a seat, or may sit in it."""
    if asked.person is not None:
        seats = Seat.objects.of_person(asked.person.pk).lasting(on)
        for seat in seats.select_related("partner"):
            yield erasure.Bond(f"siège au comité, {seat.partner}")
