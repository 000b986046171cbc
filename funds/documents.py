"""What the papers of the fund print, frozen."""

from typing import Any

from alize.common.money import format_euros, format_share
from basins.tenancy import current
from funds import queries
from funds.enums import AidBasis
from funds.models import Advance
from funds.rules.aid import CEILING


def certificate_context(advance: Advance) -> dict[str, Any]:
    """Everything the certificate of de minimis aid prints; its convention is signed."""
    settings = queries.fund_settings()
    signed_on = advance.contracted_on
    company = advance.project.beneficiary
    register = queries.aid_register(company, settings, on=signed_on)
    rate = format_share(settings.reference_rate + settings.margin)
    by_equivalent = register.basis == AidBasis.EQUIVALENT
    return {
        "company": company,
        "basin": current().name,
        "operator": advance.project.operator,
        "advance": advance,
        "signed_on": signed_on,
        "weight": queries.weight_of(advance, settings),
        "how": f"son équivalent-subvention brut, au taux de {rate}"
        if by_equivalent
        else "son montant entier",
        "rows": [
            (grant.granted_on, grant.grantor, grant.purpose, grant.company, grant.amount)
            for grant in register.counted
        ],
        "ceiling": format_euros(CEILING),
        "used": register.used,
        "room": register.room,
    }
