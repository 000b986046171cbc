"""Background work of the circuits: reminders on their days, the term, the seal."""

from datetime import datetime

from alize.outbox.handlers import handler
from signatures import operations, permissions
from signatures.models import CircuitSigner


@handler("signatures.remind")
def remind(*, at: datetime, signer_id: int, rank: int) -> None:
    """Remind a signer who is still expected; `rank` only tells the reminders apart."""
    signer = CircuitSigner.objects.select_related("circuit").get(pk=signer_id)
    if permissions.remind.allows(signer) and signer.reminders == rank - 1:
        operations.remind(signer_id=signer_id, by=None, at=at)


@handler("signatures.expire")
def expire(*, at: datetime, circuit_id: int) -> None:
    """Note that the term of a circuit has come, unless it was extended."""
    operations.expire(circuit_id=circuit_id, at=at)


@handler("signatures.undelivered")
def undelivered(*, at: datetime, signer_id: int, refusal: str) -> None:
    """Note that the address of a signer takes no mail."""
    operations.note_undelivered(signer_id=signer_id, refusal=refusal, at=at)


@handler("signatures.seal")
def seal(*, at: datetime, circuit_id: int) -> None:
    """Seal what everybody has signed."""
    operations.seal_circuit(circuit_id=circuit_id, at=at)
