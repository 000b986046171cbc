"""The versions of the texts that come as files; later ones are written on screen by ASTREES."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class First:
    """A version that comes with the application."""

    kind: str
    number: int
    effective_from: date
    comment: str

    @property
    def source(self) -> str:
        """Its text."""
        path = FOLDER / f"{self.kind.lower()}-{self.number}.txt"
        return path.read_text(encoding="utf-8")


FIRST = (
    First("PARTNERSHIP", 1, date(2016, 1, 1), "Premier texte national."),
    First(
        "PARTNERSHIP",
        2,
        date(2026, 1, 1),
        "Convention de preuve, articulation avec l'emploi local en quatre volets, entrée et "
        "retrait d'un partenaire, situation du bassin.",
    ),
    First("OPERATOR", 1, date(2016, 1, 1), "Premier texte national."),
    First("COOPERATION", 1, date(2016, 1, 1), "Premier texte national."),
    First("AMENDMENT", 1, date(2016, 1, 1), "Premier texte national."),
    First("COOPERATION_AMENDMENT", 1, date(2016, 1, 1), "Premier texte national."),
)
