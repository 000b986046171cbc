"""Use cases: ASTREES gives a national reference a value from a day on, or gives it up (A7)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from basins import permissions
from basins.models import ReferenceValue
from basins.queries.references import references_on
from basins.references import Reference, Unfit, check_day, check_numbers


@transaction.atomic
def give_value(
    *,
    reference: Reference,
    numbers: Sequence[int],
    effective_from: date,
    reason: str,
    by: Person,
    at: datetime,
) -> ReferenceValue:
    """Give a reference a value from a day on, tomorrow at the soonest; the days before keep theirs.

    The same person asking twice does it once.

    :raises InvalidInput: a number is out of its bounds, or the day has begun or is too far.
    :raises ActionDenied: the value changes nothing, or another one begins on that day.
    """
    _check(reference, numbers, effective_from, today=timezone.localdate(at))
    values = ReferenceValue.objects.select_for_update().filter(reference=reference)
    standing = list(values.standing())  # a second person waits here, then reads
    same_day = next((one for one in standing if one.effective_from == effective_from), None)
    if same_day is not None and (same_day.created_by_id, same_day.numbers) == (by.pk, [*numbers]):
        return same_day
    permissions.give_value(standing, numbers, effective_from=effective_from)
    value = ReferenceValue.objects.create(
        reference=reference,
        numbers=[*numbers],
        effective_from=effective_from,
        reason=reason,
        created_at=at,
        created_by_id=by.pk,
    )
    audit.record(
        "reference.given",
        target=value,
        by=by,
        at=at,
        reference=reference,
        numbers=[*numbers],
        effective_from=effective_from.isoformat(),
    )
    return value


def _check(
    reference: Reference, numbers: Sequence[int], effective_from: date, *, today: date
) -> None:
    try:
        check_numbers(reference, numbers)
    except Unfit as unfit:
        field = None if unfit.place is None else f"number_{unfit.place}"
        raise InvalidInput(str(unfit), field=field) from unfit
    try:
        check_day(effective_from, today=today)
    except Unfit as unfit:
        raise InvalidInput(str(unfit), field="effective_from") from unfit
    then = references_on(effective_from)
    (number, *_), name = numbers, "number_0"
    if reference is Reference.APPROVED and number > then.examined:
        raise InvalidInput(
            f"Il n'y aurait que {then.examined} dossiers examinés par an ce jour-là : changez "
            "d'abord ce repère.",
            field=name,
        )
    if reference is Reference.EXAMINED and number < then.approved:
        raise InvalidInput(
            f"Il y aurait {then.approved} dossiers agréés par an ce jour-là : changez d'abord ce "
            "repère.",
            field=name,
        )


@transaction.atomic
def withdraw_value(*, value_id: int, by: Person, at: datetime) -> ReferenceValue:
    """Give up a value before its day; twice is once.

    :raises ActionDenied: its day has come.
    """
    value = ReferenceValue.objects.select_for_update(of=("self",)).get(pk=value_id)
    if value.withdrawn_at is not None:
        return value
    permissions.withdraw_value(value, on=timezone.localdate(at))
    value.withdrawn_at, value.withdrawn_by_id = at, by.pk
    value.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record(
        "reference.withdrawn",
        target=value,
        by=by,
        at=at,
        reference=value.reference,
        numbers=value.numbers,
        effective_from=value.effective_from.isoformat(),
    )
    return value
