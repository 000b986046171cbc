"""The sealed form of a document, and what the public register answers to `/verifier/`."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from alize.common.dates import short_date
from alize.documents.models import GeneratedDocument, RegisteredDocument
from alize.seals.enums import Standing
from alize.seals.models import Seal

SUFFIX = "-scelle"
EVIDENCE_KIND = "preuve"
"""The kind of the file that says how an act was signed, under the reference of the act."""


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


def is_spent(kind: str, reference: str) -> bool:
    """Whether the last version of a document is sealed: to be signed again, it takes another."""
    latest = GeneratedDocument.objects.of(kind, reference).first()
    return latest is not None and sealed_copy(latest) is not None


@dataclass(frozen=True)
class Finding:
    """A document of the register and what is true of it today."""

    document: RegisteredDocument
    seal: Seal | None = None
    standing: Standing = Standing.IN_FORCE
    since: datetime | None = None
    replaced_by: str = ""
    """What replaces it, in words."""
    sealed_as: "Finding | None" = None
    """Of a document as it was before its signatures: its signed and sealed form."""


def find_digest(sha256: str) -> Finding | None:
    """The document whose file has this digest."""
    document = RegisteredDocument.objects.filter(sha256=sha256).first()
    return None if document is None else _finding(document)


def find_reference(reference: str, *, version: int | None, schema: str) -> list[Finding]:
    """The documents with this reference, one a basin: that version or the latest; sealed first.

    `schema` names one basin; empty, all of them are looked at, for none owns a reference alone.
    """
    acts = RegisteredDocument.objects.exclude(kind=EVIDENCE_KIND)
    known = acts.filter(reference__iexact=reference.strip())
    if version is not None:
        known = known.filter(version=version)
    if schema:
        known = known.filter(schema=schema)
    is_sealed = Exists(Seal.objects.filter(sha256=OuterRef("sha256")))
    best_first = known.order_by("schema", is_sealed.desc(), "-version", "pk")
    return [_finding(document) for document in best_first.distinct("schema")]


def _finding(document: RegisteredDocument) -> Finding:
    seal = Seal.objects.filter(sha256=document.sha256).first()
    sealed_as = None if seal else _sealed_form(document)
    if sealed_as is not None:
        return Finding(document, sealed_as=sealed_as)
    said = seal and seal.standings.last()
    if said and said.standing != Standing.IN_FORCE:
        return Finding(
            document, seal, Standing(said.standing), since=said.since, replaced_by=said.replaced_by
        )
    later = (
        RegisteredDocument.objects.filter(
            schema=document.schema, kind=document.kind, reference=document.reference
        )
        .filter(version__gt=document.version)
        .order_by("-version")
        .first()
    )
    if later is None:
        return Finding(document, seal)
    words = f"version {later.version}, arrêtée au {short_date(later.as_of)}"
    return Finding(document, seal, Standing.REPLACED, since=later.registered_at, replaced_by=words)


def _sealed_form(document: RegisteredDocument) -> Finding | None:
    seal = Seal.objects.filter(original_sha256=document.sha256).first()
    sealed = seal and RegisteredDocument.objects.filter(sha256=seal.sha256).first()
    return _finding(sealed) if sealed else None
