"""What the end of a run says."""

from types import SimpleNamespace

from tests.conftest import pytest_terminal_summary


def written(**stats: list[SimpleNamespace]) -> list[str]:
    """The lines of the summary of a run."""
    lines: list[str] = []
    pytest_terminal_summary(SimpleNamespace(stats=stats, section=lines.append, line=lines.append))
    return lines


def report(name: str, *keywords: str) -> SimpleNamespace:
    return SimpleNamespace(nodeid=name, keywords=dict.fromkeys(keywords, 1))


def test_skipped_journeys_are_named_and_nothing_else():
    journey, other = report("browser/vote", "browser"), report("rules/vote")
    assert written(skipped=[journey, other]) == [
        "browser journeys skipped: no Chromium",
        "browser/vote",
    ]
    assert written(passed=[journey], skipped=[other]) == []
