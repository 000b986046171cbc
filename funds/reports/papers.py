"""The documents of a report to funders: the PDF and its tables, made once from its figures."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import long_date
from alize.common.exports import XLSX
from alize.common.money import format_euros
from alize.documents.operations import issue_document, issue_file
from basins.tenancy import current
from funds.models import FunderReport
from funds.queries.reports import FunderFigures, FunderFlows, frozen_figures
from funds.reports.lines import (
    HEADS,
    RATE_HEAD,
    per_cent,
    risk_lines,
    state_lines,
    total_cells,
    year_cells,
)

ORIGIN = datetime.min.replace(year=2000)
"""Written as the day of creation: the same figures give the same file."""
SHARE = '0.00" %"'


def title_of(report: FunderReport) -> str:
    """« Rapport aux financeurs 2026 », or that of one of them."""
    whom = f"Rapport à {report.funder}" if report.funder else "Rapport aux financeurs"
    return f"{whom} {report.as_of.year}"


def issue_report(report: FunderReport, *, by: Person, at: datetime) -> None:
    """Make the PDF and the workbook of a frozen report."""
    figures = frozen_figures(report)
    issue_document(
        kind="rapport-financeurs",
        reference=report.reference,
        title=title_of(report),
        template="pdf/funder_report.html",
        context=report_context(report, figures),
        as_of=report.as_of,
        target=report,
        by=by,
        at=at,
    )
    issue_file(
        kind="rapport-financeurs-tableaux",
        reference=f"{report.reference}-TAB",
        title=f"{title_of(report)}, tableaux",
        content=workbook(report, figures),
        content_type=XLSX,
        extension="xlsx",
        as_of=report.as_of,
        target=report,
        by=by,
        at=at,
    )


def report_context(report: FunderReport, figures: FunderFigures) -> dict[str, Any]:
    """Everything the report prints."""
    whole = figures.whole
    return {
        "report": report,
        "basin": current().name,
        "year": report.as_of.year,
        "on_top": [
            (format_euros(whole.paid_in.total), "apportés par les financeurs"),
            (format_euros(whole.lent.total), "prêtés depuis l'origine"),
            (format_euros(figures.outstanding), "encore prêtés"),
            (format_euros(whole.lost.total), "de pertes nettes"),
        ],
        "heads": HEADS,
        "year_rows": [(name, year_cells(flows)) for name, flows in figures.by_funder],
        "year_total": year_cells(whole),
        "total_rows": [
            (name, total_cells(flows), per_cent(flows.loss_rate))
            for name, flows in figures.by_funder
        ],
        "total_total": total_cells(whole),
        "rate_head": RATE_HEAD,
        "total_rate": per_cent(whole.loss_rate),
        "state": state_lines(figures),
        "risk": risk_lines(figures),
        "frozen_on": long_date(timezone.localdate(report.frozen_at)),
    }


def workbook(report: FunderReport, figures: FunderFigures) -> bytes:
    """The tables of a report: numbers as numbers, no formula, always the same bytes."""
    target = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, {"in_memory": True, **plain}) as book:
        book.set_properties({"title": title_of(report), "author": "ALIZE", "created": ORIGIN})
        euros = book.add_format({"num_format": '#,##0.00" €"'})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        rows = [*figures.by_funder, ("Ensemble du fonds", figures.whole)]
        year = report.as_of.year
        _by_funder(book, f"En {year}", rows, year_cells, (head, euros))
        sheet = _by_funder(book, "Depuis l'origine", rows, total_cells, (head, euros))
        _rates(sheet, rows, head, book.add_format({"num_format": SHARE}))
        sheet = book.add_worksheet("Le fonds")
        sheet.write_row(0, 0, ["Poste", f"Au {report.as_of:%d/%m/%Y}"], head)
        lines = state_lines(figures)
        for number, (label, cents) in enumerate(lines, 1):
            sheet.write_string(number, 0, label)
            sheet.write_number(number, 1, Decimal(cents).scaleb(-2), euros)
        for number, (label, value) in enumerate(risk_lines(figures), len(lines) + 1):
            sheet.write_string(number, 0, label)
            sheet.write_string(number, 1, value)
        sheet.set_column(0, 0, 52)
        sheet.set_column(1, 1, 20)
    return target.getvalue()


def _by_funder(
    book: xlsxwriter.Workbook,
    name: str,
    rows: list[tuple[str, FunderFlows]],
    cells: Any,
    formats: tuple[Any, Any],
) -> Any:
    head, euros = formats
    sheet = book.add_worksheet(name)
    titles = HEADS[: len(cells(FunderFlows()))]
    sheet.write_row(0, 0, ["Financeur", *titles], head)
    for number, (funder, flows) in enumerate(rows, 1):
        sheet.write_string(number, 0, funder)
        for place, cents in enumerate(cells(flows), 1):
            sheet.write_number(number, place, Decimal(cents).scaleb(-2), euros)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, len(titles), 18)
    sheet.freeze_panes(1, 1)
    return sheet


def _rates(sheet: Any, rows: list[tuple[str, FunderFlows]], head: Any, share: Any) -> None:
    """The loss rate of each funder that lent, after its amounts."""
    place = len(HEADS) + 1
    sheet.write_string(0, place, RATE_HEAD, head)
    for number, (_, flows) in enumerate(rows, 1):
        if flows.loss_rate is not None:
            sheet.write_number(number, place, flows.loss_rate, share)
    sheet.set_column(place, place, 18)
