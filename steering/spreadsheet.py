"""The tables of a report as a workbook: numbers as numbers, no formula, always the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from steering import lines
from steering.definitions import definitions
from steering.snapshot import references_of

Frozen = dict[str, Any]
WIDEST = 70
ORIGIN = datetime.min.replace(year=2000)
"""Written as the day of creation: the same figures give the same file."""
FORMATS = {
    lines.COUNT: "#,##0",
    lines.EUROS: '#,##0.00" €"',
    lines.PERCENT: "0.0%",
    lines.JOBS: "#,##0.0",
    lines.DAYS: "#,##0.0",
}


@dataclass(frozen=True)
class Cell:
    """A number and the unit it is kept in; None leaves the cell empty."""

    value: int | None
    unit: lines.Unit


@dataclass(frozen=True)
class Sheet:
    """One table: its name, its head, its rows."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def workbook(frozen: Frozen, *, version: int) -> bytes:
    """Write every table of a report."""
    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        title = f"Rapport d'évaluation {frozen['year']}, ALIZE {frozen['basin']['name']}"
        book.set_properties({"title": title, "author": "ALIZE", "created": ORIGIN})
        styles = {unit: book.add_format({"num_format": text}) for unit, text in FORMATS.items()}
        styles["head"] = book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#F0F5F9", "text_wrap": True, "valign": "top"}
        )
        styles["day"] = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        styles["text"] = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in _sheets(frozen, title=title, version=version):
            _write(book, sheet, styles)
    return target.getvalue()


def _write(book: xlsxwriter.Workbook, sheet: Sheet, styles: dict[Any, Any]) -> None:
    page = book.add_worksheet(sheet.name)
    widths = [len(word) for word in sheet.head]
    for place, word in enumerate(sheet.head):
        page.write_string(0, place, word, styles["head"])
    for number, row in enumerate(sheet.rows, 1):
        for place, value in enumerate(row):
            widths[place] = max(widths[place], _put(page, number, place, value, styles))
    for place, width in enumerate(widths):
        page.set_column(place, place, min(width + 2, WIDEST))
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _put(page: Any, row: int, place: int, value: Any, styles: dict[Any, Any]) -> int:
    """Write one cell and return its width in characters."""
    if isinstance(value, Cell):
        if value.value is not None:
            number = Decimal(value.value) / value.unit.divisor
            page.write_number(row, place, number, styles[value.unit])
        return len(value.unit.write(value.value)) + 4
    if isinstance(value, date):
        page.write_datetime(row, place, value, styles["day"])
        return 10
    text = "" if value is None else str(value)
    page.write_string(row, place, text, styles["text"])
    return max((len(line) for line in text.splitlines()), default=0)


def _sheets(frozen: Frozen, *, title: str, version: int) -> list[Sheet]:
    return [
        _cover(frozen, title=title, version=version),
        _year(frozen),
        _since_origin(frozen),
        _meetings(frozen),
        _decisions(frozen),
        _skills(frozen),
        _cohorts(frozen),
        _fund(frozen),
        _resources(frozen),
        _changed_promises(frozen),
        _worries(frozen),
        _definitions(frozen),
    ]


def _count(value: int) -> Cell:
    return Cell(value, lines.COUNT)


def _cover(frozen: Frozen, *, title: str, version: int) -> Sheet:
    basin = frozen["basin"]
    convention = basin["convention"]
    return Sheet(
        "À lire",
        (title, ""),
        [
            ("Arrêté au", frozen["as_of"]),
            ("Version", _count(version)),
            ("Opérateur local", ", ".join(basin["operators"])),
            ("Convention de partenariat", f"n° {convention['number']}" if convention else ""),
            ("Entreprises et groupes partenaires", _count(basin["companies"])),
            ("Collectivités", _count(basin["authorities"])),
            ("Cellule vide", "Non renseigné : la valeur manque, elle n'est pas nulle."),
        ],
    )


def _year(frozen: Frozen) -> Sheet:
    year = frozen["year"]
    return Sheet(
        "Chiffres de l'année",
        ("Indicateur", str(year), str(year - 1), "Unité", "Repère", "n"),
        [
            (
                line.label,
                Cell(line.value, line.indicator.unit),
                Cell(line.previous, line.indicator.unit),
                line.unit,
                line.reference,
                Cell(line.n, lines.COUNT),
            )
            for line in lines.year_lines(frozen)
        ],
    )


