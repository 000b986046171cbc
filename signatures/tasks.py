"""Background work of the circuits: reminders on their days, the term, the seal."""

from datetime import datetime

from django.utils import timezone

from alize.common.http import basin_reverse
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from basins.models import Basin
from basins.queries import national_staff
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


@handler("signatures.tell_dispute", national=True)
def tell_dispute(
    *, at: datetime, schema: str, circuit_id: int, signer_id: int, words: dict[str, str]
) -> None:
    """Tell ASTREES of a contested signature: a basin sees nobody of the national side (T6)."""
    basin = Basin.objects.get(schema_name=schema)
    for person in national_staff(on=timezone.localdate(at)):
        send_mail(
            "M39",
            to=Recipient.of(person),
            path=basin_reverse("circuit_detail", basin=basin, circuit_id=circuit_id),
            key=f"{schema}:dispute:{signer_id}",
            sender=basin.name,
            **words,
        )


@handler("signatures.seal")
def seal(*, at: datetime, circuit_id: int) -> None:
    """Seal what everybody has signed."""
    operations.seal_circuit(circuit_id=circuit_id, at=at)
