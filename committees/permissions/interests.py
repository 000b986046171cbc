"""Answer on one's links with a file."""

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import BallotStatus, InterestAnswer
from committees.models import AgendaItem, Ballot, InterestDeclaration
from committees.permissions.phases import BEFORE_IT_ENDS


@check
def declare_interest(
    item: AgendaItem,
    answer: str,
    *,
    last: Ballot | None,
    previous: InterestDeclaration | None,
) -> None:
    """Answer on one's links; once the vote is open, a first answer or a withdrawal only."""
    if item.meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied("Cette séance est terminée : les réponses ne changent plus.")
    if last is None or last.status == BallotStatus.CANCELLED:
        return
    if last.status != BallotStatus.OPEN:
        raise ActionDenied("Le vote sur ce dossier est clos : les réponses ne changent plus.")
    if previous is not None and answer != InterestAnswer.RECUSED:
        raise ActionDenied("Le vote est ouvert : votre réponse ne change plus.")
