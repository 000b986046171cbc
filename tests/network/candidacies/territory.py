"""A territory with all that a candidacy needs."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from network.candidacies import operations
from network.candidacies.models import Candidacy
from network.candidacies.operations import PledgeFacts
from tests.builders import at

NOW = at(2026, 11, 22)
TERRITORY = {
    "departments": ["39"],
    "communes": "Saint-Claude\nMoirans",
    "large_companies": "Six",
    "small_companies": "Deux cents",
    "authorities": "Une communauté de communes",
}
OPERATOR = {
    "operator_name": "CCI du Jura",
    "operator_short_name": "CCI",
    "operator_siren": "130013543",
    "representative_first_name": "Élise",
    "representative_last_name": "Lamy",
    "representative_email": "elise.lamy@example.org",
    "consensus_on": date(2026, 10, 1),
}
BUDGET = {"starts_on": date(2027, 1, 1), "local_engineering": 5_000_000, "allowance": 0}


def upload(name: str) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def partner_values(number: int, **fields) -> dict:
    return {
        "name": f"Entreprise {number}",
        "kind": "COMPANY",
        "contact_first_name": "Ana",
        "contact_last_name": f"Contact {chr(ord('A') + number)}",
        "contact_function": "Directrice",
        "contact_email": f"contact{number}@example.org",
        "signatory_first_name": "Yves",
        "signatory_last_name": f"Signataire {chr(ord('A') + number)}",
        "signatory_function": "Président",
        "signatory_email": f"signataire{number}@example.org",
        "signs_by_law": number != 4,
        **fields,
    }


def promised() -> list[PledgeFacts]:
    rates = {"days": Decimal("2.5"), "daily_rate": 80_000}
    return [
        *(PledgeFacts(rank, "MONEY", 2_000_000) for rank in (1, 2, 3)),
        PledgeFacts(1, "SKILLS", **rates),
    ]


def write_candidacy(by, *, companies: int = 4, slug: str = "haut-jura") -> Candidacy:
    """A candidacy with all that it needs, but perhaps some companies."""
    told = {"by": by, "at": NOW}
    candidacy = operations.open_candidacy(name="Haut-Jura", slug=slug, **told)
    said = {"candidacy_id": candidacy.pk, **told}
    operations.save_stage(values=TERRITORY, **said)
    operations.save_stage(values=OPERATOR, record=upload("accord.png"), **said)
    operations.save_stage(values=BUDGET, **said)
    for number in range(1, companies + 1):
        operations.save_partner(
            partner_id=None, values=partner_values(number), pledges=promised(), **said
        )
    return candidacy
