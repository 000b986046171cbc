"""What the steering committee reads of its basin."""

from steering.queries.figures import (
    Figures,
    State,
    basin_figures,
    by_year,
    jobs_seen,
    since_origin,
    state_of,
    years_of,
)
from steering.queries.records import Records, read
from steering.queries.resources import (
    GROUPS,
    Partnership,
    changed_promises,
    partnership,
    resource_profile,
)

__all__ = [
    "GROUPS",
    "Figures",
    "Partnership",
    "Records",
    "State",
    "basin_figures",
    "by_year",
    "changed_promises",
    "jobs_seen",
    "partnership",
    "read",
    "resource_profile",
    "since_origin",
    "state_of",
    "years_of",
]
