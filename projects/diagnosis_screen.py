"""A preliminary diagnosis in words, as pages and documents show it (R13)."""

from alize.common.screen import Badge, Tone
from projects.enums import Rating
from projects.models import PreliminaryDiagnosis

TEXTS = (
    ("Contexte", "context"),
    ("Marché", "market"),
    ("Dirigeant", "management"),
    ("Finances", "finances"),
    ("Besoin en compétences", "skills"),
    ("Emplois", "jobs"),
    ("Risques", "risks"),
)
CRITERIA = (
    ("Qualité du projet", "project"),
    ("Capacité du porteur", "owner"),
    ("Impact sur le territoire", "impact"),
)
RATING_TONES: dict[int, Tone] = {
    Rating.WEAK: "late",
    Rating.FRAGILE: "attention",
    Rating.GOOD: "info",
    Rating.STRONG: "done",
}


def diagnosis_texts(diagnosis: PreliminaryDiagnosis) -> list[tuple[str, str]]:
    """What the referrer wrote, subject by subject."""
    said = [(label, getattr(diagnosis, name)) for label, name in TEXTS]
    return [(label, text) for label, text in said if text]


def ratings_of(diagnosis: PreliminaryDiagnosis) -> list[tuple[str, Badge, str]]:
    """The three criteria of R13: their rating and their sentence."""
    rated = []
    for label, name in CRITERIA:
        rating = getattr(diagnosis, f"{name}_rating")
        badge = (
            Badge("Non noté", "quiet")
            if rating is None
            else Badge(str(Rating(rating).label), RATING_TONES[rating])
        )
        rated.append((label, badge, getattr(diagnosis, f"{name}_comment")))
    return rated
