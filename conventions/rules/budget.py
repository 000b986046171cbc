"""What a partnership convention costs and is promised over its three years (R57, R64-R77)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from alize.common.money import format_euros
from alize.common.words import listed
from basins.references import References

TOLERANCE = 5
"""Points of distance from the reference below which a share is about it."""


PromiseKey = tuple[int | None, int, str]


@dataclass(frozen=True)
class Promise:
    """What a partner promises for a year; `amount` in cents, days valued."""

    partner: str
    kind: str
    year: int
    nature: str
    amount: int
    tenths_of_days: int = 0
    daily_rate: int | None = None
    what: str = ""
    partner_id: int | None = None
    """None of a partner that only applies."""

    @property
    def key(self) -> PromiseKey:
        """What is promised once: by a partner, for a year, in one nature."""
        return (self.partner_id, self.year, self.nature)

    @property
    def terms(self) -> tuple[int, int, int | None, str]:
        """What it promises, whatever its partner is called since."""
        return (self.amount, self.tenths_of_days, self.daily_rate, self.what)


@dataclass(frozen=True)
class Budget:
    """Budget prévisionnel triennal (R57, annex 1), in cents: resources by kind, then uses.

    `targets` is the profile of reference, in percent, of the first kinds.
    """

    years: tuple[int, ...]
    resources: Mapping[str, tuple[int, ...]]
    engineering: tuple[int, ...]
    allowance: tuple[int, ...]
    support: tuple[int, ...]
    targets: tuple[int, ...]

    def as_dict(self) -> dict[str, Any]:
        """What a snapshot keeps of it."""
        return asdict(self)

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> "Budget":
        """The budget that a snapshot has kept."""
        lists = {
            name: tuple(kept[name])
            for name in ("years", "engineering", "allowance", "support", "targets")
        }
        resources = {kind: tuple(amounts) for kind, amounts in kept["resources"].items()}
        return cls(resources=resources, **lists)

    @property
    def totals(self) -> tuple[int, ...]:
        """The resources of each year."""
        return tuple(sum(column) for column in zip(*self.resources.values(), strict=True))

    @property
    def total(self) -> int:
        """All that is brought together over the convention (R70)."""
        return sum(self.totals)

    @property
    def is_covered(self) -> bool:
        """Whether what is brought pays the engineering, year by year."""
        return all(left >= 0 for left in self.support)


def budget(
    promises: Iterable[Promise],
    *,
    kinds: Sequence[str],
    years: tuple[int, ...],
    engineering: int,
    allowance: int,
    targets: tuple[int, ...],
) -> Budget:
    """Add up the promises by kind and year; what engineering leaves supports companies (R75-R77).

    `engineering` and `allowance` are cents a year; the allowance is part of the engineering's cost.
    """
    listed = list(promises)
    resources = {
        kind: tuple(
            sum(one.amount for one in listed if (one.kind, one.year) == (kind, year))
            for year in years
        )
        for kind in kinds
    }
    totals = tuple(sum(column) for column in zip(*resources.values(), strict=True))
    return Budget(
        years=years,
        resources=resources,
        engineering=(engineering,) * len(years),
        allowance=(allowance,) * len(years),
        support=tuple(total - engineering - allowance for total in totals),
        targets=targets,
    )


def budget_in_words(references: References) -> str:
    """The reference beside what a year is spent on (R75, R76)."""
    return (
        f"Repère : {format_euros(references.engineering)} par an, en tout, à côté de "
        f"{format_euros(references.support)} pour le soutien des entreprises."
    )


def changed(
    promises: Iterable[Promise], *, signed: Mapping[PromiseKey, Promise]
) -> tuple[Promise, ...]:
    """Those that are not as they were signed, with all the years of what a partner changes.

    One that is given up stays, for nothing; one that was never promised for more is left out.
    """
    listed = [one for one in promises if one.amount or one.key in signed]
    differ = {
        (one.partner_id, one.nature)
        for one in listed
        if one.key not in signed or signed[one.key].terms != one.terms
    }
    return tuple(one for one in listed if (one.partner_id, one.nature) in differ)


def profile_comment(shares: Sequence[tuple[str, int, int]]) -> str:
    """Say how far each part is from the reference, which is no norm (R64, R72).

    `shares` are the label, the percentage promised and that of the reference.
    """
    if not sum(share for _, share, _ in shares):
        return "Aucun moyen n'est encore promis : le profil apparaîtra avec les engagements."
    above = [label for label, share, target in shares if share - target > TOLERANCE]
    below = [label for label, share, target in shares if target - share > TOLERANCE]
    if not above and not below:
        return "Les moyens promis suivent le profil type à quelques points près."
    said = []
    if above:
        said.append(f"dépassent le profil type pour {_listed(above)}")
    if below:
        said.append(f"restent en dessous pour {_listed(below)}")
    return (
        f"Les moyens promis {listed(said)}. Ce profil est un repère de régime de croisière, non "
        "une norme."
    )


def _listed(labels: Sequence[str]) -> str:
    return listed([f"« {label} »" for label in labels])
