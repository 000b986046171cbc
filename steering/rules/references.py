"""Reference values of the programme: an optimum to compare with, never a norm (R64 to R72)."""

MEETINGS = (6, 10)
EXAMINED = 15
APPROVED = 12
APPROVAL_PERMILLE = 800
JOBS_A_CONVENTION = 225
YEARS_A_CONVENTION = 3
RESOURCES_A_YEAR = 30_000_000
"""900 000 € over three years, in cents (R70)."""
REALISED_PERMILLE = 667
"""Two projects out of three come true in Savoie (R85)."""
ON_TIME_PERMILLE = 900
GAP_POINTS = 15
"""Above this distance from 40/20/25/15, the report comments on it (K47)."""


def jobs_a_year(jobs_a_convention: int = JOBS_A_CONVENTION) -> int:
    """R69: the target of a year, a third of that of the convention."""
    return jobs_a_convention // YEARS_A_CONVENTION
