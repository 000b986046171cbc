"""The living page of the components: one invented example of each (interface.md 3)."""

from datetime import date, timedelta
from typing import Any

import django_tables2 as tables
from django import forms

from alize.common import charts, maps
from alize.common.dates import add_months
from alize.common.screen import (
    VOTE_CHOICES,
    Action,
    Attachment,
    Badge,
    Confirmation,
    Definition,
    Download,
    Figure,
    Link,
    ObjectHeader,
    Progress,
    Step,
    Tab,
    Todo,
    Waiting,
)
from alize.common.tables import BadgeColumn, DateColumn, EurosColumn, List, NumberColumn

NOWHERE = "#contenu"
IN_SUPPORT = Badge("En accompagnement (M+7)", "info", "compass")
READY = Badge("Prêt pour le comité", "done")
INCOMPLETE = Badge("En montage", "neutral", "pencil")
LATE = Badge("En retard", "late")
WATCHED = Badge("À surveiller", "attention")
BADGES = (IN_SUPPORT, READY, INCOMPLETE, WATCHED, LATE, Badge("Sans suite", "quiet"))

HEADER = ObjectHeader(
    name="Fromagerie des Bauges",
    reference="2026-SAV-014",
    status=Badge("En montage", "neutral", "pencil"),
    now="Complétez les deux dernières rubriques pour demander le diagnostic.",
    holder="Claire Perrin",
    since="depuis 6 jours",
    due="à rendre le vendredi 12 mars 2027",
    due_badge=Badge("Dans 4 jours", "attention", "clock"),
    action=Action(
        "Demander le diagnostic",
        NOWHERE,
        remaining=(
            Link("Compléter le plan de financement", NOWHERE),
            Link("Déposer les comptes 2025", NOWHERE),
        ),
    ),
    others=(Action("Fiche projet (PDF)", NOWHERE, icon="file-earmark-pdf"),),
)

TODO = (
    Todo(
        "Relancer le point M+6 d'Alpes Mécanique",
        NOWHERE,
        action="Relancer",
        context="Mandataire : Paul Rey",
        due="depuis 12 jours",
        badge=LATE,
    ),
    Todo(
        "Demander le diagnostic de la Fromagerie des Bauges",
        NOWHERE,
        action="Demander",
        context="4 rubriques sur 6",
        due="avant le vendredi 12 mars 2027",
    ),
    Todo("Relire le procès-verbal de la séance 3", NOWHERE, action="Relire"),
)

WAITING = (
    Waiting(
        "Diagnostic de Bois d'Arc", NOWHERE, "Sophie Morel (Banque des Alpes)", "depuis 9 jours"
    ),
    Waiting("Signature de la convention 2026-SAV-009", NOWHERE, "Préfecture", "depuis 3 jours"),
)

FIGURES = (
    Figure(
        "Dossiers agréés",
        "9",
        reference="repère 12 par an",
        as_of="28/02/2027",
        trend="+ 2 sur un an",
        url=NOWHERE,
    ),
    Figure("Emplois constatés", "41,5", unit="ETP", reference="75 prévus", as_of="28/02/2027"),
    Figure("Encours des avances", "186 400 €", reference="11 avances", as_of="28/02/2027"),
    Figure("Points en retard", "2", badge=LATE, reference="sur 24 dus", as_of="28/02/2027"),
)

DEFINITIONS = (
    Definition("Dirigeante", "Anne Blanc"),
    Definition("Commune", "Le Châtelard (73)"),
    Definition("Effectif de référence", "12,5 ETP", number=True),
    Definition("Avance demandée", "22 000 €", number=True),
    Definition("Prescripteur", "Banque des Alpes", url=NOWHERE),
    Definition("Conseil extérieur"),
)

PROGRESS = Progress(
    done=3,
    total=6,
    label="rubriques complètes",
    steps=(
        Step("Entreprise", "done", url=NOWHERE),
        Step("Dirigeant", "done", url=NOWHERE),
        Step("Projet", "done", url=NOWHERE),
        Step("Emplois", "current", "2 lignes à compléter", NOWHERE),
        Step("Financement", url=NOWHERE),
        Step("Pièces", "late", "comptes 2025 attendus", NOWHERE),
    ),
)

