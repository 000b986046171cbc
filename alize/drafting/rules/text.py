"""What the text of an agreement is made of (R52-R63, journeys.md A7)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class SectionKind(StrEnum):
    """Nature d'une partie du texte, as its source names it."""

    SECTION = "section"
    """Neither numbered nor an annex: the parties, the preamble, the signatures."""
    ARTICLE = "article"
    ANNEX = "annexe"


class PartKind(StrEnum):
    """Nature d'un élément d'une partie."""

    PARAGRAPH = "PARAGRAPH"
    ITEM = "ITEM"
    HEADING = "HEADING"
    BLOCK = "BLOCK"
    ZONE = "ZONE"


class VariableKind(StrEnum):
    """What a declared name stands for, as its source names it."""

    VALUE = "variable"
    BLOCK = "bloc"
    CONDITION = "condition"


@dataclass(frozen=True)
class Variable:
    """Variable : a name that each agreement gives a value to, and what it means."""

    name: str
    label: str
    kind: VariableKind = VariableKind.VALUE


@dataclass(frozen=True)
class Condition:
    """« (si avance) », « (sauf avance) »: present when that name has a value, or has none."""

    name: str
    holds: bool = True

    def met(self, given: frozenset[str]) -> bool:
        """Whether what it governs is present, of the names that have a value."""
        return (self.name in given) is self.holds


@dataclass(frozen=True)
class Part:
    """One paragraph, item, heading, named block or local zone; `key` names the last two."""

    kind: PartKind
    text: str = ""
    key: str = ""
    condition: Condition | None = None


@dataclass(frozen=True)
class Section:
    """Article, annexe ou partie sans numéro."""

    kind: SectionKind
    key: str
    title: str
    parts: tuple[Part, ...] = ()
    condition: Condition | None = None

    @property
    def zones(self) -> tuple[Part, ...]:
        """Where a basin adds its clauses."""
        return tuple(part for part in self.parts if part.kind is PartKind.ZONE)

    @property
    def is_locked(self) -> bool:
        """Verrouillé : the same words everywhere."""
        return not self.zones


@dataclass(frozen=True)
class Text:
    """Le texte d'un modèle : its declared names, then its sections."""

    variables: tuple[Variable, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def zones(self) -> tuple[Part, ...]:
        """Every local zone, in the order of the text."""
        return tuple(zone for section in self.sections for zone in section.zones)

    def present(self, given: Iterable[str]) -> Iterator[tuple[Section, tuple[Part, ...]]]:
        """The sections whose condition is met, each with those of its parts that are too."""
        names = frozenset(given)
        for section in self.sections:
            if section.condition is None or section.condition.met(names):
                yield (
                    section,
                    tuple(
                        part
                        for part in section.parts
                        if part.condition is None or part.condition.met(names)
                    ),
                )
