"""The words of the pages of the national texts."""

from django.urls import reverse
from django.utils import timezone

from alize.common.dates import short_date
from alize.common.screen import Action, Badge, Definition, Download, Link, ObjectHeader
from alize.common.words import number_in_words
from alize.drafting import permissions
from alize.drafting.enums import TextKind
from alize.drafting.models import TemplateVersion
from alize.drafting.rules import Change, Difference, Text, VariableKind
from network.cards import Card
from network.queries.texts import KindLines, VersionLine

KIND_LABELS = {
    VariableKind.VALUE: "Variable",
    VariableKind.BLOCK: "Bloc",
    VariableKind.CONDITION: "Condition",
}


def url(name: str, version: TemplateVersion) -> str:
    """The address of a page of a version."""
    kind = TextKind(version.kind)
    return reverse(name, kwargs={"kind": kind.slug, "number": version.number})


def trail(kind: TextKind, *links: Link) -> list[Link]:
    """Where a page of a text stands."""
    return [
        Link("Tour de contrôle", reverse("national_home")),
        Link("Modèles", reverse("text_list")),
        Link(str(kind.label), reverse("text_kind", kwargs={"kind": kind.slug}) if links else ""),
        *links,
    ]


def _badge(line: VersionLine) -> Badge:
    """Where a version stands."""
    version = line.version
    if version.is_draft:
        return Badge("En préparation", "attention")
    if line.is_current:
        return Badge("En vigueur", "done")
    return Badge("Remplacée" if version.effective_from else "Publiée", "quiet")


def status(version: TemplateVersion, kinds: KindLines) -> Badge:
    """The same for a version alone."""
    if version in kinds.coming:
        return Badge(f"En vigueur le {short_date(version.effective_from)}", "info")
    return _badge(next(line for line in kinds.lines if line.version == version))


def used(lines: list[VersionLine]) -> list[str]:
    """« 6 bassins utilisent encore la version 3 »."""
    return [
        f"{len(line.basins)} bassins utilisent encore la version {line.version.number}"
        if len(line.basins) > 1
        else f"{line.basins[0].name} utilise encore la version {line.version.number}"
        for line in lines
    ]


def card(kinds: KindLines) -> Card:
    """The version in force of a text, who still uses another, what comes."""
    current, facts = kinds.current, []
    if current is not None:
        facts.append(f"en vigueur depuis le {short_date(current.version.effective_from)}")
    facts += used(kinds.older) or ["aucun bassin n'utilise une version antérieure"]
    facts += [
        f"version {version.number} en vigueur le {short_date(version.effective_from)}"
        for version in kinds.coming
    ]
    if kinds.draft is not None:
        facts.append(f"version {kinds.draft.number} en préparation")
    return Card(
        title=str(kinds.kind.label),
        url=reverse("text_kind", kwargs={"kind": kinds.kind.slug}),
        badge=Badge(f"Version {current.version.number}", "done")
        if current
        else Badge("Aucune version en vigueur", "late"),
        facts=facts,
    )


def header(version: TemplateVersion, kinds: KindLines, *, may_write: bool) -> ObjectHeader:
    """The head of the page of a version."""
    others = []
    if version.number > 1:
        others.append(Action("Comparer à la précédente", url("text_compare", version), "file-diff"))
    if may_write and version.is_draft:
        others.append(Action("Abandonner", url("text_discard", version), "trash"))
        others.append(Action("Modifier le texte", url("text_edit", version), "pencil"))
    return ObjectHeader(
        name=f"Version {version.number}",
        reference=str(kinds.kind.label),
        status=status(version, kinds),
        now=_now(version),
        action=Action(
            "Publier cette version",
            url("text_publish", version),
            "send-check",
            remaining=_remaining(version),
        )
        if may_write and version.is_draft
        else None,
        others=others,
    )


def _now(version: TemplateVersion) -> str:
    if version.is_draft:
        return "Relisez ce texte et ce qui change, puis publiez-le : il ne changera plus."
    return ""


def _remaining(version: TemplateVersion) -> list[Link]:
    """« Actions restantes » before a draft may be published."""
    links = [
        Link(
            f"L'application ne donne pas de valeur à « {variable.label} » : retirez cette "
            "variable, ou faites-la d'abord ajouter",
            url("text_edit", version),
        )
        for variable in permissions.unknown_names(version)
    ]
    if not links and not permissions.publish.allows(version):
        links.append(
            Link("Ce texte dit la même chose que la version précédente", url("text_edit", version))
        )
    return links


def downloads(version: TemplateVersion) -> list[Download]:
    """The text as a PDF, and for lawyers."""
    return [
        Download(
            "Voir la mise en page",
            url("text_preview", version),
            "PDF, marqué « PROJET »",
            primary=True,
        ),
        Download(
            "Copie pour les juristes", url("text_docx", version), "Traitement de texte, .docx"
        ),
    ]


def facts(version: TemplateVersion, line: VersionLine, text: Text) -> list[Definition]:
    """What is known of a version."""
    locked = sum(section.is_locked for section in text.sections)
    found = [
        Definition("Articles et annexes", str(len(text.sections)), number=True),
        Definition("Verrouillés", str(locked), number=True),
        Definition("Zones locales", str(len(text.zones)), number=True),
    ]
    if version.published_at:
        found.append(Definition("Publiée le", short_date(timezone.localdate(version.published_at))))
        found.append(Definition("En vigueur à partir du", short_date(version.effective_from)))
        by = version.published_by
        found.append(Definition("Publiée par", by.full_name if by else "l'application"))
    names = ", ".join(basin.name for basin in line.basins)
    found.append(Definition("Bassins liés par ce texte", names or "aucun"))
    return found


def counts(difference: Difference) -> list[str]:
    """« deux articles ajoutés », « un article modifié »."""
    said = []
    for change, done in (
        (Change.ADDED, "ajouté"),
        (Change.REMOVED, "retiré"),
        (Change.CHANGED, "modifié"),
    ):
        count = sum(section.change is change for section in difference.sections)
        many = "s" if count > 1 else ""
        if count:
            said.append(f"{number_in_words(count)} article{many} {done}{many}")
    return said
