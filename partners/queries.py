"""Reads of the partners: the list by group, one partner, the profile of what is pledged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from alize.accounts.models import Person
from alize.common.charts import Profile, Share, profile
from alize.common.words import french_order
from basins import tenancy
from basins.models import Membership
from basins.queries.references import references_of_year
from partners.enums import PartnerKind, SkillDomain
from partners.models import Contact, Mandate, Partner, SkillOffer
from partners.promised import promises
from partners.rules import PROFILE


def _listed(*, on: date, year: int) -> list[Any]:
    """The partners of a day with their contacts counted and what binds them for a year."""
    contacts = Count("contacts", filter=Q(contacts__is_active=True))
    partners: list[Any] = list(
        Partner.objects.active_on(on).select_related("group").annotate(contact_count=contacts)
    )
    bound = _bound(year=year)
    for partner in partners:
        partner.pledged, tenths = bound.get(partner.pk, (0, 0))
        partner.pledged_days = Decimal(tenths).scaleb(-1)
    return partners


def lenders(on: date) -> QuerySet[Partner]:
    """The companies that may lend days on a day: those that are partners then (R46)."""
    return Partner.objects.active_on(on).filter(kind=PartnerKind.COMPANY)


def _bound(*, year: int) -> dict[int, tuple[int, int]]:
    """What binds each partner for a year, all natures together: cents, and tenths of days."""
    sums: dict[int, tuple[int, int]] = {}
    for (partner, _, _), one in promises(years=(year,)).items():
        cents, tenths = sums.get(partner, (0, 0))
        sums[partner] = (cents + one.bound.amount, tenths + one.bound.tenths_of_days)
    return sums


@dataclass(frozen=True)
class Kind:
    """The partners of one kind; those of one group follow each other under its name."""

    label: str
    groups: Sequence[tuple[str, Sequence[Partner]]]
    count: int
    contacts: int
    days: Decimal
    amount: int


PLURALS = {
    PartnerKind.COMPANY: "Entreprises partenaires",
    PartnerKind.ASSOCIATE: "Partenaires associés",
    PartnerKind.AUTHORITY: "Collectivités",
    PartnerKind.STATE: "État, Caisse des dépôts",
    PartnerKind.NETWORK: "Réseau national",
}
_ORDER = {kind.value: rank for rank, kind in enumerate(PartnerKind)}


def by_kind(*, on: date, year: int) -> list[Kind]:
    """The partners of a day, by kind then by group."""
    partners = sorted(_listed(on=on, year=year), key=_place)
    kinds = []
    for kind, of_kind in groupby(partners, key=lambda partner: partner.kind):
        mine = list(of_kind)
        groups = [(name, list(members)) for name, members in groupby(mine, key=_group_name)]
        kinds.append(
            Kind(
                PLURALS[PartnerKind(kind)],
                groups,
                count=len(mine),
                contacts=sum(partner.contact_count for partner in mine),
                days=sum((partner.pledged_days for partner in mine), Decimal(0)),
                amount=sum(partner.pledged for partner in mine),
            )
        )
    return kinds


def _group_name(partner: Partner) -> str:
    return partner.group.name if partner.group else ""


def _place(partner: Partner) -> tuple[int, tuple[str, str], tuple[str, str]]:
    """Kinds in their order; a group stands where its name does."""
    name = french_order(partner.name)
    group = _group_name(partner)
    return _ORDER[partner.kind], french_order(group) if group else name, name


def left_before(on: date) -> QuerySet[Partner]:
    """Those who are partners no more."""
    return Partner.objects.filter(left_on__lte=on).select_related("group")


def counts_by_kind(partners: QuerySet[Partner]) -> dict[str, int]:
    """How many partners of each kind; the establishments of a group count once (R51)."""
    counted = Count("pk", distinct=True) - Count("group") + Count("group", distinct=True)
    return dict(partners.order_by().values_list("kind").annotate(count=counted))


def company_count(*, on: date) -> int:
    """How many partner companies a basin has on a day, a group once (R45, R51)."""
    return counts_by_kind(Partner.objects.active_on(on)).get(PartnerKind.COMPANY, 0)


def mandates_on(partners: Iterable[int], *, on: date) -> dict[int, Mandate]:
    """For each partner, the mandate under which an active contact signs on a day.

    The legal representative first, then the mandate that lasts longest.
    """
    found: dict[int, Mandate] = {}
    for mandate in _held(partners, on=on):
        found.setdefault(mandate.contact.partner_id, mandate)
    return found


def mandates_by_name(partners: Iterable[int], *, on: date) -> dict[tuple[int, str], Mandate | None]:
    """For each partner and name of those who sign for it, the mandate of a day, if any."""
    ids = list(partners)
    contacts = Contact.objects.filter(partner__in=ids).select_related("person")
    found: dict[tuple[int, str], Mandate | None] = {
        (contact.partner_id, contact.person.full_name): None for contact in contacts
    }
    for mandate in reversed(_held(ids, on=on)):
        found[mandate.contact.partner_id, mandate.contact.person.full_name] = mandate
    return found


def mandates_of(partner: int, *, on: date) -> list[Mandate]:
    """All the mandates under which somebody may sign for a partner on a day, one a person."""
    found = {mandate.contact_id: mandate for mandate in reversed(_held([partner], on=on))}
    return list(reversed(found.values()))


def _held(partners: Iterable[int], *, on: date) -> list[Mandate]:
    return list(
        Mandate.objects.in_force_on(on)
        .filter(contact__partner__in=partners, contact__signs=True, contact__is_active=True)
        .select_related("contact__person", "document")
        .order_by("-kind", F("ends_on").desc(nulls_first=True), "pk")
    )


def skills_by_domain() -> list[tuple[str, list[SkillOffer]]]:
    """The catalogue of skills of the partners, by domain, in the order of the shelves."""
    offers = sorted(
        SkillOffer.objects.filter(withdrawn_on=None).select_related("partner"),
        key=lambda offer: (_SHELVES[offer.domain], offer.title.casefold(), offer.pk),
    )
    return [
        (SkillDomain(domain).label, list(of_domain))
        for domain, of_domain in groupby(offers, key=lambda offer: offer.domain)
    ]


_SHELVES = {domain.value: rank for rank, domain in enumerate(SkillDomain)}


def promised_by_kind(*, year: int) -> dict[str, int]:
    """K46: what binds the partners of each kind for a year, valued, in cents (R72)."""
    bound = _bound(year=year)
    sums: dict[str, int] = {}
    for partner, kind in Partner.objects.filter(pk__in=bound).values_list("pk", "kind"):
        sums[kind] = sums.get(kind, 0) + bound[partner][0]
    return sums


def pledged_profile(*, year: int, on: date) -> Profile:
    """What is pledged for a year, beside the profile of reference (R72)."""
    targets = references_of_year(year, on=on).profile
    sums = promised_by_kind(year=year)
    shares = [
        Share(label, sums.get(kind, 0), target)
        for (kind, label), target in zip(PROFILE.items(), targets, strict=True)
    ]
    return profile(shares, title=f"Profil des engagements {year}", label="Promis")


def people_to_add(partner: Partner) -> QuerySet[Person]:
    """The people of the basin who are not contacts of this partner yet."""
    known = Contact.objects.filter(partner=partner).values("person_id")
    here = Membership.objects.filter(basin=tenancy.current()).values("person_id")
    return (
        Person.objects.filter(pk__in=here).exclude(pk__in=known).order_by("last_name", "first_name")
    )
