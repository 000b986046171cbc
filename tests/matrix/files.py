"""Files that the addresses of a basin lead to: sent by somebody, or laid out by the product."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from alize.documents import storage
from alize.documents.models import GeneratedDocument, StoredFile
from alize.documents.operations import issue_file


def stored(mark: str, now: datetime) -> StoredFile:
    """A file that somebody sent; read back, never vetted."""
    content = f"Plan {mark}".encode()
    return StoredFile.objects.create(
        name=f"Plan {mark}.pdf",
        content_type="application/pdf",
        key=storage.keep(content),
        size=len(content),
        sha256=sha256(content).hexdigest(),
        uploaded_at=now,
    )


def issued(target: Any, mark: str, now: datetime, *, kind: str = "sample") -> GeneratedDocument:
    """A document of ours about something."""
    return issue_file(
        kind=kind,
        reference=f"{target.pk}-{target._meta.model_name}",
        title=f"Fiche {mark}",
        content=f"{target.pk} {target._meta.model_name} {mark}".encode(),
        content_type="text/csv",
        extension="csv",
        as_of=now.date(),
        target=target,
        by=None,
        at=now,
    )


def stored_table(mark: str) -> str:
    """Where the table of a bank is kept."""
    table = f"Date;Libellé;Montant\n01/03/2027;VIREMENT {mark};1,00\n"
    return storage.keep(table.encode())
