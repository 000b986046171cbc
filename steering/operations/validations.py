"""Validation a posteriori: what a steering committee says of a decision (R25, journeys.md P3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from committees import permissions
from committees.models import Decision
from committees.operations.reservations import ANSWERED_WITHIN, make_reservation
from steering.enums import NOT_EXAMINED, Verdict
from steering.models import SteeringMeeting
from steering.queries.validations import names_of, said_by

HEARD = {
    Verdict.VALIDATED: "project.decision_validated",
    Verdict.REMARKED: "project.decision_remarked",
    Verdict.RESERVED: "project.decision_reserved",
}
"""What the history of a file keeps of each verdict."""


@transaction.atomic
def say(meeting: SteeringMeeting, decision: Decision, *, verdict: str, remark: str) -> None:
    """Keep what a committee says of a decision, or that it has not examined it.

    :raises InvalidInput: a remark lacks, or belongs to no verdict; the decision came later.
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
    meeting.validations.update_or_create(
        decision=decision, defaults={"verdict": verdict, "remark": remark}
    )


@transaction.atomic
def conclude_validations(meeting: SteeringMeeting, *, by: Person, at: datetime) -> None:
    """Enter what signed minutes say in the history of each file; put what they reserve (R31).

    Until then, what they say may still change. A reservation asks the approval committee: once,
    were they signed anew, and never of a decision that counts no more.
    """
    due_on = timezone.localdate(at) + ANSWERED_WITHIN
    for said in said_by(meeting):
        decision, text = said.decision, said.remark
        is_put = decision.reservations.filter(text=text).exists()
        asks = said.verdict == Verdict.RESERVED and not is_put
        if asks and permissions.make_reservation.allows(decision):
            make_reservation(decision_id=decision.pk, text=text, due_on=due_on, by=by, at=at)
        audit.record(HEARD[Verdict(said.verdict)], target=decision.project, at=at)
