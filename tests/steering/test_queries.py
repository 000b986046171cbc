"""The figures follow the records, as they were known on a day."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from committees.queries import meetings
from conventions.models import PartnershipConvention
from projects.enums import ProjectStatus
from steering import queries
from steering.queries.objectives import results_of
from steering.rules.measures import Ratio, Seen
from steering.snapshot import freeze
from tests.builders import put

pytestmark = pytest.mark.django_db

END_2025 = date(2025, 12, 31)
NOW = date(2026, 3, 12)


def test_a_year(basin_with_a_past):
    figures = queries.basin_figures(year=2025, as_of=END_2025)
    assert figures.meetings == 2
    assert figures.projects_examined == 3
    assert figures.projects_approved == 2
    assert figures.approval == Ratio(2, 3, 3)
    assert figures.advances_granted == 3_500_000
    assert figures.jobs_planned_tenths == 65
    assert figures.jobs_created == Seen(30, 1, 2)
    assert figures.days == Ratio(40, 50, 2)
    assert figures.points == Ratio(1, 2, 2)


def test_a_request_about_an_advance_is_no_project_examined(basin_with_a_past):
    past = basin_with_a_past.past
    past.asked(past.meeting(date(2026, 3, 4)), basin_with_a_past.first)
    frozen = freeze(year=2026, as_of=NOW)
    assert frozen["figures"]["projects_examined"] == len(frozen["decisions"]) == 1
    assert frozen["figures"]["meetings"] == 2
    assert [meeting["examined"] for meeting in frozen["meetings"]] == [1, 0]


def test_the_meetings_listed_are_those_counted(basin_with_a_past):
    basin_with_a_past.past.meeting(date(2026, 3, 4))  # nothing could be voted, for lack of quorum
    frozen = freeze(year=2026, as_of=NOW)
    assert frozen["figures"]["meetings"] == len(frozen["meetings"]) == 1
    assert meetings.held_in(2026) == 1, "the pages of the committee say it as the report does"


def test_the_day_before_a_review_does_not_know_it(basin_with_a_past):
    figures = queries.basin_figures(year=2025, as_of=date(2025, 10, 19))
    assert figures.jobs_created == Seen(10, 1, 2)
    assert figures.days == Ratio(20, 50, 2)


def test_the_day_before_a_meeting_does_not_count_it(basin_with_a_past):
    before = queries.basin_figures(year=2025, as_of=date(2025, 10, 8))
    assert (before.meetings, before.projects_approved) == (1, 1)
    assert queries.basin_figures(year=2025, as_of=date(2025, 10, 9)).meetings == 2


def test_a_convention_reads_the_same_figures_as_its_years(basin_with_a_past):
    convention = PartnershipConvention.objects.get()
    assert results_of(convention, on=date(2023, 12, 31)) is None
    results = results_of(convention, on=NOW)
    assert results.years == (2024, 2025, 2026)
    assert {one.label: (one.target, one.reached, one.by_year) for one in results.objectives} == {
        "Emplois prévus": (2250, 125, (0, 65, 60)),
        "Emplois constatés": (2250, 30, (0, 30, 0)),
        "Dossiers agréés": (360, 30, (0, 20, 10)),
        "Séances tenues": (180, 30, (0, 20, 10)),
    }
    assert [one.unknown for one in results.objectives] == [0, 2, 0, 0]


def test_the_years_of_a_convention_count_its_own_days_and_add_up(basin_with_a_past):
    convention = PartnershipConvention.objects.get()
    convention.starts_on, convention.ends_on = date(2025, 10, 1), date(2028, 9, 30)
    results = results_of(convention, on=NOW)
    assert results.years == (2025, 2026)
    assert {one.label: (one.reached, one.by_year) for one in results.objectives} == {
        one.label: (sum(one.by_year), one.by_year) for one in results.objectives
    }
    met = {one.label: one.by_year for one in results.objectives}["Séances tenues"]
    assert met == (10, 10)  # of the two meetings of 2025, the first came before it


def test_since_the_origin_a_company_counts_once(basin_with_a_past):
    origin = queries.since_origin(NOW)
    assert origin.projects_approved == 3
    assert origin.companies == 2
    assert origin.jobs_planned_tenths == 125


def test_years_add_up_to_the_origin(basin_with_a_past):
    records = queries.read(NOW)
    years, origin = queries.by_year(records), queries.since_origin(NOW, records=records)
    assert list(years) == [2025, 2026]
    for name in ("meetings", "advances_granted", "jobs_planned_tenths", "jobs_created_tenths"):
        assert sum(getattr(year, name) for year in years.values()) == getattr(origin, name)


def test_the_state_of_a_day(basin_with_a_past):
    state = queries.state_of(queries.read(NOW))
    assert state.projects_supported == 2
    assert state.reviews_late == 1
    assert state.reviews_late_since == date(2026, 2, 3)
    assert state.follow_up == Ratio(1, 2, 2)
    assert state.last_meeting_on == date(2026, 2, 4)


def test_an_interrupted_project_is_not_late(basin_with_a_past):
    project = basin_with_a_past.second
    project.status_since = date(2026, 1, 5)
    put(project, ProjectStatus.INTERRUPTED)
    assert queries.state_of(queries.read(NOW)).reviews_late == 0
    assert queries.basin_figures(year=2026, as_of=NOW).points == Ratio(0, 0, 0)
    # It was running until then.
    assert queries.state_of(queries.read(date(2026, 1, 4))).projects_supported == 2


def test_establishments_of_one_group_count_once(basin_with_a_past):
    partnership = queries.partnership(as_of=NOW)
    assert partnership.authorities == 1
    assert partnership.companies == 2  # the group, and the partner of the seat
    assert partnership.convention.number == 7


def test_the_profile_of_resources(basin_with_a_past):
    assert queries.resource_profile(year=2025) == (0, 0, 1_000_000, 0)


def test_an_empty_basin_has_figures_too(in_savoie):
    assert queries.years_of(queries.read(NOW)) == []
    assert queries.since_origin(NOW).companies == 0
    assert freeze(year=2026, as_of=NOW)["decisions"] == []


def test_the_number_of_queries_does_not_depend_on_the_data(basin_with_a_past):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            freeze(year=2025, as_of=NOW)
        return len(seen)

    before = count()
    past = basin_with_a_past.past
    for month in range(4, 9):
        meeting = past.meeting(date(2025, month, 1))
        for _ in range(3):
            project = past.decided(
                meeting,
                planned=Decimal(2),
                amount=100_000,
                days=1,
                status=ProjectStatus.LABELLED,
                labelled_on=NOW,
                follow_up_lead=past.person,
            )
            past.seen(project, date(2025, month, 20), 1)
    assert count() == before
