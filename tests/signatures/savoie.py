"""The partnership convention of Savoie, of all the parties of 2018-2020, signed and sealed."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile

from alize.demo.story.founding import write_partners
from alize.demo.story.people import Cast
from alize.demo.story.territories import SAVOIE
from alize.demo.story.vocabulary import FIRST_NAMES, LAST_NAMES
from basins.enums import Role
from basins.models import Basin, LocalOperator
from basins.tenancy import national
from conventions import operations as conventions
from conventions.models import PartnershipConvention
from signatures import operations
from signatures.models import Circuit, CircuitSigner
from signatures.operations import Signature
from tests.builders import make_person, make_user
from tests.committees.test_packs import a_pdf
from tests.conftest import carry_out
from tests.conventions.founding import drafted
from tests.signatures.acts import LATER
from tests.signatures.conftest import LAUNCH, PHONE, TODAY, UNTIL, link_of

PARTIES = len(SAVOIE.partners)
BEGINS, ENDS = date(TODAY.year + 1, 1, 1), date(TODAY.year + 3, 12, 31)
CODE = 280_028


def sealed_by_all(basin: Basin) -> PartnershipConvention:
    """Its text and annex 3 signed half online, half on paper, the prefect last; then sealed."""
    operator, finance = (make_user(role, basin=basin) for role in (Role.OPERATOR, Role.FINANCE))
    convention = _launched(basin, operator)
    both = [convention.circuit, convention.operator_circuit]
    with patch("signatures.operations.signing.secrets.randbelow", return_value=CODE):
        for circuit in both:
            for signer in circuit.signers.filter(on_paper=False):
                _sign(signer, both)
    for circuit in both:
        for order in sorted(set(circuit.signers.values_list("order", flat=True))):
            waiting = circuit.signers.filter(order=order, on_paper=True)
            scan = operations.record_paper(
                circuit_id=circuit.pk,
                signer_ids=list(waiting.values_list("pk", flat=True)),
                signed_on=TODAY,
                scan=SimpleUploadedFile("page.pdf", a_pdf(1)),
                by=operator,
                at=LATER,
            )
            operations.confirm_paper(circuit_id=circuit.pk, scan_id=scan.pk, by=finance, at=LATER)
    assert operations.seal_circuit(circuit_id=both[1].pk, at=LATER)
    carry_out()
    return PartnershipConvention.objects.get(pk=convention.pk)


def _launched(basin: Basin, operator) -> PartnershipConvention:
    """Written, frozen, laid out; every second signer signs on paper, the prefect among them."""
    with national():
        LocalOperator.objects.filter(basin=basin).delete()
        LocalOperator.objects.create(
            basin=basin, name=SAVOIE.operator, short_name="CCI", representative="Alix Morel"
        )
    names = zip(FIRST_NAMES * 2, LAST_NAMES * 2, strict=False)
    people = {
        seed.name: make_person(first_name=first, last_name=last)
        for seed, (first, last) in zip(SAVOIE.partners, names, strict=False)
    }
    partners = write_partners(
        replace(SAVOIE, first_year=TODAY.year - 1), Cast(operator, people), until=ENDS
    )
    scene = SimpleNamespace(partners=partners, operator=operator)
    asked = {
        "convention_id": drafted(scene, starts_on=BEGINS, when=LAUNCH).pk,
        "by": operator,
        "at": LAUNCH,
    }
    conventions.freeze_partnership(**asked)
    carry_out()
    return conventions.launch_partnership(
        **asked, expires_on=UNTIL, paper=set(range(1, PARTIES, 2))
    )


def _sign(signer: CircuitSigner, both: list[Circuit]) -> None:
    """Online, both documents opened, by the code of the mail."""
    done = {"signer_id": signer.pk, "at": LATER, "trace": PHONE}
    for circuit in both:
        operations.open_document(circuit_id=circuit.pk, **done)
    operations.send_code(path="/", **done)
    operations.sign(
        signature=Signature(f"{CODE}", signer.name, "", consents=True),
        link=link_of(signer, when=LATER),
        **done,
    )
