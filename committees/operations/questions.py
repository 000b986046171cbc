"""What members ask before the meeting, and the answers (C2)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.errors import InvalidInput
from alize.notifications.operations import Recipient, send_mail
from committees import permissions
from committees.models import AgendaItem, Question
from committees.operations.base import locked_item
from committees.queries import questions
from projects.queries.visibility import not_withdrawn


@transaction.atomic
def ask_question(*, item_id: int, text: str, by: Person, at: datetime) -> Question:
    """Put a question to the referrer, for all members to read; sent twice, it is asked once.

    Whoever would be expected to answer their own question is not written to.

    :raises ActionDenied: the meeting is over.
    :raises InvalidInput: nothing is asked.
    """
    item = locked_item(item_id)
    permissions.ask_question(item)
    text = text.strip()
    if not text:
        raise InvalidInput("Écrivez votre question.", field="text")
    known = item.questions.filter(asked_by=by.pk, text=text).first()
    if known is not None:
        return known
    question = Question.objects.create(item=item, text=text, asked_at=at, asked_by_id=by.pk)
    answered_by = questions.answered_by(item, on=timezone.localdate(at))
    if answered_by is not None and answered_by.pk != by.pk:
        _tell("M42", answered_by, question, item)
    audit.record("question.asked", target=item, by=by, at=at, question=question.pk)
    return question


@transaction.atomic
def answer_question(
    *, question_id: int, answer: str, is_operator: bool = False, by: Person, at: datetime
) -> Question:
    """Answer a question; who asked is told, unless their seat has withdrawn since.

    :raises ActionDenied: it is answered, or the answer is another person's to give.
    :raises InvalidInput: the answer is empty.
    """
    item = locked_item(Question.objects.get(pk=question_id).item_id)
    question = Question.objects.select_related("item__meeting", "asked_by").get(pk=question_id)
    on = timezone.localdate(at)
    expected = questions.answered_by(item, on=on)
    permissions.answer_question(by, question, expected=expected, is_operator=is_operator)
    if not answer.strip():
        raise InvalidInput("Écrivez votre réponse.", field="answer")
    question.answer = answer.strip()
    question.answered_at, question.answered_by_id = at, by.pk
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    for person in not_withdrawn([question.asked_by], item.project_id, on=on):
        _tell("M43", person, question, item)
    audit.record("question.answered", target=item, by=by, at=at, question=question.pk)
    return question


def _tell(code: str, person: Person, question: Question, item: AgendaItem) -> None:
    """The mail names the company; the question itself stays on the page."""
    send_mail(
        code,
        to=Recipient.of(person),
        path=basin_reverse("item_detail", item_id=item.pk) + "#questions",
        key=f"{question.pk}",
        company=item.project.beneficiary.name,
    )
