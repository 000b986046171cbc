"""What follows, in a convention, of a contested signature confirmed, set aside or made good."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Model, Q

from alize.accounts.models import Person
from alize.outbox.operations import enqueue
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention
from conventions.models.partnership import Agreement
from conventions.operations.standings import tell_founding, tell_supporting
from funds.operations import meet_contested
from signatures import operations as signatures
from signatures.enums import Settlement
from signatures.models import Circuit, CircuitSigner


@transaction.atomic
def follow_settlement(*, signer_id: int, at: datetime) -> None:
    """Confirmed, what is paid goes on and what waited takes effect; the register knows; once."""
    known = CircuitSigner.objects.select_related("circuit", "settled_by")
    signer = known.get(pk=signer_id)
    circuit, by = signer.circuit, cast(Person, signer.settled_by)
    if signer.settlement == Settlement.KEPT:
        meet_contested(signer_ids=[signer.pk], by=by, at=at)
        if circuit.effect.startswith("conventions."):
            enqueue(circuit.effect, key=f"{circuit.pk}:kept:{signer.pk}", circuit_id=circuit.pk)
    tell_founding(by=by, at=at)
    signed = Q(circuit=circuit) | Q(amendments__circuit=circuit)
    convention = CooperationConvention.objects.filter(signed).first()
    if convention is not None and convention.status == AgreementStatus.SIGNED:
        tell_supporting(convention_id=convention.pk, by=by, at=at)


def make_good(text: CooperationConvention | Agreement, *, by: Person, at: datetime) -> None:
    """What all the parties have signed makes good what was set aside in it, or before it.

    A party that has left since signs no more, and is needed no more.
    """
    held = signatures.make_good(
        circuit_ids=list(_circuits_before(text)),
        act=cast(Circuit, text.circuit),
        by=by,
        at=at,
    )
    meet_contested(signer_ids=[signer.pk for signer in held], by=by, at=at)


def _circuits_before(text: CooperationConvention | Agreement) -> Iterable[int]:
    """Those of a convention and of its amendments, of one given up for the same decision too."""
    convention = (text.cooperation or text.founding) if isinstance(text, Amendment) else text
    if isinstance(convention, CooperationConvention):
        same = CooperationConvention.objects.filter(decision=convention.decision_id)
        conventions = list(same.values_list("pk", flat=True))
        amendments = Amendment.objects.filter(cooperation__in=conventions)
    else:
        conventions = [convention.pk]
        amendments = Amendment.objects.filter(convention=convention.pk)
    signed = _of(type(convention), conventions) | _of(
        Amendment, amendments.values_list("pk", flat=True)
    )
    return Circuit.objects.filter(signed).values_list("pk", flat=True)


def _of(model: type[Model], pks: Iterable[int]) -> Q:
    """The circuits of the documents of these objects."""
    targets = [str(pk) for pk in pks]
    return Q(document__target_type=model._meta.label_lower, document__target_id__in=targets)
