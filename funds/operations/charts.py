"""The numbers that the accounts leave under: the association's own (funds.md 2.3)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from funds.models import Chart, ChartLine
from funds.operations.ledger import lock_ledger
from funds.queries.charts import Outside, last_chart, numbers_of


@transaction.atomic
def change_chart(
    *, numbers: Mapping[str, Outside], seen: int | None, by: Person, at: datetime
) -> Chart:
    """Have every account leave under its number, from the first year that is not closed.

    `seen` is the chart that was changed, none for our own numbers; asked twice, it changes once.

    :raises InvalidInput: nothing changes, two accounts would leave under one number, or another
        chart came meanwhile.
    """
    lock_ledger()
    last = last_chart()
    before = numbers_of(last)
    changed = [inside for inside, outside in numbers.items() if outside != before[inside]]
    if last is not None and seen != last.pk:
        if not changed:
            return last
        _refuse_overtaken(last, seen)
    if not changed:
        raise InvalidInput("Aucun numéro ni intitulé ne change : il n'y a rien à enregistrer.")
    _refuse_shared(numbers)
    chart = Chart.objects.create(recorded_at=at, recorded_by=by)
    ChartLine.objects.bulk_create(
        ChartLine(chart=chart, inside=inside, code=outside.code, label=outside.label)
        for inside, outside in numbers.items()
    )
    connection.check_constraints()
    chart.refresh_from_db(fields=["since_year"])
    audit.record(
        "ledger.chart_changed",
        target=chart,
        by=by,
        at=at,
        since_year=chart.since_year,
        accounts=changed,
    )
    return chart


def _refuse_overtaken(last: Chart, seen: int | None) -> None:
    earlier = numbers_of(Chart.objects.filter(pk=seen or 0).first())
    meanwhile = [
        inside for inside, outside in numbers_of(last).items() if outside != earlier[inside]
    ]
    raise InvalidInput(
        f"{last.recorded_by.full_name} a changé ce plan de comptes entre-temps "
        f"({', '.join(meanwhile)}). Votre saisie est gardée : comparez-la au plan en vigueur, puis "
        "enregistrez à nouveau."
    )


def _refuse_shared(numbers: Mapping[str, Outside]) -> None:
    taken: dict[str, str] = {}
    for inside, outside in numbers.items():
        if outside.code in taken:
            raise InvalidInput(
                f"Le numéro {outside.code} est déjà celui du compte {taken[outside.code]} : deux "
                "comptes ne sortent pas sous le même numéro.",
                field=f"code_{inside}",
            )
        taken[outside.code] = inside
