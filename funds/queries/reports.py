"""The figures of the yearly report to funders, as known at any moment (feature 28)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone

from funds.models import Advance, Contribution, Entry, FunderReport, ScheduleVersion
from funds.queries.books import books_of
from funds.queries.ledger import Known, balances
from funds.queries.resources import moved_by_line, shares_by_line
from funds.rules import Matrix, portfolio_at_risk, provision
from funds.rules.lines import LineShare
from projects.follow_up.rules import is_still_known
from projects.models import FollowUpReview


@dataclass(frozen=True)
class Flow:
    """What moved in the year of the report, and since the origin; cents."""

    year: int = 0
    total: int = 0

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(self.year + other.year, self.total + other.total)


@dataclass(frozen=True)
class FunderFlows:
    """What a funder brought, and what became of it through its share of the advances."""

    paid_in: Flow = Flow()
    lent: Flow = Flow()
    repaid: Flow = Flow()
    lost: Flow = Flow()
    """Written off, recoveries deducted."""
    returned: Flow = Flow()
    out: int = 0
    """Lent, and neither come back nor written off."""

    def __add__(self, other: "FunderFlows") -> "FunderFlows":
        names = [field.name for field in fields(self)]
        return FunderFlows(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def left(self) -> int:
        """What its contribution is still worth."""
        return self.paid_in.total - self.lost.total - self.returned.total


@dataclass(frozen=True)
class FunderFigures:
    """All that a report says; amounts in cents, risks in per cent."""

    by_funder: tuple[tuple[str, FunderFlows], ...]
    whole: FunderFlows
    cash: int
    outstanding: int
    arrears: int
    overpaid: int
    """Due to companies, whatever others owe back."""
    owed_back: int
    """By companies, of an over-payment refunded in vain."""
    kept: int
    unidentified: int
    to_give_back: int
    """By the operating account."""
    advances: int
    """Paid since the origin."""
    advances_of_year: int
    settled: int
    late: int
    par30: Decimal
    par90: Decimal
    par30_with_restructured: Decimal
    provision: int
    jobs: Decimal
    """Created, as last known by the follow-up of the companies helped; full-time equivalents."""
    jobs_seen: int
    """Of how many of them they are known."""


def known_now() -> Known:
    """What is recorded now; the ledger is locked by who freezes it."""
    entry = Entry.objects.aggregate(last=Max("pk"))["last"]
    plan = ScheduleVersion.objects.aggregate(last=Max("pk"))["last"]
    return Known(entry or 0, plan or 0)


def known_by(report: FunderReport) -> Known:
    """What was recorded when a report was frozen."""
    return Known(report.known_entry_id, report.known_plan_id or 0)


def frozen_figures(report: FunderReport) -> FunderFigures:
    """The figures of a report, asked again: those of the day it was frozen, whatever came since."""
    return funder_figures(
        as_of=report.as_of,
        known_at=known_by(report),
        seen_at=report.frozen_at,
        matrix=report.matrix,
        funder=report.funder,
    )


def funder_figures(
    *, as_of: date, known_at: Known, seen_at: datetime, matrix: Matrix, funder: str = ""
) -> FunderFigures:
    """The year of a day up to it, as known at a moment; the line of one funder, or all of them."""
    by_funder, whole = _flows(as_of, known_at)
    accounts = balances(on=as_of, known_at=known_at)
    books = books_of(Advance.objects.all(), known_at=known_at)
    standings = {pk: book.position(as_of) for pk, book in books.items()}
    paid = {pk: standing for pk, standing in standings.items() if standing.disbursed}
    first_day = date(as_of.year, 1, 1)
    jobs = _jobs(paid, as_of, seen_at)
    portfolio = paid.values()
    return FunderFigures(
        by_funder=tuple((name, flows) for name, flows in by_funder if funder in ("", name)),
        whole=whole,
        cash=accounts["FUND_BANK"],
        outstanding=sum(one.outstanding for one in portfolio),
        arrears=sum(one.arrears for one in portfolio),
        overpaid=sum(max(0, one.overpaid) for one in standings.values()),
        owed_back=sum(one.owed_back for one in standings.values()),
        kept=sum(one.kept for one in standings.values()),
        unidentified=-accounts["UNIDENTIFIED"],
        to_give_back=accounts["FUND_LIAISON"],
        advances=len(paid),
        advances_of_year=sum(books[pk].lent_on(as_of) >= first_day for pk in paid),
        settled=sum(not one.outstanding and not one.written_off for one in portfolio),
        late=sum(one.arrears > 0 for one in portfolio),
        par30=portfolio_at_risk(portfolio, days=30),
        par90=portfolio_at_risk(portfolio, days=90),
        par30_with_restructured=portfolio_at_risk(portfolio, days=30, with_restructured=True),
        provision=provision(portfolio, matrix),
        jobs=sum(jobs, Decimal(0)),
        jobs_seen=len(jobs),
    )


def _flows(as_of: date, known_at: Known) -> tuple[list[tuple[str, FunderFlows]], FunderFlows]:
    """What each funder brought and what became of it, by its lines; then all of them."""
    before = date(as_of.year, 1, 1) - timedelta(days=1)
    moved, earlier = (moved_by_line(day, known_at=known_at) for day in (as_of, before))
    shares, shared = (shares_by_line(day, known_at=known_at) for day in (as_of, before))
    found = defaultdict[str, FunderFlows](FunderFlows)
    names = Contribution.objects.filter(pk__in=moved).values_list("pk", "funder")
    for line, funder in names.order_by("funder", "pk"):
        now, then = shares.get(line, LineShare()), shared.get(line, LineShare())
        paid_in, returned = moved[line]
        paid_before, returned_before = earlier.get(line, (0, 0))
        found[funder] += FunderFlows(
            paid_in=_since(paid_in, paid_before),
            lent=_since(now.lent, then.lent),
            repaid=_since(now.repaid, then.repaid),
            lost=_since(now.lost, then.lost),
            returned=_since(returned, returned_before),
            out=now.out,
        )
    return list(found.items()), sum(found.values(), FunderFlows())


def _since(now: int, before: int) -> Flow:
    return Flow(now - before, now)


def _jobs(paid: Iterable[int], as_of: date, seen_at: datetime) -> list[Decimal]:
    """The jobs last seen in each company helped, as far as they are still known on a day."""
    reviews = FollowUpReview.objects.filter(project__advances__in=paid, submitted_at__lte=seen_at)
    last = {
        project: (timezone.localdate(submitted_at), closed_on, jobs or Decimal(0))
        for project, closed_on, submitted_at, jobs in reviews.order_by(
            "submitted_at", "pk"
        ).values_list("project", "project__closed_on", "submitted_at", "jobs_created")
        if timezone.localdate(submitted_at) <= as_of
    }
    return [
        jobs
        for seen_on, closed_on, jobs in last.values()
        if is_still_known(seen_on, closed_on=closed_on, as_of=as_of)
    ]
