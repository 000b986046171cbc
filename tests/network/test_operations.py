"""The rows of `public` follow each act and equal a whole computation (scale.md 3)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from alize.outbox.models import Entry
from alize.outbox.operations import enqueue
from basins import tenancy
from basins.tasks import sweep
from conventions.models import PartnershipConvention
from network import operations
from network.models import BasinState, BasinYear
from network.tasks import ask_for_checks
from projects.enums import ProjectStatus, Situation
from projects.operations import Answer, plan_reviews, submit_review
from tests.builders import at, make_person, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(in_savoie):
    lead = make_person()
    labelled = make_project(
        status=ProjectStatus.LABELLED, labelled_on=date(2026, 8, 1), follow_up_lead=lead
    )
    plan_reviews(labelled, at=at(2030, 1, 1))
    return labelled


def rows(basin):
    with tenancy.national():
        return operations.stored(basin=basin)


def whole(basin):
    return operations.computed(basin=basin, at=at(2026, 11, 22))


def test_an_act_renews_the_rows(project, savoie, run_outbox):
    review = project.reviews.get(month=1)
    submit_review(
        review_id=review.pk,
        answer=Answer(Situation.GOOD, 2, comment="Bien."),
        by=project.follow_up_lead,
        at=at(2026, 9, 1),
    )
    run_outbox()
    with tenancy.national():
        state = BasinState.objects.get(basin=savoie)
    assert state.projects_supported == 1
    assert state.computed_at is not None


def test_rows_equal_a_whole_computation(project, savoie):
    operations.refresh(basin=savoie, at=at(2026, 11, 22))
    assert rows(savoie) == whole(savoie)
    assert rows(savoie).state["projects_supported"] == 1
    assert rows(savoie).state["reviews_late"] == 2  # M+1 of 1 September, M+3 of 1 November


def test_marks_seen_together_are_done_by_one_reading(project, savoie):
    with transaction.atomic():
        for number in range(5):
            enqueue("figures.changed", key=f"test:{number}")
    assert sweep() == 1
    waiting = Entry.objects.filter(kind="figures.changed", done_at=None)
    assert not waiting.exists()


def test_another_basin_keeps_its_rows(project, savoie, meuse):
    operations.refresh(basin=savoie, at=at(2026, 11, 22))
    operations.refresh(basin=meuse, at=at(2026, 11, 22))
    assert rows(meuse).state["projects_supported"] == 0
    assert rows(savoie).state["projects_supported"] == 1


def test_the_caller_is_back_where_it_was(project, savoie):
    operations.refresh(basin=savoie, at=at(2026, 11, 22))
    assert connection.schema_name == "b_0001"


def test_a_year_that_is_no_more_loses_its_row(savoie, project):
    with tenancy.national():
        BasinYear.objects.create(basin=savoie, year=1999, meetings=3)
    operations.refresh(basin=savoie, at=at(2026, 11, 22))
    with tenancy.national():
        assert not BasinYear.objects.filter(year=1999).exists()


class TestNightly:
    def test_what_is_right_is_no_incident(self, project, savoie):
        operations.refresh(basin=savoie, at=at(2026, 11, 22))
        assert operations.check(basin=savoie, at=at(2026, 11, 23))

    def test_time_alone_is_no_incident(self, project, savoie):
        operations.refresh(basin=savoie, at=at(2026, 11, 22))
        assert operations.check(basin=savoie, at=at(2028, 11, 23))

    def test_a_wrong_row_is_an_incident_and_is_mended(self, project, savoie):
        operations.refresh(basin=savoie, at=at(2026, 11, 22))
        with tenancy.national():
            BasinState.objects.filter(basin=savoie).update(projects_supported=12)
        assert not operations.check(basin=savoie, at=at(2026, 11, 22, 23))
        assert rows(savoie).state["projects_supported"] == 1

    def test_a_row_whose_renewal_waits_is_no_incident_and_is_renewed(self, project, savoie):
        operations.refresh(basin=savoie, at=at(2026, 11, 22))
        with tenancy.national():
            BasinState.objects.filter(basin=savoie).update(projects_supported=12)
            Entry.objects.filter(kind="figures.changed").update(done_at=at(2026, 11, 22))
            Entry.objects.create(
                kind="figures.changed",
                key="act",
                schema=savoie.schema_name,
                due_at=at(2026, 11, 22),
            )
        assert operations.check(basin=savoie, at=at(2026, 11, 22, 23))
        assert rows(savoie).state["projects_supported"] == 1
        with tenancy.national():
            assert not Entry.objects.filter(kind="figures.changed", done_at=None).exists()

    def test_a_row_of_today_is_computed_once_and_another_twice(self, project, savoie, monkeypatch):
        operations.refresh(basin=savoie, at=at(2026, 11, 22))
        asked, computed = [], operations.computed
        monkeypatch.setattr(
            operations,
            "computed",
            lambda *, basin, at: asked.append(at) or computed(basin=basin, at=at),
        )
        for day, count in ((22, 1), (23, 2)):
            asked.clear()
            operations.check(basin=savoie, at=at(2026, 11, day, 20))
            assert len(asked) == count

    def test_each_basin_is_checked_once_a_day_whatever_another_does(
        self, project, savoie, meuse, monkeypatch, run_outbox
    ):
        checked, computed = [], operations.computed

        def known(*, basin, at):
            checked.append(basin.slug)
            if basin == meuse:
                raise ZeroDivisionError
            return computed(basin=basin, at=at)

        monkeypatch.setattr(operations, "computed", known)
        run_outbox()
        checked.clear()
        with time_machine.travel(timezone.now() + timedelta(days=1)):
            assert (ask_for_checks(), ask_for_checks()) == (2, 0)
            run_outbox()
        assert sorted(checked) == ["meuse", "savoie"]
        waiting = Entry.objects.filter(kind="figures.check", done_at=None)
        with tenancy.national():
            assert list(waiting.values_list("schema", "attempts")) == [(meuse.schema_name, 1)]


def test_a_convention_whose_renewal_is_signed_is_not_one_to_renew(savoie):
    with tenancy.inside(savoie):
        running = PartnershipConvention.objects.create(
            number=5,
            status="SIGNED",
            signed_on=date(2024, 1, 5),
            starts_on=date(2024, 1, 1),
            ends_on=date(2026, 12, 31),
        )
        renewal = PartnershipConvention.objects.create(
            number=6, starts_on=date(2027, 1, 1), ends_on=date(2029, 12, 31), renews=running
        )
    assert whole(savoie).state["convention_ends_on"] == date(2026, 12, 31)
    with tenancy.inside(savoie):
        renewal.status, renewal.signed_on = "SIGNED", date(2026, 10, 1)
        renewal.save()
    state = whole(savoie).state
    assert (state["convention_number"], state["convention_ends_on"]) == (5, date(2029, 12, 31))
