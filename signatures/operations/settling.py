"""What becomes of a signature contested after the seal: confirmed, or set aside and made good."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.common.words import of
from alize.outbox.operations import enqueue
from signatures import permissions
from signatures.enums import EventKind, Settlement
from signatures.models import Circuit, CircuitSigner
from signatures.operations.base import locked, locked_signer, mail_link, note, tell_operator
from signatures.queries.circuits import asked_once
from signatures.rules import RESULT_VALID

_NOTED = {Settlement.KEPT: EventKind.KEPT, Settlement.SET_ASIDE: EventKind.SET_ASIDE}
_SAID = {
    Settlement.KEPT: "Après sa contestation, la signature {of} est confirmée.",
    Settlement.SET_ASIDE: "Après sa contestation, la signature {of} est écartée.",
}


@transaction.atomic
def settle_dispute(
    *, signer_id: int, settlement: Settlement, reason: str, by: Person, at: datetime
) -> CircuitSigner:
    """Donner suite : confirm a signature contested after the seal, or set it aside, saying why.

    Whoever contests, the operator and ASTREES are told; set aside, all who signed are (M76). The
    room of the document follows. The same person deciding the same twice does it once.

    :raises ActionDenied: it waits for no decision, or this person handled the signed copy.
    :raises InvalidInput: no reason is given.
    """
    signer = locked_signer(signer_id)
    if (signer.settled_by_id, signer.settlement) == (by.pk, settlement):
        return signer
    permissions.settle(by, signer)
    words = reason.strip()[:500]
    if not words:
        raise InvalidInput("Dites pourquoi en une phrase.", field="reason")
    signer.settlement, signer.settlement_reason = settlement, words
    signer.settled_at, signer.settled_by = at, by
    signer.save(update_fields=["settlement", "settlement_reason", "settled_at", "settled_by"])
    note(_NOTED[settlement], signer.circuit, signer=signer, at=at, reason=words, by=by.pk)
    _tell(signer, at=at)
    for room in ("conventions", "steering"):
        enqueue(f"{room}.settled", key=f"{signer.pk}", signer_id=signer.pk)
    enqueue("figures.changed", key=f"settled:{signer.pk}")
    audit.record(
        "circuit.settled", target=signer.circuit, by=by, at=at, signer=signer.pk, how=settlement
    )
    return signer


def _tell(signer: CircuitSigner, *, at: datetime) -> None:
    """Whoever contests in any case, all who signed when a signature is missing from now on."""
    circuit, settlement = signer.circuit, Settlement(signer.settlement)
    what = _SAID[settlement].format(of=of(signer.name))
    words, key = {"what": what, "reason": signer.settlement_reason}, f"settled:{signer.pk}"
    told = asked_once([circuit]) if settlement == Settlement.SET_ASIDE else []
    others = [one for one in told if one.email != signer.email]
    for one in [signer, *others]:
        mail_link("M76", one, key=key, at=at, valid=RESULT_VALID, words=words)
    said = f"{what} Motif : {signer.settlement_reason}"
    tell_operator(circuit, said, key=key, at=at, staff=said)


@transaction.atomic
def make_good(
    *, circuit_ids: Collection[int], act: Circuit, by: Person, at: datetime
) -> list[CircuitSigner]:
    """Régulariser : an act signed by all the parties since makes good what was set aside before.

    `act` is its circuit, sealed, and `circuit_ids` those of what it changes; returns the signers of
    the signatures made good, once.
    """
    lacking = CircuitSigner.objects.lacking().filter(
        circuit__in=circuit_ids, settled_at__lt=act.launched_at
    )
    found = []
    for circuit_id in sorted(set(lacking.values_list("circuit_id", flat=True))):
        circuit = locked(circuit_id)
        for signer in lacking.filter(circuit=circuit).order_by("rank"):
            signer.made_good_by = act
            signer.save(update_fields=["made_good_by"])
            kind, reference = EventKind.MADE_GOOD, act.document.reference
            note(kind, circuit, signer=signer, at=at, act=reference, sha256=act.document.sha256)
            audit.record(
                "circuit.made_good", target=circuit, by=by, at=at, signer=signer.pk, act=act.pk
            )
            found.append(signer)
    return found
