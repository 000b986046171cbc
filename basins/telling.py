"""Mails to ASTREES, of which a basin sees nobody (security.md T6), and about roles (SD12)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins.enums import MONEY_ROLES, Role
from basins.models import Membership
from basins.queries import national_staff
from basins.rules import period_in_words


def tell_staff(
    code: str, *, path: str, key: str, besides: Sequence[Person] = (), **words: Any
) -> None:
    """Ask for a mail of the catalogue to each administrator of the network, in `public`.

    `besides` are those who have it already. The same `code` and `key` of a basin leave once.
    """
    enqueue(
        "basins.tell_staff",
        key=f"{code}:{key}",
        code=code,
        path=path,
        about=key,
        told=[person.pk for person in besides],
        words=words,
    )


def warn_of_role(membership: Membership, *, by: Person, at: datetime) -> None:
    """Warn the legal representative of the local operator of a role that handles money (SD12).

    ASTREES is warned where no address of theirs is known. Asked from `public`.
    """
    basin = membership.basin
    if basin is None or membership.role not in MONEY_ROLES:
        return
    warned = [
        Recipient(operator.representative_email, operator.representative or operator.name)
        for operator in basin.operators.exclude(representative_email="")
    ]
    for one in warned or map(Recipient.of, national_staff(on=timezone.localdate(at))):
        send_mail(
            "M90",
            to=one,
            path=basin_reverse("people_list", basin=basin),
            key=str(membership.pk),
            sender=basin.name,
            basin=basin.name,
            person=membership.person.full_name,
            role=Role(membership.role).label,
            period=period_in_words(membership.role, membership.starts_on, membership.ends_on),
            granted_by=by.full_name,
        )
