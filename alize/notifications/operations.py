"""Asks for the mails of the catalogue, sent once, after the commit; keeps who mutes which."""

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from alize.common.database import current_schema
from alize.notifications.catalogue import MUTABLE
from alize.notifications.models import MutedMail
from alize.outbox.operations import enqueue


@dataclass(frozen=True)
class Recipient:
    """Whom a mail is for."""

    email: str
    name: str

    @classmethod
    def of(cls, person: Any) -> "Recipient":
        """A person of the application."""
        return cls(person.email, person.full_name)


@dataclass(frozen=True)
class IfRefused:
    """What a room does, in its own schema, once the server of an address has refused a mail.

    `kind` is the work of the outbox; it is told `refusal`, what the server said, beside `payload`.
    """

    kind: str
    payload: Mapping[str, Any]


def send_mail(
    code: str,
    *,
    to: Recipient,
    path: str,
    key: str,
    sender: str | None = None,
    others: Mapping[str, str] | None = None,
    calendar: str = "",
    if_refused: IfRefused | None = None,
    **words: Any,
) -> bool:
    """Ask for one mail of the catalogue once the current transaction commits.

    Returns whether it is asked for the first time.

    `path` is where its single button leads, on this site; `words` fill the subject and the text
    (plain strings and numbers). The same `code`, `key` and address are mailed only once. `sender`
    is the name of the basin, that of the current schema unless given. `others` are quick answers
    under the button, each a word and a path; `calendar` is a calendar file to attach.
    """
    # The row stays when the mail has left: it keeps of the address only what tells two mails apart.
    mark = mark_of(f"{current_schema()}:{code}:{key}:{to.email}")
    return enqueue(
        "notifications.send",
        key=mark,
        mark=mark,
        code=code,
        email=to.email,
        name=to.name,
        path=path,
        sender=_basin_name() if sender is None else sender,
        words={name: str(value) for name, value in words.items()},
        # As a list: the database does not keep the order of an object.
        others=[*(others or {}).items()],
        calendar=calendar,
        if_refused=asdict(if_refused) if if_refused else None,
    )


def mark_of(asked: str) -> str:
    """What two copies of one mail have in common, a first one having left unknown to us (S45)."""
    return sha256(asked.encode()).hexdigest()[:32]


@transaction.atomic
def choose_mails(*, person_id: int, muted: Set[str]) -> None:
    """Keep which mails somebody does without; those that ask something of them always leave."""
    MutedMail.objects.filter(person=person_id).exclude(code__in=muted).delete()
    MutedMail.objects.bulk_create(
        (MutedMail(person_id=person_id, code=mail.code) for mail in MUTABLE if mail.code in muted),
        ignore_conflicts=True,
    )


def _basin_name() -> str:
    """The name of the basin of the current schema, nothing in `public`."""
    return getattr(getattr(connection, "tenant", None), "name", "")
