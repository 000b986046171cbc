"""The morning mail: how much waits for each person in a basin (journeys.md 4.0, M25)."""

from collections import defaultdict
from datetime import datetime, time

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.dates import is_working_day, long_date
from alize.notifications.operations import Recipient, send_mail
from alize.notifications.queries import without
from alize.outbox.operations import enqueue
from basins.enums import Role
from basins.homes import Visitor, parts_for
from basins.models import Membership
from basins.tenancy import current, national

LEAVES_AT, TOO_LATE = time(7, 30), time(12)
"""When it leaves, and from when on the day has begun without it."""


def plan_digest(*, at: datetime) -> None:
    """Have the mail of the day leave at its hour, on the days when offices are open."""
    day = timezone.localdate(at)
    if is_working_day(day) and timezone.localtime(at).time() < TOO_LATE:
        leaves_at = timezone.make_aware(datetime.combine(day, LEAVES_AT))
        enqueue("basins.send_digest", key=day.isoformat(), due_at=leaves_at, day=day.isoformat())


def send_digest(*, at: datetime, day: str) -> None:
    """Write to everybody for whom something waits here; a day that is over is not told."""
    on = timezone.localdate(at)
    if on.isoformat() != day:
        return
    roles: dict[Person, set[Role]] = defaultdict(set)
    held = Membership.objects.held_on(on).filter(basin=current(), person__is_active=True)
    for membership in held.select_related("person").order_by("pk"):
        roles[membership.person].add(Role(membership.role))
    with national():
        # Those who do without, before their page is read for nothing.
        muted = without("M25")
    for person, theirs in roles.items():
        if person.pk not in muted:
            _tell(Visitor(person, frozenset(theirs), on))


def _tell(visitor: Visitor) -> None:
    """Counts alone: what waits may say of a company what no mail does (journeys.md 4.0)."""
    parts = parts_for(visitor)
    asked = [todo for _, todo in parts.todos if todo.is_asked]
    if not asked:
        return
    urgent = sum(todo.badge is not None and todo.badge.tone == "late" for todo in asked)
    send_mail(
        "M25",
        to=Recipient.of(visitor.person),
        path=basin_reverse("basin_home"),
        key=visitor.on.isoformat(),
        day=long_date(visitor.on),
        count=len(asked),
        urgent=urgent,
        waiting=len(parts.waiting),
    )
