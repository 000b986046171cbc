"""The PDF of a convention says who, how much, in figures and in words (R60-R63)."""

import re
from datetime import date

import pypdfium2
import pytest

from conventions import documents, operations
from tests.builders import at, make_decision


@pytest.fixture
def words_of(scene):
    """The text of the document of a decision, spaces made plain."""

    def read(decision=None) -> str:
        convention = operations.prepare_convention(
            decision_id=(decision or scene.decision).pk, by=scene.operator, at=at(2026, 4, 1)
        )
        pdf = pypdfium2.PdfDocument(documents.preview(convention, on=date(2026, 4, 1)))
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
        return re.sub(r"\s+", " ", " ".join(pages))

    return read


def test_every_party_and_every_signer_stands_in_a_draft_that_says_so(words_of, scene):
    text = words_of()
    for name in (
        "Dominique Petit",
        "Anne Blanc",
        "Bruno Favre",
        "Hélène Garin",
        "Claude Roux",
        "Alix Morel",
        "Papeterie des Bauges",
        "Énergie des Alpes",
        "CCI de la Savoie",
    ):
        assert name in text
    for article in ("Objet", "Moyens humains", "Moyens financiers", "convention de preuve"):
        assert article in text
    assert "Implantation d’atelier" in text
    assert "5,5 jours" in text
    assert "PROJET" in text


def test_the_annex_writes_the_amount_twice_and_its_schedule(words_of):
    text = words_of(make_decision(amount=2_200_050, lines=30, grace_months=6))
    assert "22 000,50 € (vingt-deux mille euros et cinquante centimes)" in text
    assert "trente échéances mensuelles" in text
    schedule = text.split("Échéancier de remboursement")[1].split("Total à rembourser")[0]
    parts = re.findall(r"\d{2}/\d{2}/\d{4} ([\d ]+),(\d{2}) €", schedule)
    assert len(parts) == 30
    due = re.findall(r"(\d{2}/\d{2}/\d{4}) [\d ]+,\d{2} €", schedule)
    days = [day[6:] + day[3:5] for day in due]
    assert days == sorted(days)
    assert (
        sum(int(euros.replace(" ", "")) * 100 + int(cents) for euros, cents in parts) == 2_200_050
    )
    # Expected a month after the preparation, then six months of grace and a first month.
    assert "01/12/2026" in schedule
    assert "Première échéance sept mois après le versement, soit le mardi 1er décembre 2026" in text


def test_without_advance_there_is_no_annex(words_of, scene):
    text = words_of(make_decision(amount=0, skills=((scene.mill, "2", "Qualité"),)))
    assert "Annexe" not in text
    assert "aucune avance n’est accordée" in text
    assert "Alix Morel" not in text
