"""Pure rules of the partners: how many companies a basin needs, the profile of its resources."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from partners.enums import PartnerKind

FEWEST_COMPANIES = 4
"""Below, the partnership convention cannot be signed; afterwards, an alert (R45)."""
COMFORTABLE_COMPANIES = 10
"""With about ten, a committee works well (R47): advice only."""

PROFILE: dict[PartnerKind, str] = {
    PartnerKind.COMPANY: "Entreprises partenaires",
    PartnerKind.ASSOCIATE: "Acteurs du territoire",
    PartnerKind.AUTHORITY: "Collectivités",
    PartnerKind.STATE: "État et Caisse des dépôts",
}
"""The groups of the profile of resources, in the order of its reference (R72)."""


def valued(*, days: Decimal, daily_rate: int) -> int:
    """Days at a rate, in cents, half a cent up (R70)."""
    return int((days * daily_rate).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Headcount:
    """What the number of companies calls for: nothing, a note, or an alert."""

    tone: str
    sentence: str


def companies_note(count: int) -> Headcount | None:
    """The sentence that goes with the number of partner companies."""
    if count < FEWEST_COMPANIES:
        said = "une seule entreprise partenaire" if count == 1 else f"{count} entreprises"
        return Headcount(
            "attention",
            f"Le bassin compte {said if count else 'zéro entreprise partenaire'} ; "
            f"il en faut au moins {FEWEST_COMPANIES}.",
        )
    if count < COMFORTABLE_COMPANIES:
        return Headcount(
            "info",
            f"Le bassin compte {count} entreprises partenaires ; "
            f"un comité fonctionne bien avec une dizaine.",
        )
    return None
