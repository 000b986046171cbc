"""What each line of the fund lent, got back and lost: derived from how advances were shared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from funds.rules.portfolio import split_on_lines


@dataclass(frozen=True)
class LineShare:
    """The part of one line in one advance; cents."""

    lent: int = 0
    repaid: int = 0
    written_off: int = 0
    lost: int = 0
    """Written off, recoveries deducted."""

    def __add__(self, other: "LineShare") -> "LineShare":
        pairs = zip(astuple(self), astuple(other), strict=True)
        return LineShare(*(one + another for one, another in pairs))

    @property
    def out(self) -> int:
        """Lent, and neither come back nor given up: a recovery does not make it lent again."""
        return self.lent - self.repaid - self.written_off


def share_advance(
    weights: Mapping[int, int], *, repaid: Sequence[int], written_off: int, recovered: int
) -> dict[int, LineShare]:
    """Share what came back of an advance, payment by payment, then what was lost of it.

    `weights` is what each line lent. Every part is at least zero, parts add up to the cent, and a
    line gets exactly its share once all is repaid or lost (funds.md 2.6).
    """
    lines = list(weights)
    lent = [weights[line] for line in lines]
    got = _poured(repaid, lent)
    gone, lost = (
        split_on_lines(amount=amount, weights=lent, already=got)
        for amount in (written_off, max(0, written_off - recovered))
    )
    shares = zip(lines, lent, got, gone, lost, strict=True)
    return {line: LineShare(*parts) for line, *parts in shares}


def _poured(amounts: Iterable[int], weights: Sequence[int]) -> list[int]:
    got = [0] * len(weights)
    for amount in amounts:
        parts = split_on_lines(amount=amount, weights=weights, already=got)
        got = [before + part for before, part in zip(got, parts, strict=True)]
    return got


def entitlement(*, paid_in: int, net_loss: int, returned: int, free_cash: int) -> int:
    """What a contribution may take back now: its due, within the cash that is free (2.6)."""
    return max(0, min(paid_in - net_loss - returned, free_cash))
