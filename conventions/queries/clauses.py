"""The local zones of the texts in force and the words of the basin for each."""

from dataclasses import dataclass
from datetime import date

from alize.drafting.enums import TextKind
from alize.drafting.queries import current_version, text_of
from alize.drafting.rules import outline
from conventions.models import LocalClause


@dataclass(frozen=True)
class ZoneLine:
    """One zone: in which article, for what, and what the basin wrote."""

    kind: TextKind
    zone: str
    label: str
    article: str
    clause: LocalClause | None

    @property
    def words(self) -> str:
        """The clause, empty until the basin writes it."""
        return self.clause.words if self.clause else ""


def clauses(kind: str) -> dict[str, str]:
    """The words of the basin by zone of a text."""
    return dict(LocalClause.objects.filter(kind=kind).values_list("zone", "words"))


def zones(*, on: date) -> list[ZoneLine]:
    """Every zone of the texts in force, in their order."""
    written = {(one.kind, one.zone): one for one in LocalClause.objects.select_related("saved_by")}
    return [
        ZoneLine(
            kind=kind,
            zone=part.name,
            label=part.label,
            article=". ".join(filter(None, (section.label, section.title))),
            clause=written.get((kind, part.name)),
        )
        for kind in TextKind
        for section in outline(text_of(current_version(kind, on)))
        for part in section.parts
        if part.kind == "zone"
    ]
