"""The pack of files: asked for by its reader, made aside (O3, C2)."""

from datetime import datetime

from django.db import transaction

from alize.audit import operations as audit
from alize.common.errors import ActionDenied
from alize.outbox.operations import enqueue
from basins.homes import Visitor
from committees.models import Pack
from committees.operations.base import locked_meeting
from committees.pack_document import readable_items
from committees.queries.packs import under_way


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
    pack = Pack.objects.create(
        meeting=meeting,
        reader_id=visitor.person.pk,
        requested_at=at,
        items=[item.pk for item in files],
        steps=len(files) + 1,
    )
    enqueue("committees.make_pack", key=f"{pack.pk}:0", pack_id=pack.pk, step=0, pieces=[])
    audit.record("pack.asked", target=meeting, by=visitor.person, at=at, pack=pack.pk)
    return pack
