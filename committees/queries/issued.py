"""The papers that signed minutes became, against what the journal sealed (S35)."""

import hashlib
from collections.abc import Iterator

from alize.audit.queries import Finding
from alize.documents import storage
from alize.documents.models import GeneratedDocument
from alize.seals.queries import sealed_copy
from committees.models import Minutes
from committees.queries.evidence import Journal

NAMED_BY = ("kind", "reference", "version")


def paper_of(minutes: Minutes) -> GeneratedDocument | None:
    """The document that the signature made, under its seal once it has one."""
    return minutes.document and (sealed_copy(minutes.document) or minutes.document)


def papers(minutes: Minutes, journal: Journal, where: str) -> Iterator[Finding]:
    """The document, its sealed form and the annex; then whatever else is said of these minutes."""
    for fact, paper, words in (
        ("document", minutes.document, "le document n'est pas celui"),
        ("annex", minutes.annex, "l'annexe n'est pas celle"),
    ):
        # Without a line, it is not laid out yet.
        if journal.last(minutes, "minutes.issued", fact=fact) != (paper and paper.pk):
            yield Finding(where, f"{words} que dit le journal")
    named = {minutes.document: "le document", minutes.annex: "l'annexe"}
    sealed = paper_of(minutes)
    if sealed is not None and sealed != minutes.document:
        named[sealed] = "le document scellé"
        original = journal.last(sealed, "document.sealed", fact="original_sha256")
        if minutes.document is not None and original != minutes.document.sha256:
            yield Finding(where, "le document scellé n'est pas celui qui a été signé")
    about = list(GeneratedDocument.objects.about(minutes))
    for document, name in named.items():
        if document is not None:
            if document not in about:
                yield Finding(where, f"{name} porte sur autre chose")
            yield from _issued(document, journal, where, name)
            yield from _bytes(document, journal, where, name)
    for document in about:
        if document not in named:
            name = f"un document ({document.kind}, version {document.version})"
            yield from _issued(document, journal, where, name)


def _issued(
    document: GeneratedDocument, journal: Journal, where: str, name: str
) -> Iterator[Finding]:
    """Its row against the line of its making."""
    made = journal.all("document.issued", document)
    if not made:
        yield Finding(where, f"{name} n'est pas au journal : ajouté")
        return
    facts = made[-1].facts
    if facts["sha256"] != document.sha256:
        yield Finding(where, f"{name} n'a plus l'empreinte du journal")
    if any(facts[column] != getattr(document, column) for column in NAMED_BY):
        yield Finding(where, f"{name} n'a plus la nature ou le numéro du journal")


def _bytes(
    document: GeneratedDocument, journal: Journal, where: str, name: str
) -> Iterator[Finding]:
    """Its file against the same line."""
    expected = journal.last(document, "document.issued", fact="sha256") or document.sha256
    try:
        with storage.opened(document.key) as kept:
            content = hashlib.sha256(kept.read()).hexdigest()
    except FileNotFoundError:
        yield Finding(where, f"{name} (PDF) a disparu")
        return
    if content != expected:
        yield Finding(where, f"{name} (PDF) a été modifié")
