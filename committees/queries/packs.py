"""How far the pack of a reader has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.dates import long_datetime
from alize.common.screen import Download, Link, Progress
from basins.access import allows
from basins.downloads import CLOSED, FAILED, READY, UNDER_WAY, Work
from basins.homes import Visitor
from committees.models import (
    AgendaItem,
    Ballot,
    Meeting,
    Pack,
    ProjectNote,
    Proposal,
    Question,
)
from committees.pack_document import (
    as_reader,
    files_open_to,
    imprint_of,
    is_still_readable,
    kind_of,
    readable_items,
)
from committees.queries import answers
from committees.queries.drafting import mark
from committees.queries.meetings import page_of
from projects.models import Attachment, PreliminaryDiagnosis

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
    """The meeting, its files or what the person reads or noted of them have changed since."""
    download: Download | None = None

    @property
    def progress(self) -> Progress:
        return Progress(self.done, self.steps, "Préparation de votre dossier")


def pack_state(meeting: Meeting, visitor: Visitor, *, at: datetime) -> PackState:
    """The latest pack of a reader: being made, ready, or to be asked for."""
    files = readable_items(meeting, visitor)
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
    is_open = is_still_readable(last, files_open_to(visitor))
    return PackState(
        may_ask=bool(files),
        steps=last.steps,
        done=last.done,
        is_outdated=last.contents != contents_of(files, visitor.person),
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


def asked_by(visitor: Visitor, since: datetime, at: datetime) -> Iterable[Work]:
    """The packs of a reader, each with its meeting; withdrawing from a file closes them (SD5)."""
    if not allows(visitor.roles, "pack.ask"):
        return
    mine = Pack.objects.filter(reader=visitor.person.pk, requested_at__gt=since)
    packs = list(mine.select_related("meeting", "document"))
    files = files_open_to(visitor) if packs else frozenset()
    for pack in packs:
        links = [Link("Voir la séance", page_of(pack.meeting))]
        is_under_way = pack.failed_at is None and pack.requested_at > at - STALLED
        state = UNDER_WAY if is_under_way else FAILED
        if pack.document is not None:
            is_open = is_still_readable(pack, files)
            state = READY if is_open else CLOSED
            url = basin_reverse("document_download", document_id=pack.document.pk)
            links = [Link("Télécharger (PDF)", url)] if is_open else []
        yield Work(
            label=imprint_of(pack).title,
            asked_at=pack.requested_at,
            state=state,
            links=links,
            progress=Progress(pack.done, pack.steps) if state == UNDER_WAY else None,
        )


def _has_current(meeting: Meeting, visitor: Visitor, *, at: datetime) -> bool:
    """Whether a reader has their pack as the meeting stands, or it is being made."""
    state = pack_state(meeting, visitor, at=at)
    return state.is_under_way or (state.download is not None and not state.is_outdated)


def waiting_for_pack(meeting: Meeting, *, at: datetime) -> dict[Person, list[AgendaItem]]:
    """Who is to sit without their pack as the meeting stands, and the files that they may read."""
    waiting = {}
    for person in dict.fromkeys(person for _, person in answers.expected_people(meeting)):
        visitor = as_reader(person, at=at)
        files = readable_items(meeting, visitor)
        if files and not _has_current(meeting, visitor, at=at):
            waiting[person] = files
    return waiting


PRINTED_OF_FILE = (
    *("meeting__held_at", "meeting__closes_at", "meeting__mode", "meeting__place"),
    *("rank", "minutes_planned", "project__revision"),
    *(f"project__beneficiary__{name}" for name in ("name", "activity", "town")),
)
"""What tells that a file itself has changed: each save of a section makes a new revision."""


def contents_of(items: Sequence[AgendaItem], reader: Person) -> list[list[Any]]:
    """The id of each file, and the mark of all that a pack prints of it for this reader."""
    facts: dict[int, list[Any]] = {item.project_id: [] for item in items}
    files = AgendaItem.objects.filter(pk__in=[item.pk for item in items])
    notes = ProjectNote.objects.filter(person=reader.pk)
    sources: list[tuple[QuerySet[Any], str, Sequence[str]]] = [
        (files, "project", PRINTED_OF_FILE),
        (Attachment.objects.filter(removed_at=None), "project", ["pk"]),
        (PreliminaryDiagnosis.objects.all(), "project", ["pk", "validated_at"]),
        (Question.objects.all(), "item__project", ["pk", "answered_at"]),
        (notes, "project", ["changed_at"]),
        (Ballot.objects.filter(item__in=files), "item__project", ["pk"]),
        (Proposal.objects.filter(item__in=files), "item__project", ["pk", "revision"]),
    ]
    for rows, project, said in sources:
        found = rows.filter(**{f"{project}__in": list(facts)}).order_by("pk")
        for of, *values in found.values_list(project, *said):
            facts[of].append([rows.model.__name__, *values])
    return [[project, mark(repr(said))] for project, said in facts.items()]
