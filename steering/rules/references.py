"""What a report compares with besides the national references: never a norm (R64)."""

ON_TIME_PERMILLE = 900
GAP_POINTS = 15
"""Above this distance from the profile of reference, the report comments on it (K47)."""
