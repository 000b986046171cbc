"""Validation a posteriori: what a steering committee says of a decision (R25, journeys.md P3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from committees import permissions
from committees.models import Decision
from committees.operations.reservations import ANSWERED_WITHIN, make_reservation
from steering.enums import NOT_EXAMINED, Verdict
from steering.models import SteeringMeeting
from steering.queries.validations import names_of


@transaction.atomic
def say(
    meeting: SteeringMeeting,
    decision: Decision,
    *,
    verdict: str,
    remark: str,
    by: Person,
    at: datetime,
) -> None:
    """Keep what a committee says of a decision, or that it has not examined it.

    A reservation is put to the approval committee, anew when its words are; the decision stands
    (R31).

    :raises InvalidInput: a remark lacks, or belongs to no verdict; the decision came later, or
        counts no more and receives no reservation.
    """
    choice, field = names_of(decision.pk)
    if verdict != NOT_EXAMINED and decision.decided_on > meeting.held_on:
        raise InvalidInput(
            f"Cette décision est du {long_date(decision.decided_on)}, après ce comité : laissez-la "
            "« Non examinée ».",
            field=choice,
        )
    if remark and verdict in {NOT_EXAMINED, Verdict.VALIDATED}:
        raise InvalidInput(
            "Choisissez « Validée avec observation » ou « Réserve » pour garder ces mots, ou "
            "effacez-les.",
            field=field,
        )
    if verdict == NOT_EXAMINED:
        meeting.validations.filter(decision=decision).delete()
        return
    if not remark and verdict != Verdict.VALIDATED:
        raise InvalidInput("Écrivez l'observation ou la réserve du comité.", field=field)
    if meeting.validations.filter(decision=decision, verdict=verdict, remark=remark).exists():
        return
    if verdict == Verdict.RESERVED and (why_not := permissions.make_reservation.why_not(decision)):
        raise InvalidInput(why_not, field=choice)
    meeting.validations.update_or_create(
        decision=decision, defaults={"verdict": verdict, "remark": remark}
    )
    if verdict == Verdict.RESERVED:
        due_on = timezone.localdate(at) + ANSWERED_WITHIN
        make_reservation(decision_id=decision.pk, text=remark, due_on=due_on, by=by, at=at)
