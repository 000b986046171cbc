"""Quality of the follow-up: K27 and K28."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from projects.follow_up.rules import GRACE_DAYS
from steering.rules.facts import Period, Point
from steering.rules.measures import Ratio

_GRACE = timedelta(days=GRACE_DAYS)


def late_points(points: Iterable[Point], running: Collection[int], *, as_of: date) -> list[Point]:
    """Points of running projects not returned fifteen days after they were due."""
    return [
        point
        for point in points
        if point.project in running
        and point.due_on + _GRACE < as_of
        and (point.returned_on is None or point.returned_on > as_of)
    ]


def points_on_time(points: Iterable[Point], period: Period) -> Ratio:
    """K27: points returned within fifteen days, out of those due and either back or overdue.

    A point that was not late yet when its project stopped is not expected any more.
    """
    due = [
        point
        for point in points
        if point.due_on in period
        and (
            point.due_on + _GRACE < min(period.last, point.stopped_on or period.last)
            or (point.returned_on is not None and point.returned_on <= period.last)
        )
    ]
    on_time = sum(
        point.returned_on is not None and point.returned_on <= point.due_on + _GRACE
        for point in due
    )
    return Ratio(on_time, len(due), len(due))


def projects_on_time(points: Iterable[Point], running: Collection[int], *, as_of: date) -> Ratio:
    """K28: running projects with no point more than fifteen days late."""
    late = {point.project for point in late_points(points, running, as_of=as_of)}
    return Ratio(len(running) - len(late), len(running), len(running))
