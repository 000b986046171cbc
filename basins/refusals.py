"""What is refused to somebody: a line each in the logs, an error when they pile up (D23).

A page for want of a role, or an act that the check of its room does not let through.

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


def is_first(request: HttpRequest, basin: Basin) -> bool:
    """Whether it is the first that a person was refused in a basin for an hour.

    What they send there again adds nothing to its journal, whose head each writer holds in turn.
    """
    return cache.add(f"refused:{basin.pk}:{request.user.pk}", 1, _COUNTED_SECONDS)


def note(request: HttpRequest, basin: Basin | None, act: str = "") -> None:
    """Say that a page or an act was refused, and whether it is often so in the basin or network.

    The line of the logs says by itself who asked, and in which basin.
    """
    facts = {"page": request.resolver_match.url_name, "method": request.method}
    logger.warning("access.refused", extra=facts | ({"act": act} if act else {}))
    key = f"refused:{basin.pk if basin else 'network'}"
    if cache.add(key, 1, _COUNTED_SECONDS):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # its hour ended between the two
        return
    if count == PILED_UP:
        logger.error("access.refused_often", extra={"count": count})
