"""The journal as people read it: who did what, when (security.md 2.2, « Audit journal »)."""

from collections.abc import Collection
from datetime import date

from django.apps import apps
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Trim

from alize.accounts.models import Person
from alize.audit.models import AuditEvent
from basins.journal.words import ACTS

NO_ACCOUNT = "Sans compte, ou l'application"


def events_kept(
    *,
    kinds: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
    name: str = "",
    by: Person | None = None,
) -> QuerySet[AuditEvent]:
    """The events of the current journal, the latest first, each with `who` did it.

    :param kinds: these kinds only, all when empty.
    :param name: a part of the name of who did it.
    :param by: somebody's own acts only.
    """
    full_name = Trim(Concat("first_name", Value(" "), "last_name"))
    people = Person.objects.annotate(full=full_name)
    events = AuditEvent.objects.annotate(
        who=Subquery(people.filter(pk=OuterRef("by_id")).values("full"))
    ).order_by("-sequence")
    if kinds:
        events = events.filter(type__in=kinds)
    if since:
        events = events.filter(at__date__gte=since)
    if until:
        events = events.filter(at__date__lte=until)
    if name:
        named = people.filter(full__icontains=name)
        events = events.filter(by_id__in=list(named.values_list("pk", flat=True)))
    if by is not None:
        events = events.filter(by_id=by.pk)
    return events


def act_of(event: AuditEvent) -> str:
    """What was done, in French; its code when it has no words."""
    return ACTS.get(event.type, event.type)


def target_of(event: AuditEvent) -> str:
    """What it was done to: « avance n° 12 », nothing when it was no object of ours."""
    if not event.target_type:
        return ""
    try:
        named = str(apps.get_model(event.target_type)._meta.verbose_name)
    except LookupError:  # an object of a version before
        named = event.target_type
    return f"{named} n°\u00a0{event.target_id}"
