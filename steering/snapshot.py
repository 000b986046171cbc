"""Freezes what a report says: figures, lists and names, as plain values (kpis.md 7.0)."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from basins import tenancy
from basins.models import LocalOperator
from basins.queries.references import references_on
from basins.references import References
from steering import queries
from steering.queries import lists
from steering.rules.facts import Period
from steering.rules.measures import Growth, Ratio, tenths
from steering.rules.resources import profile_gap

FORMAT = 1
"""Grows when what is frozen changes shape, so that old reports still read."""


def freeze(*, year: int, as_of: date) -> dict[str, Any]:
    """All that the report of a year says, from one reading of the basin."""
    records = queries.read(as_of)
    period = Period.of_year(year, as_of=as_of)
    partnership = queries.partnership(as_of=period.last)
    made = lists.decisions(period, as_of=as_of)
    pledged = queries.resource_profile(year=year)
    references = references_on(period.last)
    gap = profile_gap(pledged, references.profile)
    state = queries.state_of(records)
    snapshot = {
        "format": FORMAT,
        "year": year,
        "as_of": as_of,
        "references": references.as_dict(),
        "basin": _basin(partnership),
        "figures": asdict(queries.basin_figures(year=year, as_of=as_of, records=records)),
        "previous": asdict(queries.basin_figures(year=year - 1, as_of=as_of, records=records)),
        "origin": asdict(queries.since_origin(as_of, records=records)),
        "state": asdict(state),
        "fund": {"available": state.fund.available, "size": state.fund.size},
        "cohorts": _cohorts(records, last=year),
        "meetings": lists.meetings(period, as_of=as_of),
        "decisions": _with_jobs_seen(made, records),
        "refusals": lists.refusals(made),
        "skills": lists.skills(period, as_of=as_of),
        "partners": lists.partners(period.last),
        "resources": [
            {"label": label, "pledged": cents, "target": target}
            for (_, label), cents, target in zip(
                queries.GROUPS, pledged, references.profile, strict=True
            )
        ],
        "changed_promises": [asdict(one) for one in queries.changed_promises(year=year)],
        "gap_tenths": None if gap is None else tenths(gap),
        "worries": lists.worries(period),
        "steering": lists.steering_meetings(as_of),
    }
    return json.loads(json.dumps(snapshot, cls=DjangoJSONEncoder))


def _basin(partnership: queries.Partnership) -> dict[str, Any]:
    basin = tenancy.current()
    convention = partnership.convention
    operators = LocalOperator.objects.filter(basin=basin.pk).order_by("name")
    return {
        "name": basin.name,
        "departments": basin.departments,
        "operators": [operator.name for operator in operators],
        "companies": partnership.companies,
        "authorities": partnership.authorities,
        "convention": convention
        and {
            "number": convention.number,
            "starts_on": convention.starts_on,
            "ends_on": convention.ends_on,
            "signed_on": convention.signed_on,
            "jobs_target": convention.jobs_target,
        },
    }


def _cohorts(records: queries.Records, *, last: int) -> list[dict[str, Any]]:
    return [
        {
            "year": year,
            "approved": figures.projects_approved,
            "planned": figures.jobs_planned_tenths,
            "created": asdict(figures.jobs_created),
            "retained": asdict(figures.jobs_retained),
        }
        for year, figures in queries.by_year(records).items()
        if year <= last
    ]


def _with_jobs_seen(made: list[dict[str, Any]], records: queries.Records) -> list[dict[str, Any]]:
    """Add to each decision the jobs seen since, None when nobody knows."""
    seen = queries.jobs_seen(records)
    return [{**decision, "jobs_created": seen.get(decision["project"])} for decision in made]


def ratio(frozen: dict[str, int]) -> Ratio:
    """A frozen ratio, to be worked with again."""
    return Ratio(**frozen)


def references_of(snapshot: dict[str, Any]) -> References:
    """The reference values that a report is compared with: those of the last day of its year."""
    return References.of_dict(snapshot["references"])


def growth(frozen: dict[str, int]) -> Growth:
    """A frozen growth."""
    return Growth(**frozen)
