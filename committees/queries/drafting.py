"""The text of the minutes being written: its parts, their marks, what changed since a reading."""

import difflib
import hashlib
import re
from dataclasses import dataclass

from committees.enums import MinutesStatus
from committees.models import Meeting, Minutes

GENERAL = "narrative"
WORDS = re.compile(r"\s+|[^\s]+")


def field_of(item_id: int) -> str:
    """The name of the part on one file."""
    return f"item_{item_id}"


def plain(text: str) -> str:
    """A text as it is kept, whatever the ends of lines of a browser."""
    return text.replace("\r\n", "\n").strip()


def mark(text: str) -> str:
    """What a writer started from: another mark later means that somebody wrote meanwhile."""
    return hashlib.sha256(plain(text).encode()).hexdigest()[:16]


def is_countersigned(meeting: Meeting) -> bool:
    """Whether the minutes of a meeting wait for their last signature under the secretary's."""
    sent = Minutes.objects.filter(meeting=meeting, status=MinutesStatus.SENT)
    return sent.filter(countersigned_at__isnull=False).exists()


def texts_of(minutes: Minutes) -> dict[str, str]:
    """Every part as it stands."""
    items = minutes.meeting.items.order_by("rank").values_list("pk", "narrative")
    return {GENERAL: minutes.narrative} | {field_of(pk): text for pk, text in items}


def marks_of(minutes: Minutes) -> dict[str, str]:
    """The marks that a page of writing carries."""
    return {name: mark(text) for name, text in texts_of(minutes).items()}


@dataclass(frozen=True)
class Clash:
    """Two people wrote the same part: both texts stand on the page, nothing is lost."""

    name: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Piece:
    """A run of words: kept, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class Changed:
    """What changed in one part since the president read it."""

    label: str
    pieces: list[Piece]


def changes_since(minutes: Minutes) -> list[Changed]:
    """What the secretary changed since the president gave the minutes back (C8)."""
    if not minutes.returned:
        return []
    items = minutes.meeting.items.select_related("project__beneficiary").order_by("rank")
    labels = {GENERAL: "Ouverture, informations et questions diverses"} | {
        field_of(item.pk): f"{item.rank}. {item.project.beneficiary}" for item in items
    }
    now = texts_of(minutes)
    return [
        Changed(label, _pieces(minutes.returned.get(name, ""), now[name]))
        for name, label in labels.items()
        if plain(minutes.returned.get(name, "")) != plain(now[name])
    ]


def _pieces(before: str, after: str) -> list[Piece]:
    """The words of two texts, one into the other."""
    old, new = WORDS.findall(plain(before)), WORDS.findall(plain(after))
    found = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, start, end, into, until in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("kept", "".join(old[start:end])))
            continue
        if start < end:
            found.append(Piece("removed", "".join(old[start:end])))
        if into < until:
            found.append(Piece("added", "".join(new[into:until])))
    return found
