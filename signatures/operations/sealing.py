"""The end of a circuit: one seal over unchanged pages, the sheet, the original and the evidence."""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.words import listed
from alize.documents import storage
from alize.documents.imprint import issuer
from alize.documents.models import GeneratedDocument
from alize.documents.operations import lay_out
from alize.outbox.operations import enqueue
from alize.seals import keys
from alize.seals.operations import keep_sealed
from alize.seals.queries import EVIDENCE_KIND
from alize.seals.sealing import Attachment, seal
from basins.tenancy import current
from signatures import documents, permissions
from signatures.enums import CircuitStatus, EventKind, SignerStatus
from signatures.models import Circuit
from signatures.operations.base import held, locked, mail_link, note, tell_operator
from signatures.rules import RESULT_VALID

logger = logging.getLogger("alize.signatures")
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=2)


@transaction.atomic
def seal_circuit(*, circuit_id: int, at: datetime) -> bool:
    """Seal a complete circuit with those bound to it, once; returns whether all is sealed.

    A seal that fails loses nothing: the circuits stay signed, the operator and ASTREES are told the
    first time, once for them all, and it is tried again until it succeeds. The work of each
    document follows its seal (M14).
    """
    bound = sorted(held(circuit_id), key=lambda one: one.pk)
    if any(c.status not in {CircuitStatus.COMPLETE, CircuitStatus.SEALED} for c in bound):
        return False
    waiting = [c for c in bound if c.status == CircuitStatus.COMPLETE]
    try:
        with transaction.atomic():
            # What takes long comes first, of all of them: from the first document kept, the journal
            # of the basin is held.
            for keep in [_sealed(complete, at=at) for complete in waiting]:
                keep()
    except SoftTimeLimitExceeded:  # the outbox tries it again
        raise
    except Exception as error:  # whatever went wrong, what people signed is kept and tried again
        logger.exception("signatures.seal_failed", extra={"circuit": circuit_id})
        _try_again([one.pk for one in waiting], error, at=at)
        return False
    return True


def _sealed(circuit: Circuit, *, at: datetime) -> Callable[[], None]:
    """Make the seal and the evidence of a circuit, kept by calling what is given."""
    document, count = circuit.document, circuit.signers.filter(status=SignerStatus.SIGNED).count()
    certificate = keys.folder(at).current(at).certificate.fingerprint
    with storage.opened(document.key) as stored:
        original = stored.read()
    content = seal(
        original=original,
        sheet=documents.sheet(circuit, at=at),
        attachments=[
            Attachment(
                documents.EVIDENCE_FILE,
                documents.evidence_json(circuit, certificate=certificate),
                "application/json",
                "Dossier de preuve",
            ),
        ],
        reason=f"{circuit.title}, {document.reference}, {issuer()}, signé par tous ({count})",
        location=f"ALIZE {current().name}",
        at=at,
    )
    keep_evidence = lay_out(
        kind=EVIDENCE_KIND,
        reference=document.reference,
        title="Dossier de preuve",
        template=documents.EVIDENCE_TEMPLATE,
        context=documents.evidence_context(circuit, certificate=certificate),
        as_of=timezone.localdate(at),
        target=circuit,
        by=circuit.launched_by,
        at=at,
    )
    return partial(_keep, circuit, content, count, keep_evidence, at=at)


def _keep(
    circuit: Circuit,
    content: bytes,
    count: int,
    keep_evidence: Callable[[], GeneratedDocument],
    *,
    at: datetime,
) -> None:
    evidence, by = keep_evidence(), circuit.launched_by
    sealed = keep_sealed(document=circuit.document, content=content, signatures=count, by=by, at=at)
    circuit.status, circuit.sealed_at, circuit.seal_error = CircuitStatus.SEALED, at, ""
    circuit.sealed_document, circuit.evidence = sealed, evidence
    circuit.save(update_fields=["status", "sealed_at", "seal_error", "sealed_document", "evidence"])
    note(EventKind.SEALED, circuit, at=at, sha256=sealed.sha256, evidence=evidence.sha256)
    if circuit.effect:
        enqueue(circuit.effect, key=str(circuit.pk), circuit_id=circuit.pk)
    signed = circuit.signers.filter(status=SignerStatus.SIGNED)
    delegated = circuit.signers.filter(status=SignerStatus.REPLACED)
    for signer in (*signed, *delegated.exclude(email__in=signed.values("email"))):
        signer.circuit = circuit
        mail_link("M14", signer, key="sealed", at=at, valid=RESULT_VALID)
    audit.record("circuit.sealed", target=circuit, at=at, sha256=sealed.sha256, signers=count)


def _try_again(circuit_ids: Collection[int], error: Exception, *, at: datetime) -> None:
    """Ask for the seal of them all again, by one work: each is sealed with those bound to it."""
    # Read anew: a seal undone has left its words on what was read before.
    circuits = list(
        Circuit.objects.filter(pk__in=circuit_ids).select_related("document").order_by("pk")
    )
    for circuit in circuits:
        circuit.seal_tries += 1
        circuit.seal_error = f"{type(error).__name__}: {error}"[:300]
        circuit.save(update_fields=["seal_tries", "seal_error"])
        audit.record("circuit.seal_failed", target=circuit, at=at, tries=circuit.seal_tries)
    first = circuits[0]
    pause = min(FIRST_PAUSE * 2 ** min(first.seal_tries - 1, 10), LONGEST_PAUSE)
    enqueue(
        "signatures.seal",
        key=f"{first.pk}:{first.seal_tries + 1}",
        due_at=at + pause,
        circuit_id=first.pk,
    )
    if first.seal_tries == 1:
        _tell_failure(circuits, at=at)


def _tell_failure(circuits: Sequence[Circuit], *, at: datetime) -> None:
    """The operator follows the circuits; ASTREES alone has the keys repaired."""
    circuit, *bound = circuits
    names = listed([other.document.reference for other in bound])
    others = f", comme {names}," if bound else ""
    what = (
        f"Le document{others} est signé par tous, mais son cachet n'a pas pu être posé : "
        "l'application réessaie d'elle-même."
    )
    repair = "Si cela dure, faites vérifier la clé et le certificat de cachet du serveur."
    tell_operator(circuit, what, key="seal", at=at, staff=f"{what} {repair}")


@transaction.atomic
def ask_seal(*, circuit_id: int, by: Person, at: datetime) -> Circuit:
    """Try the seal again now, without waiting for the next time.

    :raises ActionDenied: it is not signed by all, or is sealed.
    """
    circuit = locked(circuit_id)
    permissions.seal(circuit)
    enqueue("signatures.seal", key=f"{circuit.pk}:asked:{at.isoformat()}", circuit_id=circuit.pk)
    audit.record("circuit.seal_asked", target=circuit, by=by, at=at)
    return circuit
