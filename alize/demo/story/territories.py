"""What each demo basin is made of: years, partners, places."""

from dataclasses import dataclass

from partners.enums import PartnerKind


@dataclass(frozen=True)
class PartnerSeed:
    """A partner: name, kind, group, and whether it sits with a voice in the committee."""

    name: str
    kind: PartnerKind
    short_name: str = ""
    group: str = ""
    seated: bool = False


@dataclass(frozen=True)
class YearSeed:
    """One year of the committee: its meetings, the files it approved and refused."""

    meetings: int
    approved: int
    rejected: int


@dataclass(frozen=True)
class Territory:
    """A demo basin."""

    slug: str
    name: str
    code: str
    departments: tuple[str, ...]
    operator: str
    operator_short: str
    operator_siren: str
    """Invented, its key right."""
    operator_phone: str
    """Of those that are kept for fictions: it rings nowhere."""
    first_year: int
    first_steering_year: int
    places: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]
    partners: tuple[PartnerSeed, ...]
    years: dict[int, YearSeed]
    usual: YearSeed
    contributions: tuple[tuple[str, int, int], ...]
    """Funder, year, euros paid into the fund of advances."""
    jobs_created: int | None = None
    """Published total of the years below `published_until`."""
    published_until: int = 0


_C, _A, _L, _S, _N = (
    PartnerKind.COMPANY,
    PartnerKind.ASSOCIATE,
    PartnerKind.AUTHORITY,
    PartnerKind.STATE,
    PartnerKind.NETWORK,
)

SAVOIE = Territory(
    slug="savoie",
    name="Savoie",
    code="SAV",
    departments=("73",),
    operator="Chambre de commerce et d'industrie de la Savoie",
    operator_short="CCI Savoie",
    operator_siren="000073007",
    operator_phone="04 65 71 10 73",
    first_year=2006,
    first_steering_year=2007,
    places=(
        "du Granier", "des Bauges", "du Nivolet", "de la Leysse", "de l'Arvan", "du Beaufortain",
        "de la Lauzière", "du Revard", "de la Dent du Chat", "des Hurtières", "du Grand Arc",
        "de l'Épine", "de Belledonne", "du Val Gelon", "de la Maurienne", "de la Tarentaise",
        "du lac du Bourget", "du Colombier", "de la Combe de Savoie", "du Mont Charvin",
        "de l'Avant-Pays",
    ),
    towns=(
        ("73000", "Chambéry"), ("73100", "Aix-les-Bains"), ("73200", "Albertville"),
        ("73300", "Saint-Jean-de-Maurienne"), ("73600", "Moûtiers"), ("73400", "Ugine"),
        ("73800", "Montmélian"), ("73500", "Modane"), ("73330", "Le Pont-de-Beauvoisin"),
        ("73290", "La Motte-Servolex"), ("73460", "Frontenex"), ("73130", "La Chambre"),
    ),
    partners=(
        PartnerSeed("EDF Une Rivière Un Territoire Savoie", _C, "EDF Une Rivière", "EDF", True),
        PartnerSeed("EDF Commerce Rhône-Alpes", _C, "EDF Commerce", "EDF"),
        PartnerSeed("SATM", _C, "SATM", "Vicat", True),
        PartnerSeed("Électrométal des Alpes", _C, "Électrométal", "", True),
        PartnerSeed("Aluminium de Maurienne", _C, "Alu Maurienne", "", True),
        PartnerSeed("Laminés du Lac", _C, "", "", True),
        PartnerSeed("Remontées des Trois Massifs", _C, "Trois Massifs", "", True),
        PartnerSeed("Banque du Val d'Arly", _C, "", "", True),
        PartnerSeed("Isolants de Chambéry", _C),
        PartnerSeed("Verrerie de la Leysse", _C),
        PartnerSeed("Thermes et Eaux d'Aix", _C),
        PartnerSeed("Carbone Savoyard", _C),
        PartnerSeed("Autoroutes du Fréjus", _C),
        PartnerSeed("Laiteries de Beaufort", _C),
        PartnerSeed("Télécoms des Alpes", _C),
        PartnerSeed("Département de la Savoie", _L, "Département", "", True),
        PartnerSeed("Grand Chambéry", _L, "", "", True),
        PartnerSeed("Grand Lac", _L),
        PartnerSeed("Arlysère", _L),
        PartnerSeed("Cœur de Savoie", _L),
        PartnerSeed("Cœur de Maurienne Arvan", _L),
        PartnerSeed("Porte de Maurienne", _L),
        PartnerSeed("Haute Maurienne Vanoise", _L),
        PartnerSeed("Cœur de Tarentaise", _L),
        PartnerSeed("Haute Tarentaise", _L),
        PartnerSeed("Val Guiers", _L),
        PartnerSeed("Lac d'Aiguebelette", _L),
        PartnerSeed("Chambre de commerce et d'industrie de la Savoie", _A, "CCI Savoie", "", True),
        PartnerSeed("Chambre de métiers de la Savoie", _A, "Chambre de métiers", "", True),
        PartnerSeed("Préfecture de la Savoie", _S, "Préfecture"),
        PartnerSeed("Caisse des dépôts", _S),
        PartnerSeed("ASTREES", _N, "ASTREES", "", True),
    ),
    years={
        2006: YearSeed(4, 5, 1), 2007: YearSeed(6, 8, 2), 2008: YearSeed(6, 8, 2),
        2009: YearSeed(5, 6, 2), 2010: YearSeed(5, 7, 1), 2011: YearSeed(6, 8, 2),
        2012: YearSeed(6, 8, 2), 2013: YearSeed(6, 8, 1), 2014: YearSeed(6, 8, 2),
        2015: YearSeed(6, 9, 2), 2016: YearSeed(6, 9, 2), 2017: YearSeed(5, 10, 2),
        2018: YearSeed(5, 11, 2), 2019: YearSeed(6, 12, 3), 2020: YearSeed(5, 8, 2),
        2021: YearSeed(6, 10, 2), 2022: YearSeed(6, 11, 2), 2023: YearSeed(7, 12, 3),
        2024: YearSeed(6, 11, 2), 2025: YearSeed(6, 12, 3),
    },
    usual=YearSeed(6, 10, 2),
    contributions=(
        ("Département de la Savoie", 2006, 150_000), ("Caisse des dépôts", 2006, 100_000),
        ("EDF Une Rivière Un Territoire Savoie", 2006, 80_000), ("SATM", 2007, 40_000),
        ("Grand Chambéry", 2009, 50_000), ("Grand Lac", 2012, 30_000),
        ("Département de la Savoie", 2018, 60_000), ("SATM", 2019, 40_000),
        ("EDF Une Rivière Un Territoire Savoie", 2021, 50_000), ("Arlysère", 2023, 30_000),
    ),
    jobs_created=303,
    published_until=2017,
)  # fmt: skip

