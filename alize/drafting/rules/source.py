"""The source of a text: read with the line of each mistake, written back the same (ADR 18).

@ variable bassin : nom du bassin
@ bloc objectifs : objectifs chiffrés

# article objet : Objet
Un paragraphe sur {bassin}, avec des mots **en gras**.

- un point ;
- (si avance) un point qui ne paraît que si l'avance a une valeur ;

## Un sous-titre
[objectifs]
+ priorites : ce que le bassin ajoute
"""

import re
from dataclasses import dataclass, field

from alize.drafting.rules.text import (
    Condition,
    Part,
    PartKind,
    Section,
    SectionKind,
    Text,
    Variable,
    VariableKind,
)

NAME = r"[a-z][a-z0-9_]{0,39}"
_CONDITION = rf"\((?P<sense>si|sauf) (?P<condition>{NAME})\)"
_DECLARATION = re.compile(rf"@ (?P<kind>variable|bloc|condition) (?P<name>{NAME}) : (?P<label>.+)")
_SECTION = re.compile(
    rf"# (?P<kind>section|article|annexe) (?P<key>{NAME})(?: {_CONDITION})? : (?P<title>.+)"
)
_ZONE = re.compile(rf"\+ (?P<key>{NAME}) : (?P<label>.+)")
_BLOCK = re.compile(rf"\[(?P<name>{NAME})\]")
_GOVERNED = re.compile(rf"{_CONDITION} (?P<rest>.+)")
_SPACES = re.compile(r"[ \t\u00a0\u202f]+")
VARIABLE = re.compile(rf"\{{({NAME})\}}")
STRONG = "**"
LONGEST = 200_000
"""Characters of one source, far beyond any agreement."""


@dataclass(frozen=True)
class Mistake:
    """Erreur : what is wrong in the source, and on which line."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"Ligne {self.line} : {self.reason}"


class SourceError(ValueError):
    """The source cannot be read; `mistakes` says all that is wrong, line by line."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(" ".join(map(str, mistakes)))
        self.mistakes = mistakes


def parse(source: str) -> Text:
    """Read the source of a text.

    :raises SourceError: with each mistake and its line.
    """
    reader = _Reader()
    for number, line in enumerate(source.splitlines(), 1):
        reader.read(number, _SPACES.sub(" ", line).strip(" \ufeff"))
    return reader.finish()


def write(text: Text) -> str:
    """Write the source of a text, the same for the same text."""
    blocks = [
        "\n".join(f"@ {variable.kind} {variable.name} : {variable.label}" for variable in group)
        for group in (text.variables,)
        if group
    ]
    blocks += [_written(section) for section in text.sections]
    return "\n\n".join(blocks) + "\n"


def _written(section: Section) -> str:
    governed = f" {_condition(section.condition)}" if section.condition else ""
    lines = [f"# {section.kind} {section.key}{governed} : {section.title}"]
    before: PartKind | None = None
    for part in section.parts:
        if before and not before is part.kind is PartKind.ITEM:
            lines.append("")
        lines.append(_written_part(part))
        before = part.kind
    return "\n".join(lines)


def _written_part(part: Part) -> str:
    governed = f"{_condition(part.condition)} " if part.condition else ""
    match part.kind:
        case PartKind.ITEM:
            return f"- {governed}{part.text}"
        case PartKind.HEADING:
            return f"## {governed}{part.text}"
        case PartKind.BLOCK:
            return f"{governed}[{part.key}]"
        case PartKind.ZONE:
            return f"+ {part.key} : {part.text}"
        case _:
            return f"{governed}{part.text}"


def _condition(condition: Condition) -> str:
    return f"({'si' if condition.holds else 'sauf'} {condition.name})"