def _since_origin(frozen: Frozen) -> Sheet:
    return Sheet(
        "Depuis l'origine",
        ("Indicateur", "Valeur", "Unité", "n"),
        [
            (
                line.label,
                Cell(line.value, line.indicator.unit),
                line.unit,
                Cell(line.n, lines.COUNT),
            )
            for line in lines.origin_lines(frozen)
        ],
    )


def _meetings(frozen: Frozen) -> Sheet:
    return Sheet(
        "Séances",
        ("Séance", "Date", "Lieu", "Présents", "Dossiers examinés"),
        [
            (m["number"], m["on"], m["place"], _count(m["present"]), _count(m["examined"]))
            for m in frozen["meetings"]
        ],
    )


def _decisions(frozen: Frozen) -> Sheet:
    return Sheet(
        "Décisions",
        (
            "Dossier",
            "Entreprise",
            "Commune",
            "Date",
            "Décision",
            "Avance accordée",
            "Jours accordés",
            "Emplois prévus (ETP)",
            "Emplois constatés (ETP)",
            "Situation du dossier",
        ),
        [
            (
                one["reference"],
                one["company"],
                one["town"],
                one["on"],
                one["outcome"],
                Cell(one["amount"], lines.EUROS),
                Cell(one["days"], lines.DAYS),
                Cell(one["jobs_planned"], lines.JOBS),
                Cell(one["jobs_created"], lines.JOBS),
                one["status"],
            )
            for one in frozen["decisions"]
        ],
    )


def _skills(frozen: Frozen) -> Sheet:
    return Sheet(
        "Compétences",
        ("Partenaire", "Objet", "Jours contractualisés"),
        [(s["partner"], s["topic"], Cell(s["days"], lines.DAYS)) for s in frozen["skills"]],
    )


def _cohorts(frozen: Frozen) -> Sheet:
    return Sheet(
        "Emplois par cohorte",
        (
            "Année d'agrément",
            "Dossiers agréés",
            "Emplois prévus (ETP)",
            "Emplois constatés (ETP)",
            "Dossiers renseignés",
        ),
        [
            (
                str(one["year"]),
                _count(one["approved"]),
                Cell(one["planned"], lines.JOBS),
                Cell(one["created"]["total"] if one["created"]["known"] else None, lines.JOBS),
                _count(one["created"]["known"]),
            )
            for one in frozen["cohorts"]
        ],
    )


def _fund(frozen: Frozen) -> Sheet:
    fund = frozen["state"]["fund"]
    amounts = (
        ("Dotations reçues", fund["contributed"]),
        ("Avances versées depuis l'origine", fund["lent"]),
        ("Remboursé", fund["repaid"]),
        ("Encours", fund["outstanding"]),
        ("Impayés", fund["arrears"]),
        ("Pertes, recouvrements déduits", fund["lost"]),
        ("Disponible", frozen["fund"]["available"]),
        ("Taille du fonds", frozen["fund"]["size"]),
    )
    return Sheet(
        "Fonds d'avances",
        ("Poste", "Montant"),
        [(label, Cell(cents, lines.EUROS)) for label, cents in amounts],
    )


def _resources(frozen: Frozen) -> Sheet:
    return Sheet(
        "Ressources",
        ("Groupe", "Engagements de l'année", "Repère (%)"),
        [
            (group["label"], Cell(group["pledged"], lines.EUROS), _count(group["target"]))
            for group in frozen["resources"]
        ],
    )


def _changed_promises(frozen: Frozen) -> Sheet:
    return Sheet(
        "Engagements revus",
        ("Partenaire", "Nature", "Signé", "Promis depuis"),
        [
            (
                one["partner"],
                one["nature"],
                Cell(one["signed"], lines.EUROS),
                Cell(one["said"], lines.EUROS),
            )
            for one in frozen["changed_promises"]
        ],
    )


def _worries(frozen: Frozen) -> Sheet:
    return Sheet(
        "Suivi",
        ("Dossier", "Entreprise", "Point", "Situation", "Mot du mandataire"),
        [
            (w["reference"], w["company"], f"M+{w['month']}", w["situation"], w["word"])
            for w in frozen["worries"]
        ],
    )


def _definitions(frozen: Frozen) -> Sheet:
    return Sheet(
        "Définitions",
        ("Terme", "Définition", "Calcul"),
        [(one.term, one.meaning, one.formula) for one in definitions(references_of(frozen))],
    )
