"""Several lines of a statement that are one entry: a deposit that the bank books in parts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

MOST_LINES = 4
"""That an entry is shown in, the line that is looked at included."""
NEAREST = 20
"""The lines among which two or three are sought: some thousand sums, whatever waits."""


def completions(
    amounts: Sequence[int], *, wanted: Collection[int]
) -> Mapping[int, list[tuple[int, ...]]]:
    """For each amount wanted, in cents, the places of those that make it.

    Each one that makes it alone; otherwise the first two that do, or the first three.
    """
    found = defaultdict[int, list[tuple[int, ...]]](list)
    for place, amount in enumerate(amounts):
        if amount in wanted:
            found[amount].append((place,))
    for size in range(2, MOST_LINES):
        for places in combinations(range(min(len(amounts), NEAREST)), size):
            total = sum(amounts[place] for place in places)
            if total in wanted and total not in found:
                found[total].append(places)
    return found
