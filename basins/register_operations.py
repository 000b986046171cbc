"""The daily sealed register of a basin, the monthly check of what is sealed, and their mails."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.common.dates import long_date
from alize.common.http import basin_reverse
from alize.documents.imprint import verify_path
from alize.notifications.operations import Recipient, send_mail
from alize.outbox import operations as outbox
from alize.seals import keeping, registers
from basins.enums import Role
from basins.queries import holders, national_staff


@transaction.atomic
def ask_for_seals(*, at: datetime) -> None:
    """Ask for the register of the day and the check of the month, once each, in this basin."""
    day = timezone.localdate(at)
    outbox.enqueue("basins.seal_register", key=day.isoformat())
    outbox.enqueue("basins.check_seals", key=f"{day:%Y-%m}")


@transaction.atomic
def ask_for_national_check(*, at: datetime) -> None:
    """Ask for the check of the month of what the national side sealed, once."""
    outbox.enqueue("basins.check_national_seals", key=f"{timezone.localdate(at):%Y-%m}")


@transaction.atomic
def seal_register(*, at: datetime) -> None:
    """Seal the register of the day and send its digests to those who keep them elsewhere.

    Two at least: ASTREES, by a mailbox of the platform, and the prefecture of the basin.
    """
    made = registers.issue_daily_register(at=at)
    if made is None:
        return
    document = made.document
    for keeper in _keepers(at=at):
        send_mail(
            "M80",
            to=keeper,
            path=verify_path(document.reference, document.version),
            key=document.reference,
            date=long_date(document.as_of),
            reference=document.reference,
            events=made.events,
            head=made.head,
            digest=document.sha256,
        )


@transaction.atomic
def check_seals(*, at: datetime) -> None:
    """Read again all that the basin sealed; whoever can restore a backup hears of what differs."""
    check = keeping.check_sealed_documents(at=at, kinds=(registers.KIND,))
    operators = (Recipient.of(person) for person in holders(Role.OPERATOR, on=at.date()))
    _tell_altered(check, [*_keepers(at=at), *operators], path=basin_reverse("register_list"), at=at)


@transaction.atomic
def check_national_seals(*, at: datetime) -> None:
    """Read again what the national side sealed: what its committee decided (signature.md 6.5)."""
    check = keeping.check_sealed_documents(at=at, kinds=())
    staff = (Recipient.of(person) for person in national_staff(on=timezone.localdate(at)))
    keepers = [*_mailboxes(), *staff]
    _tell_altered(check, keepers, path=reverse("national_home"), at=at)


def _tell_altered(
    check: keeping.Check, keepers: Iterable[Recipient], *, path: str, at: datetime
) -> None:
    if not check.altered:
        return
    for keeper in keepers:
        send_mail(
            "M81",
            to=keeper,
            path=path,
            key=at.isoformat(),
            count=len(check.altered),
            references=", ".join(document.reference for document in check.altered),
        )


def _keepers(*, at: datetime) -> Iterator[Recipient]:
    """Who keeps the registers away from the server."""
    yield from _mailboxes()
    for person in holders(Role.PREFECTURE, on=timezone.localdate(at)):
        yield Recipient.of(person)


def _mailboxes() -> Iterator[Recipient]:
    return (Recipient(address, "") for address in settings.REGISTER_MAILBOXES)
