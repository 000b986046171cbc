"""Accesses refused for want of a role: a line each in the logs, an error when they pile up (D23).

Counted by basin and by hour in the cache: reading a page writes nothing to the database.
"""

import logging

from django.core.cache import cache
from django.http import HttpRequest

from basins.models import Basin

logger = logging.getLogger("alize.access")
PILED_UP = 20
"""As many in an hour, and somebody is trying doors: said once an hour, at the level of errors."""
_COUNTED_SECONDS = 3600


def note(request: HttpRequest, basin: Basin | None) -> None:
    """Say that a page was refused, and whether its basin, or the network, is refused often.

    The line of the logs says by itself who asked, and in which basin.
    """
    page = request.resolver_match.url_name
    logger.warning("access.refused", extra={"page": page, "method": request.method})
    key = f"refused:{basin.pk if basin else 'network'}"
    if cache.add(key, 1, _COUNTED_SECONDS):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # its hour ended between the two
        return
    if count == PILED_UP:
        logger.error("access.refused_often", extra={"count": count})
