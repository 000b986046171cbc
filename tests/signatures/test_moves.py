"""Where a signer goes from where they stand: the table, its guard and the database say the same."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from alize.common.constraints import FALLBACK, sentence_of
from alize.common.errors import ActionDenied
from alize.documents.operations import store_upload
from signatures.enums import SIGNER_TRANSITIONS, SignerStatus
from signatures.models import CircuitSigner
from signatures.operations.base import move
from tests.signatures.acts import scan
from tests.signatures.conftest import LAUNCH, TODAY, facts, signer_of

ALLOWED = {
    ("WAITING", "INVITED"),
    ("INVITED", "WAITING"),
    ("INVITED", "PAPER"),
    ("INVITED", "SIGNED"),
    ("INVITED", "REFUSED"),
    ("INVITED", "REPLACED"),
    ("PAPER", "SIGNED"),
    ("PAPER", "INVITED"),
}
ONCE_CONTESTED = {("SIGNED", "INVITED")}
ANSWERED = {"SIGNED", "REFUSED", "REPLACED"}
PAIRS = [pair for pair in product(SignerStatus.values, repeat=2) if pair[0] != pair[1]]


def test_the_table_says_so():
    assert {(str(old), str(new)) for old, new in SIGNER_TRANSITIONS.pairs()} == (
        ALLOWED | ONCE_CONTESTED
    )


def test_nobody_moves_otherwise_in_an_operation():
    signer = CircuitSigner(status=SignerStatus.WAITING)
    with pytest.raises(ActionDenied, match="de « À venir » à « Signé »"):
        move(signer, SignerStatus.SIGNED)
    move(signer, SignerStatus.INVITED)
    assert signer.status == SignerStatus.INVITED


@pytest.fixture
def write(scene):
    """Write a status straight into the table, with what goes with it."""
    signer = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    stored = store_upload(file=scan(), name="signée.pdf", by=scene.finance, at=LAUNCH)
    recorded = {"recorded_at": LAUNCH, "recorded_by": scene.finance}
    given = {"account": scene.operator, "signed_at": LAUNCH, "signed_on": TODAY}
    says = {
        "PAPER": {"scan": stored, "paper_on": TODAY, **recorded},
        "SIGNED": {"way": "ACCOUNT", **given},
        "REFUSED": {"refusal": "Non"},
    }

    def write(status: str) -> None:
        more = says.get(status, {})
        CircuitSigner.objects.filter(pk=signer.pk).update(status=status, **more)

    return write


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_nobody_moves_otherwise_in_the_tables(write, old, new):
    if old != SignerStatus.INVITED:
        write(old)
    if (old, new) in ALLOWED:
        write(new)
        return
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write(new)
    name = "circuit_signer_has_answered" if old in ANSWERED else "circuit_signer_moves_in_order"
    assert error.value.__cause__.diag.constraint_name == name
    assert sentence_of(error.value) != FALLBACK
