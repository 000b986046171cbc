"""The indicators of kpis.md, case by case, without a database."""

from datetime import date
from fractions import Fraction

import pytest

from steering.rules import activity, employment, follow_up, fund, resources
from steering.rules.facts import (
    Deliberation,
    Loan,
    Observation,
    Outcome,
    Period,
    Point,
    Sitting,
    Support,
)
from steering.rules.measures import Growth, Ratio, Seen
from steering.rules.objectives import Objective, elapsed, exercise_in_words, gap_in_words

Y2017 = Period(date(2017, 1, 1), date(2017, 12, 31))
MAY = date(2018, 5, 15)


def outcome(project=1, on=date(2017, 3, 1), *, company=None, approval=True, final=True, amount=0):
    return Outcome(project, company or project, on, approval, final, amount)


def support(project=1, on=date(2016, 1, 10), *, planned=40, seen=(), closed_on=None, company=None):
    observations = tuple(Observation(day, created, days_done=days) for day, created, days in seen)
    return Support(project, company or project, on, planned, 50, closed_on, observations)


class TestPeriod:
    def test_year_stops_at_the_day_of_the_figures(self):
        assert Period.of_year(2018, as_of=MAY) == Period(date(2018, 1, 1), MAY)

    def test_both_ends_are_in(self):
        assert date(2017, 1, 1) in Y2017
        assert date(2017, 12, 31) in Y2017
        assert date(2018, 1, 1) not in Y2017


class TestActivity:
    def test_a_meeting_without_a_closed_ballot_does_not_count(self):
        sittings = [Sitting(date(2017, 2, 1), True), Sitting(date(2017, 3, 1), False)]
        assert activity.meetings_held(sittings, Y2017) == 1

    def test_longest_gap_runs_to_the_last_day(self):
        sittings = [Sitting(date(2017, 2, 1), True), Sitting(date(2017, 3, 1), True)]
        assert activity.longest_gap(sittings, Y2017) == 305

    def test_longest_gap_of_no_meeting_is_unknown(self):
        assert activity.longest_gap([], Y2017) is None

    def test_a_project_examined_twice_counts_once(self):
        twice = [Deliberation(7, date(2017, 2, 1)), Deliberation(7, date(2017, 4, 1))]
        assert activity.examined([*twice, Deliberation(8, date(2016, 4, 1))], Y2017) == 1

    def test_approval_rate_leaves_out_what_is_put_off(self):
        outcomes = [
            outcome(1),
            outcome(2, approval=False),
            outcome(3, approval=False, final=False),
        ]
        assert activity.approval_rate(outcomes, Y2017) == Ratio(1, 2, 2)

    def test_put_off_then_approved_counts_as_approved(self):
        put_off = outcome(1, date(2017, 1, 9), approval=False, final=False)
        outcomes = [put_off, outcome(1, date(2017, 6, 1))]
        assert activity.approved(outcomes, Y2017) == 1
        assert activity.approval_rate(outcomes, Y2017) == Ratio(1, 1, 1)

    def test_a_company_with_two_projects_counts_once(self):
        outcomes = [outcome(1, company=5), outcome(2, company=5), outcome(3, company=6)]
        assert activity.companies(outcomes, Y2017) == 2

    @pytest.mark.parametrize(
        ("amounts", "expected"),
        [
            ((), (0, 0, 0)),
            ((1000,), (1000, 1, 1000)),
            ((1000, 0, 3000), (4000, 2, 2000)),
            ((1000, 2000, 9000), (12000, 3, 2000)),
        ],
    )
    def test_granted(self, amounts, expected):
        outcomes = [outcome(rank, amount=amount) for rank, amount in enumerate(amounts)]
        assert activity.granted(outcomes, Y2017) == expected


class TestLastKnown:
    def test_nothing_seen_is_unknown_not_zero(self):
        assert employment.jobs_created([support()], as_of=MAY) == Seen(0, 0, 1)

    def test_seen_as_zero_is_known(self):
        seen = [(date(2018, 1, 1), 0, None)]
        assert employment.jobs_created([support(seen=seen)], as_of=MAY) == Seen(0, 1, 1)

    def test_the_last_value_replaces_the_ones_before(self):
        seen = [(date(2017, 6, 1), 20, None), (date(2018, 1, 1), 10, None)]
        assert employment.jobs_created([support(seen=seen)], as_of=MAY) == Seen(10, 1, 1)

    def test_what_is_seen_later_is_not_known_yet(self):
        seen = [(date(2017, 6, 1), 20, None), (date(2018, 6, 1), 30, None)]
        assert employment.jobs_created([support(seen=seen)], as_of=MAY) == Seen(20, 1, 1)

    @pytest.mark.parametrize(("seen_on", "known"), [(date(2017, 5, 15), 1), (date(2017, 5, 14), 0)])
    def test_a_value_is_carried_twelve_months(self, seen_on, known):
        one = support(seen=[(seen_on, 20, None)])
        assert employment.jobs_created([one], as_of=MAY).known == known

    def test_what_was_known_at_the_close_stays_known(self):
        one = support(seen=[(date(2010, 6, 1), 20, None)], closed_on=date(2010, 9, 1))
        assert employment.jobs_created([one], as_of=MAY) == Seen(20, 1, 1)

    def test_what_was_forgotten_at_the_close_stays_unknown(self):
        one = support(seen=[(date(2009, 6, 1), 20, None)], closed_on=date(2010, 9, 1))
        assert employment.jobs_created([one], as_of=MAY) == Seen(0, 0, 1)


