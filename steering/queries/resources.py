"""Who is in the partnership, under which convention, and what each group pledges (R45, R72)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from conventions.models import PartnershipConvention
from partners.enums import PartnerKind
from partners.models import Partner, Pledge
from partners.queries import counts_by_kind

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
    """K46: what each of the four groups pledged for a year, money and valued days, in cents."""
    pledged = dict(
        Pledge.objects.filter(year=year).values_list("partner__kind").annotate(Sum("amount"))
    )
    return tuple(pledged.get(kind, 0) for kind, _ in GROUPS)
