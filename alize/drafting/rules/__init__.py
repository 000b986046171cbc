"""The text of an agreement: its source, its articles with values, what changes in it. Pure."""

from alize.drafting.rules.comparing import Change, Difference, diff
from alize.drafting.rules.layout import (
    LaidPart,
    LaidSection,
    lay_out,
    missing,
    outline,
    typeset,
)
from alize.drafting.rules.source import SourceError, parse, write
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

__all__ = [
    "Change",
    "Condition",
    "Difference",
    "LaidPart",
    "LaidSection",
    "Part",
    "PartKind",
    "Section",
    "SectionKind",
    "SourceError",
    "Text",
    "Variable",
    "VariableKind",
    "diff",
    "lay_out",
    "missing",
    "outline",
    "parse",
    "typeset",
    "write",
]
