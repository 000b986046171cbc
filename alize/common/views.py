"""Health and error pages."""

import sys
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from redis import Redis
from redis.exceptions import RedisError

from alize.celery import app as celery_app
from alize.common import busy, late_forms
from alize.common.access import public
from alize.common.cache import LAST_SWEEP
from alize.common.http import page_before


@public
def health(request: HttpRequest) -> HttpResponse:
    """200 when all that serves answers; 503 naming what does not (interface.md 1)."""
    checks = {
        "base de données": _database,
        "courtier": _broker,
        "ouvrier": _worker,
        "planificateur": _scheduler,
    }
    silent = [name for name, answers in checks.items() if not answers()]
    return JsonResponse(
        {"état": "en panne" if silent else "en marche", "ne répond pas": silent},
        status=503 if silent else 200,
        json_dumps_params={"ensure_ascii": False},  # read by people too
    )


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return False
    return True


def _broker() -> bool:
    try:
        return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1).ping()
    except (RedisError, ValueError, OSError):
        return False


class _Found(Exception):
    """A worker of mails and documents answers: the others need not be waited for."""


def _look_for_default(reply: dict[str, list[dict[str, Any]]]) -> None:
    for queues in reply.values():
        if any(queue["name"] == settings.CELERY_TASK_DEFAULT_QUEUE for queue in queues):
            raise _Found


def _worker() -> bool:
    """Whether a worker takes from the queue of mails: the owner's own would answer a mere ping."""
    try:
        celery_app.control.broadcast(
            "active_queues", reply=True, timeout=1.0, callback=_look_for_default
        )
    except _Found:
        return True
    except Exception:  # the broker's client raises many kinds when it is away
        return False
    return False


def _scheduler() -> bool:
    """Whether a sweep of the outbox was asked lately, which only the scheduler does."""
    return cache.get(LAST_SWEEP) is not None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The role does not allow it, or the person may not do this act; with its reason if any."""
    return render(request, "403.html", {"exception": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # It tells neither an object of another basin from none, nor how long the session lasts.
    return render(request, "404.html", {"time_left": None}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """What broke, told without the request: who asks is in a database that may be away (S44)."""
    if busy.is_away(sys.exc_info()[1]):
        answer = HttpResponse(render_to_string("503.html"), status=503)
        answer.headers["Retry-After"] = str(busy.RETRY_AFTER)
        return answer
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was left open too long: its page again, or signing in first.

    What was typed is given back when the browser says that a page of ours held it: nobody else's
    words may pass for those of whoever reads them.
    """
    late = late_forms.turned_away(request) if late_forms.is_from_here(request) else None
    context = {"page": page_before(request), "late": late, "key": ""}
    return render(request, "403_csrf.html", context, status=403)
