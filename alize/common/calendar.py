"""One event as a calendar file, so that it stands in the diary of those invited (RFC 5545, 5546).

Pure: the same values always give the same text. Hours are written in UTC, which every client turns
into its own; no time zone has to travel with the event.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
MAX_LINE = 75
"""Bytes of one line; a longer one goes on after a line break and a space (3.1)."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event; `uid` never changes, `sequence` grows each time it is sent again."""

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    organizer: tuple[str, str] | None = None
    """Name and address of who invites."""
    attendee: tuple[str, str] | None = None
    """Name and address of who is invited."""


def calendar_file(event: Event, method: Method) -> str:
    """The file to attach: an invitation, its update under the same `uid`, or its cancellation."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ALIZE//Comité d'agrément//FR",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_instant(event.stamped_at)}",
        f"DTSTART:{_instant(event.starts_at)}",
        f"DTEND:{_instant(event.ends_at)}",
        f"SUMMARY:{_text(event.summary)}",
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
    ]
    if event.location:
        lines.append(f"LOCATION:{_text(event.location)}")
    if event.description:
        lines.append(f"DESCRIPTION:{_text(event.description)}")
    if event.url:
        lines.append(f"URL:{_one_line(event.url)}")
    if event.organizer:
        name, address = event.organizer
        lines.append(f"ORGANIZER;CN={_quoted(name)}:mailto:{_one_line(address)}")
    if event.attendee:
        name, address = event.attendee
        lines.append(
            f"ATTENDEE;CN={_quoted(name)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
            f"RSVP=FALSE:mailto:{_one_line(address)}"
        )
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escape a value of type TEXT (3.3.11); no control character goes through."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(c for c in value if c == "\n" or c.isprintable() or c == "\u00a0")
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _one_line(value: str) -> str:
    """An address as it is, without what would begin another line."""
    return "".join(c for c in value if c.isprintable())


def _quoted(value: str) -> str:
    """A parameter between quotes, which holds none (3.2)."""
    return f'"{_one_line(value).replace(chr(34), chr(39))}"'


def _folded(line: str) -> str:
    """Cut a line at 75 bytes, between two characters."""
    parts, part, size, room = [], "", 0, MAX_LINE
    for character in line:
        weight = len(character.encode())
        if size + weight > room:
            parts.append(part)
            part, size, room = "", 0, MAX_LINE - 1  # the space that begins it counts
        part, size = part + character, size + weight
    return "\r\n ".join([*parts, part])
