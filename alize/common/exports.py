"""Lists as spreadsheets, harmless ones: no cell is ever read as a formula (security.md S29)."""

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.db.models import Model
from django.forms import ChoiceField, Field, Form
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_tables2 import RequestConfig, Table

from alize.common.dates import short_date
from alize.common.screen import Link

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
DAY = "dd/mm/yyyy"
LONGEST_NAME = 31
"""Of a sheet, in every spreadsheet."""
_LEADS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def export_links(request: HttpRequest, *, book: bool = False) -> list[Link]:
    """The two exports of exactly what a list shows, filters and order included.

    The `book` of a page with several tables is a workbook only.
    """
    links = []
    for label, kind in (("XLSX", "xlsx"),) if book else (("XLSX", "xlsx"), ("CSV", "csv")):
        query = request.GET.copy()
        query["export"] = kind
        links.append(Link(label, f"?{query.urlencode()}"))
    return links


def asked_for(request: HttpRequest) -> bool:
    """Whether the address asks for a file rather than for the page."""
    return request.GET.get("export") in ("xlsx", "csv")


def export_of(
    request: HttpRequest,
    table: Table,
    *others: Table,
    name: str,
    as_of: date | None = None,
    filters: Form | None = None,
) -> HttpResponse | None:
    """The spreadsheet that `?export=` asks for, or None when the page itself is wanted.

    A workbook has a sheet for each table of the page, and says the day and the filters of what it
    shows, today if none; a CSV is the first one alone.
    """
    if not asked_for(request):
        return None
    for one in (table, *others):
        RequestConfig(request, paginate=False).configure(one)
    if request.GET["export"] == "xlsx":
        said = "".join(f" ; {one}" for one in _filters_said(filters))
        about = f"au {short_date(as_of or timezone.localdate())}{said}"
        return _download(_workbook((table, *others), about), XLSX, f"{name}.xlsx")
    return _download(_lines(list(table.as_values())), CSV, f"{name}.csv")


def _filters_said(form: Form | None) -> list[str]:
    """« Situation : En retard », for each filter in use but the day, which stands apart."""
    if form is None or not form.is_bound or not form.is_valid():
        return []
    asked = ((field, form.cleaned_data.get(name)) for name, field in form.fields.items())
    return [f"{field.label} : {_said(field, value)}" for field, value in asked if _is_said(value)]


def _is_said(value: Any) -> bool:
    return value not in (None, "", False) and value != []


def _said(field: Field, value: Any) -> str:
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, Model):
        return str(field.label_from_instance(value))
    if isinstance(field, ChoiceField):
        asked = {str(one) for one in value} if isinstance(value, list) else {str(value)}
        return ", ".join(str(label) for key, label in _choices(field) if str(key) in asked)
    return "oui" if value is True else str(value)


def _choices(field: ChoiceField) -> Iterator[tuple[Any, Any]]:
    """The choices of a field, out of their groups."""
    for key, label in field.choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _workbook(tables: Sequence[Table], about: str) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        names: set[str] = set()
        for table in tables:
            names.add(name := sheet_name(getattr(table, "caption", ""), taken=names))
            _fill(book, book.add_worksheet(name), table, about)
    return target.getvalue()


def sheet_name(caption: str, *, taken: Collection[str] = ()) -> str:
    """What a spreadsheet accepts of a caption: 31 characters, some signs less, once in a book."""
    plain = " ".join(re.sub(r"[\[\]:*?/\\]", " ", caption).split()).strip("' ") or "Liste"
    words = plain if len(plain) <= LONGEST_NAME else plain[:LONGEST_NAME].rsplit(" ", 1)[0]
    rank, name = 1, words
    known = {one.casefold() for one in taken}  # capitals do not make two names of one
    while name.casefold() in known:
        rank += 1
        name = f"{words[: LONGEST_NAME - 4]} {rank}"
    return name


def _fill(book: Any, sheet: Any, table: Table, about: str) -> None:
    """The day and the filters, the names of the columns, the rows, then the totals of the page."""
    columns = [one for one in table.columns.iterall() if not one.column.exclude_from_export]
    signs = [getattr(one.column, "sheet_format", "") for one in columns]
    formats = {sign: book.add_format({"num_format": sign}) for sign in {*signs, DAY} if sign}
    strong = {
        sign: book.add_format({"bold": True, "top": 1, "num_format": sign}) for sign in {*signs, ""}
    }
    head = book.add_format({"bold": True, "bottom": 1})
    rows = list(table.as_values())
    for place, value in enumerate(rows[0]):
        sheet.write_string(1, place, str(value), head)
    for number, row in enumerate(rows[1:], start=2):
        for place, value in enumerate(row):
            shape = DAY if isinstance(value, date) else signs[place]
            _write(sheet, number, place, value, formats.get(shape))
    totals = [_total(one, table) for one in columns]
    if any(total is not None for total in totals):
        totals[0] = "Total" if totals[0] is None else totals[0]
        for place, value in enumerate(totals):
            _write(sheet, len(rows) + 1, place, value, strong[signs[place]])
    sheet.freeze_panes(2, 0)
    sheet.autofit()
    caption = getattr(table, "caption", "")
    sheet.write_string(0, 0, f"{caption}, {about}" if caption else about)


def _write(sheet: Any, number: int, place: int, value: Any, shape: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(number, place, value, shape)
    elif isinstance(value, int | Decimal):
        sheet.write_number(number, place, value, shape)
    elif value is None:
        sheet.write_blank(number, place, None, shape)
    else:
        sheet.write_string(number, place, str(value), shape)


def _total(column: Any, table: Table) -> Any:
    """What the last line of a page says of a column, as a number."""
    if not column.has_footer() or not hasattr(column.column, "sum_of"):
        return None
    return column.column.value(column.column.sum_of(column, table))


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
