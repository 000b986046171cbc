"""The monthly check: what was sealed and what proves it are still there, byte for byte."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from alize.audit import operations as audit
from alize.common.database import current_schema
from alize.documents import storage
from alize.documents.models import GeneratedDocument, StoredFile
from alize.seals import sealing
from alize.seals.queries import SUFFIX

CHECKED = "seals.checked"


@dataclass(frozen=True)
class Kept:
    """Ce qui est relu : one thing, in words without a name, and whether it is as it was."""

    name: str
    is_as_it_was: bool


Reader = Callable[[], Iterable[Kept]]
Content = Callable[[bytes], str]
"""What a sealed document says that is no longer true, nothing when all of it stands."""
_READERS: list[Reader] = []


@dataclass(frozen=True)
class Check:
    """How many things were read again, and the names of those that differ."""

    count: int
    altered: tuple[str, ...]


def register(reader: Reader) -> None:
    """Let a room above read again, in each basin, what it keeps besides the sealed documents."""
    _READERS.append(reader)


@transaction.atomic
def check_all_kept(*, at: datetime, kinds: Mapping[str, Content]) -> Check:
    """Read again what the current schema sealed and what proves it; the journal tells the outcome.

    `kinds` are those sealed by the application itself, each with what is compared with what it
    says, beside the sealed forms of others; what else is read again is said by the rooms above
    (signature.md 6.5).
    """
    count, altered = 0, []
    for one in _all_kept(kinds):
        count += 1
        if not one.is_as_it_was:
            altered.append(one.name)
    audit.record(CHECKED, at=at, count=count, altered=altered)
    return Check(count, tuple(altered))


def is_as_it_was(kept: GeneratedDocument | StoredFile) -> bool:
    """Whether the bytes of a document or of a file are there, with the digest they had."""
    digest = hashlib.sha256()
    try:
        with storage.opened(kept.key) as stored:
            for chunk in stored.chunks():
                digest.update(chunk)
    except OSError:
        return False
    return digest.hexdigest() == kept.sha256


def _all_kept(kinds: Mapping[str, Content]) -> Iterator[Kept]:
    sealed = GeneratedDocument.objects.filter(Q(kind__endswith=SUFFIX) | Q(kind__in=list(kinds)))
    # One by one: the connection is never left idle for as long as they all take.
    for key in list(sealed.order_by("pk").values_list("pk", flat=True)):
        document = GeneratedDocument.objects.get(pk=key)
        yield _read_again(document, kinds.get(document.kind))
    # The rooms above have their tables in the basins alone.
    for reader in _READERS if current_schema() != "public" else ():
        yield from reader()


def _read_again(document: GeneratedDocument, compared: Content | None) -> Kept:
    if not is_as_it_was(document):
        return Kept(document.reference, False)
    with storage.opened(document.key) as stored:
        content = stored.read()
    if not sealing.check(content).is_genuine:
        return Kept(document.reference, False)
    differs = compared(content) if compared is not None else ""
    return Kept(f"{document.reference} : {differs}" if differs else document.reference, not differs)
