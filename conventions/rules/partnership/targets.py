"""The targets that the draft of a partnership convention begins with (R65, R67, R69, R76)."""

from dataclasses import dataclass

from basins.references import References
from conventions.rules.partnership.terms import YEARS


@dataclass(frozen=True)
class Cruise:
    """Régime de croisière : what the references make of three years (R65, R67, R69, R76)."""

    jobs_target: int
    projects_target: int
    meetings_target: int
    local_engineering: int
    """In cents a year."""


def cruise(references: References) -> Cruise:
    """What a draft begins with."""
    return Cruise(
        jobs_target=references.jobs,
        projects_target=references.approved * YEARS,
        meetings_target=references.meetings[0] * YEARS,
        local_engineering=references.engineering,
    )


def cruise_in_words(references: References) -> dict[str, str]:
    """The reference beside each target of a draft."""
    least, most = references.meetings
    return {
        "jobs_target": f"Repère : {references.jobs}, soit {references.jobs_a_year} par an.",
        "projects_target": f"Repère : {references.approved * YEARS}, soit {references.approved} "
        "par an.",
        "meetings_target": f"Repère : {least * YEARS} à {most * YEARS}.",
    }
