"""Use case: ASTREES corrects the local operator of a basin, as conventions and warnings name it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import long_datetime
from alize.common.errors import Refusal
from basins.models import LocalOperator

FIELDS = (
    "name",
    "short_name",
    "siren",
    "address",
    "phone",
    "representative",
    "representative_function",
    "representative_email",
)


class OperatorChanged(Refusal):
    """Somebody else changed the operator since the page was made; nothing was written."""

    def __init__(self, reason: str, *, revision: int) -> None:
        super().__init__(reason)
        self.revision = revision


@transaction.atomic
def save_operator(
    *, operator_id: int, values: Mapping[str, str], revision: int, by: Person, at: datetime
) -> LocalOperator:
    """Correct who the operator is and who represents it, unless changed since `revision` (R38).

    What was signed or issued keeps what it said; what is drafted from now on says the new facts.

    :raises OperatorChanged: saying what is stored; saving again with the new revision replaces it.
    """
    operator = LocalOperator.objects.select_for_update(of=("self",)).get(pk=operator_id)
    changed = [name for name in FIELDS if getattr(operator, name) != values[name]]
    if not changed:
        return operator
    if operator.revision != revision:
        raise OperatorChanged(_said(operator, changed), revision=operator.revision)
    for name in changed:
        setattr(operator, name, values[name])
    operator.revision += 1
    operator.changed_at, operator.changed_by_id = at, by.pk
    operator.save(update_fields=[*changed, "revision", "changed_at", "changed_by"])
    audit.record(
        "operator.changed",
        target=operator,
        by=by,
        at=at,
        fields=changed,
        revision=operator.revision,
    )
    return operator


def _said(operator: LocalOperator, differing: list[str]) -> str:
    """Who wrote it, when, and what of it differs from what was typed here."""
    labels = {field.name: field.verbose_name for field in LocalOperator._meta.fields}
    stored = ", ".join(
        f"{labels[name]} « {getattr(operator, name) or 'vide'} »" for name in differing
    )
    who, when = operator.changed_by, operator.changed_at
    signed = (
        f"{who.full_name} a modifié cet opérateur {long_datetime(when)}" if who and when else ""
    )
    return (
        f"{signed} : {stored}. Votre saisie est gardée : comparez, puis enregistrez à nouveau pour "
        "la garder, ou annulez."
    )
