"""The invented past adds up to what Savoie published (R84-R88)."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from stdnum.fr import siret

from alize.demo.loading import PAST_ENDS_BEFORE, at_their_term, troubled
from alize.demo.story.plan import PlannedProject, plan
from alize.demo.story.territories import MEUSE, SAVOIE
from partners.enums import PartnerKind

UNTIL = date(2026, 10, 1)
DAYS = [date(2026, 11, 30) + timedelta(days=29 * rank) for rank in range(28)]
"""Days on which somebody may load the demo."""


@pytest.fixture(scope="module")
def savoie_plan():
    return plan(SAVOIE, until=UNTIL)


def approved(meetings, years) -> list[PlannedProject]:
    return [
        project
        for meeting in meetings
        if meeting.year in years
        for project in meeting.projects
        if project.approved
    ]


@pytest.mark.parametrize("territory", [SAVOIE, MEUSE], ids=lambda territory: territory.slug)
def test_whatever_the_day_some_are_in_trouble_and_others_at_their_term(territory):
    for today in DAYS:
        past = plan(territory, until=today - PAST_ENDS_BEFORE)
        late, over = troubled(past, today), at_their_term(past, today)
        assert len({*late, *over}) == 5, today


def test_2017_is_the_published_year(savoie_plan):
    projects = approved(savoie_plan, [2017])
    assert len([meeting for meeting in savoie_plan if meeting.year == 2017]) == 5
    assert len(projects) == 10
    assert sum(project.amount for project in projects) == 220
    assert sum(project.jobs_planned for project in projects) == 45


def test_since_2006_there_are_94_companies_and_303_jobs(savoie_plan):
    projects = approved(savoie_plan, range(2006, 2018))
    assert len({project.company.siret for project in projects}) == 94
    seen = (
        project.jobs_created if project.jobs_at_once is None else project.jobs_at_once
        for project in projects
    )
    assert sum(seen) == 303


def test_two_old_projects_in_three_come_true(savoie_plan):
    old = approved(savoie_plan, range(2006, 2017))
    come_true = [p for p in old if p.jobs_created * 5 >= p.jobs_planned * 4]
    assert Fraction(len(come_true), len(old)) == Fraction(2, 3)


@pytest.mark.parametrize("year", range(2006, 2024))
def test_turnover_grows_by_46_percent_in_each_cohort(savoie_plan, year):
    projects = approved(savoie_plan, [year])
    before = sum(project.turnover for project in projects)
    assert Fraction(sum(p.turnover_later for p in projects), before) - 1 == Fraction(46, 100)


def test_partners_are_those_of_the_article():
    companies = [seed for seed in SAVOIE.partners if seed.kind == PartnerKind.COMPANY]
    groups_or_companies = {seed.group or seed.name for seed in companies}
    assert len(groups_or_companies) == 14
    assert [seed.group for seed in companies].count("EDF") == 2
    assert len([seed for seed in SAVOIE.partners if seed.kind == PartnerKind.AUTHORITY]) == 12
    assert SAVOIE.operator.startswith("Chambre de commerce")


def test_meuse_has_seventeen_seats_and_about_300_000_a_year():
    assert len([seed for seed in MEUSE.partners if seed.seated]) == 17
    meetings = plan(MEUSE, until=UNTIL)
    for year in range(2019, 2026):
        assert len([meeting for meeting in meetings if meeting.year == year]) == 3
        assert 270 <= sum(project.amount for project in approved(meetings, [year])) <= 330


def test_every_number_is_valid_and_belongs_to_nobody(savoie_plan):
    numbers = [p.company.siret for meeting in savoie_plan for p in meeting.projects]
    assert all(siret.is_valid(number) and number.startswith("00") for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_the_story_does_not_change():
    assert plan(SAVOIE, until=UNTIL) == plan(SAVOIE, until=UNTIL)
