"""Basins, who runs them, and who holds which role in them; all of it in `public`."""

from basins.models.basins import Basin, Domain, SchemaBlueprint
from basins.models.links import SingleUseLink
from basins.models.operators import LocalOperator
from basins.models.people import Acquaintance, Invitation, Membership, SecondFactorReset
from basins.models.references import ReferenceValue

__all__ = [
    "Acquaintance",
    "Basin",
    "Domain",
    "Invitation",
    "LocalOperator",
    "Membership",
    "ReferenceValue",
    "SchemaBlueprint",
    "SecondFactorReset",
    "SingleUseLink",
]
