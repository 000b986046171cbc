"""The people of a basin, or of the network: who holds which role, whom its rows name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

from alize.accounts.fields import PersonField
from alize.accounts.models import Person
from basins.enums import Role
from basins.models import Basin, Invitation, Membership, SecondFactorReset

NAMES_A_STRANGER = """
SELECT {place} WHERE EXISTS (
    SELECT FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM known)
)
"""


@dataclass(frozen=True)
class RoleHeld:
    """One role of one person; whether the reader may change it and a second factor guards it."""

    id: int
    person: str
    email: str
    role: str
    since: date
    until: date | None
    may_change: bool
    has_factor: bool


def people_of(
    basin: Basin | None, *, on: date, grantable: frozenset[Role], but: Person
) -> Sequence[RoleHeld]:
    """The roles held on a day or later, in the order of the specification, then by name.

    Those of a basin, or the national ones.
    """
    held = Membership.objects.not_over(on).filter(basin=basin).select_related("person")
    ranks = {role.value: rank for rank, role in enumerate(Role)}
    protected = set(
        Authenticator.objects.values_list("user_id", flat=True).filter(
            user_id__in=held.values("person_id")
        )
    )
    ordered = sorted(held, key=lambda m: (ranks[m.role], m.person.last_name, m.person.first_name))
    return [
        RoleHeld(
            id=membership.pk,
            person=membership.person.full_name,
            email=membership.person.email,
            role=membership.get_role_display(),
            since=membership.starts_on,
            until=membership.ends_on,
            may_change=membership.role in grantable and membership.person_id != but.pk,
            has_factor=membership.person_id in protected and membership.person_id != but.pk,
        )
        for membership in ordered
    ]


def invitations_waiting(
    basin: Basin | None, *, at: datetime, grantable: frozenset[Role] | None = None
) -> QuerySet[Invitation]:
    """The invitations that can still be accepted, those to these roles only when given."""
    waiting = Invitation.objects.filter(basin=basin, accepted_at=None, expires_at__gt=at)
    if grantable is not None:
        waiting = waiting.filter(role__in=sorted(grantable))
    return waiting.order_by("created_at")


def resets_waiting() -> QuerySet[SecondFactorReset]:
    """The second factors that somebody asked to remove, not removed yet."""
    waiting = SecondFactorReset.objects.filter(done_at=None, stopped_at=None)
    return waiting.select_related("person", "asked_by", "basin").order_by("asked_at")


def strangers_named() -> list[str]:
    """Where rows of the current basin name somebody whom it does not know; a list loses those rows.

    Read by the role of the basin itself, who sees of all people those alone that the basin knows.
    """
    asked = [
        sql.SQL(NAMES_A_STRANGER).format(
            place=sql.Literal(f"{table}.{column}"),
            table=sql.Identifier(table),
            column=sql.Identifier(column),
        )
        for table, column in columns_of_people()
    ]
    known = sql.SQL("WITH known AS MATERIALIZED (SELECT id FROM accounts_person) ")
    with connection.cursor() as cursor:
        cursor.execute((known + sql.SQL(" UNION ALL ").join(asked)).as_string())
        return [place for (place,) in cursor.fetchall()]


def columns_of_people() -> list[tuple[str, str]]:
    """The columns of a basin that name somebody, with their table."""
    return sorted(
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, PersonField) and not field.db_constraint
    )
