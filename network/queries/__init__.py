"""What the nation reads of its basins."""

from network.queries.consolidation import (
    BasinLine,
    Network,
    network,
    years_known,
)

__all__ = [
    "BasinLine",
    "Network",
    "network",
    "years_known",
]
