"""Template tags of the interface: icons, badges, charts, what messages carry."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_tables2 import Table
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import AttributeDict

from alize.common.charts.base import Chart
from alize.common.screen import Badge, Tone

register = template.Library()

_BODY = re.compile(r"<svg[^>]*>(?P<body>.*)</svg>", re.DOTALL)


@cache
def _icon_body(name: str) -> str:
    """Read the drawing of a Bootstrap icon, once.

    :raises FileNotFoundError: no icon has this name.
    """
    path = settings.NODE_MODULES / "bootstrap-icons" / "icons" / f"{name}.svg"
    match = _BODY.search(path.read_text(encoding="utf-8"))
    if match is None:
        raise FileNotFoundError(path)
    return " ".join(match["body"].split())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon: decorative, unless a label says what it means."""
    body = mark_safe(_icon_body(name))  # noqa: S308 - a drawing of a pinned package
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 16 16" fill="currentColor" role="img" '
            'aria-label="{}">{}</svg>',
            label,
            body,
        )
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true" '
        'focusable="false">{}</svg>',
        body,
    )


@register.simple_tag(takes_context=True)
def entries(context: Context) -> list[dict[str, Any]]:
    """The navigation, one entry lit: by its address, else by what the page stands under."""
    items = context.get("nav_items", [])
    if any(item["active"] for item in items):
        return items
    above = [link.url for link in context.get("breadcrumb") or ()]
    over = [item for item in items if any(url.startswith(item["url"]) for url in above)]
    nearest = max(over, key=lambda item: len(item["url"]), default=None)
    return [{**item, "active": item is nearest} for item in items]


@register.inclusion_tag("components/badge.html")
def badge(label: str, tone: Tone = "neutral", icon: str = "") -> dict[str, Badge]:
    """Show a status: `{% badge "En retard" "late" %}`."""
    return {"badge": Badge(label, tone, icon)}


@register.inclusion_tag("charts/figure.html")
def chart(chart: Chart) -> dict[str, Chart | str]:
    """Show a chart with its title and its table: `{% chart gauge %}`."""
    return {"chart": chart, "kind": type(chart).__name__.lower()}


@register.filter
def lines(table: Table) -> Iterator[tuple[BoundRow, list[tuple[str, Any]]]]:
    """The rows of a page of a list, and of each cell its attributes and its value.

    The attributes are the same all the way down a column: they are worked out once.
    """
    columns = [(column.name, _cell_attributes(column)) for column in table.columns]
    for row in table.paginated_rows:
        yield row, [(attributes, row.get_cell(name)) for name, attributes in columns]


def _cell_attributes(column: BoundColumn) -> str:
    """Its class, and what says to a screen reader and on a phone which column it is of."""
    named = {"role": "cell", "data-label": column.header}
    return AttributeDict({**column.attrs["td"], **named}).as_html()


@register.filter
def described(field: BoundField) -> str:
    """Name what describes a field: its help, its error, and the unit drawn beside it."""
    return " ".join([*(field.aria_describedby or "").split(), f"{field.auto_id}_unit"])


@register.filter
def undo_url(message: Any) -> str:
    """Give the address that undoes what a message announces (`extra_tags=f"undo:{url}"`)."""
    tags = message.extra_tags or ""
    return tags.removeprefix("undo:") if tags.startswith("undo:/") else ""
