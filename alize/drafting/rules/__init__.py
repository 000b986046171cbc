"""The text of an agreement: its source, its articles with values, what changes in it. Pure."""

from alize.drafting.rules.comparing import Change, Difference, diff
from alize.drafting.rules.layout import (
    LaidPart,
    LaidSection,
    Run,
    lay_out,
    missing,
    outline,
    typeset,
    variables,
)
from alize.drafting.rules.source import Mistake, SourceError, parse, write
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
    "Mistake",
    "Part",
    "PartKind",
    "Run",
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
    "variables",
    "write",
]
