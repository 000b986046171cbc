"""What the parties of a partnership convention promise, and the budget that makes (R57)."""

from basins.queries.references import references_on
from conventions.enums import AgreementStatus
from conventions.models import Amendment, PartnershipConvention
from conventions.queries.partnership.parties import Reads
from conventions.rules import partnership as rules
from conventions.rules.budget import Budget, Promise, PromiseKey, budget, changed
from partners.enums import PartnerKind
from partners.models import Pledge
from partners.rules import PROFILE


def promises(listing: Reads, years: tuple[int, ...]) -> tuple[Promise, ...]:
    """What these partners promise for these years, by partner, year and nature."""
    return tuple(one for one in _said(listing, years) if one.amount)


def _said(listing: Reads, years: tuple[int, ...]) -> tuple[Promise, ...]:
    """The same, with what was given up: a pledge of nothing."""
    pledges = Pledge.objects.filter(partner__in=listing, year__in=years)
    return tuple(
        Promise(
            partner=pledge.partner.name,
            kind=pledge.partner.kind,
            year=pledge.year,
            nature=pledge.nature,
            amount=pledge.amount,
            tenths_of_days=int(pledge.days * 10),
            daily_rate=pledge.daily_rate,
            what=pledge.what,
            partner_id=pledge.partner_id,
        )
        for pledge in pledges.select_related("partner").order_by("partner", "year", "nature")
    )


def signed_promises(convention: PartnershipConvention) -> dict[PromiseKey, Promise] | None:
    """What the parties have signed: the text as frozen, then each amendment signed since.

    None when the convention was signed before its promises were kept.
    """
    kept = (convention.snapshot or {}).get("promises")
    if kept is None:
        return None
    amendments = convention.amendments.filter(status=AgreementStatus.SIGNED).order_by("number")
    for amendment in amendments:
        kept = [*kept, *(amendment.snapshot or {}).get("promises", [])]
    return {one.key: one for one in (Promise(**said) for said in kept)}


def amended_promises(amendment: Amendment) -> tuple[Promise, ...]:
    """Those of who joins, and those that a party has changed since it signed."""
    convention = amendment.founding
    years = rules.years_of(convention.starts_on)
    joining = promises(amendment.incoming.all(), years)
    signed = signed_promises(convention)
    if signed is None:
        return joining
    return (*joining, *changed(_said(convention.partners.all(), years), signed=signed))


def budget_of(convention: PartnershipConvention) -> Budget:
    """Annex 1, from the pledges of its partners for its three years, as frozen since (R57).

    Its profile is beside the reference of the day when it takes effect.
    """
    kept = (convention.snapshot or {}).get("budget")
    if kept:
        return Budget.of_dict(kept)
    years = rules.years_of(convention.starts_on)
    found = promises(convention.partners.all(), years)
    beyond = [PartnerKind.NETWORK] if any(one.kind == PartnerKind.NETWORK for one in found) else []
    return budget(
        found,
        kinds=(*PROFILE, *beyond),
        years=years,
        engineering=convention.local_engineering,
        allowance=convention.allowance,
        targets=references_on(convention.starts_on).profile,
    )
