"""A text reopened or cancelled, a signature that starts again."""

import pytest

from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from basins.enums import Role
from basins.homes import Visitor
from basins.tenancy import national
from conventions import operations
from conventions.home import conventions_room
from conventions.models import Amendment
from conventions.operations.partnership import CARRIED_OVER
from signatures import operations as signatures
from signatures import permissions as circuit_permissions
from signatures.enums import CircuitStatus
from signatures.models import Circuit
from tests.builders import at
from tests.conventions.founding import STARTS, TODAY, frozen, launched, sign_on_paper


def test_cancelled_another_takes_its_number_and_a_new_version(draft, basin):
    convention = frozen(basin, draft)
    for _ in range(2):
        operations.cancel_partnership(convention_id=convention.pk, by=basin.operator, at=at())
    again = operations.prepare_partnership(starts_on=STARTS, by=basin.operator, at=at())
    assert (again.number, again.pk != convention.pk) == (1, True)
    for name in CARRIED_OVER:
        setattr(again, name, getattr(convention, name))
    again.save()
    frozen(basin, again)
    assert (again.document.version, again.operator_document.version) == (2, 2)
    assert again.document.target_id == str(again.pk)


def test_reopened_it_is_a_draft_that_nobody_signs(draft, basin):
    asked = {"convention_id": draft.pk, "by": basin.operator, "at": at()}
    convention = launched(basin, frozen(basin, draft))
    with pytest.raises(ActionDenied, match="annulez d'abord son circuit"):
        operations.reopen_partnership(**asked)
    circuit = convention.operator_circuit
    signatures.cancel(circuit_id=circuit.pk, reason="Une erreur", by=basin.operator, at=at())
    for _ in range(2):
        again = operations.reopen_partnership(**asked)
    assert (again.status, again.snapshot) == ("DRAFT", None)
    assert (again.document, again.operator_document) == (None, None)
    assert (again.circuit, again.operator_circuit) == (None, None)
    assert operations.save_section(values={"territory": "La Maurienne"}, **asked).pk == draft.pk


def test_cancelled_while_it_is_signed_nobody_signs_any_more(draft, basin, run_outbox):
    convention = launched(basin, frozen(basin, draft))
    circuits = (convention.circuit, convention.operator_circuit)
    # The operator convention is signed by all of its signers, the other one is not.
    sign_on_paper(basin, convention.operator_circuit)
    operations.cancel_partnership(convention_id=convention.pk, by=basin.operator, at=at())
    for circuit in circuits:
        circuit.refresh_from_db()
        assert circuit.status == CircuitStatus.CANCELLED
        assert circuit.end_reason == "Ce texte est abandonné ; un autre peut être préparé."
        for signer in circuit.signers.all():
            assert not circuit_permissions.answer.allows(signer, on=TODAY)
    asked = convention.circuit.signers.filter(order=1).exclude(email="")
    told = set(asked.values_list("email", flat=True))
    run_outbox()
    with national():
        assert set(Mail.objects.filter(code="M47").values_list("to_email", flat=True)) == told


def test_a_refused_signature_starts_again_whatever_the_other_text_is(draft, basin):
    convention = launched(basin, frozen(basin, draft))
    first = convention.operator_circuit
    Circuit.objects.filter(pk=convention.circuit.pk).update(
        status="REFUSED", ended_at=at(), end_reason="Non."
    )
    again = launched(basin, convention)
    first.refresh_from_db()
    assert first.status == CircuitStatus.CANCELLED
    assert (again.circuit.status, again.operator_circuit.status) == ("OPEN", "OPEN")
    # One that ran out of time could be extended: it is given up as well.
    Circuit.objects.filter(pk=again.circuit.pk).update(status="EXPIRED", ended_at=at())
    operations.cancel_partnership(convention_id=convention.pk, by=basin.operator, at=at())
    again.circuit.refresh_from_db()
    assert again.circuit.status == CircuitStatus.CANCELLED


def test_the_operator_is_asked_what_becomes_of_a_signature_refused(draft, basin):
    visitor = Visitor(person=basin.operator, roles=frozenset({Role.OPERATOR}), on=TODAY)

    def asked():
        return [todo.label for _, todo in conventions_room(visitor).todos]

    convention = launched(basin, frozen(basin, draft))
    assert asked() == []
    circuit = convention.operator_circuit
    signatures.cancel(circuit_id=circuit.pk, reason="Erreur", by=basin.operator, at=at())
    assert asked() == ["Relancer ou annuler la convention de partenariat n° 1"]
    Amendment.objects.create(
        convention=convention, number=1, reason="Une entreprise entre", takes_effect_on=TODAY
    )
    assert asked()[1:] == ["Terminer l'avenant n° 1 à la convention de partenariat n° 1"]
