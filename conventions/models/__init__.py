"""The conventions that found a basin and support a company (R52-R63)."""

from conventions.models.amendments import AmendedSkills, Amendment, AmendmentMandate
from conventions.models.clauses import LocalClause
from conventions.models.cooperation import CooperationConvention, Signer
from conventions.models.partnership import (
    PartnershipConvention,
    TermAlert,
    ToldStanding,
)

__all__ = [
    "AmendedSkills",
    "Amendment",
    "AmendmentMandate",
    "CooperationConvention",
    "LocalClause",
    "PartnershipConvention",
    "Signer",
    "TermAlert",
    "ToldStanding",
]
