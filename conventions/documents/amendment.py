"""The words of an amendment to a partnership convention, from plain facts."""

from dataclasses import dataclass
from datetime import date

from alize.common.dates import long_date
from alize.drafting import blocks
from alize.drafting.blocks import Block
from conventions.documents.parties import parties, signatures
from conventions.documents.partnership import items, pledges_table
from conventions.rules.budget import Promise
from conventions.rules.partnership import Signatory

TITLE = "Avenant à la convention de partenariat"
KIND = "avenant-partenariat"


@dataclass(frozen=True)
class AmendmentFacts:
    """All that an amendment is written from."""

    basin: str
    number: int
    convention: str
    convention_reference: str
    convention_date: date | None
    reason: str
    takes_effect_on: date
    new_ends_on: date | None
    changes: str
    incoming: tuple[int, ...]
    signing: tuple[Signatory, ...]
    promises: tuple[Promise, ...]
    years: tuple[int, ...]


def amendment_values(facts: AmendmentFacts) -> dict[str, str]:
    """The variables of an amendment."""
    said = {
        "bassin": facts.basin,
        "numero_avenant": str(facts.number),
        "convention": facts.convention,
        "convention_reference": facts.convention_reference,
        "convention_date": long_date(facts.convention_date) if facts.convention_date else "",
        "motif": facts.reason.strip(),
        "prise_effet": long_date(facts.takes_effect_on),
        "terme": long_date(facts.new_ends_on) if facts.new_ends_on else "",
    }
    return {name: value for name, value in said.items() if value}


def amendment_blocks(facts: AmendmentFacts) -> dict[str, Block | None]:
    """The named blocks of an amendment: those who join are parties of their own."""
    joining = [one for one in facts.signing if one.body.partner_id in facts.incoming]
    origin = [one for one in facts.signing if one.body.partner_id not in facts.incoming]
    return {
        "parties": blocks.parties(parties(origin)),
        "entrants": blocks.parties(parties(joining)) if joining else None,
        "modifications": items(facts.changes),
        "engagements": pledges_table(facts.promises, facts.years),
        "signatures": signatures(facts.signing),
    }
