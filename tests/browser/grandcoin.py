"""The company of the main job: what is typed about it, and what one step leaves to the next."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from playwright.sync_api import Page

from basins import tenancy
from committees.rules import BallotFacts, Choice, VotingRules, tally
from tests.browser.pages import follow, press

BASIN = "/bassins/savoie/"
OWNER = "camille@grandcoin.example"
COMPANY = "Ateliers Grandcoin"
WRONG_SIRET, SIRET = "732 829 320 00075", "732 829 320 00074"
SECTIONS = {
    "Entreprise": {
        "Raison sociale": COMPANY,
        "Forme juridique": "SARL",
        "Activité": "Menuiserie d'agencement",
        "Créée le": "12/03/2015",
        "Adresse": "4 route du Lac",
        "Code postal": "73 000",
        "Commune": "Chambéry",
    },
    "Dirigeant": {
        "Nom": "Camille Grandcoin",
        "Fonction": "Gérance",
        "Adresse électronique": OWNER,
        "Téléphone": "04 00 00 00 01",
    },
    "Projet": {
        "Catégorie": "Entreprise en développement",
        "Que demande l'entreprise ?": "Une avance et des compétences",
        "Avance demandée": "22 000,50",
        "Le projet": "Un second atelier, pour livrer à temps.",
        "Compétences attendues": "Organisation d'atelier",
        "Jours de compétences demandés": "2,5",
    },
    "Emplois": {
        "Effectif de référence": "12,5",
        "Emplois": "3",
        "Personnes": "3",
        "Avant le": "30 juin 2030",
    },
    "Plan de financement": {
        "Pourquoi ALIZE ?": "Aucune garantie à offrir à la banque.",
        "Financeur": "Apport de la gérance",
        "Montant": "15 000",
    },
}
DIAGNOSIS = {
    "Contexte": "Une entreprise tenue, connue de ses clients.",
    "Marché": "La demande régionale monte.",
    "Dirigeant": "Seule à la gestion, bien entourée à l'atelier.",
    "Lecture des comptes": "Rentable, trésorerie tendue.",
    "Besoin en compétences": "Deux jours et demi suffiront.",
    "Emplois": "Trois emplois crédibles.",
    "Risques": "Un client pèse un tiers des ventes.",
}
LAST_YEAR = {"Chiffre d'affaires": "845 000", "Résultat": "-12 400", "Capitaux propres": "98 000"}
MEETING = {"Heure": "23 h 30", "Fin prévue": "23 h 55", "Lieu": "CCI, Chambéry"}
CRITERIA = ("Qualité du projet", "Capacité du porteur", "Impact sur le territoire")


@dataclass
class Story:
    """What one step leaves to the next: addresses and words."""

    reference: str = ""
    meeting: str = ""
    item: str = ""
    ballot: str = ""
    result: str = ""
    advance: str = ""
    convention: str = ""
    circuit: str = ""

    @property
    def file(self) -> str:
        return f"{BASIN}dossiers/{self.reference}/"


def name_the_missing_signers(page: Page) -> None:
    """Follow the first thing that remains to do, and say who signs."""
    follow(page, page.locator(".remaining a").first)
    for label, words in (
        ("Prénom et nom", "Claude Signataire"),
        ("Fonction", "Direction"),
        ("Mandat", "Délibération"),
    ):
        for field in page.get_by_label(label).all():
            if not field.input_value():
                field.fill(words)
    press(page, "Enregistrer")


def a_pdf() -> bytes:
    """The smallest PDF that a reader opens."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def sentence_of_the_rule(*, base: int, present: int) -> str:
    """What the rules say of two votes for and one against."""
    seats = [f"seat {rank}" for rank in range(base)]
    facts = BallotFacts(
        seats=frozenset(seats),
        chair=seats[0],
        present=frozenset(seats[:present]),
        votes={seats[0]: Choice.FOR, seats[1]: Choice.FOR, seats[2]: Choice.AGAINST},
    )
    return tally(facts, VotingRules()).sentence


def later_by(delay: timedelta) -> None:
    """Move the last approval of bank details to the past, which only the owner of the rows may."""
    with tenancy.owner_cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path TO {connection.schema_name}")
        cursor.execute("ALTER TABLE funds_payeeaccount DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE funds_payeeaccount SET decided_at = decided_at - %s "
            "WHERE id = (SELECT max(id) FROM funds_payeeaccount)",
            [delay],
        )
        cursor.execute("ALTER TABLE funds_payeeaccount ENABLE TRIGGER USER")
