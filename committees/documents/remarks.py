"""The note of the remarks made on signed minutes, annexed to them."""

from typing import Any

from committees.models import Minutes

REMARKS = "pv-remarques"
"""The kind of the document."""


def remarks_context(minutes: Minutes) -> dict[str, Any]:
    """Every remark, in its order; the minutes themselves do not change."""
    return {
        "minutes": minutes,
        "remarks": [
            (str(remark.made_by), remark.made_at, remark.text)
            for remark in minutes.remarks.select_related("made_by")
        ],
    }
