"""What all have signed is sealed once, with what is bound to it, whatever fails."""

import pytest
from django.utils import timezone

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.documents.models import GeneratedDocument
from alize.outbox.models import Entry
from alize.seals.queries import sealed_kind
from basins.enums import Role
from signatures import operations, queries
from tests.builders import make_user
from tests.signatures.acts import LATER, state
from tests.signatures.conftest import (
    EFFECTS,
    facts,
    failing_after,
    sign,
    signer_of,
)


def test_bound_circuits_are_sealed_together(scene, quick_seals, run_outbox):
    first = scene.launch(facts("Anne Blanc"))
    second = scene.launch(facts("Luc Roux"), bound_to=[first])
    sign(signer_of(first, "Anne Blanc"), run_outbox)
    run_outbox()
    assert state(first)[0] == "COMPLETE"
    assert not operations.seal_circuit(circuit_id=first.pk, at=LATER)
    sign(signer_of(second, "Luc Roux"), run_outbox)
    with pytest.raises(ActionDenied, match="déjà signé par tous"):
        operations.cancel(circuit_id=first.pk, reason="Non", by=scene.operator, at=LATER)
    run_outbox()
    assert (state(first)[0], state(second)[0]) == ("SEALED", "SEALED")
    assert sorted(EFFECTS) == [first.pk, second.pk]


def test_bound_circuits_wait_for_each_other_when_a_seal_fails(
    scene, quick_seals, run_outbox, mailoutbox, monkeypatch
):
    """The second seal fails: the first is not kept either, and both are laid afterwards.

    It is one failure: told once, and one work tries both again.
    """
    staff = make_user(Role.NATIONAL_STAFF)
    first = scene.launch(facts("Anne Blanc"))
    second = scene.launch(facts("Luc Roux"), bound_to=[first])
    with monkeypatch.context() as broken:
        broken.setattr("signatures.operations.sealing.seal", failing_after(1))
        for circuit, name in ((first, "Anne Blanc"), (second, "Luc Roux")):
            sign(signer_of(circuit, name), run_outbox)
        run_outbox()
    for circuit in (first, second):
        assert state(circuit)[0] == "COMPLETE"
        assert (circuit.seal_tries, circuit.sealed_document_id) == (1, None)
        assert not circuit.events.filter(kind="SEALED").exists()
    assert not GeneratedDocument.objects.filter(kind=sealed_kind("essai")).exists()
    assert EFFECTS == []
    assert not any("ont signé" in mail.subject for mail in mailoutbox)
    bodies = [(mail.to[0], " ".join(mail.body.split())) for mail in mailoutbox]
    told = [(to, body) for to, body in bodies if "son cachet n'a pas pu" in body]
    assert sorted(to for to, _ in told) == sorted([scene.operator.email, staff.email])
    assert all(f"comme {second.document.reference}," in body for _, body in told)
    again = Entry.objects.filter(kind="signatures.seal", done_at=None)
    assert [entry.payload["circuit_id"] for entry in again] == [first.pk]
    operations.ask_seal(circuit_id=second.pk, by=scene.operator, at=LATER)
    run_outbox()
    assert (state(first)[0], state(second)[0]) == ("SEALED", "SEALED")
    assert sorted(EFFECTS) == [first.pk, second.pk]
    assert all(queries.verify(circuit) is None for circuit in (first, second))


def test_a_seal_that_fails_loses_nothing_is_tried_again_and_told_once(
    scene, quick_seals, run_outbox, mailoutbox, monkeypatch
):
    """The operator follows the circuit; ASTREES alone has the key repaired."""
    staff = make_user(Role.NATIONAL_STAFF)
    circuit = scene.launch(facts("Anne Blanc"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)

    def fails(**_):
        raise OSError("no key")

    with monkeypatch.context() as broken:
        broken.setattr("signatures.operations.sealing.seal", fails)
        run_outbox()
        operations.seal_circuit(circuit_id=circuit.pk, at=timezone.now())
        run_outbox()
    assert state(circuit)[0] == "COMPLETE"
    assert (circuit.seal_tries, circuit.seal_error) == (2, "OSError: no key")
    told = [mail for mail in mailoutbox if "son cachet n'a pas pu" in " ".join(mail.body.split())]
    assert sorted(mail.to[0] for mail in told) == sorted([scene.operator.email, staff.email])
    (asked,) = [mail.body for mail in told if mail.to == [staff.email]]
    assert "faites vérifier la clé" in " ".join(asked.split())
    assert EFFECTS == []
    operations.ask_seal(circuit_id=circuit.pk, by=scene.operator, at=LATER)
    run_outbox()
    assert state(circuit)[0] == "SEALED"
    assert [circuit.pk] == EFFECTS


def test_the_journal_waits_for_no_seal(scene, quick_seals, run_outbox, monkeypatch):
    """Votes write in the journal too: nothing is added to it before what takes long is over."""
    circuit = scene.launch(facts("Anne Blanc"))
    bound = scene.launch(facts("Luc Roux"), bound_to=[circuit])
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    sign(signer_of(bound, "Luc Roux"), run_outbox)
    before, seen = AuditEvent.objects.count(), []

    def seal(**asked) -> bytes:
        seen.append(AuditEvent.objects.count())
        return asked["original"] + b"%sealed"

    monkeypatch.setattr("signatures.operations.sealing.seal", seal)
    assert operations.seal_circuit(circuit_id=circuit.pk, at=LATER)
    assert seen == [before, before]
    assert AuditEvent.objects.count() > before


def test_a_seal_killed_at_any_step_is_done_once(scene, quick_seals, run_outbox, monkeypatch):
    circuit = scene.launch(facts("Anne Blanc"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)

    class Killed(BaseException):
        """The process stops there."""

    def dies(*_, **__):
        raise Killed

    sealing = "signatures.operations.sealing"
    for step in (
        "storage.opened", "lay_out", "seal", "keep_sealed", "note", "enqueue", "mail_link",
        "audit.record",
    ):  # fmt: skip
        with monkeypatch.context() as dying:
            dying.setattr(f"{sealing}.{step}", dies)
            with pytest.raises(Killed):
                run_outbox()
        assert state(circuit)[0] == "COMPLETE"
        assert not circuit.events.filter(kind="SEALED").exists()
        assert not GeneratedDocument.objects.exclude(pk=circuit.document_id).exists()
    run_outbox()
    assert state(circuit)[0] == "SEALED"
    assert circuit.events.filter(kind="SEALED").count() == 1
    assert [circuit.pk] == EFFECTS
