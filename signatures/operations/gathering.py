"""Signatures given in a room's own act, by people signed in with a second factor: one circuit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.documents.models import GeneratedDocument
from signatures.enums import EventKind, SignatureWay, SignerStatus
from signatures.models import Circuit
from signatures.operations.base import move, note
from signatures.operations.launching import add_signer, go_on
from signatures.rules import Mandate, SignerFacts


@dataclass(frozen=True)
class Given:
    """A signature already given: by whom, in which capacity, when."""

    person: Person
    capacity: str
    organisation: str
    at: datetime


@transaction.atomic
def gather(
    *,
    document: GeneratedDocument,
    title: str,
    summary: Sequence[tuple[str, str]],
    signatures: Sequence[Given],
    by: Person,
    at: datetime,
) -> Circuit:
    """Have a document sealed that its signers have signed in the application; nobody is written to.

    The document says itself who signed it, and when: it was made from what they signed.
    """
    circuit = Circuit.objects.create(
        document=document,
        title=title,
        summary=[list(line) for line in summary],
        bundle=uuid4(),
        expires_on=max(timezone.localdate(moment) for moment in (at, *(s.at for s in signatures))),
        launched_at=at,
        launched_by_id=by.pk,
    )
    note(
        EventKind.LAUNCHED,
        circuit,
        at=at,
        reference=document.reference,
        sha256=document.sha256,
        signers=len(signatures),
    )
    for rank, given in enumerate(signatures, start=1):
        _write(circuit, given, rank=rank, at=at)
    audit.record("circuit.gathered", target=circuit, by=by, at=at, signers=len(signatures))
    go_on(circuit, at=at)
    return circuit


def _write(circuit: Circuit, given: Given, *, rank: int, at: datetime) -> None:
    """Add a signer who has signed."""
    facts = SignerFacts(
        name=given.person.full_name,
        function="",
        organisation=given.organisation,
        email="",
        capacity=given.capacity,
        mandate=Mandate(given.capacity),
    )
    signer = add_signer(circuit, facts, rank=rank, status=SignerStatus.INVITED)
    move(signer, SignerStatus.SIGNED)
    signer.way = SignatureWay.ACCOUNT
    signer.signed_at, signer.signed_on = given.at, timezone.localdate(given.at)
    signer.account_id = given.person.pk
    signer.save()
    note(
        EventKind.SIGNED,
        circuit,
        signer=signer,
        at=at,
        way=SignatureWay.ACCOUNT,
        name=signer.name,
        given=given.at.isoformat(),
        document=circuit.document.sha256,
        account=given.person.pk,
    )
