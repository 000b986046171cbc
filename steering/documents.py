"""The documents of the steering: an evaluation report, from its frozen figures; minutes."""

from datetime import date, datetime
from typing import Any

from alize.common.dates import PARIS, long_date, long_datetime
from alize.common.exports import XLSX
from alize.common.money import format_share
from alize.common.words import listed
from alize.documents import operations as documents
from alize.documents.models import GeneratedDocument
from alize.seals.queries import is_spent
from basins import tenancy
from projects.rules import trigram
from signatures.models import CircuitSigner
from steering import lines, pictures
from steering.definitions import definitions
from steering.models import EvaluationReport, SteeringMeeting
from steering.queries.meetings import circuits_of
from steering.queries.validations import said_by
from steering.rules.references import GAP_POINTS
from steering.snapshot import ratio, references_of
from steering.spreadsheet import workbook

MINUTES_TITLE = "Relevé de décisions"
FIGURES_ON_TOP = ("meetings", "projects_approved", "jobs_planned", "advances_granted")


def reference_of(report: EvaluationReport) -> str:
    """The reference of a report: « 2026-SAV-EVAL »."""
    return f"{report.year}-{trigram(tenancy.current().name)}-EVAL"


def issue_pdf(report: EvaluationReport, *, at: datetime) -> GeneratedDocument:
    """The report itself."""
    return documents.issue_document(
        kind="rapport-evaluation",
        reference=reference_of(report),
        title=f"Rapport d'évaluation {report.year}",
        template="pdf/evaluation_report.html",
        context=report_context(report),
        as_of=report.as_of,
        target=report,
        by=report.published_by,
        at=at,
        named_by_kind=True,
    )


def issue_workbook(report: EvaluationReport, *, at: datetime) -> GeneratedDocument:
    """Its tables, for a spreadsheet."""
    return documents.issue_file(
        kind="rapport-evaluation-tableaux",
        reference=f"{reference_of(report)}-TAB",
        title=f"Tableaux du rapport d'évaluation {report.year}",
        content=workbook(dated(report.figures), version=report.version),
        content_type=XLSX,
        extension="xlsx",
        as_of=report.as_of,
        target=report,
        by=report.published_by,
        at=at,
        named_by_kind=True,
    )


def report_context(report: EvaluationReport) -> dict[str, Any]:
    """What the template lays out, every value already in words."""
    frozen = dated(report.figures)
    references = references_of(frozen)
    year = lines.year_lines(frozen)
    by_code = {line.indicator.code: line for line in year}
    return {
        "report": report,
        "frozen": frozen,
        "year": report.year,
        "top": [(by_code[code].written, by_code[code].label.lower()) for code in FIGURES_ON_TOP],
        "year_lines": year,
        "origin_lines": lines.origin_lines(frozen),
        "approved": [one for one in frozen["decisions"] if one["approved"]],
        "days_total": sum(row["days"] for row in frozen["skills"]),
        "jobs": pictures.jobs(frozen),
        "profile": pictures.profile(frozen),
        "profile_reference": "/".join(map(str, references.profile)),
        "cohorts": frozen["cohorts"][-pictures.YEARS_SHOWN :],
        "fund": fund_rows(frozen),
        "fund_gauge": pictures.fund_size(frozen),
        "gap": frozen["gap_tenths"],
        "comment_gap": (frozen["gap_tenths"] or 0) > GAP_POINTS * 10,
        "resources_total": sum(group["pledged"] for group in frozen["resources"]),
        "follow_up": follow_up_rows(frozen),
        "missing": missing(frozen),
        "definitions": definitions(references),
    }


def dated(frozen: Any) -> Any:
    """Frozen values with their dates as dates again."""
    if isinstance(frozen, dict):
        return {name: dated(value) for name, value in frozen.items()}
    if isinstance(frozen, list):
        return [dated(value) for value in frozen]
    if isinstance(frozen, str) and len(frozen) == 10 and frozen[4::3] == "--":
        return date.fromisoformat(frozen)
    return frozen


def fund_rows(frozen: dict[str, Any]) -> list[tuple[str, str]]:
    """Section 6: where the fund stands."""
    fund, references = frozen["state"]["fund"], references_of(frozen)
    low, high = references.fund_size
    losses = references.losses
    return [
        ("Dotations reçues", lines.euros(fund["contributed"])),
        ("Avances versées depuis l'origine", lines.euros(fund["lent"])),
        ("Remboursé", lines.euros(fund["repaid"])),
        ("Encours", lines.euros(fund["outstanding"])),
        ("Impayés", _arrears(fund)),
        ("Taux de remboursement", lines.permille(ratio(fund["repayment"]).permille)),
        ("Pertes, recouvrements déduits", lines.euros(fund["lost"])),
        (
            "Sinistralité, sur les sommes prêtées",
            lines.permille(ratio(fund["loss"]).permille)
            + (f" (repère : {format_share(losses)})" if losses is not None else ""),
        ),
        ("Disponible", lines.euros(frozen["fund"]["available"])),
        (
            "Taille du fonds",
            f"{lines.euros(frozen['fund']['size'])} (taille critique : "
            f"{lines.euros(low)} à {lines.euros(high)})",
        ),
    ]


