"""What the nation reads of its basins."""

from network.queries.consolidation import (
    LIVING,
    SUMMED,
    BasinLine,
    Network,
    Totals,
    network,
    years_known,
)

__all__ = [
    "LIVING",
    "SUMMED",
    "BasinLine",
    "Network",
    "Totals",
    "network",
    "years_known",
]
