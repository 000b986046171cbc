"""The daily sealed register of a journal, the monthly check of what was sealed, and their mails.

ASTREES is also told ahead that the certificate of the seal, or the authority, ends.

The same in each basin and in `public`, whose journal is that of the network.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit import queries as journal
from alize.common.addresses import basin_reverse
from alize.common.database import current_schema
from alize.common.dates import long_date
from alize.documents.imprint import verify_path
from alize.notifications.operations import Recipient, send_mail
from alize.outbox import operations as outbox
from alize.seals import keeping, keys, registers
from basins.enums import Role
from basins.queries import national_holders, national_staff, reachable

NETWORK = "public"
DAYS_AHEAD = (30, 90)
"""How long before its last day what seals is spoken of, the shortest first."""
RENEW = (
    "Faites-en une autre avant, qui délivre un nouveau certificat de cachet : deux personnes "
    "choisissent chacune une moitié de sa phrase, avec « seal_keys renew » sur le serveur."
)
ROTATE = (
    "Faites-en un nouveau avant : deux personnes tapent chacune leur moitié de la phrase de "
    "l'autorité, avec « seal_keys rotate » sur le serveur."
)


@transaction.atomic
def ask_for_seals(*, at: datetime) -> None:
    """Ask for the register of the day and the check of the month, once each, of this journal."""
    day = timezone.localdate(at)
    outbox.enqueue("basins.seal_register", key=day.isoformat())
    outbox.enqueue("basins.check_seals", key=f"{day:%Y-%m}")


@transaction.atomic
def seal_register(*, at: datetime) -> None:
    """Seal the register of the day and send its digests to those who keep them elsewhere.

    Two at least: ASTREES, by a mailbox of the platform, and the prefecture of the basin, or the
    national committee for the journal of the network. A journal that does not follow any more is
    not sealed: they hear of it every day, with whoever can restore a backup.
    """
    broken = journal.verify()
    if broken is not None:
        _tell_broken(broken, at=at)
        return
    made = registers.issue_daily_register(at=at)
    if made is None:
        return
    document = made.document
    for keeper in _keepers(on=timezone.localdate(at)):
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
    """Read again all that was sealed here, with what proves it.

    Whoever can restore a backup hears of what differs.
    """
    kinds = {registers.KIND: registers.differs_from_the_journal}
    check = keeping.check_all_kept(at=at, kinds=kinds)
    if not check.altered:
        return
    on = timezone.localdate(at)
    for one in _alerted(on=on):
        send_mail(
            "M81",
            to=one,
            path=_page(),
            key=at.isoformat(),
            count=len(check.altered),
            references=", ".join(check.altered),
        )


@transaction.atomic
def warn_of_seal_end(*, at: datetime) -> None:
    """Tell ASTREES 90 then 30 days before that what seals ends, once each (signature.md 6.5).

    Another certificate or authority made meanwhile takes its place: nothing is said of the former.
    A certificate that ends with its authority is not renewed without it.
    """
    try:
        folder = keys.folder()
        certificate, authority = folder.current(at).certificate, folder.trust().authorities[0]
    except keys.KeyRefused:  # none to end: each seal that fails is told on its own
        return
    what = f"L'autorité de cachet n° {authority.number}"
    _warn_of_end(authority, what=what, how=RENEW, at=at)
    if certificate.until < authority.until:
        what = f"Le certificat de cachet n° {certificate.number}"
        _warn_of_end(certificate, what=what, how=ROTATE, at=at)


def _warn_of_end(
    ending: keys.SealCertificate | keys.SealAuthority, *, what: str, how: str, at: datetime
) -> None:
    on, ends_on = timezone.localdate(at), timezone.localdate(ending.until)
    ahead = next((days for days in DAYS_AHEAD if (ends_on - on).days <= days), None)
    told = [
        send_mail(
            "M87",
            to=Recipient.of(person),
            path=reverse("seal_certificates"),
            key=f"{ending.fingerprint}:{ahead}",
            sender="",
            what=what,
            how=how,
            date=long_date(ends_on),
        )
        for person in (national_staff(on=on) if ahead else ())
    ]
    if any(told):
        audit.record("seal.end_told", at=at, fingerprint=ending.fingerprint, days=ahead)


def _tell_broken(broken: journal.Break, *, at: datetime) -> None:
    """In no journal: one that is broken may take nothing more."""
    on = timezone.localdate(at)
    for one in _alerted(on=on):
        send_mail("M88", to=one, path=_page(), key=on.isoformat(), reason=broken)


def _is_national() -> bool:
    return current_schema() == NETWORK


def _page() -> str:
    return reverse("national_register_list") if _is_national() else basin_reverse("register_list")


def _keepers(*, on: date) -> Iterator[Recipient]:
    """Who keeps the registers away from the server."""
    for address in settings.REGISTER_MAILBOXES:
        yield Recipient(address, "")
    kept = (
        national_holders(Role.NATIONAL_COMMITTEE, on=on)
        if _is_national()
        else reachable(Role.PREFECTURE, on=on)
    )
    yield from map(Recipient.of, kept)


def _alerted(*, on: date) -> list[Recipient]:
    """Who hears that what was kept is altered: its keepers, and who can have it restored."""
    return [*_keepers(on=on), *map(Recipient.of, _restorers(on=on))]


def _restorers(*, on: date) -> list[Person]:
    """Who can have what was sealed restored from a backup."""
    return national_staff(on=on) if _is_national() else reachable(Role.OPERATOR, on=on)
