"""The de minimis aid of one undertaking: what it declared, what we granted, what room is left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from alize.common.dates import add_months
from alize.common.money import format_euros
from funds.enums import AdvanceStatus, AidBasis
from funds.models import Advance, DeclaredAid, FundSettings
from funds.queries.ahead import Promise, decided
from funds.queries.fund import untaken_decisions
from funds.rules import de_minimis_room, gross_grant_equivalent
from funds.rules.aid import CEILING, ROLLING_MONTHS
from projects.models import Beneficiary

OURS = "Fonds d'avances du bassin"


@dataclass(frozen=True)
class Grant:
    """One aid of the register; the amount is what it weighs, in cents."""

    granted_on: date
    amount: int
    grantor: str
    purpose: str
    company: str
    is_signed: bool
    """False for one of ours whose convention is not signed: it counts already."""
    advance: Advance | None = None
    aid: DeclaredAid | None = None


@dataclass(frozen=True)
class AidRegister:
    """All that weighs on one undertaking (entreprise unique) on a day."""

    on: date
    grants: tuple[Grant, ...]
    sirens: frozenset[str]
    basis: AidBasis

    @property
    def counted(self) -> list[Grant]:
        """The aid of the three rolling years that end on the day."""
        start = add_months(self.on, -ROLLING_MONTHS)
        return [grant for grant in self.grants if start < grant.granted_on <= self.on]

    @property
    def room(self) -> int:
        """What is left under the ceiling; below zero when it is exceeded."""
        return de_minimis_room(
            grants=[(grant.granted_on, grant.amount) for grant in self.grants], on=self.on
        )

    @property
    def used(self) -> int:
        """What the three years weigh."""
        return CEILING - self.room


@dataclass(frozen=True)
class AidTerms:
    """How an advance weighs: for its amount, or its grant equivalent at a rate (1/100 of 1 %)."""

    basis: AidBasis
    rate: int


def aid_terms(settings: FundSettings) -> AidTerms:
    """How the basin weighs an advance today."""
    return AidTerms(AidBasis(settings.aid_basis), settings.reference_rate + settings.margin)


def terms_of(advance: Advance, settings: FundSettings) -> AidTerms:
    """How an advance weighs: as on the day of its convention; until then, as the basin says."""
    if advance.aid_rate is None:
        return aid_terms(settings)
    return AidTerms(AidBasis(advance.aid_basis), advance.aid_rate)


def weight(terms: AidTerms, promise: Promise, *, on: date) -> int:
    """What an advance paid on a day weighs in the aid of a company, in cents."""
    if terms.basis == AidBasis.NOMINAL or not promise.lines:
        return promise.amount
    yearly = Decimal(terms.rate) / 10_000
    return gross_grant_equivalent(lines=promise.plan_from(on), granted_on=on, rate=yearly)


def weight_of(advance: Advance, settings: FundSettings) -> int:
    """What one of our advances weighs, from the signature of its convention."""
    promise = Promise(
        advance.promised,
        advance.lines,
        advance.step_months,
        advance.grace_months,
        advance.rounding_unit,
    )
    on = advance.contracted_on or advance.granted_on
    return weight(terms_of(advance, settings), promise, on=on)


def undertaking_of(beneficiary: Beneficiary) -> frozenset[str]:
    """The SIREN of the company and of those that declarations tie to it, step by step."""
    declared = DeclaredAid.objects.filter(withdrawn_at=None).exclude(siren="")
    ties = [
        {siret[:9] or f"#{pk}", siren}
        for pk, siret, siren in declared.values_list(
            "beneficiary_id", "beneficiary__siret", "siren"
        )
    ]
    known = {beneficiary.siret[:9] or f"#{beneficiary.pk}"}
    while more := {one for tie in ties if tie & known for one in tie} - known:
        known |= more
    return frozenset(one for one in known if not one.startswith("#"))


def aid_register(beneficiary: Beneficiary, settings: FundSettings, *, on: date) -> AidRegister:
    """Read what weighs on the undertaking of a company, in a constant number of queries."""
    sirens = undertaking_of(beneficiary)
    related = Q(pk=beneficiary.pk)
    for siren in sirens:
        related |= Q(siret__startswith=siren)
    companies = Beneficiary.objects.filter(related)
    grants = [*_declared(companies, sirens), *_advances(companies, settings)]
    grants += _decisions(companies, settings, on)
    grants.sort(key=lambda grant: grant.granted_on, reverse=True)
    return AidRegister(on, tuple(grants), sirens, AidBasis(settings.aid_basis))


def _declared(companies: QuerySet[Beneficiary], sirens: frozenset[str]) -> Iterator[Grant]:
    ours = Q(beneficiary__in=companies) | Q(siren__in=sirens)
    for aid in DeclaredAid.objects.filter(ours, withdrawn_at=None).select_related("beneficiary"):
        yield Grant(
            granted_on=aid.granted_on,
            amount=aid.amount,
            grantor=aid.grantor,
            purpose=aid.purpose,
            company=aid.company or aid.beneficiary.name,
            is_signed=True,
            aid=aid,
        )


def _advances(companies: QuerySet[Beneficiary], settings: FundSettings) -> Iterator[Grant]:
    """Ours count from the signature of their convention; until then, from the decision."""
    advances = Advance.objects.filter(project__beneficiary__in=companies).exclude(
        status=AdvanceStatus.CANCELLED
    )
    for advance in advances.select_related("project__beneficiary"):
        yield Grant(
            granted_on=advance.contracted_on or advance.granted_on,
            amount=weight_of(advance, settings),
            grantor=OURS,
            purpose=f"Avance {advance.reference} de {format_euros(advance.promised)}",
            company=advance.project.beneficiary.name,
            is_signed=advance.contracted_on is not None,
            advance=advance,
        )


def _decisions(
    companies: QuerySet[Beneficiary], settings: FundSettings, on: date
) -> Iterator[Grant]:
    terms = aid_terms(settings)
    for decision in untaken_decisions(on=on).filter(project__beneficiary__in=companies):
        project = decision.project
        yield Grant(
            granted_on=decision.decided_on,
            amount=weight(terms, decided(decision), on=decision.decided_on),
            grantor=OURS,
            purpose=f"Avance de {format_euros(decision.amount)} au dossier {project.reference}",
            company=project.beneficiary.name,
            is_signed=False,
        )
