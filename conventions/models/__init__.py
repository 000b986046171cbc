"""The conventions that found a basin and support a company (R52-R63)."""

from conventions.models.clauses import LocalClause
from conventions.models.cooperation import CooperationConvention, Signer
from conventions.models.partnership import (
    Amendment,
    PartnershipConvention,
    TermAlert,
    ToldStanding,
)

__all__ = [
    "Amendment",
    "CooperationConvention",
    "LocalClause",
    "PartnershipConvention",
    "Signer",
    "TermAlert",
    "ToldStanding",
]
