"""The pack of files: asked for by its reader or sent to those who sit, made aside (O3, C2)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import ActionDenied
from alize.outbox.operations import enqueue
from basins.homes import Visitor
from committees import permissions
from committees.models import AgendaItem, Meeting, Pack
from committees.operations.base import locked_meeting
from committees.pack_document import readable_items
from committees.queries.packs import contents_of, under_way, waiting_for_pack


@transaction.atomic
def ask_pack(*, meeting_id: int, visitor: Visitor, at: datetime) -> Pack:
    """Ask for the pack of a meeting; one is made at a time for each reader.

    :raises ActionDenied: there is nothing in this meeting that the person may read.
    """
    meeting = locked_meeting(meeting_id)
    files = readable_items(meeting, visitor)
    if not files:
        raise ActionDenied("Cette séance n'a aucun dossier que vous puissiez lire.")
    being_made = under_way(meeting, visitor, at=at)
    if being_made is not None:
        return being_made
    return _make(meeting, files, visitor.person, by=visitor.person, at=at)


@transaction.atomic
def publish_packs(*, meeting_id: int, by: Person, at: datetime) -> list[Person]:
    """Have the pack of everybody who is to sit made, and each told when theirs is ready (M06).

    Returns whom; one that is being made, or is up to date, is not made again.

    :raises ActionDenied: the summons have not left, or there is nothing new to anybody.
    """
    meeting = locked_meeting(meeting_id)
    waiting = waiting_for_pack(meeting, at=at)
    permissions.publish_packs(meeting, waiting=len(waiting))
    for person, files in waiting.items():
        _make(meeting, files, person, by=by, at=at)
    return list(waiting)


def _make(
    meeting: Meeting, files: Sequence[AgendaItem], person: Person, *, by: Person, at: datetime
) -> Pack:
    pack = Pack.objects.create(
        meeting=meeting,
        reader_id=person.pk,
        requested_at=at,
        contents=contents_of(files, person),
        steps=len(files) + 1,
    )
    enqueue("committees.make_pack", key=f"{pack.pk}:0", pack_id=pack.pk, step=0, pieces=[])
    audit.record("pack.asked", target=meeting, by=by, at=at, pack=pack.pk)
    return pack
