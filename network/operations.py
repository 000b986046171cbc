"""Keeps the consolidated rows of `public` equal to what each basin holds (scale.md 3)."""

import logging
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.database import hold
from alize.outbox import operations as outbox
from basins import tenancy
from basins.enums import BASIN_TRANSITIONS, BasinStatus
from basins.models import Basin
from conventions.queries import texts_in_use
from conventions.queries.clauses import written
from conventions.queries.lacking import names_without_value
from conventions.queries.partnership import first_convention
from network.models import BasinState, BasinYear
from signatures.queries import contested_signatures
from steering import queries

logger = logging.getLogger("alize.network")

AGEING = frozenset({"jobs_created_tenths"})
"""Of a year's figures, those that a day can change: jobs seen too long ago become unknown."""


@dataclass(frozen=True)
class Consolidated:
    """What the rows of one basin must say."""

    state: dict[str, Any]
    years: dict[int, dict[str, int]]
    first_convention_on: date | None = field(default=None, compare=False)
    """When the first convention signed by all takes effect: kept with the basin."""
    installs_on: date | None = field(default=None, compare=False)
    """The day when that convention runs, signed by all."""


@transaction.atomic
def retry_stuck(*, by: Person, at: datetime) -> int:
    """Réessayer maintenant, in every basin, the work that keeps failing; returns how much."""
    count = outbox.retry_stuck(at=at)
    audit.record("outbox.retried", by=by, at=at, count=count)
    return count


def computed(*, basin: Basin, at: datetime) -> Consolidated:
    """Compute the rows of a basin from its own records, read inside it."""
    with tenancy.inside(basin):
        records = queries.read(timezone.localdate(at))
        partnership = queries.partnership(as_of=records.as_of)
        texts = _texts(on=records.as_of)
        first = first_convention()
        contested, contested_since = contested_signatures()
    convention = partnership.convention
    now, origin = queries.state_of(records), queries.since_origin(records.as_of, records=records)
    state = {
        "companies": partnership.companies,
        "authorities": partnership.authorities,
        "beneficiaries": origin.companies,
        "projects_open": now.projects_open,
        "projects_supported": now.projects_supported,
        "reviews_late": now.reviews_late,
        "reviews_late_since": now.reviews_late_since,
        "outstanding": now.fund.outstanding,
        "arrears": now.fund.arrears,
        "arrears_since": now.arrears_since,
        "late_loans": now.fund.late_loans,
        "lent": now.fund.lent,
        "lost": now.fund.lost,
        "last_meeting_on": now.last_meeting_on,
        "convention_number": convention and convention.number,
        "convention_ends_on": partnership.ends_on,
        "contested": contested,
        "contested_since": contested_since,
        "texts": texts,
        "turnover_before": origin.turnover.before,
        "turnover_after": origin.turnover.after,
        "turnover_companies": origin.turnover.companies,
    }
    years = {year: _year(figures) for year, figures in queries.by_year(records).items()}
    if first is None:
        return Consolidated(state, years)
    installs_on = max(first.starts_on, first.signed_on or first.starts_on)
    return Consolidated(state, years, first.starts_on, installs_on)


def _texts(*, on: date) -> dict[str, dict[str, Any]]:
    """What each text of the basin holds of its own: its versions, its gaps, its clauses."""
    versions, lacking, clauses = texts_in_use(on=on), names_without_value(on=on), written()
    return {
        kind: {
            "versions": versions.get(kind, []),
            "empty": lacking[kind],
            "clauses": clauses.get(kind, []),
        }
        for kind in lacking
    }


def _year(figures: queries.Figures) -> dict[str, int]:
    return {
        "meetings": figures.meetings,
        "projects_examined": figures.projects_examined,
        "projects_approved": figures.projects_approved,
        "projects_decided": figures.approval.denominator,
        "advances_granted": figures.advances_granted,
        "advances_lent": figures.advances_lent,
        "jobs_planned_tenths": figures.jobs_planned_tenths,
        "jobs_created_tenths": figures.jobs_created_tenths,
        "days_contracted_tenths": figures.days_contracted_tenths,
        "days_done_tenths": figures.days_done_tenths,
    }


