"""The words of an agreement, frozen: what `templates/pdf/agreement.html` lays out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from alize.documents import pdf
from alize.documents.imprint import Imprint, issuer
from alize.drafting import queries, rules
from alize.drafting.blocks import Block
from alize.drafting.enums import TextKind
from alize.drafting.models import TemplateVersion

TEMPLATE = "pdf/agreement.html"
ENOUGH_FOR_CONTENTS = 14
"""From how many sections on a table of contents helps."""


@dataclass(frozen=True)
class Room:
    """What the names on a cover may take: signs a line, lines in all, lines of one college."""

    signs: int
    lines: int
    longest: int


FITTING = {"plain": Room(signs=46, lines=38, longest=20), "small": Room(56, 58, 58)}
"""The sizes of the names on a cover, the largest first; the stylesheet has both."""


@dataclass(frozen=True)
class Cover:
    """Couverture, for the day when all sign: titles and parties by college."""

    title: str
    basin: str
    period: str = ""
    parties: Sequence[tuple[str, Sequence[str]]] = ()


def _gaps(
    version: TemplateVersion,
    *,
    values: Mapping[str, str],
    blocks: Mapping[str, Block | None],
    clauses: Mapping[str, str],
) -> tuple[rules.Variable, ...]:
    """The variables and blocks that this agreement would show and that have nothing to show."""
    return rules.missing(queries.text_of(version), values, clauses, _present(blocks))


def draft(
    version: TemplateVersion,
    *,
    values: Mapping[str, str],
    blocks: Mapping[str, Block | None],
    clauses: Mapping[str, str],
    cover: Cover | None = None,
) -> dict[str, Any]:
    """All that the agreement says, as plain values that JSON keeps.

    A variable or block without a value shows its meaning between brackets and is in `missing`,
    in words, and in `missing_names`; `displaced` are the clauses that it has no place for.
    """
    laid = rules.lay_out(queries.text_of(version), values, clauses, _present(blocks))
    lacking = _gaps(version, values=values, blocks=blocks, clauses=clauses)
    return _words(version, laid, blocks) | {
        "cover": _typeset(asdict(cover) | {"names": _names(cover)}) if cover else None,
        "missing": [variable.label for variable in lacking],
        "missing_names": [variable.name for variable in lacking],
        "displaced": queries.displaced(version, clauses),
    }


def _names(cover: Cover) -> str:
    """How the cover, which is one page, says who agrees: "plain", "small" or only "counted"."""
    for size, fits in FITTING.items():
        lines = [
            1 + sum(-(-len(name) // fits.signs) for name in names) for _, names in cover.parties
        ]
        if sum(lines) <= fits.lines and max(lines, default=0) <= fits.longest:
            return size
    return "counted"


def specimen(version: TemplateVersion) -> dict[str, Any]:
    """A text as it stands, its variables, blocks and conditions shown by their meaning."""
    return _words(version, rules.outline(queries.text_of(version)), {}) | {"is_specimen": True}


def preview(version: TemplateVersion, *, on: date) -> bytes:
    """The PDF of a text as it stands, marked « PROJET », not kept.

    :raises RenderFailed: the layout took too much.
    """
    imprint = Imprint(
        issuer=issuer(),
        title=version.get_kind_display(),
        reference=f"Modèle {TextKind(version.kind).slug}",
        version=version.number,
        as_of=on,
        is_draft=True,
    )
    context = {"words": specimen(version), "subtitle": "Modèle national", "imprint": imprint}
    return pdf.render(render_to_string(TEMPLATE, context))


def _words(
    version: TemplateVersion,
    laid: Sequence[rules.LaidSection],
    blocks: Mapping[str, Block | None],
) -> dict[str, Any]:
    return {
        "kind": version.kind,
        "version": version.number,
        "version_sha256": version.sha256,
        "has_contents": len(laid) >= ENOUGH_FOR_CONTENTS,
        "sections": [_section(section, blocks) for section in laid],
    }


def _present(blocks: Mapping[str, Block | None]) -> frozenset[str]:
    return frozenset(name for name, block in blocks.items() if block)


def _section(section: rules.LaidSection, blocks: Mapping[str, Block | None]) -> dict[str, Any]:
    shown = [blocks.get(part.name) for part in section.parts if part.kind == "block"]
    return {
        "kind": section.kind,
        "key": section.key,
        "label": section.label,
        "title": section.title,
        "is_locked": section.is_locked,
        "starts_page": any(block.get("is_long") for block in shown if block),
        "parts": [_part(part, blocks) for part in section.parts],
    }


def _part(part: rules.LaidPart, blocks: Mapping[str, Block | None]) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": part.kind}
    if part.runs:
        found["runs"] = [asdict(run) for run in part.runs]
    if part.items:
        found["items"] = [[asdict(run) for run in runs] for runs in part.items]
    if part.name:
        found["name"] = part.name
    if part.label:
        found["label"] = part.label
    if part.parts:
        found["parts"] = [_part(inner, blocks) for inner in part.parts]
    if part.kind == "block":
        found["block"] = _typeset(blocks.get(part.name))
    return found


def _typeset(value: Any) -> Any:
    """The same values, their sentences in French typography; names of templates untouched."""
    if isinstance(value, str):
        return rules.typeset(value)
    if isinstance(value, Mapping):
        return {
            key: inner if key == "template" else _typeset(inner) for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_typeset(inner) for inner in value]
    return value
