"""Lists as spreadsheets, harmless ones: no cell is ever read as a formula (security.md S29)."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django_tables2 import Table

from alize.common.dates import short_date
from alize.common.screen import Link

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_LEADS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def export_links(request: HttpRequest) -> list[Link]:
    """The two exports of exactly what a list shows, filters and order included."""
    links = []
    for label, kind in (("XLSX", "xlsx"), ("CSV", "csv")):
        query = request.GET.copy()
        query["export"] = kind
        links.append(Link(label, f"?{query.urlencode()}"))
    return links


def asked_for(request: HttpRequest) -> bool:
    """Whether the address asks for a file rather than for the page."""
    return request.GET.get("export") in ("xlsx", "csv")


def export_of(request: HttpRequest, table: Table, *, name: str) -> HttpResponse | None:
    """The spreadsheet that `?export=` asks for, or None when the page itself is wanted."""
    if not asked_for(request):
        return None
    rows = list(table.as_values())
    if request.GET["export"] == "xlsx":
        return _download(_workbook(rows), XLSX, f"{name}.xlsx")
    return _download(_lines(rows), CSV, f"{name}.csv")


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _workbook(rows: list[list[Any]]) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if number == 0:
                    sheet.write_string(number, place, str(value), head)
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif isinstance(value, int | Decimal):
                    sheet.write_number(number, place, value)
                else:
                    sheet.write_string(number, place, "" if value is None else str(value))
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return target.getvalue()


def _lines(rows: list[list[Any]]) -> bytes:
    target = StringIO()
    csv.writer(target, delimiter=";").writerows([_plain(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, int | Decimal):
        return str(value).replace(".", ",")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_LEADS_A_FORMULA) else text
