"""« Ce que vous signez », in a few lines, for the pages of a circuit."""

from datetime import date
from typing import cast

from alize.common.dates import long_date
from alize.common.money import format_euros, format_number
from basins.tenancy import current
from conventions.documents import cooperation_amendment as support_words
from conventions.models import Amendment, PartnershipConvention
from conventions.queries import partnership as queries


def summary_of(convention: PartnershipConvention) -> list[tuple[str, str]]:
    """« Ce que vous signez », in a few lines, for the pages of a circuit."""
    budget = queries.budget_of(convention)
    return [
        ("Convention", f"Convention de partenariat n° {convention.number}, {current().name}"),
        ("Durée", f"du {long_date(convention.starts_on)} au {long_date(convention.ends_on)}"),
        ("Objectif", f"{format_number(convention.jobs_target)} emplois"),
        ("Moyens réunis", format_euros(budget.total)),
    ]


def amendment_summary(amendment: Amendment) -> list[tuple[str, str]]:
    """« Ce que vous signez » of an amendment."""
    if amendment.cooperation:
        return support_words.summary(amendment)
    joining = ", ".join(partner.name for partner in amendment.incoming.all())
    promised = (amendment.snapshot or {}).get("promises", [])
    promising = ", ".join(dict.fromkeys(one["partner"] for one in promised))
    lines = [
        ("Avenant", f"n° {amendment.number} à la {str(amendment.convention).lower()}"),
        ("Motif", amendment.reason),
        ("Prise d'effet", long_date(cast(date, amendment.takes_effect_on))),
        ("Entrent dans la convention", joining),
        ("Engagements nouveaux ou modifiés", promising),
    ]
    return [(label, value) for label, value in lines if value]
