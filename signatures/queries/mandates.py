"""Under which mandate each signer signs, and the act kept that gives it (signature.md 6.2)."""

from collections.abc import Collection, Mapping
from datetime import date

from alize.documents.models import StoredFile
from signatures import owners, permissions
from signatures.enums import SignerStatus
from signatures.models import Circuit, CircuitSigner, kept_acts
from signatures.rules import Mandate


def mandates_of(
    circuit: Circuit, signers: Collection[CircuitSigner], *, on: date
) -> dict[int, Mandate]:
    """The mandate of each signer, or the one that renews it for whoever has still to sign."""
    renewed = owners.renewals(circuit, _to_sign(circuit, signers), on=on)
    return {one.pk: renewed.get(one.pk) or _own(one) for one in signers}


def _own(signer: CircuitSigner) -> Mandate:
    return Mandate(
        signer.mandate_kind,
        signer.mandate_sha256,
        signer.mandate_starts_on,
        signer.mandate_ends_on,
    )


def _to_sign(circuit: Circuit, signers: Collection[CircuitSigner]) -> list[CircuitSigner]:
    """Those who have still to sign, while the circuit may go on."""
    if not permissions.extend.allows(circuit):
        return []
    return [one for one in signers if one.status in {SignerStatus.WAITING, SignerStatus.INVITED}]


def acts_of(mandates: Mapping[int, Mandate]) -> dict[int, StoredFile]:
    """The act kept of each signer who signs under one, by signer."""
    kept = kept_acts(one.document_sha256 for one in mandates.values())
    return {
        key: kept[one.document_sha256]
        for key, one in mandates.items()
        if one.document_sha256 in kept
    }
