"""Who signs a convention of cooperation and development, and what it says (R60-R63)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Capacity(StrEnum):
    """Qualité du signataire."""

    OWNER = "OWNER"
    COMPANY = "COMPANY"
    FOLLOW_UP_LEAD = "FOLLOW_UP_LEAD"
    PRESIDENT = "PRESIDENT"
    OPERATOR = "OPERATOR"


LEGAL_OFFICES = frozenset({
    "gérance", "gérant", "gérante", "cogérance", "cogérant", "cogérante",
    "présidence", "président", "présidente", "direction générale",
    "président directeur général", "présidente directrice générale", "pdg",
    "directeur général", "directrice générale", "président du directoire",
    "présidente du directoire", "entrepreneur individuel", "entrepreneuse individuelle",
})  # fmt: skip
"""The offices that bind a company by law (Code de commerce L223-18, L225-56, L225-66, L227-6)."""


def binds_by_law(function: str) -> bool:
    """Whether somebody with this function binds their company without any other act."""
    return " ".join(function.replace("-", " ").casefold().split()) in LEGAL_OFFICES


@dataclass(frozen=True)
class Party:
    """Partie: a structure and the person who signs for it, unknown while the name is empty.

    Their mandate is what gives them the right to sign for it, and until when.
    """

    organisation: str
    name: str = ""
    function: str = ""
    email: str = ""
    partner_id: int | None = None
    mandate: str = ""
    mandate_since: date | None = None
    mandate_until: date | None = None
    mandate_sha256: str = ""
    """Digest of the act that gives it, when it is kept."""


@dataclass(frozen=True)
class Signatory:
    """Signataire: a party, in which capacity, and what it signs."""

    capacity: Capacity
    party: Party
    signs_convention: bool
    signs_annex: bool


def signatories(
    *,
    owner: Party,
    companies: Iterable[Party],
    follow_up: Party | None,
    president: Party,
    operators: Sequence[Party],
    has_advance: bool,
) -> tuple[Signatory, ...]:
    """List who signs, in the order of the document, any number of them.

    The owner, each company that provides skills, the follow-up lead when their partner is none of
    these companies, and the president sign the convention (R62) and, when an advance is granted,
    its annex; the operators sign that annex only (R63).
    """
    providers = list({company.partner_id: company for company in companies}.values())
    leads = [
        lead
        for lead in (follow_up,)
        if lead and lead.partner_id not in {company.partner_id for company in providers}
    ]
    parties = [
        (Capacity.OWNER, owner),
        *((Capacity.COMPANY, company) for company in providers),
        *((Capacity.FOLLOW_UP_LEAD, lead) for lead in leads),
        (Capacity.PRESIDENT, president),
        *((Capacity.OPERATOR, operator) for operator in operators if has_advance),
    ]
    return tuple(
        Signatory(
            capacity=capacity,
            party=party,
            signs_convention=capacity is not Capacity.OPERATOR,
            signs_annex=has_advance,
        )
        for capacity, party in parties
    )


@dataclass(frozen=True)
class Lending:
    """Apport en compétences : the days that a company lends, and for what."""

    partner_id: int
    organisation: str
    topic: str
    days: Decimal


@dataclass(frozen=True)
class Content:
    """Ce que prévoit une convention on a day, its signed amendments counted."""

    skills: tuple[Lending, ...]
    jobs_created: Decimal
    jobs_retained: Decimal
    lead: str
    ends_on: date

    @property
    def days(self) -> Decimal:
        """All the days that are lent."""
        return sum((one.days for one in self.skills), Decimal(0))
