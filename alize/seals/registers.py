"""Registre journalier : the journal of a basin, chained, sealed day after day (signature.md 6.5).

Whoever keeps one of these files can prove that nothing of the journal before it was changed. Where
a register ends is written in the journal itself: the next one goes on from there, whatever the
number of days it missed.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from alize.audit import operations as audit
from alize.audit.models import AuditEvent, AuditHead
from alize.common.database import current_schema, hold
from alize.documents import operations as documents
from alize.documents import pdf
from alize.documents.imprint import NATIONAL, Imprint, issuer
from alize.documents.models import GeneratedDocument
from alize.seals import operations, sealing
from alize.seals.keeping import CHECKED
from alize.seals.sealing import Attachment

KIND = "registre-journalier"
FILE = "registre.json"
REGISTERED = "journal.registered"
TITLE = "Registre du journal"
FIRST = "0" * 64


@dataclass(frozen=True)
class DailyRegister:
    """Registre journalier : what was sealed of the journal, up to which event."""

    document: GeneratedDocument
    events: int
    head: str
    """Digest of the last event, which chains all those before it."""


@transaction.atomic
def issue_daily_register(*, at: datetime) -> DailyRegister | None:
    """Seal what the journal gained since the last register; nothing when it gained nothing.

    At most once a day: a second call makes no other.

    :raises SealFailed: it could not be sealed; it is tried again with the outbox.
    """
    day = timezone.localdate(at)
    reference = f"JOURNAL-{_place()}-{day.isoformat()}"
    hold(f"{KIND}:{reference}")
    if GeneratedDocument.objects.of(KIND, reference).exists():
        return None
    last = AuditEvent.objects.filter(type=REGISTERED).last()
    since: dict[str, Any] = last.facts if last else {"through": 0, "register": FIRST}
    events = list(AuditEvent.objects.filter(sequence__gt=since["through"]))
    if not any(_is_of_the_basin(event) for event in events):
        return None
    content = _content(events, day=day.isoformat(), previous=since["register"], at=at)
    document = _sealed(content, events, reference=reference, at=at)
    audit.record(
        REGISTERED,
        target=document,
        at=at,
        through=events[-1].sequence,
        register=hashlib.sha256(content).hexdigest(),
    )
    return DailyRegister(document, len(events), events[-1].digest)


def _sealed(
    content: bytes, events: Sequence[AuditEvent], *, reference: str, at: datetime
) -> GeneratedDocument:
    """The register as a PDF that carries it, sealed, in the register of documents."""
    original = pdf.render(_page(content, events, reference=reference, at=at))
    sealed = sealing.seal(
        original=original,
        sheet=b"",
        attachments=[
            Attachment(FILE, content, "application/json", "Les empreintes de chaque événement")
        ],
        reason=f"Registre du journal, {issuer()}",
        location="France",
        at=at,
    )
    document = documents.issue_file(
        kind=KIND,
        reference=reference,
        title=TITLE,
        content=sealed,
        content_type="application/pdf",
        extension="pdf",
        as_of=timezone.localdate(at),
        target=AuditHead(pk=1),
        by=None,
        at=at,
    )
    operations.register_seal(
        document=document,
        original_sha256=hashlib.sha256(original).hexdigest(),
        signatures=0,
        finding=sealing.check(sealed),
        by=None,
        at=at,
    )
    return document


def differs_from_the_journal(sealed: bytes) -> str:
    """What the journal of the current schema no longer holds as a register sealed it.

    A journal written again to its end follows itself: what was sealed before alone tells it.
    """
    with pikepdf.open(BytesIO(sealed)) as opened:
        said = json.loads(opened.attachments[FILE].get_file().read_bytes())["events"]
    kept = [(event["sequence"], event["digest"]) for event in said]
    standing = AuditEvent.objects.filter(sequence__range=(kept[0][0], kept[-1][0]))
    now = list(standing.order_by("sequence").values_list("sequence", "digest"))
    if now == kept:
        return ""
    first = min(number for number, _ in set(now) ^ set(kept))
    return f"le journal a été réécrit depuis, à partir de l'événement n° {first}"


def _is_of_the_basin(event: AuditEvent) -> bool:
    """Whether somebody did something: a register is not made to tell of the last one."""
    return event.type not in {REGISTERED, CHECKED} and event.facts.get("kind") != KIND


def _content(events: Sequence[AuditEvent], *, day: str, previous: str, at: datetime) -> bytes:
    """The register as JSON; `previous` is the digest of the one before, zeros for the first."""
    register: dict[str, Any] = {
        "issuer": issuer(),
        "schema": current_schema(),
        "day": day,
        "made_at": at.isoformat(),
        "previous": previous,
        "events": [
            {
                "sequence": event.sequence,
                "at": event.at.isoformat(),
                "type": event.type,
                "digest": event.digest,
            }
            for event in events
        ],
    }
    return json.dumps(register, indent=1).encode()


def _page(content: bytes, events: Sequence[AuditEvent], *, reference: str, at: datetime) -> str:
    """The page that says in words what the register holds."""
    previous = json.loads(content)["previous"]
    context = {
        "imprint": Imprint(
            issuer=issuer(),
            title=TITLE,
            reference=reference,
            version=1,
            as_of=timezone.localdate(at),
            is_draft=False,
        ),
        "first": events[0],
        "last": events[-1],
        "count": len(events),
        "previous": "" if previous == FIRST else previous,
        "digest": hashlib.sha256(content).hexdigest(),
    }
    return render_to_string("pdf/daily_register.html", context)


def _place() -> str:
    """The basin, as references write it: two basins have a register of the same day."""
    basin = getattr(connection, "tenant", None)
    return getattr(basin, "slug", "").upper() or NATIONAL
