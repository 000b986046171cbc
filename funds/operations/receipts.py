"""Money that comes to the fund: contributions and repayments."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import once
from alize.common.errors import InvalidInput
from alize.outbox.operations import enqueue
from funds import permissions
from funds.models import Advance, Contribution, Movement
from funds.rules import EventKind


def record_contribution(
    *, funder: str, amount: int, received_on: date, by: Person, at: datetime, command_key: UUID
) -> Contribution:
    """Book money received from a funder on the account of advances (R41).

    :raises InvalidInput: the amount is zero, or the day has not come.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> dict[str, int]:
        check_receipt(amount=amount, on=received_on, at=at, day="received_on")
        contribution = Contribution.objects.create(
            funder=funder,
            amount=amount,
            received_on=received_on,
            recorded_at=at,
            recorded_by=by,
            command_key=command_key,
        )
        enqueue("figures.changed", key=f"contribution:{contribution.pk}:{at.isoformat()}")
        audit.record("contribution.recorded", target=contribution, by=by, at=at, amount=amount)
        return {"contribution": contribution.pk}

    asked = {"act": "contribution", "funder": funder, "amount": amount, "on": received_on}
    result = once(command_key, payload=asked, by=by, at=at, act=act)
    return Contribution.objects.get(pk=result["contribution"])


def record_repayment(
    *, advance_id: int, amount: int, value_on: date, by: Person, at: datetime, command_key: UUID
) -> Movement:
    """Book what a company paid back; beyond what it owes, the rest is an over-payment.

    :raises ActionDenied: nothing was lent yet.
    :raises InvalidInput: the amount is zero, the day has not come or precedes the payment.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> dict[str, int]:
        advance = Advance.objects.select_for_update().get(pk=advance_id)
        permissions.record_repayment(advance)
        check_receipt(amount=amount, on=value_on, at=at, day="value_on")
        lent = advance.movements.filter(kind=EventKind.DISBURSEMENT).earliest("value_on")
        if value_on < lent.value_on:
            raise InvalidInput(
                "Cette date précède le versement de l'avance : vérifiez-la.", field="value_on"
            )
        movement = Movement.objects.create(
            advance=advance,
            kind=EventKind.REPAYMENT,
            value_on=value_on,
            amount=amount,
            recorded_at=at,
            recorded_by=by,
            command_key=command_key,
        )
        enqueue("figures.changed", key=f"movement:{movement.pk}:{at.isoformat()}")
        audit.record("repayment.recorded", target=movement, by=by, at=at, amount=amount)
        return {"movement": movement.pk}

    asked = {"act": "repayment", "advance": advance_id, "amount": amount, "on": value_on}
    result = once(command_key, payload=asked, by=by, at=at, act=act)
    return Movement.objects.get(pk=result["movement"])


def check_receipt(*, amount: int, on: date, at: datetime, day: str) -> None:
    """Refuse nothing, or money of a day that has not come.

    :raises InvalidInput: naming the field.
    """
    if amount <= 0:
        raise InvalidInput("Le montant doit être supérieur à zéro.", field="amount")
    if on > timezone.localdate(at):
        raise InvalidInput(
            "Cette date n'est pas encore passée : indiquez le jour où l'argent est arrivé.",
            field=day,
        )