@dataclass
class _Draft:
    """A section being read."""

    kind: SectionKind
    key: str
    title: str
    condition: Condition | None
    parts: list[tuple[int, Part]] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.declared: dict[str, tuple[int, Variable]] = {}
        self.used: set[str] = set()
        self.sections: list[_Draft] = []
        self.zones: set[str] = set()
        self.conditions: list[tuple[int, str]] = []
        self.open = False
        """Whether the next line goes on with the last part."""

    def read(self, number: int, line: str) -> None:
        if not line:
            self.open = False
        elif line.startswith("@"):
            self._declare(number, line)
        elif line.startswith("# ") or line == "#":
            self._begin(number, line)
        elif not self.sections:
            self._wrong(number, "ce texte vient avant le premier « # article » ou « # section ».")
        else:
            self._add(number, line)

    def finish(self) -> Text:
        for section in self.sections:
            for number, part in section.parts:
                self._check(number, part)
        for number, name in self.conditions:
            if name not in self.zones:
                self._use(number, name)
        for name, (number, _) in self.declared.items():
            if name not in self.used:
                self._wrong(number, f"« {name} » est déclaré mais ne sert nulle part.")
        if not self.sections and not self.mistakes:
            self._wrong(
                1, "le texte n'a aucun article : commencez par « # article objet : Objet »."
            )
        if self.mistakes:
            raise SourceError(tuple(sorted(self.mistakes, key=lambda mistake: mistake.line)))
        return Text(
            tuple(variable for _, variable in self.declared.values()),
            tuple(
                Section(
                    section.kind,
                    section.key,
                    section.title,
                    tuple(part for _, part in section.parts),
                    section.condition,
                )
                for section in self.sections
            ),
        )

    def _wrong(self, number: int, reason: str) -> None:
        self.mistakes.append(Mistake(number, reason))

    def _declare(self, number: int, line: str) -> None:
        match = _DECLARATION.fullmatch(line)
        self.open = False
        if match is None:
            self._wrong(
                number,
                "une déclaration s'écrit « @ variable nom : ce qu'elle veut dire » "
                "(ou bloc, ou condition ; le nom en minuscules, sans accent).",
            )
        elif self.sections:
            self._wrong(number, "les déclarations viennent avant le premier article.")
        elif match["name"] in self.declared:
            self._wrong(number, f"« {match['name']} » est déjà déclaré.")
        else:
            kind = VariableKind(match["kind"])
            self.declared[match["name"]] = (number, Variable(match["name"], match["label"], kind))

    def _begin(self, number: int, line: str) -> None:
        match = _SECTION.fullmatch(line)
        self.open = False
        if match is None:
            self._wrong(
                number,
                "un titre s'écrit « # article clé : Titre » (ou section, ou annexe ; la clé en "
                "minuscules, sans accent).",
            )
            return
        if any(section.key == match["key"] for section in self.sections):
            self._wrong(number, f"la clé « {match['key']} » sert déjà à un autre titre.")
        self._names_in(number, match["title"])
        condition = self._condition_of(number, match)
        self.sections.append(
            _Draft(SectionKind(match["kind"]), match["key"], match["title"], condition)
        )

    def _add(self, number: int, line: str) -> None:
        kind, rest = self._kind_of(line)
        if kind is PartKind.ZONE:
            self._zone(number, line)
            return
        self._names_in(number, line)
        if kind is None and self.open:
            begun, last = self.sections[-1].parts[-1]
            longer = Part(last.kind, f"{last.text} {line}", condition=last.condition)
            self.sections[-1].parts[-1] = (begun, longer)
            return
        governed = _GOVERNED.fullmatch(rest)
        condition = self._condition_of(number, governed) if governed else None
        words = governed["rest"] if governed else rest
        block = _BLOCK.fullmatch(words)
        if kind is None and block is not None:
            self._use(number, block["name"], VariableKind.BLOCK)
            part = Part(PartKind.BLOCK, key=block["name"], condition=condition)
            self.open = False
        else:
            part = Part(kind or PartKind.PARAGRAPH, words, condition=condition)
            self.open = part.kind is not PartKind.HEADING
        self.sections[-1].parts.append((number, part))

    def _zone(self, number: int, line: str) -> None:
        self.open = False
        match = _ZONE.fullmatch(line)
        if match is None:
            self._wrong(
                number, "une zone locale s'écrit « + clé : ce que le bassin peut ajouter »."
            )
        elif match["key"] in self.zones or match["key"] in self.declared:
            self._wrong(number, f"la zone locale « {match['key']} » porte un nom déjà pris.")
        else:
            self.zones.add(match["key"])
            part = Part(PartKind.ZONE, match["label"], match["key"])
            self.sections[-1].parts.append((number, part))

    @staticmethod
    def _kind_of(line: str) -> tuple[PartKind | None, str]:
        """What the first sign of a line says, and the rest of the line."""
        if line.startswith("- "):
            return PartKind.ITEM, line[2:]
        if line.startswith("## "):
            return PartKind.HEADING, line[3:]
        if line.startswith("+"):
            return PartKind.ZONE, line
        return None, line

    def _condition_of(self, number: int, match: re.Match[str]) -> Condition | None:
        if not match["condition"]:
            return None
        self.conditions.append((number, match["condition"]))
        return Condition(match["condition"], match["sense"] == "si")

    def _use(self, number: int, name: str, kind: VariableKind | None = None) -> None:
        """Note that a name serves, as a value or a block where `kind` says so."""
        self.used.add(name)
        known = self.declared.get(name)
        if known is None:
            self._wrong(number, f"« {name} » n'est pas déclaré en tête du texte.")
        elif kind is not None and known[1].kind is not kind:
            self._wrong(number, f"« {name} » est déclaré comme {known[1].kind}, non comme {kind}.")

    def _names_in(self, number: int, words: str) -> None:
        for name in VARIABLE.findall(words):
            self._use(number, name, VariableKind.VALUE)
        if re.search(r"[{}]", VARIABLE.sub("", words)):
            self._wrong(
                number,
                "une accolade est seule, ou son nom de variable n'est pas en minuscules sans "
                "accent.",
            )

    def _check(self, number: int, part: Part) -> None:
        if part.kind in {PartKind.BLOCK, PartKind.ZONE}:
            return
        if part.text.count(STRONG) % 2:
            self._wrong(number, "les deux astérisques qui ouvrent le gras ne sont pas refermés.")
        if part.text.startswith("["):
            self._wrong(number, "un bloc s'écrit seul sur sa ligne : « [nom] ».")
        if re.match(r"\((?:si|sauf) ", part.text):
            self._wrong(number, "une condition s'écrit « (si nom) » ou « (sauf nom) », une fois.")
