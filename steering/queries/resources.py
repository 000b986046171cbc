"""Who is in the partnership, under which convention, and what each group pledges (R45, R72)."""

from dataclasses import dataclass
from datetime import date

from alize.common.words import french_order
from conventions.models import PartnershipConvention
from partners.enums import PartnerKind, PledgeNature
from partners.models import Partner
from partners.promised import promises
from partners.queries import counts_by_kind, promised_by_kind

GROUPS = (
    (PartnerKind.COMPANY, "Entreprises"),
    (PartnerKind.ASSOCIATE, "Acteurs du territoire"),
    (PartnerKind.AUTHORITY, "Collectivités"),
    (PartnerKind.STATE, "État et Caisse des dépôts"),
)
"""The four groups of the resource profile, in the order of its reference."""


@dataclass(frozen=True)
class Partnership:
    """Partenariat : how many of each kind, and the convention in force or the last one."""

    companies: int
    authorities: int
    convention: PartnershipConvention | None
    ends_on: date | None
    """The term of the convention, or of what renews it once that is signed (M23)."""


def partnership(*, as_of: date) -> Partnership:
    """Active partners by kind; establishments of one group count once (R51)."""
    counts = counts_by_kind(Partner.objects.active_on(as_of))
    convention = (
        PartnershipConvention.objects.filter(status="SIGNED", starts_on__lte=as_of)
        .order_by("-starts_on")
        .first()
    )
    return Partnership(
        companies=counts.get(PartnerKind.COMPANY, 0),
        authorities=counts.get(PartnerKind.AUTHORITY, 0),
        convention=convention,
        ends_on=None if convention is None else _last_term(convention),
    )


def _last_term(convention: PartnershipConvention) -> date:
    renewal = convention.renewals.filter(status="SIGNED").first()
    return convention.ends_on if renewal is None else _last_term(renewal)


def resource_profile(*, year: int) -> tuple[int, ...]:
    """K46: what binds each of the four groups for a year, money and valued days, in cents."""
    bound = promised_by_kind(year=year)
    return tuple(bound.get(kind, 0) for kind, _ in GROUPS)


@dataclass(frozen=True)
class ChangedPromise:
    """Engagement revu : what a partner says of a nature, beside what all signed; cents."""

    partner: str
    nature: str
    signed: int
    said: int


def changed_promises(*, year: int) -> list[ChangedPromise]:
    """What partners say of a year otherwise than signed: it binds once an amendment is signed."""
    found = [(key, one) for key, one in promises(years=(year,)).items() if not one.is_as_signed]
    names = dict(
        Partner.objects.filter(pk__in=[key[0] for key, _ in found]).values_list("pk", "name")
    )
    changed = [
        ChangedPromise(
            partner=names[partner],
            nature=PledgeNature(nature).label,
            signed=one.bound.amount,
            said=one.said.amount,
        )
        for (partner, _, nature), one in found
    ]
    return sorted(changed, key=lambda one: (french_order(one.partner), one.nature))
