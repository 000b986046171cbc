"""How the figures of the steering are written in templates."""

from django import template

from steering import lines

register = template.Library()


@register.filter
def tenths(value: int | None) -> str:
    """Tenths as « 4,5 »."""
    return lines.tenths(value)


@register.filter
def several(value: int | None) -> str:
    """The s of a plural, from two on, of a number kept in tenths."""
    return "s" if value is not None and value >= 20 else ""