class TestEmployment:
    def test_planned(self):
        assert employment.jobs_planned([support(planned=45), support(2, planned=20)]) == 65

    def test_realised_keeps_the_same_projects_above_and_below(self):
        supports = [
            support(1, seen=[(date(2018, 1, 1), 32, None)]),
            support(2, seen=[(date(2018, 1, 1), 31, None)]),
            support(3),  # nothing seen
            support(4, date(2017, 6, 1), seen=[(date(2018, 1, 1), 40, None)]),  # too young
            support(5, planned=0, seen=[(date(2018, 1, 1), 10, None)]),  # promised no job
        ]
        assert employment.jobs_realised(supports, as_of=MAY) == Ratio(63, 80, 2)
        assert employment.projects_realised(supports, as_of=MAY) == Ratio(1, 2, 2)

    def test_eighteen_months_to_the_day_is_old_enough(self):
        seen = [(date(2018, 1, 1), 40, None)]
        young = support(1, date(2016, 11, 16), seen=seen)
        old = support(2, date(2016, 11, 15), seen=seen)
        assert employment.jobs_realised([young, old], as_of=MAY).n == 1

    def test_days_done_once_stay_done(self):
        one = support(seen=[(date(2016, 6, 1), 0, 30)])
        assert employment.days_done([one, support(2)], as_of=MAY) == Ratio(30, 100, 2)

    def test_a_review_silent_on_days_does_not_erase_them(self):
        one = support(seen=[(date(2016, 6, 1), 0, 30), (date(2016, 9, 1), 10, None)])
        assert employment.days_done([one], as_of=MAY) == Ratio(30, 50, 1)

    def test_growth_is_of_companies_with_both_years(self):
        supports = [
            support(1, date(2012, 5, 1), company=1),
            support(2, date(2014, 5, 1), company=1),  # the first approval gives n
            support(3, date(2012, 5, 1), company=2),
            support(4, date(2015, 5, 1), company=3),  # n + 3 is not over
        ]
        turnovers = {
            (1, 2012): 100,
            (1, 2015): 146,
            (1, 2014): 500,
            (1, 2017): 500,
            (2, 2012): 900,
            (3, 2015): 100,
            (3, 2018): 400,
        }
        growth = employment.turnover_growth(supports, turnovers, as_of=MAY)
        assert growth == Growth(100, 146, 1)
        assert growth.permille == 460

    def test_growth_of_nobody_is_unknown(self):
        assert Growth(0, 0, 0).permille is None


class TestFollowUp:
    def test_fifteen_days_after_is_still_on_time(self):
        points = [
            Point(1, date(2017, 3, 1), date(2017, 3, 16)),
            Point(1, date(2017, 6, 1), date(2017, 6, 17)),
            Point(2, date(2017, 9, 1), None),
            Point(3, date(2017, 12, 20), None),  # neither back nor overdue yet
        ]
        assert follow_up.points_on_time(points, Y2017) == Ratio(1, 3, 3)

    @pytest.mark.parametrize(
        ("stopped_on", "returned_on", "ratio"),
        [
            (date(2017, 2, 1), None, Ratio(0, 0, 0)),  # nobody may answer any more
            (date(2017, 3, 16), None, Ratio(0, 0, 0)),  # stopped before it was late
            (date(2017, 3, 17), None, Ratio(0, 1, 1)),  # it was late already
            (date(2017, 2, 1), date(2017, 3, 2), Ratio(1, 1, 1)),  # closed, still observed
        ],
    )
    def test_what_a_stopped_project_does_not_return(self, stopped_on, returned_on, ratio):
        point = Point(1, date(2017, 3, 1), returned_on, stopped_on)
        assert follow_up.points_on_time([point], Y2017) == ratio

    def test_a_project_that_stopped_is_not_late(self):
        points = [Point(1, date(2018, 1, 1), None), Point(2, date(2018, 1, 1), None)]
        assert follow_up.projects_on_time(points, {1, 3}, as_of=MAY) == Ratio(1, 2, 2)

    def test_late_the_day_after_the_grace(self):
        point = Point(1, date(2018, 4, 30), None)
        assert follow_up.late_points([point], {1}, as_of=date(2018, 5, 15)) == []
        assert follow_up.late_points([point], {1}, as_of=date(2018, 5, 16)) == [point]

    def test_returned_after_the_day_of_the_figures_was_late_then(self):
        point = Point(1, date(2018, 1, 1), date(2018, 6, 1))
        assert follow_up.late_points([point], {1}, as_of=MAY) == [point]


