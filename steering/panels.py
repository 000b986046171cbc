"""What the steering adds to the page of a partnership convention: objectives and results (P6)."""

from alize.common.dates import short_date
from alize.common.money import format_tenths
from basins.homes import Visitor
from basins.sections import Content
from conventions.enums import AgreementStatus
from conventions.models import PartnershipConvention
from conventions.panels import PARTNERSHIP_SECTIONS
from steering.queries.objectives import results_of
from steering.rules.objectives import exercise_in_words, gap_in_words


@PARTNERSHIP_SECTIONS.add(act="report.read")
def objectives(visitor: Visitor, convention: PartnershipConvention) -> Content | None:
    """The objectives of a signed convention beside what came of them; nothing before it begins."""
    if convention.status != AgreementStatus.SIGNED:
        return None
    results = results_of(convention, on=visitor.on)
    if results is None:
        return None
    rows = [
        {
            "label": one.label,
            "target": format_tenths(one.target),
            "by_year": [format_tenths(value) for value in one.by_year],
            "reached": format_tenths(one.reached),
            "gap": gap_in_words(one, gone=results.gone),
        }
        for one in results.objectives
    ]
    dates = {"starts_on": convention.starts_on, "ends_on": convention.ends_on}
    context = {
        "rows": rows,
        "years": [exercise_in_words(year, **dates) for year in results.years],
        "starts_on": short_date(convention.starts_on),
        "as_of": short_date(results.as_of),
    }
    return Content("steering/objectives.html", context)
