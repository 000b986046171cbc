"""Plans the past of a demo basin, file by file, so that its totals are those published.

Pure: the same territory and the same last day always give the same plan. The Savoie article gives
the totals of 2017 and since 2006 (R86, R87); what lies beneath is invented and adds up to them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count, product
from random import Random

from alize.demo.story.territories import PartnerSeed, Territory, YearSeed
from alize.demo.story.vocabulary import FIRST_NAMES, LAST_NAMES, TRADES, Trade
from partners.enums import PartnerKind

PUBLISHED_2017 = (
    (15, 3), (20, 4), (25, 5), (30, 6), (10, 2), (40, 8), (20, 5), (15, 3), (25, 5), (20, 4),
)  # fmt: skip
"""Thousands of euros and jobs of the ten files of 2017: 220 k€ and 45 jobs in all (R87)."""

CREATED_BY_MAY_2018 = (2, 1, 1, 2, 0, 4, 1, 0, 2, 1)
"""Jobs already seen in these ten companies when the total of 303 was published; those without
any were approved at the last meeting of the year."""

GROWTH = (146, 100)
"""Turnover three years later over turnover at the decision: + 46 % (R86)."""

MEETING_DAYS = ((1, 24), (3, 14), (4, 18), (5, 30), (7, 4), (9, 19), (11, 14), (12, 12))
OLD_ENOUGH_BY = (9, 30)
"""In the year before the published one, the last meeting: its files are 18 months old in May."""

AFTER_PUBLICATION = (5, 16)
"""In the year of publication, the first meeting: the article speaks of the years before."""


@dataclass(frozen=True)
class PlannedCompany:
    """An invented company."""

    name: str
    siret: str
    trade: Trade
    postal_code: str
    town: str
    founded_on: date
    owner: tuple[str, str]


@dataclass(frozen=True)
class PlannedProject:
    """One file, from its contact to what became of it."""

    company: PlannedCompany
    need: str
    decided_on: date
    approved: bool
    amount: int
    """Thousands of euros."""
    grace: int
    lines: int
    days: tuple[tuple[str, int, str], ...]
    """Company, days, topic."""
    headcount: int
    jobs_planned: int
    jobs_created: int
    jobs_at_once: int | None = None
    """What was seen by May of the next year, where it is published."""
    turnover: int = 0
    """Thousands of euros in the year of the decision."""
    turnover_later: int = 0
    """The same three years later."""
    defaults: bool = False


@dataclass(frozen=True)
class PlannedMeeting:
    """One meeting and its files."""

    year: int
    rank: int
    held_on: date
    projects: tuple[PlannedProject, ...]


def plan(territory: Territory, *, until: date) -> list[PlannedMeeting]:
    """Every meeting of a basin held before a day, with its files."""
    random = Random(territory.slug)  # noqa: S311 - a story, not a secret
    newcomers = companies(territory, random)
    meetings: list[PlannedMeeting] = []
    for year in range(territory.first_year, until.year + 1):
        seed = territory.years.get(year, territory.usual)
        projects = [
            _project(territory, next(newcomers), year, approved, random)
            for approved in [True] * seed.approved + [False] * seed.rejected
        ]
        if territory.jobs_created and year == territory.published_until:
            projects = _as_published(projects)
        projects = _with_turnover(projects, random)
        meetings += _spread(projects, year, seed, territory, random)
    if territory.jobs_created:
        meetings = _with_published_jobs(meetings, territory)
    return [meeting for meeting in meetings if meeting.held_on < until]


def companies(
    territory: Territory, random: Random, *, first_number: int = 1
) -> Iterator[PlannedCompany]:
    """Invented companies of a territory, without end; numbers tell them apart."""
    trades = {trade.prefix: trade for trade in TRADES}
    for number, name in enumerate(_names(territory, random), first_number):
        postal_code, town = random.choice(territory.towns)
        yield PlannedCompany(
            name=name,
            siret=_siret(territory.departments[0], number),
            trade=trades[name.split(" ")[0]],
            postal_code=postal_code,
            town=town,
            founded_on=date(random.randint(1978, 2002), random.randint(1, 12), 1),
            owner=(random.choice(FIRST_NAMES), random.choice(LAST_NAMES)),
        )


def _names(territory: Territory, random: Random) -> Iterator[str]:
    """Names without end: when all are used, the children take over."""
    for heirs in count():
        names = [f"{trade.prefix} {place}" for trade, place in product(TRADES, territory.places)]
        random.shuffle(names)
        for name in names:
            yield name + " et fils" * heirs


def _siret(department: str, number: int) -> str:
    """A number that no company has (it starts with zeros), with right check digits."""
    siren = f"00{department}{number:04d}"
    siren += _check_digit(siren)
    nic = "0001"
    return siren + nic + _check_digit(siren + nic)


def _check_digit(digits: str) -> str:
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        double = int(digit) * 2 if rank % 2 == 0 else int(digit)
        total += double - 9 if double > 9 else double
    return str(-total % 10)


def _project(
    territory: Territory, company: PlannedCompany, year: int, approved: bool, random: Random
) -> PlannedProject:
    planned = random.randint(3, 6)
    company = replace(company, founded_on=min(company.founded_on, date(year - 4, 1, 1)))
    return PlannedProject(
        company=company,
        need=random.choice(company.trade.needs),
        decided_on=date(year, 1, 1),
        approved=approved,
        amount=random.choice((15, 20, 20, 25, 25, 30, 40))
        if territory.slug != "meuse"
        else random.choice((20, 25, 25, 30)),
        grace=random.choice((0, 3, 6)),
        lines=random.choice((24, 30, 36)),
        days=_days(territory, company.trade, random),
        headcount=random.randint(4, 28),
        jobs_planned=planned,
        jobs_created=_created(planned, random),
        defaults=random.random() < 0.04,
    )


def _created(planned: int, random: Random) -> int:
    """Two projects in three come true (R85)."""
    if random.random() < 2 / 3:
        return planned + random.randint(0, 1)
    return random.randint(0, planned * 4 // 5 - 1)


def _days(territory: Territory, trade: Trade, random: Random) -> tuple[tuple[str, int, str], ...]:
    lenders = [partner for partner in territory.partners if partner.kind == PartnerKind.COMPANY]
    chosen: Sequence[PartnerSeed] = random.sample(lenders, random.choice((0, 1, 1, 2)))
    return tuple(
        (partner.name, random.randint(2, 6), topic)
        for partner, topic in zip(chosen, trade.topics, strict=False)
    )


def _as_published(projects: list[PlannedProject]) -> list[PlannedProject]:
    """Give the approved files of 2017 the amounts and jobs that make the published totals."""
    approved = [project for project in projects if project.approved]
    published = [
        replace(
            project,
            amount=amount,
            jobs_planned=jobs,
            jobs_created=max(at_once, project.jobs_created),
            jobs_at_once=at_once,
        )
        for project, (amount, jobs), at_once in zip(
            approved, PUBLISHED_2017, CREATED_BY_MAY_2018, strict=True
        )
    ]
    return published + [project for project in projects if not project.approved]


def _with_turnover(projects: list[PlannedProject], random: Random) -> list[PlannedProject]:
    """Turnovers of a year's companies whose sum grows by the published rate, to the thousand."""
    numerator, denominator = GROWTH
    now = [random.randint(6, 60) * 50 for _ in projects]
    later = [value * random.randint(120, 165) // 100 for value in now]
    approved = [rank for rank, project in enumerate(projects) if project.approved]
    total = sum(now[rank] for rank in approved)
    last = approved[-1]
    later[last] = total * numerator // denominator - sum(later[rank] for rank in approved[:-1])
    return [
        replace(project, turnover=now[rank], turnover_later=later[rank])
        for rank, project in enumerate(projects)
    ]


def _spread(
    projects: list[PlannedProject], year: int, seed: YearSeed, territory: Territory, random: Random
) -> list[PlannedMeeting]:
    """Share a year's files between its meetings, none empty."""
    days = _meeting_days(year, seed.meetings, territory)
    random.shuffle(projects)
    projects = _unseen_last(projects, len(days))
    return [
        PlannedMeeting(
            year,
            rank,
            day,
            tuple(replace(project, decided_on=day) for project in projects[rank - 1 :: len(days)]),
        )
        for rank, day in enumerate(days, 1)
    ]


def _unseen_last(projects: list[PlannedProject], meetings: int) -> list[PlannedProject]:
    """Put the files whose jobs nobody had seen yet at the last meeting."""
    unseen = [project for project in projects if project.jobs_at_once == 0]
    others = [project for project in projects if project.jobs_at_once != 0]
    return [
        (unseen if unseen and (rank + 1) % meetings == 0 else others).pop()
        for rank in range(len(projects))
    ]


def _meeting_days(year: int, count: int, territory: Territory) -> list[date]:
    usable = [date(year, *day) for day in MEETING_DAYS]
    if territory.jobs_created and year == territory.published_until - 1:
        usable = [day for day in usable if (day.month, day.day) <= OLD_ENOUGH_BY]
    if territory.jobs_created and year == territory.published_until + 1:
        usable = [day for day in usable if (day.month, day.day) >= AFTER_PUBLICATION]
    if year == territory.first_year:
        usable = usable[1:]  # the first files take their time to be ready
    step = len(usable) / count
    days = [usable[int(rank * step)] for rank in range(count)]
    # Committees meet on Tuesdays.
    return [day + timedelta(days=(1 - day.weekday()) % 7) for day in days]


def _with_published_jobs(
    meetings: list[PlannedMeeting], territory: Territory
) -> list[PlannedMeeting]:
    """Settle the jobs of the years before the published one so that all add up to its total."""
    early = [
        project
        for meeting in meetings
        if meeting.year < territory.published_until
        for project in meeting.projects
        if project.approved
    ]
    wanted = (territory.jobs_created or 0) - sum(CREATED_BY_MAY_2018)
    created = _settle([project.jobs_planned for project in early], wanted)
    settled = {
        project.company.siret: replace(project, jobs_created=jobs, defaults=project.defaults)
        for project, jobs in zip(early, created, strict=True)
    }
    return [
        replace(
            meeting,
            projects=tuple(
                settled.get(project.company.siret, project) if project.approved else project
                for project in meeting.projects
            ),
        )
        for meeting in meetings
    ]


def _settle(planned: list[int], wanted: int) -> list[int]:
    """Jobs created: two projects in three reach 80 % of their plan, and the sum is the wanted one.

    Each third project stays under 80 %; the difference is then shared among those that succeed.
    """
    created = [
        max(0, jobs // 2 - 1) if rank % 3 == 2 else jobs for rank, jobs in enumerate(planned)
    ]
    rank = 0
    while (gap := wanted - sum(created)) != 0:
        step = 1 if gap > 0 else -1
        if rank % 3 != 2 and (created[rank] + step) * 5 >= planned[rank] * 4:
            created[rank] += step
        rank = (rank + 1) % len(planned)
    return created
