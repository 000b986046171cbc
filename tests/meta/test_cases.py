"""Each numbered case about the fund has a test that bears its code (funds.md 5, security.md 3)."""

import re
from pathlib import Path

FUNDS = Path(__file__).parent.parent / "funds"
CASES = {
    *("T01", "T02", "T03", "T04", "T06", "T07", "T09", "T11", "T12", "T14", "T15", "T16", "T17"),
    *("T18", "T19", "T20", "T21", "T22", "T23", "T25"),
    *("S37", "S38", "S39", "S40", "S41", "S42", "S43", "S44"),
}
"""By hand, from the tables of the two texts."""


def test_each_case_is_tried():
    written = "\n".join(path.read_text() for path in FUNDS.rglob("test_*.py"))
    names = {name.upper() for name in re.findall(r"def test_(t\d\d)_", written)}
    told = {code for text in re.findall(r'"""(.*?)"""', written) for code in codes_of(text)}
    assert CASES - names - told == set()


def codes_of(text: str) -> list[str]:
    return re.findall(r"\b[ST]\d\d\b", text)
