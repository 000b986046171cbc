"""The local zones of the texts in force and the words of the basin for each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from alize.common.addresses import basin_reverse
from alize.common.screen import Link
from alize.drafting.enums import TextKind
from alize.drafting.queries import current_version, displaced, text_of, zone_labels
from alize.drafting.rules import outline
from conventions.models import LocalClause


def displaced_links(*kinds: TextKind, on: date) -> list[Link]:
    """The clauses that the texts in force have no place for, each with where it is moved."""
    known, page = written(), basin_reverse("clause_list")
    return [
        Link(f"Déplacer ou effacer la clause locale « {label} »", page)
        for kind in kinds
        if kind in known
        for label in displaced(current_version(kind, on), known[kind])
    ]


def written() -> dict[str, list[str]]:
    """The zones that the basin filled in, by kind of text."""
    found = defaultdict(list)
    for kind, zone in LocalClause.objects.order_by("kind", "zone").values_list("kind", "zone"):
        found[kind].append(zone)
    return dict(found)


@dataclass(frozen=True)
class ZoneLine:
    """One zone: in which article, for what, and what the basin wrote.

    Without an article, the text in force leaves it no place.
    """

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
    """Every zone of the texts in force, in their order; then what was written for former ones."""
    written = {(one.kind, one.zone): one for one in LocalClause.objects.select_related("saved_by")}
    found = []
    for kind in TextKind:
        found += [
            ZoneLine(
                kind=kind,
                zone=part.name,
                label=part.label,
                article=". ".join(filter(None, (section.label, section.title))),
                clause=written.pop((kind, part.name), None),
            )
            for section in outline(text_of(current_version(kind, on)))
            for part in section.parts
            if part.kind == "zone"
        ]
        left = [one for one in written.values() if one.kind == kind]
        labels = zone_labels(kind) if left else {}
        found += [ZoneLine(kind, one.zone, labels.get(one.zone, one.zone), "", one) for one in left]
    return found