def loan(disbursed=100, repaid=0, outstanding=100, arrears=0, days_late=0, lost=0, recovered=0):
    return Loan(disbursed, repaid, outstanding, arrears, days_late, lost, recovered)


class TestFund:
    def test_state(self):
        state = fund.fund_state(
            [
                loan(1000, 400, 600),
                loan(1000, 300, 700, arrears=100, days_late=31),
                loan(500, 200, 0, lost=300, recovered=50),
            ],
            contributed=5000,
        )
        assert (state.lent, state.repaid, state.outstanding, state.arrears) == (
            2500,
            900,
            1300,
            100,
        )
        assert state.lost == 250
        assert state.loss == Ratio(250, 2500, 3)
        assert state.repayment == Ratio(950, 1300, 3)
        assert state.at_risk == Ratio(700, 1300, 2)
        assert state.available == 5000 - 2500 + 900 + 50
        assert state.size == state.available + 600

    def test_a_loss_never_raises_the_rate_of_repayment(self):
        late = fund.fund_state([loan(20_000, 2_000, 18_000, arrears=18_000)], contributed=0)
        lost = fund.fund_state([loan(20_000, 2_000, 0, lost=18_000)], contributed=0)
        assert late.repayment == lost.repayment == Ratio(2_000, 20_000, 1)

    def test_a_fund_that_never_lent(self):
        state = fund.fund_state([], contributed=100)
        assert state.loss.value is None
        assert state.available == 100


class TestResources:
    def test_gap(self):
        assert resources.profile_gap((40, 20, 25, 15), (40, 20, 25, 15)) == 0
        assert resources.profile_gap((0, 0, 0, 7), (40, 20, 25, 15)) == 85
        assert resources.profile_gap((1, 1, 1, 0), (40, 20, 25, 15)) == Fraction(65, 3)
        assert resources.profile_gap((0, 0, 0, 0), (40, 20, 25, 15)) is None


class TestRatio:
    @pytest.mark.parametrize(
        ("numerator", "denominator", "permille"),
        [(2, 3, 667), (1, 3, 333), (0, 5, 0), (1, 0, None), (1, 2000, 1)],
    )
    def test_permille_is_rounded_half_up(self, numerator, denominator, permille):
        assert Ratio(numerator, denominator, denominator).permille == permille

    def test_few_are_not_shown_outside(self):
        assert Ratio(1, 4, 4).is_small
        assert not Ratio(1, 5, 5).is_small


class TestObjectives:
    """The words for the distance from a target: of three years, of which half is over."""

    @pytest.mark.parametrize(
        ("target", "reached", "gone", "unknown", "words"),
        [
            (2250, 2250, 1, 0, "Atteint"),
            (2250, 2405, Fraction(1, 2), 0, "Atteint, 15,5 de plus"),
            (2250, 2000, 1, 0, "Il a manqué 25"),
            (2250, 1200, Fraction(1, 2), 0, "Dans le rythme (113 attendus à ce jour)"),
            (2250, 1000, Fraction(1, 2), 0, "13 sous le rythme (113 attendus à ce jour)"),
            (180, 40, 1, 1, "Il a manqué 14 ; 1 dossier sans nouvelles"),
            (0, 40, 1, 0, "Aucun objectif fixé"),
        ],
    )
    def test_the_gap_is_said_in_words(self, target, reached, gone, unknown, words):
        objective = Objective("Emplois", target, reached, (), unknown)
        assert gap_in_words(objective, gone=Fraction(gone)) == words

    def test_what_is_over_of_a_convention(self):
        term = {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 31)}
        assert elapsed(**term, on=date(2023, 6, 1)) == 0
        assert elapsed(**term, on=date(2024, 1, 1)) == Fraction(1, 366)
        assert elapsed(**term, on=date(2025, 6, 1)) == 1


@pytest.mark.parametrize(
    ("year", "said"),
    [(2026, "2026, dès le 01/05"), (2027, "2027"), (2029, "2029, jusqu'au 30/04")],
)
def test_a_year_says_which_days_of_it_a_convention_covers(year, said):
    dates = {"starts_on": date(2026, 5, 1), "ends_on": date(2029, 4, 30)}
    assert exercise_in_words(year, **dates) == said
