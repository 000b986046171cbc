"""Two territories that want a basin: one still being told, one before the national committee."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.demo.people import PEOPLE
from alize.demo.story.signing import a_scan
from network.candidacies import operations
from network.candidacies.models import Candidacy
from network.candidacies.operations import PledgeFacts
from partners.enums import PartnerKind, PledgeNature

RATE = 80_000
"""Cents a day."""
JURA = (
    ("Lunetterie Bourgeat", PartnerKind.COMPANY, "Saint-Claude", 12),
    ("Plasturgie du Haut-Jura", PartnerKind.COMPANY, "Moirans-en-Montagne", 15),
    ("Fromageries de la Combe", PartnerKind.COMPANY, "Les Rousses", 8),
    ("Chambre de métiers du Jura", PartnerKind.ASSOCIATE, "Lons-le-Saunier", 10),
)
CREUSOT = (
    ("Forges de Montchanin", PartnerKind.COMPANY, "Montchanin", 30),
    ("Aciers spéciaux du Creusot", PartnerKind.COMPANY, "Le Creusot", 25),
    ("Turbines de Bourgogne", PartnerKind.COMPANY, "Le Creusot", 20),
    ("Céramiques de Ciry", PartnerKind.COMPANY, "Ciry-le-Noble", 15),
    ("CCI Saône-et-Loire", PartnerKind.ASSOCIATE, "Chalon-sur-Saône", 45),
    ("Communauté Creusot-Montceau", PartnerKind.AUTHORITY, "Le Creusot", 0),
    ("Préfecture de Saône-et-Loire", PartnerKind.STATE, "Mâcon", 0),
)
MONEY = {
    PartnerKind.COMPANY: 1_500_000,
    PartnerKind.AUTHORITY: 6_000_000,
    PartnerKind.STATE: 3_500_000,
}
"""Cents a year."""
NAMES = (
    ("Inès", "Barbier"), ("Marc", "Chevassus"), ("Louise", "Perrad"), ("Hugo", "Monnier"),
    ("Sabine", "Vuillet"), ("Alain", "Gauthey"), ("Karine", "Delorme"),
)  # fmt: skip
CONTACTS = (
    ("Yann", "Prost"), ("Élodie", "Grandclément"), ("Paul", "Reverchon"), ("Nina", "Caillat"),
    ("Rémi", "Lacroix"), ("Clara", "Berthoud"), ("Simon", "Jannin"),
)  # fmt: skip


@transaction.atomic
def write_candidacies(*, moment: datetime) -> None:
    """Leave both candidacies where they wait, each with a person of its own; once."""
    if Candidacy.objects.exists():
        return
    _being_told(_of_astrees("astrees"), moment=moment)
    _submitted(_of_astrees("astrees2"), moment=moment)


def _of_astrees(key: str) -> Person:
    return Person.objects.get(email=next(one.email for one in PEOPLE if one.key == key))


def _being_told(by: Person, *, moment: datetime) -> None:
    """Three companies out of four, an operator without its record, no budget yet."""
    told = {"by": by, "at": moment}
    jura = operations.open_candidacy(name="Haut-Jura", slug="haut-jura", **told)
    operations.save_stage(
        candidacy_id=jura.pk,
        values={
            "departments": ["39", "01"],
            "communes": "Saint-Claude\nMoirans-en-Montagne\nLes Rousses\nOyonnax",
            "priorities": ["MUTATION"],
            "large_companies": "Six établissements de plus de deux cents salariés, dans la "
            "lunetterie, la plasturgie et l'agroalimentaire.",
            "small_companies": "Quatre cents PME, surtout sous-traitantes.",
        },
        **told,
    )
    operations.save_stage(
        candidacy_id=jura.pk, values={"operator_name": "Haut-Jura Développement"}, **told
    )
    for rank, seed in enumerate(JURA):
        _partner(jura, seed, rank, signs=rank < 2, **told)


def _submitted(by: Person, *, moment: datetime) -> None:
    """All that it takes, before the next meeting of the national committee."""
    told = {"by": by, "at": moment}
    today = timezone.localdate(moment)
    creusot = operations.open_candidacy(name="Creusot-Montceau", slug="creusot-montceau", **told)
    operations.save_stage(
        candidacy_id=creusot.pk,
        values={
            "departments": ["71"],
            "communes": "Le Creusot\nMontceau-les-Mines\nMontchanin\nCiry-le-Noble\nBlanzy",
            "priorities": ["HANDICAP", "MUTATION"],
            "large_companies": "Une douzaine de grands établissements industriels, dont quatre "
            "s'engagent dès la première convention.",
            "small_companies": "Plus de six cents PME, de quoi nourrir une quinzaine de projets "
            "par an ; la moitié travaille pour la métallurgie et l'énergie.",
            "authorities": "La communauté urbaine finance déjà l'immobilier d'entreprise ; elle "
            "apporte au fonds d'avances et suit le comité local.",
        },
        **told,
    )
    operations.save_stage(
        candidacy_id=creusot.pk,
        values={
            "operator_name": "Agence de développement Creusot-Montceau",
            "operator_short_name": "ADCM",
            "operator_siren": "130025653",
            "representative_first_name": "Florence",
            "representative_last_name": "Revillon",
            "representative_email": "florence.revillon@adcm.example",
            "consensus_on": today - timedelta(days=40),
        },
        record=a_scan("Accord sur l'opérateur local"),
        **told,
    )
    operations.save_stage(
        candidacy_id=creusot.pk,
        values={
            "starts_on": date(today.year + 1, 1, 1),
            "local_engineering": 9_000_000,
            "allowance": 1_000_000,
            "budget_comment": "Les entreprises apportent d'abord leurs cadres.",
        },
        **told,
    )
    for rank, seed in enumerate(CREUSOT):
        _partner(creusot, seed, rank, signs=True, **told)
    operations.submit(candidacy_id=creusot.pk, meeting_on=today + timedelta(days=18), **told)


def _partner(
    candidacy: Candidacy,
    seed: tuple[str, PartnerKind, str, int],
    rank: int,
    *,
    signs: bool,
    by: Person,
    at: datetime,
) -> None:
    name, kind, town, days = seed
    first, last = NAMES[rank]
    host = name.lower().replace(" ", "-").encode("ascii", "ignore").decode()
    pledges = [
        *(
            PledgeFacts(year, PledgeNature.MONEY, MONEY[kind])
            for year in (1, 2, 3)
            if kind in MONEY
        ),
        *(
            PledgeFacts(year, PledgeNature.SKILLS, days=Decimal(days), daily_rate=RATE)
            for year in (1, 2, 3)
            if days
        ),
    ]
    signatory = {
        "signatory_first_name": first,
        "signatory_last_name": last,
        "signatory_function": "Direction générale",
        "signatory_email": f"{rank}.signataire@{host}.example",
    }
    operations.save_partner(
        candidacy_id=candidacy.pk,
        partner_id=None,
        values={
            "name": name,
            "kind": kind,
            "town": town,
            "contact_first_name": CONTACTS[rank][0],
            "contact_last_name": CONTACTS[rank][1],
            "contact_function": "Développement",
            "contact_email": f"{rank}.contact@{host}.example",
            **(signatory if signs else {}),
        },
        pledges=pledges,
        by=by,
        at=at,
    )
