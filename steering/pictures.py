"""The charts of the steering: gauges against the references, jobs by year, profile, fund."""

from decimal import Decimal
from typing import Any

from alize.common import charts
from steering.lines import jobs_a_year
from steering.snapshot import references_of

Frozen = dict[str, Any]
YEARS_SHOWN = 6
THOUSAND_EUROS = 100_000
"""In cents."""


def _in_tenths(value: int) -> int | Decimal:
    """Tenths as the number people read, without a useless zero."""
    return value // 10 if value % 10 == 0 else Decimal(value).scaleb(-1)


def gauges(frozen: Frozen) -> list[charts.Gauge]:
    """The year against R65 to R70: to compare, never to block."""
    figures, references = frozen["figures"], references_of(frozen)
    jobs = jobs_a_year(frozen)
    low, high = references.meetings
    resources = references.resources_a_year // THOUSAND_EUROS
    pledged = sum(group["pledged"] for group in frozen["resources"]) // THOUSAND_EUROS
    return [
        charts.gauge(figures["meetings"], low=low, high=high, title="Séances tenues"),
        charts.gauge(
            figures["projects_examined"],
            low=references.examined,
            high=references.examined,
            title="Dossiers examinés",
        ),
        charts.gauge(
            figures["projects_approved"],
            low=references.approved,
            high=references.approved,
            title="Dossiers agréés",
        ),
        charts.gauge(
            _in_tenths(figures["jobs_planned_tenths"]),
            low=jobs,
            high=jobs,
            title="Emplois prévus",
            unit="ETP",
        ),
        charts.gauge(
            pledged, low=resources, high=resources, title="Ressources engagées", unit="k€"
        ),
    ]


def jobs(frozen: Frozen) -> charts.Columns:
    """Jobs planned and created by cohort, the last years."""
    return charts.columns(
        [
            charts.Year(
                str(cohort["year"]),
                (
                    _in_tenths(cohort["planned"]),
                    _in_tenths(cohort["created"]["total"]) if cohort["created"]["known"] else None,
                ),
            )
            for cohort in frozen["cohorts"][-YEARS_SHOWN:]
        ],
        series=("Prévus", "Constatés"),
        title="Emplois par année d'agrément (ETP)",
    )


def profile(frozen: Frozen) -> charts.Profile | None:
    """The pledges of the year against the reference; nothing without a pledge."""
    groups = frozen["resources"]
    if not any(group["pledged"] for group in groups):
        return None
    return charts.profile(
        [charts.Share(group["label"], group["pledged"], group["target"]) for group in groups],
        title="Profil des ressources de l'année",
        label="Engagé",
    )


def fund_size(frozen: Frozen) -> charts.Gauge:
    """K40: the fund against its critical size, in thousands of euros."""
    low, high = (cents // THOUSAND_EUROS for cents in references_of(frozen).fund_size)
    return charts.gauge(
        (frozen["fund"]["size"] + THOUSAND_EUROS // 2) // THOUSAND_EUROS,
        low=low,
        high=high,
        title="Taille du fonds d'avances",
        unit="k€",
    )
