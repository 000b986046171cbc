"""The days that the companies lend are those of the last act signed (kpis.md 7.0, K31)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from conventions import operations
from conventions.operations import Lent
from conventions.queries.contracted import contracted_on
from projects.follow_up import queries as follow_up
from steering.queries import basin_figures, lists
from steering.rules.facts import Period
from tests.conventions.supporting import freeze, launch, save, signed


def days(on) -> dict[str, Decimal]:
    return {one.organisation: one.days for said in contracted_on(on) for one in said.lent}


def seen(scene, on) -> tuple[list[int], int, Decimal]:
    """The same days in the figures, in the report and in the grid of the follow-up."""
    [line] = follow_up.grid(follow_up.followed().filter(pk=scene.project.pk), on=on)
    listed = lists.skills(Period.until(on), as_of=on)
    figures = basin_figures(year=None, as_of=on)
    return [row["days"] for row in listed], figures.days.denominator, line.days_contracted


@pytest.fixture
def agreed() -> dict[str, Decimal]:
    return {"Papeterie des Bauges": Decimal("3.5"), "Énergie des Alpes": Decimal(2)}


def test_an_approval_lends_nothing_before_its_convention_is_signed(scene, in_force, agreed):
    today = timezone.localdate()
    assert days(today - timedelta(days=1)) == {}
    assert days(today) == agreed
    assert seen(scene, today) == ([20, 35], 55, Decimal("5.5"))


def test_a_signed_amendment_is_read_from_its_last_signature(
    scene, in_force, newcomer, agreed, run_outbox
):
    today = timezone.localdate()
    lent = [
        Lent(scene.mill.pk, Decimal("1.5"), "Implantation d'atelier"),
        Lent(newcomer.pk, Decimal("4"), "Traitement thermique"),
    ]
    amendment = launch(scene, freeze(scene, save(scene, in_force, skills=lent)))
    assert days(today) == agreed
    # Given up, it says nothing.
    operations.cancel_amendment(amendment_id=amendment.pk, by=scene.operator, at=timezone.now())
    assert days(today) == agreed
    # What is promised of jobs is that of the decision (K12): an amendment does not change it.
    before = basin_figures(year=None, as_of=today).jobs_planned_tenths
    signed(scene, save(scene, in_force, skills=lent, jobs_created=Decimal("9")), run_outbox)
    said = {"Papeterie des Bauges": Decimal("1.5"), "Forges du Lac": Decimal("4")}
    assert days(today) == said
    assert days(today - timedelta(days=1)) == {}
    assert seen(scene, today) == ([40, 15], 55, Decimal("5.5"))
    assert basin_figures(year=None, as_of=today).jobs_planned_tenths == before
    # The next one changes the jobs only: the days are still those of the one before.
    signed(scene, save(scene, in_force, jobs_created=Decimal("7")), run_outbox)
    assert days(today) == said


def test_one_signed_for_later_is_not_read_yet(scene, in_force, agreed, run_outbox, time_machine):
    today = timezone.localdate()
    time_machine.move_to(timezone.now() + timedelta(days=10))
    lent = [Lent(scene.mill.pk, Decimal("9"), "Implantation d'atelier")]
    signed(scene, save(scene, in_force, skills=lent), run_outbox)
    assert days(today + timedelta(days=9)) == agreed
    assert days(today + timedelta(days=10)) == {"Papeterie des Bauges": Decimal(9)}