def stored(*, basin: Basin) -> Consolidated:
    """What the rows of a basin say now."""
    ignored = {"id", "basin_id", "year", "as_of", "computed_at"}

    def fields(row: Any) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name not in ignored}

    state = BasinState.objects.filter(basin=basin).values().first()
    years = BasinYear.objects.filter(basin=basin).values()
    return Consolidated(fields(state) if state else {}, {row["year"]: fields(row) for row in years})


@transaction.atomic
def refresh(*, basin: Basin, at: datetime) -> Consolidated:
    """Compute the rows of a basin and write them; returns what they now say.

    Two refreshes of one basin wait for each other, or the older reading could be written last.
    """
    with tenancy.national():
        hold(f"network.refresh:{basin.schema_name}")
        fresh = computed(basin=basin, at=at)
        BasinState.objects.update_or_create(
            basin=basin,
            defaults={**fresh.state, "as_of": timezone.localdate(at), "computed_at": at},
        )
        BasinYear.objects.filter(basin=basin).exclude(year__in=fresh.years).delete()
        for year, values in fresh.years.items():
            BasinYear.objects.update_or_create(basin=basin, year=year, defaults=values)
        if fresh.first_convention_on and basin.status == BasinStatus.VALIDATED:
            _install(basin, fresh, on=timezone.localdate(at))
    return fresh


def _install(basin: Basin, fresh: Consolidated, *, on: date) -> None:
    """The partnership convention that all have signed creates the basin, once it runs (R52).

    On the day when it ran, signed by all: not on the day when the figures were read again.
    """
    row = Basin.objects.select_for_update().get(pk=basin.pk)
    if row.status != BasinStatus.VALIDATED:
        return
    row.first_convention_on, day = fresh.first_convention_on, fresh.installs_on
    if day is not None and day <= on:
        BASIN_TRANSITIONS.guard(row.status, BasinStatus.INSTALLED)
        row.status, row.installed_on = BasinStatus.INSTALLED, day
    row.save(update_fields=["status", "installed_on", "first_convention_on"])
    tenancy.forget(row.slug)


@transaction.atomic
def ask_for_checks(*, at: datetime) -> int:
    """Ask, once a day, for the check of the rows of every basin; returns how many are asked for."""
    day = timezone.localdate(at).isoformat()
    with tenancy.national():
        return sum(
            outbox.enqueue("figures.check", key=day, schema=basin.schema_name)
            for basin in tenancy.every_basin()
        )


@transaction.atomic
def check(*, basin: Basin, at: datetime) -> bool:
    """Compute the rows of a basin again; returns whether they were right (scale.md 3).

    They were not when they differ from what their own day gives, or when an act since then did not
    renew them; one whose renewal still waits is renewed here, and says nothing. Some figures change
    with the day alone, such as what is late: today says nothing of those.
    """
    with tenancy.national():
        hold(f"network.refresh:{basin.schema_name}")
        waiting = outbox.take_waiting("figures.changed", schema=basin.schema_name, at=at)
        row, known = BasinState.objects.filter(basin=basin).first(), stored(basin=basin)
        fresh = refresh(basin=basin, at=at)
        if row is None or waiting:
            return True
        is_of_today = timezone.localdate(row.computed_at) == timezone.localdate(at)
        then = fresh if is_of_today else computed(basin=basin, at=row.computed_at)
    if known == then and _lasting(known) == _lasting(fresh):
        return True
    logger.error("network.figures_differ", extra={"schema": basin.schema_name})
    return False


def _lasting(rows: Consolidated) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in values.items() if name not in AGEING}
        for _, values in sorted(rows.years.items())
        if any(values.values())
    ]