DOWNLOADS = (
    Download("Rapport (PDF)", NOWHERE, "2,1 Mo, scellé", "file-earmark-pdf", primary=True),
    Download("Tableaux (XLSX)", NOWHERE, "140 ko", "file-earmark-spreadsheet"),
    Download("Vérifier le document", NOWHERE, "authenticité et signatures", "patch-check"),
)

CONFIRMATION = Confirmation(
    title="Clore le scrutin et proclamer",
    facts=(Definition("Dossier", "Fromagerie des Bauges"), Definition("Vote", "5 pour, 2 contre")),
    effects=("Le dossier est agréé.", "Plus aucun vote n'est accepté."),
    told=("les 11 membres du comité", "Anne Blanc, dirigeante"),
    label="Clore et proclamer",
    back_url=NOWHERE,
)

MILESTONES = (
    charts.Milestone("Contact", "done", date(2026, 1, 12)),
    charts.Milestone("Diagnostic rendu", "done", date(2026, 2, 20)),
    charts.Milestone("Comité d'agrément", "done", date(2026, 3, 12)),
    charts.Milestone("Convention signée", "done", date(2026, 4, 2)),
    charts.Milestone("M+6", "late", date(2026, 10, 2)),
    charts.Milestone("M+12", "current", date(2027, 4, 2)),
    charts.Milestone("M+18 : bilan", "todo", date(2027, 10, 2)),
    charts.Milestone("M+36 : enquête", "todo"),
)


def _cash() -> list[charts.Point]:
    """An invented fund: three years lived, then a year of forecast with its bands."""
    balances = (480, 462, 471, 440, 418, 402, 425, 398, 371, 380, 352, 341, 360, 372, 381, 395)
    points = []
    for rank, thousands in enumerate(balances):
        spread = max(rank - 11, 0) * 1_200_000
        cents = thousands * 100_000
        bands = ((cents - 2 * spread, cents + 2 * spread), (cents - spread, cents + spread))
        on = add_months(date(2024, 3, 1), 3 * rank)
        points.append(charts.Point(on, cents, bands if rank >= 11 else ()))
    return points


class AmountField(forms.CharField):
    """A text with its unit, as the form of a page shows it."""

    unit = "€"


class ShowcaseForm(forms.Form):
    """One field of each kind."""

    company = forms.CharField(label="Entreprise", help_text="Nom ou numéro SIRET.")
    amount = AmountField(label="Avance demandée", help_text="Sans les centimes, si possible.")
    held_on = forms.DateField(label="Date de la séance", required=False)
    kind = forms.ChoiceField(
        label="Type de séance",
        choices=[("ROOM", "En présence"), ("REMOTE", "À distance"), ("MIXED", "Mixte")],
    )
    need = forms.ChoiceField(
        label="Besoin",
        widget=forms.RadioSelect,
        choices=[("SKILLS", "Compétences"), ("MONEY", "Avance"), ("BOTH", "Les deux")],
    )
    why = forms.CharField(label="Pourquoi ALIZE ?", widget=forms.Textarea(attrs={"rows": 3}))
    accounts = forms.FileField(
        label="Comptes 2025", required=False, help_text="PDF, 10 Mo au plus."
    )
    agreed = forms.BooleanField(label="L'entreprise accepte que son dossier soit examiné.")


class FilterForm(forms.Form):
    """Filters of the list shown."""

    search = forms.CharField(label="Rechercher", required=False)
    status = forms.ChoiceField(label="État", required=False, choices=[("", "Tous")])
    lead = forms.ChoiceField(label="Mandataire", required=False, choices=[("", "Tous")])


