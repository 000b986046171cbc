"""The national page on its consolidated rows, against one table of every fact of every basin."""

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from alize.common.maps import department_paths
from alize.demo.bench.measuring import Effort, Figure, in_turns, milliseconds, typical
from alize.demo.bench.stage import national_browser
from basins import tenancy
from basins.enums import BasinStatus
from basins.models import Basin
from basins.postgresql.base import role_of
from network.models import BasinState, BasinYear

YEARS = 20
FACTS_A_BASIN = 5_300
"""Three hundred files and five thousand postings in twenty years (scale.md)."""

MAKE_FACTS = """
CREATE TABLE bench_fact AS
SELECT basin.id AS basin_id,
       %(first)s::int + number %% %(years)s AS year,
       number %% 18 AS kind,
       (1 + number %% 40) * 100000::bigint AS amount,
       number %% 7 AS tenths
FROM basins_basin AS basin, generate_series(1, %(facts)s) AS number
WHERE basin.slug LIKE 'reseau-%%'
"""
READ_FACTS = """
SELECT basin_id, year,
       count(*) FILTER (WHERE kind = 0), count(*) FILTER (WHERE kind = 1),
       count(*) FILTER (WHERE kind = 2), sum(amount) FILTER (WHERE kind = 3),
       sum(amount) FILTER (WHERE kind = 4), sum(tenths) FILTER (WHERE kind = 5),
       sum(tenths) FILTER (WHERE kind = 6), sum(amount) FILTER (WHERE kind > 6)
FROM bench_fact GROUP BY basin_id, year
"""


def national_figure(*, basins: int, effort: Effort) -> Figure:
    """The national page / the same figures asked of one table of facts, of that many basins."""
    _consolidate(basins)
    staff = national_browser()
    times = in_turns(
        {"page": lambda: staff.get(reverse("national_home")), "facts": _read_facts},
        effort=effort.once_a_round,
    )
    page, facts = typical(times["page"]), typical(times["facts"])
    return Figure(
        "national",
        page / facts,
        0.25,
        f"{basins} bassins : page {milliseconds(page)}, table des faits "
        f"({basins * FACTS_A_BASIN} lignes) {milliseconds(facts)}",
    )


def _read_facts() -> None:
    with connection.cursor() as cursor:
        cursor.execute(READ_FACTS)
        cursor.fetchall()


def _consolidate(basins: int) -> None:
    """The rows of so many basins, and their facts in one table; no schema is needed."""
    now = timezone.now()
    first = now.year - YEARS + 1
    codes = [code for code, _, _ in department_paths()]
    created = Basin.objects.bulk_create(
        Basin(
            schema_name=f"b_{number:04d}",
            slug=f"reseau-{number}",
            name=f"Réseau {number}",
            departments=[codes[number % len(codes)]],
            status=BasinStatus.INSTALLED,
            installed_on=now.date(),
        )
        for number in range(1, basins + 1)
    )
    BasinState.objects.bulk_create(
        BasinState(
            basin=basin,
            as_of=now.date(),
            computed_at=now,
            companies=12,
            lent=basin.pk * 100_000,
            outstanding=basin.pk * 50_000,
        )
        for basin in created
    )
    BasinYear.objects.bulk_create(
        BasinYear(
            basin=basin,
            year=first + rank,
            meetings=8,
            projects_examined=15,
            projects_approved=12,
            advances_granted=30_000_000,
            jobs_planned_tenths=450,
            jobs_created_tenths=400,
        )
        for basin in created
        for rank in range(YEARS)
    )
    with tenancy.owner_cursor() as cursor:
        cursor.execute(MAKE_FACTS, {"first": first, "years": YEARS, "facts": FACTS_A_BASIN})
        cursor.execute(f"GRANT SELECT ON bench_fact TO {role_of('public')}")
        cursor.execute("ANALYZE")
