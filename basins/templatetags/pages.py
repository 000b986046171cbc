"""Whether a link leads whoever reads it to a page, rather than to a refusal."""

from urllib.parse import urlsplit

from django import template
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from basins.access import may_open

register = template.Library()


@register.filter
def opens_to(page: str, request: HttpRequest) -> bool:
    """Whether the rule of a page, given by its name or its address, opens it to the reader."""
    return may_open(
        getattr(request, "roles", frozenset()), _name(page) if page.startswith("/") else page
    )


def _name(address: str) -> str:
    """The name of the page at an address; empty where there is none of ours."""
    try:
        return str(resolve(urlsplit(address).path).url_name)
    except Resolver404:
        return ""
