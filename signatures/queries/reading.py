"""What a signer opens before they sign: their document, and those sealed with it (R59)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from signatures.enums import EventKind
from signatures.models import Circuit, CircuitSigner, SigningEvent


@dataclass(frozen=True)
class ToRead:
    """One document, by the circuit that signs it, and whether the signer has opened it."""

    circuit: int
    title: str
    reference: str
    is_opened: bool


def to_read(signers: Sequence[CircuitSigner]) -> dict[int, list[ToRead]]:
    """By signer, their own document first, then those bound to it, in two queries for them all."""
    bundles: defaultdict[UUID, list[Circuit]] = defaultdict(list)
    bound = Circuit.objects.filter(bundle__in={signer.circuit.bundle for signer in signers})
    for circuit in bound.select_related("document").order_by("pk"):
        bundles[circuit.bundle].append(circuit)
    opened = set(
        SigningEvent.objects.filter(signer__in=signers, kind=EventKind.DOWNLOADED).values_list(
            "signer_id", "facts__sha256"
        )
    )
    return {
        signer.pk: [
            ToRead(
                circuit=circuit.pk,
                title=circuit.title,
                reference=circuit.document.reference,
                is_opened=(signer.pk, circuit.document.sha256) in opened,
            )
            for circuit in sorted(
                bundles[signer.circuit.bundle], key=lambda one: one.pk != signer.circuit_id
            )
        ]
        for signer in signers
    }