def _arrears(fund: dict[str, Any]) -> str:
    late = fund["late_loans"]
    if not late:
        return "aucun"
    return f"{lines.euros(fund['arrears'])} sur {late} avance{'s' if late > 1 else ''}"


def follow_up_rows(frozen: dict[str, Any]) -> list[tuple[str, str]]:
    """Section 9: how well the companies are followed."""
    state, points = frozen["state"], ratio(frozen["figures"]["points"])
    running = ratio(state["follow_up"])
    return [
        ("Entreprises en accompagnement", lines.count(state["projects_supported"])),
        (
            "Points rendus dans les temps",
            f"{lines.permille(points.permille)} ({points.numerator} sur {points.denominator})",
        ),
        (
            "Projets suivis dans les temps",
            f"{lines.permille(running.permille)} ({running.numerator} sur {running.denominator})",
        ),
        ("Points en retard", lines.count(state["reviews_late"])),
    ]


def missing(frozen: dict[str, Any]) -> list[str]:
    """What a reader must know of the quality of the data; also the checklist of the preview."""
    said = []
    jobs = frozen["origin"]["jobs_created"]
    if unknown := jobs["among"] - jobs["known"]:
        said.append(
            f"Les emplois de {unknown} dossier{'s' if unknown > 1 else ''} sur {jobs['among']} "
            "ne sont pas renseignés : ils ne comptent pas pour zéro, ils manquent."
        )
    if late := frozen["state"]["reviews_late"]:
        said.append(
            f"{late} point{'s' if late > 1 else ''} de suivi "
            f"{'sont' if late > 1 else 'est'} en retard."
        )
    if not sum(group["pledged"] for group in frozen["resources"]):
        said.append("Aucun engagement de partenaire n'est enregistré pour l'année.")
    if who := list(dict.fromkeys(one["partner"] for one in frozen["changed_promises"])):
        said.append(
            f"{listed(who)} {'promettent' if len(who) > 1 else 'promet'} autre chose que ce que "
            "toutes les parties ont signé : ce qui est signé compte, jusqu'à un avenant."
        )
    if frozen["basin"]["convention"] is None:
        said.append("Aucune convention de partenariat n'est enregistrée.")
    return said


def issue_minutes(meeting: SteeringMeeting, *, at: datetime) -> GeneratedDocument:
    """The minutes of a steering committee: « COPIL-SAV-12 »."""
    kind = "releve-decisions"
    reference = f"COPIL-{trigram(tenancy.current().name)}-{meeting.number:02d}"
    return documents.issue_document(
        kind=kind,
        reference=reference,
        title=f"{MINUTES_TITLE} du {str(meeting).lower()}",
        template="pdf/steering_minutes.html",
        context=minutes_context(meeting),
        as_of=meeting.held_on,
        target=meeting,
        by=meeting.closed_by,
        at=at,
        anew=is_spent(kind, reference),
    )


def minutes_context(meeting: SteeringMeeting) -> dict[str, Any]:
    """What the minutes print: what was recorded, an item a line."""
    report = meeting.report
    chair = meeting.chaired_by or "Présidence du comité local"
    return {
        "meeting": meeting,
        "rows": [
            ("Date", when(meeting)),
            ("Lieu", meeting.place or "Non précisé"),
            ("Présidé par", chair),
            (
                "Rapport présenté",
                f"Rapport d'évaluation {report.year}, version {report.version}, arrêté au "
                f"{long_date(report.as_of)}"
                if report
                else "Aucun",
            ),
            *_replaced(meeting),
        ],
        "attendees": items(meeting.attendees),
        "agenda": items(meeting.agenda),
        "orientations": items(meeting.orientations),
        "validations": list(said_by(meeting)),
        "signers": [
            {"name": chair, "capacity": "Présidence du comité local de pilotage et d'évaluation"}
        ],
    }


def _replaced(meeting: SteeringMeeting) -> list[tuple[str, str]]:
    """The sealed version that these minutes make good once they are signed, if any."""
    lacking = CircuitSigner.objects.lacking().filter(circuit__in=circuits_of(meeting))
    versions = lacking.values_list("circuit__document__version", flat=True)
    return [
        ("Remplace", f"La version {version}, dont une signature a été écartée")
        for version in sorted({*versions})
    ]


def when(meeting: SteeringMeeting) -> str:
    """« jeudi 12 mars 2026 à 14 h 30 »."""
    if meeting.hour is None:
        return long_date(meeting.held_on)
    return long_datetime(datetime.combine(meeting.held_on, meeting.hour, PARIS))


def items(text: str) -> list[str]:
    """What was typed one a line, without the marks that open a line."""
    lines = (line.strip(" \t-•") for line in text.splitlines())
    return [line for line in lines if line]
