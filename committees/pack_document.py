"""The pack of files of a meeting, for one reader: what is in it, and who may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import clock_time, long_date, long_datetime, short_date
from alize.common.words import of
from alize.documents.imprint import Imprint, issuer
from basins import tenancy
from basins.homes import Visitor
from basins.queries import roles_of
from committees.models import AgendaItem, Meeting, Pack, Question
from committees.packing import Piece
from committees.queries import items, seats
from committees.queries.ballots import last_ballot
from committees.queries.items import Synthesis
from committees.queries.notes import notes_of
from committees.queries.questions import questions_of
from projects.queries.visibility import visible_whole_to
from projects.rules import trigram

KIND = "dossier-de-seance"
TEMPLATE = "pdf/pack.html"


@dataclass(frozen=True)
class Leaf:
    """One page kept for a piece."""

    anchor: str
    label: str
    number: int
    total: int
    wide: bool


@dataclass(frozen=True)
class FilePart:
    """One file in the pack."""

    rank: int
    anchor: str
    company: str
    reference: str
    minutes: int
    need: str
    description: str
    why_alize: str
    facts: list[tuple[str, str]]
    synthesis: Synthesis
    proposal: list[str]
    notes: str
    """Those of the reader, for nobody else."""
    questions: list[tuple[str, str, str, str]]
    """Question, who asked it and when, answer, who gave it and when."""
    pieces: list[tuple[str, str]]
    """Label and anchor of each piece that is inside."""
    missing: list[tuple[str, str]]
    leaves: list[Leaf]


def readable_items(meeting: Meeting, visitor: Visitor) -> list[AgendaItem]:
    """The files of a meeting that a person may read whole, never those of a recusal (SD5)."""
    seen = visible_whole_to(visitor).values("pk")
    return list(
        meeting.items.filter(project__in=seen)
        .select_related("project__beneficiary", "meeting")
        .order_by("rank")
    )


def as_reader(person: Person, *, at: datetime) -> Visitor:
    """Whoever reads a pack with their roles of this moment, out of any request."""
    on = timezone.localdate(at)
    return Visitor(person, roles_of(person, basin=tenancy.current(), on=on), on)


def piece_anchor(rank: int) -> str:
    return f"piece-{rank}"


def kind_of(meeting: Meeting) -> str:
    """What the pack is called."""
    return "Dossier de consultation" if meeting.is_written else "Dossier de séance"


def _number_and_hour(meeting: Meeting) -> str:
    if meeting.is_written:
        return f"n° {meeting.number}, jusqu'au {long_datetime(meeting.closes_at)}"
    return f"n° {meeting.number}, {clock_time(meeting.held_at)}"


def imprint_of(pack: Pack) -> Imprint:
    """The mentions of a pack: each one is a document of its own."""
    meeting = pack.meeting
    return Imprint(
        issuer=issuer(),
        title=f"{kind_of(meeting)} du {long_date(seats.day_of(meeting))}",
        reference=f"DS-{trigram(tenancy.current().name)}-{meeting.number}-{pack.pk}",
        version=1,
        as_of=timezone.localdate(pack.requested_at),
        is_draft=False,
    )


def pack_context(
    pack: Pack, files: Sequence[AgendaItem], pieces: Sequence[Piece], visitor: Visitor
) -> dict[str, Any]:
    """Everything the pack prints; the pieces are numbered in their order."""
    meeting = pack.meeting
    numbered = list(enumerate(pieces))
    by_item = {item: list(group) for item, group in groupby(numbered, key=lambda one: one[1].item)}
    on = timezone.localdate(pack.requested_at)
    return {
        "imprint": imprint_of(pack),
        "kind": kind_of(meeting),
        "watermark": f"Exemplaire {of(pack.reader.full_name)}, {short_date(on)}",
        "reader": pack.reader.full_name,
        "rows": [
            (meeting.noun.capitalize(), _number_and_hour(meeting)),
            ("Lieu", meeting.place or meeting.get_mode_display()),
            ("Remis à", f"{pack.reader.full_name}, le {long_date(on)}"),
        ],
        "files": [_file_part(item, by_item.get(item.pk, []), visitor) for item in files],
    }


def _file_part(item: AgendaItem, pieces: Sequence[tuple[int, Piece]], visitor: Visitor) -> FilePart:
    project = item.project
    synthesis = items.synthesis_of(item, visitor)
    if synthesis is None:
        raise LookupError(f"{visitor.person.pk} does not read passage {item.pk}.")
    return FilePart(
        rank=item.rank,
        anchor=f"dossier-{item.pk}",
        company=project.beneficiary.name,
        reference=project.reference,
        minutes=item.minutes_planned,
        need=project.need,
        description=project.description,
        why_alize=project.why_alize,
        facts=[(fact.term, fact.value) for fact in synthesis.facts],
        synthesis=synthesis,
        proposal=items.proposal_lines(item, last_ballot(item)),
        notes=notes_of(visitor.person, item),
        questions=[_question(row) for row in questions_of(item)],
        pieces=[(piece.label, piece_anchor(rank)) for rank, piece in pieces if piece.wide],
        missing=[(piece.label, piece.missing) for _, piece in pieces if piece.missing],
        leaves=[leaf for rank, piece in pieces for leaf in _leaves(rank, piece)],
    )


def _question(row: Question) -> tuple[str, str, str, str]:
    asked = f"{row.asked_by}, le {long_datetime(row.asked_at)}"
    if row.answered_at is None:
        return row.text, asked, "", ""
    return row.text, asked, row.answer, f"{row.answered_by}, le {long_datetime(row.answered_at)}"


def _leaves(rank: int, piece: Piece) -> list[Leaf]:
    return [
        Leaf(
            anchor=piece_anchor(rank) if number == 1 else "",
            label=piece.label,
            number=number,
            total=len(piece.wide),
            wide=wide,
        )
        for number, wide in enumerate(piece.wide, 1)
    ]


def files_open_to(visitor: Visitor) -> frozenset[int]:
    """The files that a reader of packs may read whole today."""
    return frozenset(visible_whole_to(visitor).values_list("pk", flat=True))


def is_still_readable(pack: Pack, files: frozenset[int]) -> bool:
    """Whether its reader, to whom these files are open, may still read every file inside."""
    return files.issuperset(project for project, _ in pack.contents)
