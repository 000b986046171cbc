"""The minutes: drafted by the secretary, signed by the president (O5, C8, SD9)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import long_date
from alize.common.http import basin_reverse
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import MINUTES_TRANSITIONS, MinutesStatus
from committees.models import Minutes
from committees.queries import seats


def _locked(minutes_id: int) -> Minutes:
    return (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("meeting__chair__holder")
        .get(pk=minutes_id)
    )


def _signers(minutes: Minutes) -> list[Person]:
    """Who may sign: who presided over the meeting, and the committee's presidency."""
    meeting = minutes.meeting
    presided = seats.presided(meeting)
    others = seats.presidents(seats.day_of(meeting))
    return [*filter(None, [presided]), *(p for p in others if p != presided)]


@transaction.atomic
def save_minutes(
    *,
    minutes_id: int,
    narrative: str,
    items: Mapping[int, str],
    by: Person,
    at: datetime,
) -> Minutes:
    """Save what the secretary writes; presences, quorum and votes are not theirs to change.

    :raises ActionDenied: the minutes are with the president, or signed.
    """
    minutes = _locked(minutes_id)
    permissions.write_minutes(minutes)
    minutes.narrative, minutes.drafted_by_id = narrative, by.pk
    minutes.save(update_fields=["narrative", "drafted_by"])
    for item in minutes.meeting.items.filter(pk__in=items.keys()):
        item.narrative = items[item.pk]
        item.save(update_fields=["narrative"])
    audit.record("minutes.saved", target=minutes, by=by, at=at)
    return minutes


@transaction.atomic
def draft_minutes_pdf(*, minutes_id: int, by: Person, at: datetime) -> None:
    """Ask for the draft as PDF, marked « PROJET »."""
    minutes = _locked(minutes_id)
    permissions.write_minutes(minutes)
    enqueue(
        "committees.issue_minutes",
        key=f"{minutes.pk}:draft:{at.isoformat()}",
        minutes_id=minutes.pk,
    )
    audit.record("minutes.drafted", target=minutes, by=by, at=at)


@transaction.atomic
def send_minutes(*, minutes_id: int, by: Person, at: datetime) -> Minutes:
    """Send the minutes to the president, to read and sign.

    :raises ActionDenied: they have been sent already.
    """
    minutes = _locked(minutes_id)
    permissions.write_minutes(minutes)
    MINUTES_TRANSITIONS.guard(minutes.status, MinutesStatus.SENT)
    minutes.status, minutes.sent_at, minutes.drafted_by_id = MinutesStatus.SENT, at, by.pk
    minutes.save()
    enqueue(
        "committees.issue_minutes",
        key=f"{minutes.pk}:sent:{at.isoformat()}",
        minutes_id=minutes.pk,
    )
    send_mail(
        "M08",
        to=Recipient.of(_signers(minutes)[0]),
        path=basin_reverse("minutes_detail", number=minutes.meeting.number),
        key=f"{minutes.pk}:{at.isoformat()}",
        date=long_date(seats.day_of(minutes.meeting)),
    )
    audit.record("minutes.sent", target=minutes, by=by, at=at)
    return minutes


@transaction.atomic
def return_minutes(*, minutes_id: int, by: Person, at: datetime) -> Minutes:
    """Give the minutes back to the secretary, to be corrected.

    :raises ActionDenied: they are not with the president.
    """
    minutes = _locked(minutes_id)
    permissions.sign_minutes(by, minutes, presidents=_ids(minutes))
    MINUTES_TRANSITIONS.guard(minutes.status, MinutesStatus.DRAFT)
    minutes.status, minutes.sent_at = MinutesStatus.DRAFT, None
    minutes.save()
    audit.record("minutes.returned", target=minutes, by=by, at=at)
    return minutes


@transaction.atomic
def sign_minutes(*, minutes_id: int, by: Person, at: datetime) -> Minutes:
    """Sign the minutes; the final document and its mail to the members follow.

    Signed twice, the first signature holds.

    :raises ActionDenied: the caller drafted them, or does not preside.
    """
    minutes = _locked(minutes_id)
    permissions.sign_minutes(by, minutes, presidents=_ids(minutes))
    if minutes.status == MinutesStatus.SIGNED:
        return minutes
    MINUTES_TRANSITIONS.guard(minutes.status, MinutesStatus.SIGNED)
    minutes.status = MinutesStatus.SIGNED
    minutes.signed_at, minutes.signed_by_id = at, by.pk
    minutes.save()
    enqueue("committees.issue_minutes", key=f"{minutes.pk}:signed", minutes_id=minutes.pk)
    audit.record("minutes.signed", target=minutes, by=by, at=at)
    return minutes


def _ids(minutes: Minutes) -> frozenset[int]:
    return frozenset(person.pk for person in _signers(minutes))
