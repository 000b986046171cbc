"""The figures of the yearly report to funders, as known at any moment (feature 28)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Max, QuerySet
from django.utils import timezone

from funds.enums import Perimeter
from funds.models import Advance, Contribution, Entry, FunderReport, Posting, ScheduleVersion
from funds.queries.books import books_of
from funds.queries.ledger import Known, balances
from funds.queries.lines import moved_by_line, shares_by_line
from funds.queries.received import books_without, standing_in
from funds.rules import Matrix, loss_rate, portfolio_at_risk, provision
from funds.rules.lines import LineShare
from partners.models import Partner
from projects.follow_up.rules import is_still_known
from projects.models import FollowUpReview


@dataclass(frozen=True)
class Funder:
    """A partner, whatever its name was when it gave; or else who is only named."""

    name: str
    partner: int | None = None

    def is_same(self, other: "Funder") -> bool:
        """Whether both are one partner, or one name whatever its capitals."""
        if self.partner or other.partner:
            return self.partner == other.partner
        return self.name.casefold() == other.name.casefold()


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
    written_off: int = 0
    """Since the origin, before any recovery."""

    def __add__(self, other: "FunderFlows") -> "FunderFlows":
        names = [field.name for field in fields(self)]
        return FunderFlows(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def loss_rate(self) -> Decimal | None:
        """What was written off in per cent of what it lent, the programme's own rate (2.6).

        None when it lent nothing.
        """
        lent = self.lent.total
        return loss_rate(lost=self.written_off, lent=lent) if lent else None

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


def funder_of(report: FunderReport) -> Funder | None:
    """The only one that a report is for, by its name of the day it was frozen."""
    return Funder(report.funder, report.partner_id) if report.funder else None


def frozen_figures(report: FunderReport) -> FunderFigures:
    """The figures of a report, asked again: those of the day it was frozen, whatever came since."""
    stopped = Entry.objects.filter(pk__in=report.stopped_entries).values_list("pk", "advance")
    return funder_figures(
        as_of=report.as_of,
        known_at=known_by(report),
        seen_at=report.frozen_at,
        matrix=report.matrix,
        stopped=dict(stopped),
        funder=funder_of(report),
    )


def funder_figures(
    *,
    as_of: date,
    known_at: Known,
    seen_at: datetime,
    matrix: Matrix,
    stopped: Mapping[int, int],
    funder: Funder | None = None,
) -> FunderFigures:
    """The year of a day up to it, as known at a moment; the line of one funder, or all of them.

    `stopped` is the advance of each entry whose payment never reached its company, by their ids:
    nothing is late, at risk or provided for of it (2.4).
    """
    by_funder, whole = _flows(as_of, known_at)
    if funder is not None:
        by_funder = [(funder, flows) for one, flows in by_funder if one.is_same(funder)]
    accounts = balances(on=as_of, known_at=known_at)
    books = books_of(Advance.objects.all(), known_at=known_at)
    received = books_without(books, stopped)
    standings = {pk: standing_in(book, received[pk], on=as_of) for pk, book in books.items()}
    paid = {pk: standing for pk, standing in standings.items() if standing.disbursed}
    first_day = date(as_of.year, 1, 1)
    jobs = _jobs(paid, as_of, seen_at)
    portfolio = paid.values()
    return FunderFigures(
        by_funder=tuple((one.name, flows) for one, flows in by_funder),
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


def _flows(as_of: date, known_at: Known) -> tuple[list[tuple[Funder, FunderFlows]], FunderFlows]:
    """What each funder brought and what became of it, by its lines; then all of them."""
    before = date(as_of.year, 1, 1) - timedelta(days=1)
    moved, earlier = (moved_by_line(day, known_at=known_at) for day in (as_of, before))
    shares, shared = (shares_by_line(day, known_at=known_at) for day in (as_of, before))
    found = defaultdict[Funder, FunderFlows](FunderFlows)
    known = Posting.objects.filter(entry__lte=known_at.entry, contribution__isnull=False)
    recorded = _of_fund().filter(pk__in=known.values("contribution"))
    for line, funder in _funders(recorded).items():
        if line not in moved:
            continue
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
            written_off=now.written_off,
        )
    by_name = sorted(found.items(), key=lambda one: one[0].name.casefold())
    return by_name, sum(found.values(), FunderFlows())


def known_funders() -> list[Funder]:
    """Who brought money to the advances, by their names of today."""
    known = set(_funders(_of_fund()).values())
    partners = Partner.objects.in_bulk([one.partner for one in known if one.partner])
    today = [replace(one, name=partners[one.partner].name) if one.partner else one for one in known]
    return sorted(today, key=lambda one: one.name.casefold())


def _of_fund() -> QuerySet[Contribution]:
    return Contribution.objects.filter(perimeter=Perimeter.FUND)


def _funders(lines: QuerySet[Contribution]) -> dict[int, Funder]:
    """Who brought each of these lines, by their ids; each by the name of its last line.

    A name typed that only one partner bears among them is that partner: they are all the lines
    recorded, so that no day of a report parts a name from its partner.
    """
    rows = list(lines.order_by("pk").values_list("pk", "funder", "partner"))
    bearers = defaultdict[str, set[int]](set)
    for _, name, partner in rows:
        if partner:
            bearers[name.casefold()].add(partner)
    keys = {}
    names: dict[int | str, str] = {}
    for pk, name, partner in rows:
        known = bearers[name.casefold()]
        keys[pk] = partner or (min(known) if len(known) == 1 else name.casefold())
        names[keys[pk]] = name
    return {
        pk: Funder(names[key], key if isinstance(key, int) else None) for pk, key in keys.items()
    }


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
