"""What the tests of circuits read and send."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from signatures import operations
from signatures.models import Circuit, Delegation
from signatures.operations import Delegate
from tests.committees.test_packs import a_pdf
from tests.signatures.conftest import LAUNCH, PHONE, TODAY

LATER = LAUNCH + timedelta(minutes=5)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("signée.pdf", a_pdf(), "application/pdf")


def state(circuit: Circuit) -> tuple[str, list[str]]:
    circuit.refresh_from_db()
    return circuit.status, list(circuit.signers.values_list("status", flat=True))


def propose(signer, name: str, email: str) -> Delegation:
    return operations.ask_delegation(
        signer_id=signer.pk, delegate=Delegate(name, "Secrétaire général", email, TODAY),
        mandate=scan(), at=LATER, trace=PHONE,
    )  # fmt: skip
