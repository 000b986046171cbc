"""What the minutes print of a meeting where nearly everything happened (voting.md 5.1, 5.3)."""

import os
from pathlib import Path

import pypdfium2
import pytest

from alize.documents import storage
from committees.documents import minutes_context
from committees.models import Decision, Minutes
from tests.builders import set_rules
from tests.committees import legal

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee(make):
    return make(11)


@pytest.fixture
def minutes(committee, run_outbox) -> Minutes:
    minutes = legal.sign(committee, legal.hold(committee))
    run_outbox()
    minutes.refresh_from_db()
    return minutes


def text_of(document) -> str:
    with storage.opened(document.key) as kept:
        content = kept.read()
    if folder := os.environ.get("ALIZE_KEEP"):
        Path(folder, f"{document.kind}.pdf").write_bytes(content)
    pages = pypdfium2.PdfDocument(content)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.split())


def test_the_minutes_tell_the_whole_meeting(minutes):
    text = text_of(minutes.document)
    assert [d.outcome for d in Decision.objects.order_by("pk")] == [
        "APPROVED", "APPROVED_CONDITIONS", "APPROVED", "APPROVED", "DEFERRED", "REJECTED"
    ]  # fmt: skip
    for words in (
        "Relevé des décisions",
        "Pouvoirs",
        "Déport, hors de la salle",
        "départ à 11 h 15",
        "voix prépondérante",
        "sièges sur 10 à l’ouverture ; à la clôture,",
        "de 10 h 45 à 10 h 55",
        "Prise sans vote",
        "Lucie Perrin",
        "Mme Laurent, gérante",
        "Lettre d’accord signée",
        "levée à 12 h 10",
        "Signé dans l’application",
    ):
        assert words in text, words
    assert minutes_context(minutes)["nominal"] == []
    set_rules(nominal_list_printed=True)
    printed = minutes_context(minutes)
    assert len(printed["nominal"]) == 5
    assert "La liste nominative des votes y est imprimée." in printed["closing"]
    # The annex alone says who voted what.
    annex = text_of(minutes.annex)
    assert "Le marché est trop étroit." not in text
    assert "Le marché est trop étroit." in annex
    assert "par pouvoir à" in annex
    assert "Reçu et empreinte" in annex
