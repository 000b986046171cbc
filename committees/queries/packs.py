"""How far the pack of a reader has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from alize.common.dates import long_datetime
from alize.common.http import basin_reverse
from alize.common.screen import Download, Progress
from basins.homes import Visitor
from committees.models import AgendaItem, Meeting, Pack, ProjectNote, Question
from committees.pack_document import is_still_readable, kind_of, readable_items

STALLED = timedelta(minutes=15)
"""After how long a pack that is not finished may be asked for again."""


@dataclass(frozen=True)
class PackState:
    """What one reader sees of their pack of a meeting."""

    may_ask: bool
    steps: int = 0
    done: int = 0
    is_under_way: bool = False
    has_failed: bool = False
    is_outdated: bool = False
    """The agenda, what the person reads of it, its questions or their notes have changed since."""
    download: Download | None = None

    @property
    def progress(self) -> Progress:
        return Progress(self.done, self.steps, "Préparation de votre dossier")


def pack_state(meeting: Meeting, visitor: Visitor, *, at: datetime) -> PackState:
    """The latest pack of a reader: being made, ready, or to be asked for."""
    files = [item.pk for item in readable_items(meeting, visitor)]
    packs = Pack.objects.filter(meeting=meeting, reader=visitor.person.pk)
    last = packs.select_related("document").first()
    if last is None:
        return PackState(may_ask=bool(files))
    if last.document is None:
        is_under_way = last.failed_at is None and last.requested_at > at - STALLED
        return PackState(
            may_ask=bool(files) and not is_under_way,
            steps=last.steps,
            done=last.done,
            is_under_way=is_under_way,
            has_failed=not is_under_way,
        )
    is_open = is_still_readable(last, visitor)
    return PackState(
        may_ask=bool(files),
        steps=last.steps,
        done=last.done,
        is_outdated=last.items != files or _has_news(last, files),
        download=Download(
            f"{kind_of(meeting)} (PDF)",
            basin_reverse("document_download", document_id=last.document.pk),
            f"à votre nom, préparé {long_datetime(last.requested_at)}",
            "file-earmark-pdf",
            primary=True,
        )
        if is_open
        else None,
    )


def under_way(meeting: Meeting, visitor: Visitor, *, at: datetime) -> Pack | None:
    """The pack being made for a reader, unless it has stalled."""
    return Pack.objects.filter(
        meeting=meeting,
        reader=visitor.person.pk,
        document=None,
        failed_at=None,
        requested_at__gt=at - STALLED,
    ).first()


def has_current(meeting: Meeting, visitor: Visitor, *, at: datetime) -> bool:
    """Whether a reader has their pack as the meeting stands, or it is being made."""
    state = pack_state(meeting, visitor, at=at)
    return state.is_under_way or (state.download is not None and not state.is_outdated)


def _has_news(pack: Pack, items: list[int]) -> bool:
    """Whether these files have a question, an answer or a note of the reader newer than a pack."""
    since = pack.requested_at
    projects = AgendaItem.objects.filter(pk__in=items).values("project")
    asked = Question.objects.filter(item__project__in=projects)
    notes = ProjectNote.objects.filter(project__in=projects, person=pack.reader_id)
    return (
        asked.filter(Q(asked_at__gt=since) | Q(answered_at__gt=since)).exists()
        or notes.filter(changed_at__gt=since).exists()
    )
