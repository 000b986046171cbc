"""The parties of a partnership convention, and who signs it and its amendments (R45, R52)."""

from datetime import date

from django.db.models import QuerySet

from conventions.models import Amendment, PartnershipConvention
from conventions.queries import amended
from conventions.queries.parties import bodies, operators
from conventions.rules import partnership as rules
from conventions.rules.partnership import Signatory
from partners import queries as partners
from partners.enums import PartnerKind
from partners.models import Partner

Reads = QuerySet[Partner]


def partner_ids_of(convention: PartnershipConvention) -> list[int]:
    """Its parties, whether or not they are still partners."""
    return sorted(convention.partners.values_list("pk", flat=True))


def parties_on(convention: PartnershipConvention, *, on: date) -> Reads:
    """Its parties who are partners that day, or when it begins."""
    return convention.partners.active_on(max(on, convention.starts_on))


def signing(convention: PartnershipConvention, *, on: date) -> tuple[Signatory, ...]:
    """Who signs a convention, computed from its partners, its chair and the operators (R52)."""
    return rules.signatories(
        bodies(parties_on(convention, on=on), on=on),
        chair_id=convention.chair_id,
        operators=operators(on=on),
    )


def signing_amendment(amendment: Amendment, *, on: date) -> tuple[Signatory, ...]:
    """The original parties that are still there, plus those that join (signature.md 6.2)."""
    if amendment.cooperation:
        return amended.signing(amendment, on=on)
    convention = amendment.founding
    both = Partner.objects.filter(
        pk__in={
            *convention.partners.active_on(on).values_list("pk", flat=True),
            *amendment.incoming.values_list("pk", flat=True),
        }
    )
    return rules.signatories(
        bodies(both, on=on), chair_id=convention.chair_id, operators=operators(on=on)
    )


def company_count(convention: PartnershipConvention, *, on: date) -> int:
    """How many companies a convention joins on a day, a group once (R45, R51)."""
    return partners.counts_by_kind(parties_on(convention, on=on)).get(PartnerKind.COMPANY, 0)
