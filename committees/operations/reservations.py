"""What the local steering committee reserves on a decision afterwards, and the answers."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.notifications.operations import Recipient, send_mail
from committees import permissions
from committees.models import Decision, Reservation
from committees.queries import reservations

ANSWERED_WITHIN = timedelta(days=30)
"""How long the committee is given to answer, unless another day is chosen."""


@transaction.atomic
def make_reservation(
    *, decision_id: int, text: str, due_on: date, by: Person, at: datetime
) -> Reservation:
    """Put a question to the committee on a decision, which stands (voting.md 5.3, R31).

    Sent twice, it is made once.

    :raises ActionDenied: the decision no longer counts.
    :raises InvalidInput: nothing is said.
    """
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    permissions.make_reservation(decision)
    text = text.strip()
    if not text:
        raise InvalidInput("Écrivez votre réserve.", field="text")
    reservation, is_new = Reservation.objects.get_or_create(
        decision=decision,
        made_by_id=by.pk,
        text=text,
        defaults={"due_on": due_on, "made_at": at},
    )
    if is_new:
        for person in reservations.answerers(decision, on=timezone.localdate(at)):
            _tell("M55", person, reservation, date=long_date(due_on))
        audit.record(
            "decision.reservation_made",
            target=decision,
            by=by,
            at=at,
            reservation=reservation.pk,
        )
    return reservation


@transaction.atomic
def answer_reservation(
    *, reservation_id: int, answer: str, by: Person, at: datetime
) -> Reservation:
    """Answer a reservation; who made it is told.

    :raises ActionDenied: it is answered.
    :raises InvalidInput: the answer is empty.
    """
    reservation = Reservation.objects.select_for_update().get(pk=reservation_id)
    permissions.answer_reservation(reservation)
    if not answer.strip():
        raise InvalidInput("Écrivez votre réponse.", field="answer")
    reservation.answer = answer.strip()
    reservation.answered_at, reservation.answered_by_id = at, by.pk
    reservation.save(update_fields=["answer", "answered_at", "answered_by"])
    _tell("M56", reservation.made_by, reservation)
    audit.record(
        "decision.reservation_answered",
        target=reservation.decision,
        by=by,
        at=at,
        reservation=reservation.pk,
    )
    return reservation


def _tell(code: str, person: Person, reservation: Reservation, **words: Any) -> None:
    """The mail names the company; what is said stays on the page."""
    decision = reservation.decision
    send_mail(
        code,
        to=Recipient.of(person),
        path=basin_reverse("decision_detail", reference=decision.reference) + "#reserves",
        key=f"{reservation.pk}:{person.pk}",
        company=decision.project.beneficiary.name,
        **words,
    )
