"""Who is heard without a seat (R29)."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from committees import permissions
from committees.models import Guest
from committees.operations.base import locked_meeting


@transaction.atomic
def add_guest(
    *,
    meeting_id: int,
    name: str,
    capacity: str,
    item_id: int | None = None,
    by: Person,
    at: datetime,
) -> tuple[Guest, bool]:
    """Invite somebody to be heard, for the whole meeting or for one of its files; again, nothing.

    Returns them, and whether they were not on the list yet.

    :raises ActionDenied: the meeting is over.
    """
    meeting = locked_meeting(meeting_id)
    permissions.invite_guests(meeting)
    item = meeting.items.get(pk=item_id) if item_id else None
    guest, is_new = meeting.guests.get_or_create(
        name=name.strip(), capacity=capacity.strip(), item=item
    )
    if is_new:
        audit.record("guest.invited", target=meeting, by=by, at=at, guest=guest.pk)
    return guest, is_new


@transaction.atomic
def remove_guest(*, guest_id: int, by: Person, at: datetime) -> None:
    """Take somebody off the guests.

    :raises ActionDenied: the meeting is over.
    """
    guest = Guest.objects.get(pk=guest_id)
    meeting = locked_meeting(guest.meeting_id)
    permissions.invite_guests(meeting)
    audit.record("guest.removed", target=meeting, by=by, at=at, guest=guest.pk)
    guest.delete()
