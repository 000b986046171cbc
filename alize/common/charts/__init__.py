"""Charts drawn by the server (interface.md 3): pure geometry here, one SVG template each.

Every coordinate is an integer, so that no locale can put a comma in a picture.
"""

from alize.common.charts.columns import Columns, Year, columns
from alize.common.charts.curve import Curve, Point, curve
from alize.common.charts.gauge import Gauge, gauge
from alize.common.charts.profile import Profile, Share, percentages, profile
from alize.common.charts.timeline import Milestone, Timeline, timeline

__all__ = [
    "Columns",
    "Curve",
    "Gauge",
    "Milestone",
    "Point",
    "Profile",
    "Share",
    "Timeline",
    "Year",
    "columns",
    "curve",
    "gauge",
    "percentages",
    "profile",
    "timeline",
]
