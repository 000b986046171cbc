"""A signature on paper contested after the seal: the advance waits for what becomes of it."""

import pytest
from django.utils import timezone

from alize.common.errors import ActionDenied
from basins.enums import Role
from basins.homes import Visitor
from conventions.home import conventions_room
from funds import permissions
from funds.models import Advance, Precondition
from funds.operations import meet_precondition
from signatures import operations as signatures
from signatures.operations import Trace


def test_nothing_is_paid_while_a_signature_is_contested(scene, in_force, run_outbox):
    advance = Advance.objects.get(decision=in_force.decision)
    met = {"met_on": timezone.localdate(), "met_at": timezone.now(), "met_by": scene.operator}
    Precondition.objects.all().update(**met)
    assert permissions.prepare_payment.allows(advance)
    signer = in_force.circuit.signers.first()
    for _ in range(2):
        signatures.dispute(signer_id=signer.pk, at=timezone.now(), trace=Trace())
        run_outbox()
    label = f"Signature contestée par {signer.name} : donner suite"
    for check in (permissions.prepare_payment, permissions.preconditions_met):
        with pytest.raises(ActionDenied, match=label):
            check(advance)

    def asked():
        roles = frozenset({Role.OPERATOR})
        visitor = Visitor(person=scene.operator, roles=roles, on=timezone.localdate())
        return [todo.label for _, todo in conventions_room(visitor).todos]

    said = f"{label}, avance {advance.reference}"
    assert said in asked()
    condition = Precondition.objects.get(label=label)
    meet_precondition(
        precondition_id=condition.pk,
        met_on=timezone.localdate(),
        by=scene.operator,
        at=timezone.now(),
    )
    assert permissions.prepare_payment.allows(advance)
    assert said not in asked()
