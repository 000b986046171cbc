"""What the public register answers to `/verifier/`."""

import hashlib
from dataclasses import dataclass

from django.core.files import File

from alize.documents.models import RegisteredDocument


@dataclass(frozen=True)
class Finding:
    """A document of the register, and whether a later version has replaced it."""

    document: RegisteredDocument
    replaced_by: RegisteredDocument | None


def find_copy(copy: File) -> Finding | None:
    """The document of which this file is an exact copy; nothing of the file is kept."""
    digest = hashlib.sha256()
    for chunk in copy.chunks():
        digest.update(chunk)
    return _finding(RegisteredDocument.objects.filter(sha256=digest.hexdigest()).first())


def find_reference(reference: str, version: int | None) -> Finding | None:
    """The document with this reference, in that version or the latest."""
    known = RegisteredDocument.objects.filter(reference__iexact=reference.strip())
    if version is not None:
        known = known.filter(version=version)
    return _finding(known.order_by("-version").first())


def _finding(document: RegisteredDocument | None) -> Finding | None:
    if document is None:
        return None
    latest = (
        RegisteredDocument.objects.filter(
            schema=document.schema, kind=document.kind, reference=document.reference
        )
        .order_by("-version")
        .first()
    )
    return Finding(document, None if latest == document else latest)
