"""What a setting of the committee is: its name, its reason, the values it may take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alize.common.money import format_euros
from alize.common.words import counted
from committees.models import CommitteeRules
from committees.models.rules import LIMITS

DAYS, MONTHS = ("jour", "jours"), ("mois", "mois")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One line of the rules: what it is called, why it is there, what it may be."""

    name: str
    label: str
    explanation: str
    choices: Mapping[str, str] = field(default_factory=dict)
    several: bool = False
    unit: tuple[str, str] = ("", "")
    """Singular and plural of what a number counts."""
    is_amount: bool = False
    longest: int = 0
    """How many letters a text may have, when it is one."""
    needs_regulations: bool = False
    columns: tuple[str, ...] = ()
    """Where it is kept, when not under its own name; the parts of a fraction."""

    @property
    def limits(self) -> tuple[int, int] | None:
        """The least and the most, when it is a number."""
        return LIMITS.get(self.name)

    def value_in(self, row: CommitteeRules) -> Any:
        """What the rules say."""
        if self.columns:
            return "/".join(str(getattr(row, column)) for column in self.columns)
        return getattr(row, self.name)

    def put(self, row: CommitteeRules, value: Any) -> None:
        """Write a value in the rules, which are not saved."""
        if not self.columns:
            setattr(row, self.name, value)
            return
        for column, part in zip(self.columns, str(value).split("/"), strict=True):
            setattr(row, column, int(part))

    def default(self) -> Any:
        """What voting.md 5.3 recommends."""
        return self.value_in(CommitteeRules())

    def accepts(self, value: Any) -> bool:
        """Whether a value is one of those that the setting may take."""
        if self.several:
            return isinstance(value, list) and set(value) <= set(self.choices)
        if self.choices:
            return value in self.choices
        if self.longest:
            return isinstance(value, str) and 0 < len(value) <= self.longest
        if self.is_amount:
            return value is None or (type(value) is int and value > 0)
        if self.limits:
            least, most = self.limits
            return type(value) is int and least <= value <= most
        return isinstance(value, bool)

    def in_words(self, value: Any) -> str:
        """A value as people read it."""
        if self.several:
            return ", ".join(self.choices.get(one, one) for one in value) or "Aucun"
        if self.choices:
            return self.choices.get(value, str(value))
        if self.longest:
            return f"« {value} »"
        if self.is_amount:
            return "Aucun" if value is None else format_euros(value)
        if self.limits:
            return counted(value, *self.unit).strip()
        return "Oui" if value else "Non"


@dataclass(frozen=True)
class Group:
    """Settings on one subject."""

    key: str
    title: str
    settings: Sequence[Setting]
