"""The monthly check: what was sealed is still there, byte for byte, and its seal still holds."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from alize.audit import operations as audit
from alize.documents import storage
from alize.documents.models import GeneratedDocument
from alize.seals import sealing
from alize.seals.queries import SUFFIX

CHECKED = "seals.checked"


@dataclass(frozen=True)
class Check:
    """How many sealed documents were read again, and those that differ."""

    count: int
    altered: tuple[GeneratedDocument, ...]


@transaction.atomic
def check_sealed_documents(*, at: datetime, kinds: tuple[str, ...]) -> Check:
    """Read again every sealed document of the current schema and tell the journal what was found.

    `kinds` are those sealed by the application itself, beside the sealed forms of others.
    """
    sealed = GeneratedDocument.objects.filter(Q(kind__endswith=SUFFIX) | Q(kind__in=kinds))
    keys = list(sealed.order_by("pk").values_list("pk", flat=True))
    # One by one: the connection is never left idle for as long as they all take.
    documents = (GeneratedDocument.objects.get(pk=key) for key in keys)
    altered = tuple(document for document in documents if not _is_as_it_was(document))
    audit.record(CHECKED, at=at, count=len(keys), altered=[document.pk for document in altered])
    return Check(len(keys), altered)


def _is_as_it_was(document: GeneratedDocument) -> bool:
    try:
        with storage.opened(document.key) as stored:
            content = stored.read()
    except OSError:
        return False
    return (
        hashlib.sha256(content).hexdigest() == document.sha256 and sealing.check(content).is_genuine
    )
