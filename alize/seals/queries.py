"""The sealed form of a document."""

from alize.documents.models import GeneratedDocument

SUFFIX = "-scelle"


def sealed_kind(kind: str) -> str:
    """The kind under which the sealed form of a kind of document is kept."""
    return f"{kind}{SUFFIX}"


def is_sealed(document: GeneratedDocument) -> bool:
    """Whether this is the sealed form of a document."""
    return document.kind.endswith(SUFFIX)


def sealed_copy(document: GeneratedDocument) -> GeneratedDocument | None:
    """The sealed form of a version of a document, once it is kept."""
    return (
        GeneratedDocument.objects.of(sealed_kind(document.kind), document.reference)
        .filter(version=document.version)
        .first()
    )