MEUSE = Territory(
    slug="meuse",
    name="Meuse",
    code="MEU",
    departments=("55",),
    operator="Meuse Développement Économique",
    operator_short="Meuse Développement",
    operator_siren="000055004",
    operator_phone="03 53 01 10 55",
    first_year=2019,
    first_steering_year=2020,
    places=(
        "de l'Argonne", "de la Saulx", "du Barrois", "de la Woëvre", "des Côtes de Meuse",
        "de la Voie sacrée", "de l'Ornain", "du Val d'Ornois", "des Hauts de Chée", "de l'Aire",
        "du Saillant",
    ),
    towns=(
        ("55000", "Bar-le-Duc"), ("55100", "Verdun"), ("55200", "Commercy"),
        ("55500", "Ligny-en-Barrois"), ("55300", "Saint-Mihiel"), ("55400", "Étain"),
    ),
    partners=(
        PartnerSeed("Fonderies de l'Ornain", _C, "", "", True),
        PartnerSeed("Lunetterie de Ligny", _C, "", "", True),
        PartnerSeed("Laiterie de la Saulx", _C, "", "", True),
        PartnerSeed("Câbles de Commercy", _C, "", "", True),
        PartnerSeed("Énergie de l'Est", _C, "", "", True),
        PartnerSeed("Bois et Panneaux de Meuse", _C, "", "", True),
        PartnerSeed("Banque du Barrois", _C, "", "", True),
        PartnerSeed("Logistique du Grand Est", _C, "", "", True),
        PartnerSeed("Département de la Meuse", _L, "Département", "", True),
        PartnerSeed("Bar-le-Duc Sud Meuse", _L, "", "", True),
        PartnerSeed("Grand Verdun", _L, "", "", True),
        PartnerSeed("Commercy Void Vaucouleurs", _L, "", "", True),
        PartnerSeed("Portes de Meuse", _L, "", "", True),
        PartnerSeed("Meuse Développement Économique", _A, "Meuse Développement", "", True),
        PartnerSeed("Initiative Meuse", _A, "", "", True),
        PartnerSeed("Chambre des métiers de la Meuse", _A, "Chambre des métiers", "", True),
        PartnerSeed("Préfecture de la Meuse", _S, "Préfecture"),
        PartnerSeed("ASTREES", _N, "ASTREES", "", True),
    ),
    years={year: YearSeed(3, 12, 2) for year in range(2019, 2026)},
    usual=YearSeed(3, 11, 2),
    contributions=(
        ("Département de la Meuse", 2019, 300_000), ("Énergie de l'Est", 2019, 200_000),
        ("Département de la Meuse", 2021, 120_000), ("Grand Verdun", 2022, 60_000),
    ),
)  # fmt: skip
