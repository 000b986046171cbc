"""A whole document, with every component, for the tests that look at real bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string

from alize.common import charts
from alize.documents.imprint import Imprint

SAMPLE = Path(__file__).with_name("sample.html")


@dataclass(frozen=True)
class Signer:
    name: str
    capacity: str
    organisation: str
    mark: str = ""


@dataclass(frozen=True)
class Line:
    number: int
    due: date
    amount: int
    left: int


CONTEXT: dict[str, Any] = {
    "figures": [
        ("4", "dossiers examinés"),
        ("3", "projets agréés"),
        ("66\u202f000\u00a0€", "avances accordées"),
        ("12,5", "jours de compétences"),
    ],
    "president": "Mme Élodie Çanteloube",
    "company": "Menuiserie L'Œuvre & Fils <SARL>",
    "narrative": "Le dirigeant présente son projet d'atelier.\nIl prévoit quatre emplois.",
    "facts": [("Présents", "8 membres votants sur 13"), ("Quorum", "7, atteint à l'ouverture")],
    "profile": charts.profile(
        [
            charts.Share("Compétences", 4_600_000, 40),
            charts.Share("Avances", 1_800_000, 20),
            charts.Share("Fonctionnement", 2_200_000, 25),
            charts.Share("Autres", 1_400_000, 15),
        ],
        title="Ressources de l'année",
    ),
    "jobs": charts.columns(
        [charts.Year("2016", (40, 38)), charts.Year("2017", (45, 41))],
        series=("Prévus", "Créés"),
        title="Emplois prévus et créés",
    ),
    "schedule": [
        Line(rank, date(2027 + rank // 12, rank % 12 + 1, 15), 61_111, 2_200_000 - 61_111 * rank)
        for rank in range(36)
    ],
    "signers": [
        Signer("Mme Élodie Çanteloube", "Présidente du comité d'agrément", "Rhône Énergie"),
        Signer("M. Gaël Ünal", "Dirigeant", "L'Œuvre & Fils", "Signé le 12 novembre 2026"),
    ],
}


@pytest.fixture
def sample_html() -> Callable[..., str]:
    """Writes the HTML of the sample document, with what a test changes in it."""

    def write(*, draft: bool = False, template: str = "", **changes: Any) -> str:
        imprint = Imprint(
            issuer="ALIZE Savoie",
            title="Comité d'agrément du 12 novembre 2026",
            reference="PV-2026-05",
            version=1,
            as_of=date(2026, 11, 22),
            is_draft=draft,
        )
        context = {**CONTEXT, "imprint": imprint, **changes}
        if template:
            return render_to_string(template, context)
        sample = engines["django"].from_string(SAMPLE.read_text(encoding="utf-8"))
        return sample.render(context)

    return write
