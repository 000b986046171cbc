"""How long one stays signed in without doing anything, and at all (security.md 2.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from alize.common import late_forms
from basins.enums import Role

SINCE, SEEN = "signed_in_at", "seen_at"
NOTED_EVERY = timedelta(minutes=1)
_MINUTES, _HOURS = timedelta(minutes=1), timedelta(hours=1)
STRICT = (30 * _MINUTES, 8 * _HOURS)
USUAL = (1 * _HOURS, 10 * _HOURS)
OF_A_SITTING = (4 * _HOURS, 12 * _HOURS)
"""Nobody is signed out in the middle of a committee."""

LIMITS = {
    Role.NATIONAL_STAFF: STRICT,
    Role.FINANCE: STRICT,
    Role.AUDITOR: STRICT,
    Role.NATIONAL_VIEWER: USUAL,
    Role.NATIONAL_COMMITTEE: USUAL,
    Role.OPERATOR: USUAL,
    Role.PREFECTURE: USUAL,
    Role.PRESIDENT: OF_A_SITTING,
    Role.MEMBER: OF_A_SITTING,
    Role.ASSOCIATE: OF_A_SITTING,
}


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Start both clocks when somebody signs in."""
    request.session[SINCE] = request.session[SEEN] = timezone.now().timestamp()
    late_forms.signed_in(request)


@dataclass(frozen=True)
class TimeLeft:
    """How long a session lasts yet, in seconds; whether doing something no longer lengthens it."""

    seconds: int
    is_last: bool


def time_left(request: HttpRequest, roles: frozenset[Role], *, at: datetime) -> TimeLeft:
    """What the limits of the strictest role held anywhere leave, in seconds rounded up; 0, none."""
    limits = [LIMITS[role] for role in roles] or [OF_A_SITTING]
    idle, whole = (min(column).total_seconds() for column in zip(*limits, strict=True))
    now = at.timestamp()
    at_rest = idle - (now - request.session.get(SEEN, now))
    at_all = whole - (now - request.session.get(SINCE, now))
    return TimeLeft(max(0, ceil(min(at_rest, at_all))), at_all <= at_rest)


def visit(request: HttpRequest, roles: frozenset[Role], *, at: datetime) -> TimeLeft:
    """Note that somebody is there, unless their session has ended; what it lasts from then on."""
    left = time_left(request, roles, at=at)
    now = at.timestamp()
    if left.seconds and now - request.session.get(SEEN, now) > NOTED_EVERY.total_seconds():
        request.session[SEEN] = now
        return time_left(request, roles, at=at)
    return left
