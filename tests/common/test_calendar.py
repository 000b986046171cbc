"""A calendar file read back by a small parser of RFC 5545, written apart from its writer."""

import re
from datetime import datetime

import pytest

from alize.common.calendar import Event, calendar_file
from tests.builders import PARIS

PARAMETER = r';[A-Z-]+=(?:"[^"]*"|[^";:,]*)'
LINE = re.compile(rf"(?P<name>[A-Z-]+)(?P<parameters>(?:{PARAMETER})*):(?P<value>.*)")


def parse(text: str) -> dict[str, tuple[str, str]]:
    """Unfold, split, unescape: name -> (value, parameters)."""
    assert text.endswith("\r\n")
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text)
    for line in text.encode().split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    found = {}
    for line in text.replace("\r\n ", "").split("\r\n")[:-1]:
        match = LINE.fullmatch(line)
        assert match, line
        value = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), match["value"])
        found.setdefault(match["name"], (value, match["parameters"]))
    return found


def event(**changes) -> Event:
    values = {
        "uid": "seance-7@alize.example.org",
        "sequence": 2,
        "stamped_at": datetime(2026, 3, 1, 9, tzinfo=PARIS),
        "starts_at": datetime(2026, 3, 12, 14, 30, tzinfo=PARIS),
        "ends_at": datetime(2026, 7, 12, 16, 30, tzinfo=PARIS),
        "summary": "Comité d'agrément",
        **changes,
    }
    return Event(**values)


def test_an_invitation_says_all_that_a_diary_needs():
    found = parse(
        calendar_file(
            event(
                location="CCI, Chambéry ; salle 2",
                description="Ordre du jour :\nC:\\dossiers",
                url="https://alize.example.org/a?b=1,2;3",
                organizer=("ALIZE Savoie", "alize@example.org"),
                attendee=('Camille "la" Martin; X:Y', "camille@example.org"),
            ),
            "REQUEST",
        )
    )
    assert found["METHOD"][0] == "REQUEST"
    assert found["UID"][0] == "seance-7@alize.example.org"
    assert found["SEQUENCE"][0] == "2"
    assert found["DTSTART"][0] == "20260312T133000Z"
    assert found["DTEND"][0] == "20260712T143000Z"
    assert found["STATUS"][0] == "CONFIRMED"
    assert found["LOCATION"][0] == "CCI, Chambéry ; salle 2"
    assert found["DESCRIPTION"][0] == "Ordre du jour :\nC:\\dossiers"
    assert found["URL"][0] == "https://alize.example.org/a?b=1,2;3"
    assert found["ATTENDEE"][0] == "mailto:camille@example.org"
    assert "CN=\"Camille 'la' Martin; X:Y\"" in found["ATTENDEE"][1]


def test_a_cancellation_keeps_the_uid():
    found = parse(calendar_file(event(sequence=3), "CANCEL"))
    assert (found["METHOD"][0], found["STATUS"][0]) == ("CANCEL", "CANCELLED")
    assert found["UID"] == parse(calendar_file(event(), "REQUEST"))["UID"]


@pytest.mark.parametrize("length", range(60, 80))
def test_long_lines_fold_between_two_characters(length):
    title = "é" * length + "🎈 fin"
    assert parse(calendar_file(event(summary=title), "PUBLISH"))["SUMMARY"][0] == title


def test_nothing_typed_adds_a_line():
    nasty = "Salle\r\nATTENDEE:mailto:espion@example.org\u2028\x00"
    found = parse(
        calendar_file(event(location=nasty, url=nasty, organizer=(nasty, nasty)), "REQUEST")
    )
    assert "ATTENDEE" not in found
    assert found["LOCATION"][0].startswith("Salle\nATTENDEE")
