"""The figures of the fund on a day: delays, risk, provision, losses, and the identity (2.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.money import NO_BREAK_SPACE, format_euros, format_number
from alize.common.screen import Figure
from funds import queries
from funds.foresight.screen import SumLine
from funds.forms import BUCKETS
from funds.models import FundSettings
from funds.queries.provision import Provision
from funds.rules import Standing, ageing, loss_rate, portfolio_at_risk

RISKS = (30, 90)


@dataclass(frozen=True)
class AgeRow:
    """One bucket of the ageing table, and the list of its advances; amounts in cents."""

    name: str
    count: int
    outstanding: int
    overdue: int
    rate: int
    """In basis points."""
    provision: int
    url: str


@dataclass(frozen=True)
class RiskRow:
    """The share of the outstanding that delays beyond some days put at risk."""

    name: str
    share: Decimal
    with_restructured: Decimal
    url: str


def age_rows(standings: Iterable[Standing], settings: FundSettings, *, on: date) -> list[AgeRow]:
    """The running advances by days late, each bucket with its provision."""
    return [
        AgeRow(
            name=name,
            count=bucket.count,
            outstanding=bucket.outstanding,
            overdue=bucket.overdue,
            rate=bucket.rate,
            provision=bucket.provision,
            url=_advances(on, retard=f"B{rank}"),
        )
        for rank, (name, bucket) in enumerate(
            zip(BUCKETS, ageing(standings, settings.matrix), strict=True)
        )
    ]


def risk_rows(standings: Iterable[Standing], *, on: date) -> list[RiskRow]:
    """PAR 30 and PAR 90, always shown twice (funds.md 2.5)."""
    running = list(standings)
    return [
        RiskRow(
            name=f"PAR {days}",
            share=portfolio_at_risk(running, days=days),
            with_restructured=portfolio_at_risk(running, days=days, with_restructured=True),
            url=_advances(on, retard=f"PAR{days}"),
        )
        for days in RISKS
    ]


def portfolio_figures(
    fund: queries.FundPosition, standings: Iterable[Standing], settings: FundSettings, *, on: date
) -> list[Figure]:
    """What is at risk, what to provide for, what is lost, each before the list behind it."""
    running = list(standings)
    as_of = short_date(on)
    written_off = sum(standing.written_off for standing in running)
    lost = fund.lost
    held = sum(standing.held for standing in running)
    provision = sum(bucket.provision for bucket in ageing(running, settings.matrix))
    return [
        Figure(
            "PAR 30",
            _share(portfolio_at_risk(running, days=30), of=held),
            reference=f"de {format_euros(held)} d'encours",
            as_of=as_of,
            url=_advances(on, retard="PAR30"),
        ),
        Figure(
            "Provision proposée",
            format_euros(provision),
            reference="selon le retard de chaque avance",
            as_of=as_of,
            url="#retards",
        ),
        Figure(
            "Sinistralité brute",
            _share(loss_rate(lost=written_off, lent=fund.disbursed), of=fund.disbursed),
            reference=f"{format_euros(written_off)} sur {format_euros(fund.disbursed)} prêtés",
            as_of=as_of,
            url=_advances(on, status="LOSS"),
        ),
        Figure(
            "Sinistralité nette",
            _share(loss_rate(lost=lost, lent=fund.disbursed), of=fund.disbursed),
            reference=f"{format_euros(written_off - lost)} récupérés",
            as_of=as_of,
            url=_advances(on, status="LOSS"),
        ),
    ]


def provision_sum(proposed: Provision) -> list[SumLine]:
    """What the delays call for, what is booked, and what is left to book."""
    return [
        SumLine("Provision proposée", proposed.target),
        SumLine("Déjà inscrite", -proposed.booked),
        SumLine("Reste à doter, ou à reprendre", proposed.change, is_total=True),
    ]


@dataclass(frozen=True)
class Identity:
    """The fund seen from its account and its advances, and from its funders; both agree."""

    held: list[SumLine]
    brought: list[SumLine]

    @property
    def is_true(self) -> bool:
        """Whether the two sides agree to the cent."""
        return self.held[-1].cents == self.brought[-1].cents


def identity(fund: queries.FundPosition, *, on: date) -> Identity:
    """Both sides of the identity of the fund, term by term (funds.md 2.6)."""
    held = [
        SumLine("Trésorerie", fund.cash, basin_reverse("fund_capacity")),
        SumLine("Encours des avances", fund.outstanding, _advances(on, status="RUNNING")),
        SumLine("Pertes nettes", fund.lost, _advances(on, status="LOSS")),
        SumLine("À rendre par le compte de fonctionnement", fund.to_give_back),
        SumLine("Trop-perçus à rendre", -fund.overpaid, _advances(on, status="OVERPAID")),
        SumLine("Mouvements à identifier", -fund.unidentified),
    ]
    if fund.owed_back:
        held.append(SumLine("Trop-perçus rendus, puis repris par la banque", fund.owed_back))
    brought = [
        SumLine(
            "Dotations, moins ce qui a été rendu",
            fund.contributed,
            basin_reverse("contribution_list"),
        ),
    ]
    if fund.kept:
        brought.append(SumLine("Trop-perçus gardés par le fonds", fund.kept))
    return Identity(
        [*held, SumLine("Ce que le fonds détient", sum(x.cents for x in held), is_total=True)],
        [
            *brought,
            SumLine("Ce qui lui a été apporté", sum(x.cents for x in brought), is_total=True),
        ],
    )


def _advances(on: date, **filters: str) -> str:
    """The list of advances on a day, filtered."""
    return f"{basin_reverse('fund_home')}?{urlencode({'au': on.isoformat(), **filters})}"


def _share(value: Decimal, *, of: int) -> str:
    """A share of an amount, which nothing has none of."""
    return percent(value) if of else "–"


def percent(value: Decimal) -> str:
    """« 4,25 % »."""
    return f"{format_number(value)}{NO_BREAK_SPACE}%"
