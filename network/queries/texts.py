"""The national texts and the basins that live with each version, from the rows of `public`."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from alize.drafting import queries as drafting
from alize.drafting import rules
from alize.drafting.enums import TextKind
from alize.drafting.models import TemplateVersion
from alize.drafting.rules import Variable
from basins.models import Basin
from network.models import BasinState


@dataclass(frozen=True)
class VersionLine:
    """One version and the basins where an agreement in force says its words."""

    version: TemplateVersion
    is_current: bool
    basins: list[Basin]


@dataclass(frozen=True)
class KindLines:
    """A text with all its versions, the latest first."""

    kind: TextKind
    lines: list[VersionLine]

    @property
    def current(self) -> VersionLine | None:
        """The version in force."""
        return next((line for line in self.lines if line.is_current), None)

    @property
    def draft(self) -> TemplateVersion | None:
        """The version in preparation."""
        return next((line.version for line in self.lines if line.version.is_draft), None)

    @property
    def coming(self) -> list[TemplateVersion]:
        """The versions published for a later day, the next first; each serves until the other."""
        current, soonest, found = self.current, date.max, list[TemplateVersion]()
        for version in (line.version for line in self.lines):
            if current is None or version.number <= current.version.number:
                break
            if version.effective_from is not None and version.effective_from < soonest:
                soonest = version.effective_from
                found.insert(0, version)
        return found

    @property
    def older(self) -> list[VersionLine]:
        """The versions before the one in force that some basins still live with."""
        current = self.current
        return [
            line
            for line in self.lines
            if line.basins and current and line.version.number < current.version.number
        ]


def texts(*, on: date) -> list[KindLines]:
    """Every text, its versions and who lives with them: two queries."""
    used = _used()
    versions = defaultdict(list)
    for version in TemplateVersion.objects.order_by("kind", "-number").defer("source"):
        versions[version.kind].append(version)
    return [_kind_lines(kind, versions[kind], used, on=on) for kind in TextKind]


def _kind_lines(
    kind: TextKind,
    versions: list[TemplateVersion],
    used: dict[tuple[str, int], list[Basin]],
    *,
    on: date,
) -> KindLines:
    serving = [v for v in versions if v.effective_from is not None and v.effective_from <= on]
    current = max(serving, key=lambda v: (v.effective_from, v.number), default=None)
    lines = [
        VersionLine(version, version == current, used.get((kind, version.number), []))
        for version in versions
    ]
    return KindLines(kind, lines)


def _used() -> dict[tuple[str, int], list[Basin]]:
    """The basins by kind of text and number of version."""
    used = defaultdict(list)
    for state in _states():
        for kind, use in state.texts.items():
            for number in use["versions"]:
                used[kind, number].append(state.basin)
    return dict(used)


def _states() -> list[BasinState]:
    return list(
        BasinState.objects.filter(basin__status="INSTALLED")
        .select_related("basin")
        .only("texts", "basin__name", "basin__slug")
        .order_by("basin__name")
    )


@dataclass(frozen=True)
class Gap:
    """What one basin has no value for in a version, and its clauses that have no place there."""

    basin: Basin
    variables: list[Variable]
    clauses: list[str]


def gaps(version: TemplateVersion) -> list[Gap]:
    """The basins where an agreement to come would lack a value, or leave a clause out (A7)."""
    text, known = drafting.text_of(version), drafting.known_names(version.kind)
    found = []
    for state in _states():
        lacking: dict[str, Variable] = {}
        said = state.texts.get(version.kind, {})
        for empty in said.get("empty", []):
            shown = rules.missing(text, {}, {}, known - set(empty))
            lacking |= {one.name: one for one in shown if one.name in empty}
        displaced = drafting.displaced(version, said.get("clauses", []))
        if lacking or displaced:
            found.append(Gap(state.basin, list(lacking.values()), displaced))
    return found
