"""Whether a link leads whoever reads it to a page, rather than to a refusal."""

from urllib.parse import urlsplit

from django import template
from django.http import HttpRequest
from django.urls import resolve

from basins.access import may_open

register = template.Library()


@register.filter
def opens_to(page: str, request: HttpRequest) -> bool:
    """Whether the rule of a page, given by its name or its address, opens it to the reader."""
    name = resolve(urlsplit(page).path).url_name if page.startswith("/") else page
    return may_open(request.roles, str(name))
