"""Use cases: a sealed document is kept and registered, its standing changes."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.database import hold
from alize.documents import operations as documents
from alize.documents.models import GeneratedDocument
from alize.outbox import operations as outbox
from alize.seals import sealing
from alize.seals.enums import Standing
from alize.seals.queries import is_sealed, sealed_copy, sealed_kind
from alize.seals.sealing import SealFailed, SealFinding


@transaction.atomic
def keep_sealed(
    *,
    document: GeneratedDocument,
    content: bytes,
    signatures: int,
    by: Person | None,
    at: datetime,
) -> GeneratedDocument:
    """Keep the sealed form of a document beside it, once, and tell the public register.

    `content` comes from `sealing.seal`. A second call keeps nothing and gives the first form back.

    :raises SealFailed: the seal of `content` is not genuine.
    """
    kind = sealed_kind(document.kind)
    hold(f"{kind}:{document.reference}")
    known = sealed_copy(document)
    if known is not None:
        return known
    finding = sealing.check(content)
    if not finding.is_genuine:
        raise SealFailed("Le cachet ne se vérifie pas : le document reste signé, non scellé.")
    kept = documents.keep_other_form(document=document, kind=kind, content=content, by=by, at=at)
    register_seal(
        document=kept,
        original_sha256=document.sha256,
        signatures=signatures,
        finding=finding,
        by=by,
        at=at,
    )
    return kept


def register_seal(
    *,
    document: GeneratedDocument,
    original_sha256: str,
    signatures: int,
    finding: SealFinding,
    by: Person | None,
    at: datetime,
) -> None:
    """Tell the journal and the public register of a seal that was found genuine."""
    facts = {
        "original_sha256": original_sha256,
        "signatures": signatures,
        "certificate": finding.fingerprint,
    }
    outbox.enqueue(
        "seals.register",
        key=document.sha256,
        sha256=document.sha256,
        seal={**facts, "sealed_at": (finding.signed_at or at).isoformat()},
    )
    audit.record(
        "document.sealed",
        target=document,
        by=by,
        at=at,
        kind=document.kind,
        sha256=document.sha256,
        **facts,
    )


@transaction.atomic
def set_standing(
    *,
    document: GeneratedDocument,
    standing: Standing,
    replaced_by: str = "",
    by: Person | None = None,
    at: datetime,
) -> None:
    """Tell the public register what a sealed document is worth from now on.

    `document` is the sealed form, or the one it was made of. `replaced_by` is the reference of what
    replaces it.

    :raises ValueError: no sealed form of it is kept.
    """
    sealed = document if is_sealed(document) else sealed_copy(document)
    if sealed is None:
        raise ValueError(f"{document} is not sealed.")
    outbox.enqueue(
        "seals.standing",
        key=f"{sealed.sha256}:{standing}:{at.isoformat()}",
        sha256=sealed.sha256,
        standing=standing,
        replaced_by=replaced_by,
        since=at.isoformat(),
    )
    audit.record(
        "document.standing",
        target=sealed,
        by=by,
        at=at,
        standing=standing,
        replaced_by=replaced_by,
    )
