"""What a partnership convention is on a day: its parties, its promises, what it lacks, its life."""

from conventions.queries.partnership.lacking import (
    amendment_gaps,
    gaps,
    gaps_of_departed,
    gaps_of_left,
    where,
)
from conventions.queries.partnership.means import (
    amended_promises,
    budget_of,
    promises,
    signed_promises,
)
from conventions.queries.partnership.parties import (
    company_count,
    parties_on,
    partner_ids_of,
    signing,
    signing_amendment,
)
from conventions.queries.partnership.references import (
    amendment_reference_of,
    operator_reference_of,
    reference_of,
    text_reference_of,
)
from conventions.queries.partnership.standing import (
    conventions_with_life,
    first_convention,
    may_change,
    renewal_of,
    standing_badge,
    standing_of,
    succession,
    waits_for_renewal,
)

__all__ = [
    "amended_promises",
    "amendment_gaps",
    "amendment_reference_of",
    "budget_of",
    "company_count",
    "conventions_with_life",
    "first_convention",
    "gaps",
    "gaps_of_departed",
    "gaps_of_left",
    "may_change",
    "operator_reference_of",
    "parties_on",
    "partner_ids_of",
    "promises",
    "reference_of",
    "renewal_of",
    "signed_promises",
    "signing",
    "signing_amendment",
    "standing_badge",
    "standing_of",
    "succession",
    "text_reference_of",
    "waits_for_renewal",
    "where",
]
