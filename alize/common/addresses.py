"""The addresses of the pages of a basin, for whoever writes a link: a page, a mail, a paper."""

from typing import Any

from django.db import connection
from django.urls import reverse


def basin_reverse(name: str, *, basin: Any = None, **kwargs: Any) -> str:
    """The path of a page of a basin, the current one unless given (`basin.slug` is read)."""
    slug = (basin or connection.tenant).slug
    return reverse(name, kwargs={"basin": slug, **kwargs})
