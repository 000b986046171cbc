"""Answer on one's links with a file, impose a recusal, lift it."""

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import BallotStatus, InterestAnswer
from committees.models import AgendaItem, Ballot, InterestDeclaration
from committees.permissions.phases import BEFORE_IT_ENDS

CLOSED = "Le vote sur ce dossier est clos : les réponses ne changent plus."


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
        raise ActionDenied(
            f"Cette {item.meeting.noun} est terminée : les réponses ne changent plus."
        )
    if previous is not None and previous.is_imposed:
        raise ActionDenied(
            "La présidence vous a déporté de ce dossier : elle seule peut revenir sur sa décision."
        )
    if item.decision is not None:
        raise ActionDenied(CLOSED)
    if last is None or last.settled_nothing:
        return
    if last.status != BallotStatus.OPEN:
        raise ActionDenied(CLOSED)
    if previous is not None and answer != InterestAnswer.RECUSED:
        raise ActionDenied("Le vote est ouvert : votre réponse ne change plus.")


@check
def withdraw_its_vote(last: Ballot | None, *, has_dropped: bool) -> None:
    """Withdraw a seat that may have voted: a named vote no longer counts, a secret one stays."""
    if last is not None and last.status == BallotStatus.OPEN and has_dropped:
        raise ActionDenied(
            "Ce siège a déposé un bulletin secret, que rien ne peut retirer de l'urne : il faut "
            "d'abord annuler le scrutin."
        )


@check
def rule_on_links(by: Person, *, presiding_id: int | None, presidents: frozenset[int]) -> None:
    """Impose a recusal or lift one: who presides over the file, or over the committee."""
    if by.pk not in presidents and by.pk != presiding_id:
        raise ActionDenied("Seule la présidence peut imposer un déport, ou le lever.")


@check
def impose_recusal(
    item: AgendaItem, *, last: Ballot | None, previous: InterestDeclaration | None
) -> None:
    """Withdraw a seat from a file: until its vote is closed."""
    if item.meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied(
            f"Cette {item.meeting.noun} est terminée : les réponses ne changent plus."
        )
    if last is not None and last.status != BallotStatus.OPEN and not last.settled_nothing:
        raise ActionDenied(CLOSED)
    if previous is not None and previous.answer == InterestAnswer.RECUSED:
        raise ActionDenied("Ce siège s'est déjà déporté sur ce dossier.")


@check
def lift_recusal(
    item: AgendaItem, *, last: Ballot | None, previous: InterestDeclaration | None
) -> None:
    """Come back on an imposed recusal: until the vote opens."""
    if item.meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied(
            f"Cette {item.meeting.noun} est terminée : les réponses ne changent plus."
        )
    if previous is None or not previous.is_imposed:
        raise ActionDenied("Aucun déport n'est imposé à ce siège.")
    if last is not None and not last.settled_nothing:
        raise ActionDenied("Le vote est ouvert : ce déport ne se lève plus.")
