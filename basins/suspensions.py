"""Use cases: ASTREES shuts the space of a basin for a while, and opens it again (security.md 2.2).

Nobody works in it meanwhile, by a link either; its work waits, and nothing of it is lost.
"""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit.operations import record
from basins import permissions
from basins.models import Basin
from basins.tenancy import forget


@transaction.atomic
def suspend(*, basin_id: int, reason: str, by: Person, at: datetime) -> Basin:
    """Shut the space of a basin from the next request on.

    :raises ActionDenied: it is not open.
    """
    basin = Basin.objects.select_for_update().get(pk=basin_id)
    permissions.suspend(basin)
    basin.suspended_at, basin.suspended_for = at, reason
    basin.save(update_fields=["suspended_at", "suspended_for"])
    record("basin.suspended", target=basin, by=by, at=at, reason=str(reason))
    transaction.on_commit(lambda: forget(basin.slug))
    return basin


@transaction.atomic
def resume(*, basin_id: int, by: Person, at: datetime) -> Basin:
    """Open it again; what waited is done.

    :raises ActionDenied: it is not suspended.
    """
    basin = Basin.objects.select_for_update().get(pk=basin_id)
    permissions.resume(basin)
    basin.suspended_at, basin.suspended_for = None, ""
    basin.save(update_fields=["suspended_at", "suspended_for"])
    record("basin.resumed", target=basin, by=by, at=at)
    return basin
