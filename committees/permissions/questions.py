"""Ask the referrer a question on a file, answer it (C2)."""

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.models import AgendaItem, Question
from committees.permissions.phases import BEFORE_IT_ENDS


@check
def ask_question(item: AgendaItem) -> None:
    """Ask: while the file is still to be examined."""
    if item.meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied(
            f"Cette {item.meeting.noun} est terminée : le dossier ne reçoit plus de question."
        )


@check
def answer_question(
    by: Person, question: Question, *, expected: Person | None, is_operator: bool
) -> None:
    """Answer: whoever was told of it or the operator, once."""
    if question.answered_at is not None:
        raise ActionDenied("Cette question a déjà sa réponse.")
    if question.item.meeting.status not in BEFORE_IT_ENDS:
        noun = question.item.meeting.noun
        raise ActionDenied(f"Cette {noun} est terminée : les réponses ne s'ajoutent plus.")
    if not is_operator and (expected is None or by.pk != expected.pk):
        raise ActionDenied(
            "Le prescripteur ou l'opérateur répond aux questions des membres, la présidence quand "
            "aucun des deux ne le peut."
        )
