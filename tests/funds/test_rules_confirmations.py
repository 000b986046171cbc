"""What a gap is called, and what an answer is worth once the figures move."""

from dataclasses import replace

import pytest

from funds.rules.confirmations import Answer, Means, as_facts, fingerprint, state
from tests.builders import at

LINE = Means("SKILLS", pledged=720_000, received=560_000, pledged_tenths=90, received_tenths=70)
ASKED, SAID = at(2027, 1, 10), at(2027, 1, 12)


@pytest.mark.parametrize(
    ("pledged", "received", "words"),
    [
        (600_000, 600_000, "Conforme à l'engagement"),
        (600_000, 450_000, "Il manque 1\u202f500\xa0€"),
        (600_000, 750_050, "1\u202f500,50\xa0€ de plus que promis"),
        (600_000, 0, "Rien n'est encore reçu"),
        (0, 50_000, "Non promis"),
    ],
)
def test_the_gap_is_said_in_words(pledged, received, words):
    assert Means("MONEY", pledged=pledged, received=received).gap_in_words == words


def said(confirms: bool, *, lines=(LINE,)) -> Answer:
    return Answer(confirms, SAID, as_facts(lines))


MORE = replace(LINE, received_tenths=80)


@pytest.mark.parametrize(
    ("asked_at", "answer", "expected"),
    [
        (None, None, "NOT_ASKED"),
        (ASKED, None, "WAITING"),
        (ASKED, said(True), "CONFIRMED"),
        (ASKED, said(True, lines=[MORE]), "CHANGED"),
        (ASKED, said(False, lines=[MORE]), "DISPUTED"),
        (at(2027, 2, 1), said(False), "WAITING"),
    ],
)
def test_an_answer_holds_for_the_figures_it_was_given_on(asked_at, answer, expected):
    assert state(asked_at=asked_at, answer=answer, lines=[LINE]) == expected


def test_a_fingerprint_tells_a_day_more():
    assert fingerprint([LINE]) == fingerprint([replace(LINE)]) != fingerprint([MORE])
