"""What is read again every month of a circuit, sealed or not."""

from pathlib import Path

from django.conf import settings

from alize.documents.models import StoredFile
from alize.documents.operations import store_upload
from signatures import operations, queries
from signatures.operations import Mandate
from tests.signatures.acts import LATER, propose, scan, state
from tests.signatures.conftest import LAUNCH, TODAY, facts, signer_of


def altered() -> list[str]:
    return [one.name for one in queries.kept() if not one.is_as_it_was]


def spoil(file: StoredFile) -> None:
    path = Path(settings.DOCUMENTS_ROOT) / file.key
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def test_the_acts_of_mandates_are_read_again_those_kept_and_those_of_delegations(scene):
    act = store_upload(file=scan(), name="pouvoir.pdf", by=scene.operator, at=LAUNCH)
    mandate = Mandate("Délégation", act.sha256, TODAY)
    circuit = scene.launch(facts("Anne Blanc", mandate=mandate), facts("Luc Roux", mandate=mandate))
    asked = propose(signer_of(circuit, "Luc Roux"), "Paul Sève", "paul@example.org")
    assert altered() == []
    spoil(act)
    assert altered() == ["l'acte d'un mandat d'ESSAI-1"]
    spoil(asked.mandate)
    assert altered() == ["l'acte d'un mandat d'ESSAI-1"] * 2


def test_a_signed_copy_is_read_again_once_before_any_seal(scene):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"), facts("Zoé Vial", order=2))
    both = [signer_of(circuit, name).pk for name in ("Anne Blanc", "Luc Roux")]
    copy = operations.record_paper(
        circuit_id=circuit.pk, signer_ids=both, signed_on=TODAY, scan=scan(),
        by=scene.operator, at=LATER,
    )  # fmt: skip
    assert state(circuit)[0] == "OPEN"
    assert len(list(queries.kept())) == 3
    spoil(copy)
    assert altered() == ["un exemplaire signé d'ESSAI-1"]
