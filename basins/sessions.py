"""How long one stays signed in without doing anything, and at all (security.md 2.1)."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

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


def has_ended(request: HttpRequest, roles: frozenset[Role], *, at: datetime) -> bool:
    """Whether a limit of the strictest role held anywhere is passed; if not, the visit is noted."""
    limits = [LIMITS[role] for role in roles] or [OF_A_SITTING]
    idle, whole = (min(column).total_seconds() for column in zip(*limits, strict=True))
    now = at.timestamp()
    seen = request.session.get(SEEN, now)
    if now - seen > idle or now - request.session.get(SINCE, now) > whole:
        return True
    if now - seen > NOTED_EVERY.total_seconds():
        request.session[SEEN] = now
    return False
