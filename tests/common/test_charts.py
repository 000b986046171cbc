"""The geometry of the charts: integers, inside the picture, and words that say the same."""

import re
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from alize.common import charts, maps
from alize.common.charts.base import nice_step, position, thousands_of_euros
from alize.common.charts.profile import percentages
from alize.common.charts.timeline import in_lines
from alize.demo.showcase import showcase_context

AMOUNTS = st.integers(min_value=0, max_value=10**12)


def floats_in(value: Any) -> list[float]:
    """Find the floats anywhere in a chart: a French locale would write them with a comma."""
    if isinstance(value, float):
        return [value]
    if isinstance(value, dict):
        return [found for item in value.values() for found in floats_in(item)]
    if isinstance(value, list | tuple):
        return [found for item in value for found in floats_in(item)]
    return []


@pytest.mark.parametrize("name", showcase_context()["charts"])
def test_a_chart_holds_no_float_and_says_what_it_shows(name):
    chart = showcase_context()["charts"][name]
    assert floats_in(asdict(chart)) == []
    assert chart.title
    assert chart.description.endswith(".")
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.headers)}


@pytest.mark.parametrize(
    ("value", "standing"),
    [
        (3, "3 tenues, en dessous du repère (6 à 10)."),
        (6, "6 tenues, dans le repère (6 à 10)."),
        (10, "10 tenues, dans le repère (6 à 10)."),
        (11, "11 tenues, au-dessus du repère (6 à 10)."),
    ],
)
def test_gauge_says_where_the_value_stands(value, standing):
    chart = charts.gauge(value, low=6, high=10, title="Séances", unit="tenues")
    assert chart.description == standing


def test_gauge_with_a_single_target():
    chart = charts.gauge(Decimal("41.50"), low=75, high=75, title="Emplois", unit="ETP")
    assert chart.value_label == "41,5 ETP"
    assert chart.band_label == "repère 75 ETP"
    assert chart.band_width == 3


def test_gauge_of_nothing_has_no_bar():
    assert charts.gauge(0, low=6, high=10, title="Séances").bar_width == 0


@given(st.lists(AMOUNTS, min_size=1, max_size=4))
def test_percentages_add_up_to_a_hundred(amounts):
    shares = percentages(amounts)
    assert sum(shares) == (100 if sum(amounts) else 0)
    assert all(share >= 0 for share in shares)


def test_percentages_give_what_is_left_to_the_largest_remainder():
    assert percentages([1, 1, 1]) == (34, 33, 33)
    assert percentages([0, 0]) == (0, 0)


def test_profile_draws_both_bars_of_the_same_length():
    chart = charts.profile(
        [charts.Share("Entreprises", 40, 40), charts.Share("État", 60, 60)], title="Profil"
    )
    assert sum(segment.width for segment in chart.actual) == 296
    assert sum(segment.width for segment in chart.target) == 296
    assert chart.rows[0] == ("Entreprises", "0,40\u00a0€", "40\u00a0%", "40\u00a0%")


def test_columns_leave_out_what_is_not_known():
    chart = charts.columns(
        [charts.Year("2025", (10, 4)), charts.Year("2026", (8, None))],
        series=("Prévus", "Créés"),
        title="Emplois",
        unit="ETP",
    )
    assert [column.label for column in chart.columns] == ["10", "4", "8"]
    assert chart.rows == (("2025", "10 ETP", "4 ETP"), ("2026", "8 ETP", "–"))
    assert "2026 : prévus 8, créés non renseigné" in chart.description


def test_columns_of_a_year_with_nothing_stand_on_the_ground():
    chart = charts.columns([charts.Year("2026", (0,))], series=("Prévus",), title="Emplois")
    assert [column.height for column in chart.columns] == [0]


def test_curve_goes_on_dashed_from_the_last_day_known():
    points = [
        charts.Point(date(2026, 1, 1), 10_000_000),
        charts.Point(date(2026, 7, 1), 20_000_000),
        charts.Point(date(2027, 1, 1), 5_000_000, ((0, 10_000_000),)),
    ]
    chart = charts.curve(points, title="Trésorerie", as_of=date(2026, 7, 1))
    assert len(chart.past.split()) == 2
    assert chart.forecast.split()[0] == chart.past.split()[-1]
    assert len(chart.bands) == 1
    assert chart.description == (
        "De 100\u202f000\u00a0€ le 01/01/2026 à 50\u202f000\u00a0€ le 01/01/2027. "
        "Point le plus bas : 50\u202f000\u00a0€ le 01/01/2027."
    )


def test_curve_marks_what_matters_and_says_its_bands():
    points = [
        charts.Point(date(2026, 1, 1), 10_000_00),
        charts.Point(date(2026, 7, 1), -2_000_50, ((-5_000_00, 1_000_00), (-3_000_00, 0))),
        charts.Point(date(2027, 1, 1), 5_000_00, ((0, 10_000_00), (4_000_00, 6_000_00))),
    ]
    chart = charts.curve(
        points,
        title="Trésorerie",
        as_of=date(2026, 1, 1),
        band_labels=("95 %", "50 %"),
        marks_lowest=True,
        stop=(date(2026, 7, 1), "à sec en juillet 2026"),
    )
    assert [key.label for key in chart.keys] == ["95 %", "50 %"]
    assert chart.headers == ("Date", "Montant", "95 %", "50 %")
    assert chart.rows[0][2:] == ("", "")
    assert chart.rows[2][3] == "4\u202f000\u00a0€ à 6\u202f000\u00a0€"
    assert chart.lowest.label == "−2\u202f000,50\u00a0€".replace("−", "\u2212")
    assert f"{chart.lowest.x},{chart.lowest.y}" == chart.forecast.split()[1]
    assert (chart.stop.x, chart.stop.anchor) == (chart.lowest.x, "middle")


