"""The documents of a frozen text, made without laying them out."""

from uuid import uuid4

from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_file
from tests.committees.test_packs import a_pdf


def made(text, at, *, kind: str, reference: str) -> GeneratedDocument:
    """A PDF that says nothing: the layout itself is tried with the signatures.

    Each is another, as a text that is signed anew: two made within a second were one.
    """
    return issue_file(
        kind=kind,
        reference=reference,
        title="Convention",
        content=a_pdf(1) + f"%{reference} {uuid4()}".encode(),
        content_type="application/pdf",
        extension="pdf",
        as_of=at.date(),
        target=text,
        by=text.frozen_by,
        at=at,
    )


def with_document(text, at, *, kind: str = "convention", reference: str = ""):
    """A frozen text whose document is made."""
    text.document = made(text, at, kind=kind, reference=reference or text.reference)
    text.save(update_fields=["document"])
    return text
