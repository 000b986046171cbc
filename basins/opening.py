"""Opens a basin: its row, its local operator, its schema; needs the owner's login (ADR 3)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from alize.audit.operations import record
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from alize.outbox.operations import enqueue
from basins import provisioning, tenancy
from basins.enums import BasinStatus
from basins.models import Basin, LocalOperator
from basins.rules import DEPARTMENTS

OPENING = 7_310_073
"""Advisory lock: one basin opens at a time, so that two never take the same schema."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class OperatorFacts:
    """The legal person that runs a basin (R38)."""

    name: str
    short_name: str
    siren: str = ""
    phone: str = ""
    representative: str = ""
    representative_email: str = ""


def next_schema() -> str:
    """The first schema name after those that are taken, under the lock of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [OPENING])
    last = Basin.objects.order_by("schema_name").last()
    return f"b_{int(last.schema_name[2:]) + 1 if last else 1:04d}"


@transaction.atomic
def open_basin(
    *,
    slug: str,
    name: str,
    departments: Sequence[str],
    operator: OperatorFacts,
    installed_on: date,
    first_convention_on: date | None = None,
    at: datetime,
) -> Basin:
    """Add an installed basin with its local operator and its empty schema, all or nothing.

    `installed_on` is the day of its installation as it is known, not that of its recording.

    :raises InvalidInput: the address is not one, another basin has it, a department does not exist,
        or the day has not come.
    """
    _check(slug, departments, installed_on, on=timezone.localdate(at))
    schema = next_schema()
    if Basin.objects.filter(slug=slug).exists():
        raise InvalidInput(f"Un bassin a déjà l'adresse « {slug} ».", field="slug")
    basin = Basin.objects.create(
        schema_name=schema,
        slug=slug,
        name=name,
        departments=list(departments),
        status=BasinStatus.INSTALLED,
        installed_on=installed_on,
        first_convention_on=first_convention_on,
    )
    LocalOperator.objects.create(
        basin=basin,
        name=operator.name,
        short_name=operator.short_name,
        siren=operator.siren,
        phone=operator.phone,
        representative=operator.representative,
        representative_email=operator.representative_email,
    )
    create_space(basin=basin)
    enqueue("figures.changed", key="opened", schema=basin.schema_name)
    record("basin.opened", target=basin, at=at)
    return basin


def _check(slug: str, departments: Sequence[str], installed_on: date, *, on: date) -> None:
    if installed_on > on:
        raise InvalidInput(
            f"Un bassin ne s'installe pas d'avance : le {short_date(installed_on)} n'est pas venu.",
            field="installed_on",
        )
    if not SLUG.fullmatch(slug):
        raise InvalidInput("L'adresse s'écrit en minuscules, chiffres et tirets.", field="slug")
    for code in departments:
        if code not in DEPARTMENTS:
            raise InvalidInput(
                f"« {code} » n'est pas un numéro de département.", field="departments"
            )


def create_space(*, basin: Basin) -> None:
    """Make the schema of a basin, unless an earlier call that was cut short has made it."""
    with tenancy.owner_cursor() as cursor:
        exists = cursor.execute("SELECT to_regnamespace(%s)", [basin.schema_name]).fetchone()
    if exists == (None,):
        provisioning.create_schema(basin)
