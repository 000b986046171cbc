"""Columns that every list shares: numbers to the right, amounts, dates and statuses in words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import django_tables2 as tables
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.template.loader import render_to_string

from alize.common.dates import short_date
from alize.common.money import format_euros, format_number, format_whole_euros
from alize.common.screen import Badge, Link

PAGE_SIZES = frozenset({"25", "50", "100"})
NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}, "tf": {"class": "num"}}


class List(tables.Table):
    """A list as `components/table.html` shows it."""

    caption = ""
    noun = "ligne"
    empty_link: Link | None = None
    nothing_yet = ""
    """What is said when there is nothing at all, where `empty_text` is of what was sought."""
    comes_from = ""
    """How the first line will come."""
    is_filtered = False
    exports: Sequence[Link] = ()


def sorted_and_paged(request: HttpRequest, table: tables.Table) -> tables.Table:
    """Order and cut a list as the address asks: pages of 25, 50 or 100, never beyond the last."""
    tables.RequestConfig(request, paginate=False).configure(table)
    table.paginate(per_page=_page_size(request))
    table.page = table.paginator.get_page(request.GET.get("page"))
    return table


def paged(request: HttpRequest, rows: Sequence[Any]) -> Page:
    """The part of a list without columns that the address asks for, cut as tables are."""
    return Paginator(rows, _page_size(request)).get_page(request.GET.get("page"))


def _page_size(request: HttpRequest) -> int:
    size = request.GET.get("per_page", "")
    return int(size) if size in PAGE_SIZES else 25


class NumberColumn(tables.Column):
    """A whole number, right-aligned; `total=True` adds it up in the last line."""

    def __init__(self, *args: Any, total: bool = False, **kwargs: Any) -> None:
        footer = {"footer": self._total} if total else {}
        super().__init__(*args, **{"attrs": NUMBER, **footer, **kwargs})

    def sum_of(self, bound_column: Any, table: Any) -> Any:
        """All its rows added up, whatever the page."""
        values = (bound_column.accessor.resolve(row.record) for row in table.rows)
        return sum(value for value in values if value is not None)

    def _total(self, bound_column: Any, table: Any) -> str:
        return self.written(self.sum_of(bound_column, table))

    def render(self, value: int) -> str:
        return self.written(value)

    def value(self, value: int) -> Any:
        """What a spreadsheet receives: the number itself."""
        return value

    def written(self, value: int) -> str:
        """Write the number as people read it."""
        return format_number(value)


class EurosColumn(NumberColumn):
    """An amount held in cents; in a spreadsheet, in euros."""

    sheet_format = "#,##0.00"

    def written(self, value: int) -> str:
        return format_euros(value)

    def value(self, value: int) -> Decimal:
        return Decimal(value).scaleb(-2)


class WholeEurosColumn(EurosColumn):
    """An amount shown to the nearest euro; exact in a spreadsheet."""

    def written(self, value: int) -> str:
        return format_whole_euros(value)


class ReferenceColumn(tables.Column):
    """A reference, kept on one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"attrs": {"td": {"class": "nowrap"}}, **kwargs})


class DateColumn(tables.Column):
    """A day, written 12/03/2027."""

    def render(self, value: date) -> str:
        return short_date(value)

    def value(self, value: date) -> date:
        return value


@lru_cache(maxsize=256)
def _drawn(badge: Badge) -> str:
    """Draw a badge, once for the many rows that show the same one."""
    return render_to_string("components/badge.html", {"badge": badge})


class BadgeColumn(tables.Column):
    """A status; the value of the row is a Badge."""

    def render(self, value: Badge) -> str:
        return _drawn(value)

    def value(self, value: Badge) -> str:
        return value.label
