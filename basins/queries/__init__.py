"""Who holds which role; the people of a space, and the values that ASTREES keeps."""

from basins.queries.roles import (
    RolesHeld,
    asks_second_factor,
    basins_of,
    holders,
    holds_role_with_factor,
    national_holders,
    national_staff,
    operated,
    reachable,
    roles_by_basin,
    roles_held,
    roles_of,
    shut_to,
)

__all__ = [
    "RolesHeld",
    "asks_second_factor",
    "basins_of",
    "holders",
    "holds_role_with_factor",
    "national_holders",
    "national_staff",
    "operated",
    "reachable",
    "roles_by_basin",
    "roles_held",
    "roles_of",
    "shut_to",
]
