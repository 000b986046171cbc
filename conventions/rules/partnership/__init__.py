"""Pure rules of a partnership convention: who signs, how long it lasts, what it lacks (R45-R59)."""

from conventions.rules.partnership.gaps import Contents, Gap, gaps_of_budget, missing, signing_gaps
from conventions.rules.partnership.signing import (
    FIRST,
    LAST,
    Body,
    Capacity,
    Mandate,
    Signatory,
    company_count,
    signatories,
)
from conventions.rules.partnership.targets import Cruise, cruise, cruise_in_words
from conventions.rules.partnership.terms import (
    ALERTS,
    YEARS,
    Standing,
    alert_due,
    months_left,
    standing,
    term,
    time_left,
    years_of,
)

__all__ = [
    "ALERTS",
    "FIRST",
    "LAST",
    "YEARS",
    "Body",
    "Capacity",
    "Contents",
    "Cruise",
    "Gap",
    "Mandate",
    "Signatory",
    "Standing",
    "alert_due",
    "company_count",
    "cruise",
    "cruise_in_words",
    "gaps_of_budget",
    "missing",
    "months_left",
    "signatories",
    "signing_gaps",
    "standing",
    "term",
    "time_left",
    "years_of",
]