def test_curve_of_one_point_is_drawn():
    chart = charts.curve([charts.Point(date(2026, 1, 1), 0)], title="Trésorerie")
    assert chart.past == "70,258"


def test_curve_of_nothing_is_refused():
    with pytest.raises(ValueError, match="needs a point"):
        charts.curve([], title="Trésorerie")


@given(st.lists(st.integers(min_value=-(10**10), max_value=10**10), min_size=2, max_size=30))
def test_curve_stays_in_its_frame(amounts):
    points = [charts.Point(date(2020 + rank, 1, 1), cents) for rank, cents in enumerate(amounts)]
    chart = charts.curve(points, title="Trésorerie")
    for pair in chart.past.split():
        x, y = map(int, pair.split(","))
        assert 70 <= x <= 664
        assert 20 <= y <= 258
    assert len(chart.grid) <= 8
    assert len(chart.months) <= 9


def test_timeline_is_drawn_up_to_the_last_milestone_reached():
    chart = charts.timeline(
        [
            charts.Milestone("Contact", "done", date(2026, 1, 12)),
            charts.Milestone("Comité d'agrément", "current", date(2026, 3, 12)),
            charts.Milestone("M+36 : enquête"),
        ],
        title="Parcours",
    )
    assert chart.reached_x == chart.marks[1].x
    assert chart.marks[1].lines == ("Comité", "d'agrément")
    assert chart.rows[2] == ("M+36 : enquête", "non planifié", "à venir")


@pytest.mark.parametrize(("milestones", "kept"), [(3, True), (6, True), (7, False)])
def test_a_short_timeline_keeps_its_size(milestones, kept):
    chart = charts.timeline([charts.Milestone("Contact")] * milestones, title="Parcours")
    assert ('class="own-size"' in render_to_string(chart.template, {"chart": chart})) == kept


def test_a_timeline_stands_upright_on_a_phone():
    milestones = [charts.Milestone("Contact", "done"), charts.Milestone("Comité", "current")]
    chart = charts.timeline(milestones, title="Parcours")
    upright = render_to_string("charts/figure.html", {"chart": chart}).partition("chart-tall")[2]
    assert upright.count("<li") == 2
    assert upright.count('aria-current="step"') == 1


def test_timeline_of_nothing_is_an_empty_line():
    chart = charts.timeline([], title="Parcours")
    assert (chart.marks, chart.rows) == ((), ())


def test_labels_are_cut_between_words():
    assert in_lines("Comité d'agrément de mars") == ("Comité", "d'agrément de", "mars")
    assert in_lines("Anticonstitutionnellement") == ("Anticonstitutionnellement",)


@pytest.mark.parametrize(
    ("span", "step"), [(1, 1), (4, 1), (5, 2), (75, 20), (100, 25), (101, 50), (600_000, 200_000)]
)
def test_nice_step(span, step):
    assert nice_step(span) == step


def test_position_keeps_what_is_outside_at_the_edge():
    assert position(5, low=0, high=10, start=0, end=100) == 50
    assert position(-5, low=0, high=10, start=0, end=100) == 0
    assert position(50, low=0, high=10, start=0, end=100) == 100
    assert position(5, low=3, high=3, start=7, end=100) == 7


def test_an_axis_is_written_in_thousands_of_euros():
    assert thousands_of_euros(40_000_000) == "400\u00a0k€"
    assert thousands_of_euros(0) == "0"


def test_map_draws_every_department_and_fills_the_basins():
    chart = maps.france({"73": [maps.Place("Savoie")], "974": [maps.Place("La Réunion", "asleep")]})
    assert len(chart.departments) == 96
    assert [d.label for d in chart.departments if d.fill != maps.EMPTY_FILL] == ["Savoie (Savoie)"]
    assert [tile.name for tile in chart.tiles if tile.fill != maps.EMPTY_FILL] == ["La Réunion"]
    assert chart.rows == (
        ("La Réunion", "La Réunion (974)", "sans séance récente"),
        ("Savoie", "Savoie (73)", "actif"),
    )
    assert "CC BY 4.0" in chart.note


def test_each_basin_of_a_department_keeps_its_own_state():
    chart = maps.france({"39": [maps.Place("Jura", "asleep"), maps.Place("Haut-Jura", "coming")]})
    assert chart.rows == (
        ("Haut-Jura", "Jura (39)", "en création"),
        ("Jura", "Jura (39)", "sans séance récente"),
    )
    filled = [d for d in chart.departments if d.fill != maps.EMPTY_FILL]
    assert [(d.label, d.fill) for d in filled] == [("Jura, Haut-Jura (Jura)", maps.FILLS["asleep"])]
    assert [one.label for one in chart.legend] == ["sans séance récente", "en création"]


def test_outlines_are_lightened_to_whole_pixels_without_drifting():
    # Ten steps of 0.4 end at 4, not at the 0 that rounding each step would give.
    path = maps.lighter("m 10.2,5.0 " + "0.4,0 " * 10 + "z m 0.4,20.0 3,0 z")
    assert path == "M10 5l1 0 1 0 1 0 1 0zM11 25l3 0z"


def test_the_map_weighs_what_a_page_can_bear():
    assert sum(len(path) for _, _, path in maps.department_paths()) < 52_000
    assert all(re.fullmatch(r"[Mlz0-9 -]+", path) for _, _, path in maps.department_paths())
