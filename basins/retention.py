"""What is kept no longer than it serves: each kind of row, its age, what goes (ADR 29, S56).

The list is all there is: what no kind names is kept. Accounting, votes, the journal, what was
signed and its evidence are never named.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from alize.accounts.models import SignInLink, User
from alize.audit import operations as audit
from alize.common.dates import add_months
from alize.notifications.models import Mail
from basins.enums import BasinStatus, LinkPurpose
from basins.models import Invitation, Membership, SingleUseLink

TRACES = 12
"""Months that a technical trace is kept: six to twelve (CNIL, S56)."""
INACTIVE = 36
"""Months after which an account that nobody uses, and that no role needs, is closed."""


def _delete(rows: QuerySet[Any]) -> None:
    rows.delete()


def _empty(rows: QuerySet[Any]) -> None:
    """The mail stays as a trace of what left, to whom and when; what it said goes."""
    rows.update(text="", html="", calendar="")


def _close(rows: QuerySet[Any]) -> None:
    """The account goes with all that opens it; the person stays, whom votes and papers name."""
    for user in rows:
        user.delete(keep_parents=True)


@dataclass(frozen=True)
class Kind:
    """Durée de conservation : the rows of a kind that are older than some months."""

    code: str
    label: str
    months: int
    rows: Callable[[datetime], QuerySet[Any]]
    """Those that are past their time, when it was `months` before now."""
    forget: Callable[[QuerySet[Any]], None] = _delete


def _inactive(before: datetime) -> QuerySet[User]:
    """Nobody has signed in since, nor held a role anywhere but in a closed basin."""
    held = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate(before)))
    held = held.exclude(basin__status=BasinStatus.CLOSED)
    return User.objects.filter(last_login__lt=before).exclude(pk__in=held.values("person_id"))


NETWORK: tuple[Kind, ...] = (
    Kind(
        "sessions",
        "Sessions terminées",
        0,
        lambda before: Session.objects.filter(expire_date__lt=before),
    ),
    Kind(
        "devices",
        "Adresses et appareils des connexions",
        TRACES,
        lambda before: UserSession.objects.filter(last_seen_at__lt=before),
    ),
    Kind(
        "sign_in_links",
        "Liens de connexion expirés",
        TRACES,
        lambda before: SignInLink.objects.filter(expires_at__lt=before),
    ),
    Kind(
        "single_use_links",
        "Liens à usage unique expirés sans avoir servi, sauf ceux d'une signature",
        TRACES,
        lambda before: SingleUseLink.objects.filter(expires_at__lt=before, used_at=None).exclude(
            purpose=LinkPurpose.SIGNATURE
        ),
    ),
    Kind(
        "invitations",
        "Invitations acceptées ou expirées",
        TRACES,
        lambda before: Invitation.objects.filter(expires_at__lt=before),
    ),
    Kind(
        "mails",
        "Contenu des courriers partis",
        TRACES,
        lambda before: Mail.objects.filter(created_at__lt=before).exclude(
            text="", html="", calendar=""
        ),
        _empty,
    ),
    Kind("accounts", "Comptes inactifs, sans rôle", INACTIVE, _inactive, _close),
)
"""What `public` forgets."""
BASIN: list[Kind] = []
"""What each basin forgets: the rooms above name theirs."""


def past(kinds: Sequence[Kind], *, at: datetime) -> Iterator[tuple[Kind, QuerySet[Any]]]:
    """Each kind with its rows of the current schema that are past their time at an instant."""
    for kind in kinds:
        before = at
        if kind.months:
            day = add_months(timezone.localdate(at), -kind.months)
            before = timezone.make_aware(datetime.combine(day, time.min))
        yield kind, kind.rows(before).order_by("pk")


@transaction.atomic
def forget(kinds: Sequence[Kind], *, at: datetime) -> dict[str, int]:
    """Forget what is past its time in the current schema; the journal says how many of each."""
    counts = {}
    for kind, rows in past(kinds, at=at):
        count = rows.count()
        if count:
            kind.forget(rows)
            counts[kind.code] = count
    if counts:
        audit.record("retention.applied", at=at, counts=counts)
    return counts
