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
from funds.queries.fund import untaken_decisions
from funds.rules import build_schedule, de_minimis_room, gross_grant_equivalent
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
    """All that weighs on one undertaking on a day."""

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


def weight(
    settings: FundSettings,
    *,
    amount: int,
    lines: int,
    grace_months: int,
    on: date,
    step_months: int = 1,
    rounding_unit: int = 1,
    rate: int | None = None,
) -> int:
    """What an advance weighs in the aid of a company, by the basis that the basin chose.

    `rate` is that of its convention, in hundredths of a per cent; that of the basin until then.
    """
    if settings.aid_basis == AidBasis.NOMINAL or not lines:
        return amount
    plan = build_schedule(
        amount=amount,
        lines=min(lines, amount),
        disbursed_on=on,
        step_months=step_months,
        grace_months=grace_months,
        rounding_unit=rounding_unit,
    )
    yearly = Decimal(aid_rate(settings) if rate is None else rate) / 10_000
    return gross_grant_equivalent(lines=plan, granted_on=on, rate=yearly)


def aid_rate(settings: FundSettings) -> int:
    """The rate and the margin of the basin, in hundredths of a per cent."""
    return settings.reference_rate + settings.margin


def weight_of(advance: Advance, settings: FundSettings) -> int:
    """What one of our advances weighs, from the signature of its convention."""
    return weight(
        settings,
        amount=advance.promised,
        lines=advance.lines,
        grace_months=advance.grace_months,
        step_months=advance.step_months,
        rounding_unit=advance.rounding_unit,
        rate=advance.aid_rate,
        on=advance.contracted_on or advance.granted_on,
    )


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
    for decision in untaken_decisions(on=on).filter(project__beneficiary__in=companies):
        proposal, project = decision.proposal, decision.project
        yield Grant(
            granted_on=decision.decided_on,
            amount=weight(
                settings,
                amount=decision.amount,
                lines=proposal.lines,
                grace_months=proposal.grace_months,
                step_months=proposal.step_months,
                on=decision.decided_on,
            ),
            grantor=OURS,
            purpose=f"Avance de {format_euros(decision.amount)} au dossier {project.reference}",
            company=project.beneficiary.name,
            is_signed=False,
        )