class ShowcaseTable(List):
    """Projects, with a total."""

    caption = "Dossiers du bassin"
    noun = "dossier"

    company = tables.Column(verbose_name="Entreprise", linkify=lambda: NOWHERE)
    status = BadgeColumn(verbose_name="État", orderable=False)
    decided_on = DateColumn(verbose_name="Décision")
    jobs = NumberColumn(verbose_name="Emplois prévus", total=True)
    cents = EurosColumn(verbose_name="Avance", total=True)

    class Meta:
        empty_text = "Aucun dossier ne correspond"


def _rows() -> list[dict[str, Any]]:
    names = (
        "Alpes Mécanique",
        "Bois d'Arc",
        "Fromagerie des Bauges",
        "Numérique & Cimes",
        "Verre Isère",
    )
    statuses = (IN_SUPPORT, READY, INCOMPLETE, LATE, IN_SUPPORT)
    return [
        {
            "company": names[rank % 5],
            "status": statuses[rank % 5],
            "decided_on": date(2027, 3, 12) - timedelta(days=31 * rank),
            "jobs": 2 + rank % 7,
            "cents": 1_200_000 + 250_000 * (rank % 9),
        }
        for rank in range(31)
    ]


def _charts() -> dict[str, Any]:
    return {
        "gauge": charts.gauge(3, low=6, high=10, title="Séances de l'année", unit="tenues"),
        "profile": charts.profile(
            [
                charts.Share("Entreprises partenaires", 31_200_000, 40),
                charts.Share("Collectivités", 22_800_000, 20),
                charts.Share("État", 14_000_000, 25),
                charts.Share("Caisse des dépôts", 9_000_000, 15),
            ],
            title="Profil des ressources",
        ),
        "columns": charts.columns(
            [
                charts.Year("2023", (52, 38)),
                charts.Year("2024", (61, 47)),
                charts.Year("2025", (74, 41)),
                charts.Year("2026", (68, None)),
            ],
            series=("Prévus", "Créés"),
            title="Emplois par cohorte (ETP)",
            target=75,
        ),
        "curve": charts.curve(
            _cash(),
            title="Trésorerie du fonds",
            as_of=date(2026, 12, 1),
            zone=(40_000_000, 50_000_000),
        ),
        "timeline": charts.timeline(MILESTONES, title="Parcours du dossier"),
        "map": maps.france(
            {
                "73": [maps.Place("Savoie")],
                "38": [maps.Place("Sud Isère")],
                "42": [maps.Place("Loire", "asleep")],
                "29": [maps.Place("Pays de Brest", "coming")],
                "974": [maps.Place("La Réunion")],
            }
        ),
    }


def showcase_context() -> dict[str, Any]:
    """Give `templates/demo/components.html` one example of each component."""
    table = ShowcaseTable(_rows())
    table.paginate(per_page=25)
    table.exports = (Link("XLSX", NOWHERE), Link("CSV", NOWHERE))
    return {
        "header": HEADER,
        "badges": BADGES,
        "actions": (Action("Nouveau contact", NOWHERE, icon="plus-lg"),),
        "todo": TODO,
        "waiting": WAITING,
        "figures": FIGURES,
        "definitions": DEFINITIONS,
        "progress": PROGRESS,
        "upload": Progress(done=17, total=26, label="Dossier de séance en préparation"),
        "tabs": (
            Tab("Synthèse", NOWHERE, active=True),
            Tab("Diagnostic", NOWHERE),
            Tab("Pièces", NOWHERE, count=7),
            Tab("Historique", NOWHERE),
        ),
        "downloads": DOWNLOADS,
        "attachments": (
            Attachment("Comptes 2025.pdf", NOWHERE, "1,2 Mo, déposé le 03/03/2027"),
            Attachment("Devis machine.pdf", NOWHERE, "280 ko", Badge("À vérifier", "attention")),
        ),
        "choices": VOTE_CHOICES,
        "confirmation": CONFIRMATION,
        "table": table,
        "empty_table": ShowcaseTable([]),
        "filter_form": FilterForm(),
        "form": ShowcaseForm(),
        "wrong_form": ShowcaseForm({"amount": "vingt-deux", "kind": "ROOM"}, prefix="errors"),
        "learn_more": Link("Ouvrir un dossier", NOWHERE),
        "charts": _charts(),
    }
