"""28 signers, half of them on paper; then every harm to what they signed is found."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from unittest.mock import patch

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError

from alize.documents import storage
from alize.seals import keys
from alize.seals.sealing import check
from basins import tenancy
from basins.enums import Role
from basins.models import Basin
from signatures import operations, queries
from signatures.models import Circuit
from signatures.operations import Signature
from signatures.rules import Break, ChainedEvent, first_break
from tests.builders import make_user
from tests.committees.test_packs import a_pdf
from tests.databases import clone, drop, exclusively
from tests.signatures.conftest import (
    EFFECT,
    LAUNCH,
    PHONE,
    TODAY,
    UNTIL,
    a_document,
    facts,
    link_of,
)

PARTIES = 28
LATER = LAUNCH + timedelta(hours=1)


@pytest.fixture(scope="module")
def signed(django_db_setup, django_db_blocker, template_name) -> Iterator[Circuit]:
    """A database of its own, where the Savoie convention of 28 signers is sealed."""
    own = f"{template_name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_signed"
    previous = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        with exclusively() as maintenance:
            clone(maintenance, template_name, own)
        connection.settings_dict["NAME"] = own
        basin = Basin.objects.get(slug="savoie")
        with tenancy.inside(basin):
            yield sealed_by_all(basin)
        connection.close()
        connection.settings_dict["NAME"] = previous
        with exclusively() as maintenance:
            drop(maintenance, own)


def sealed_by_all(basin: Basin) -> Circuit:
    """Half sign online, half on paper, the prefect last."""
    operator, finance = (make_user(role, basin=basin) for role in (Role.OPERATOR, Role.FINANCE))
    orders = [1] * (PARTIES - 1) + [2]
    named = [
        facts(f"Camille Signataire{rank}", paper=bool(rank % 2), order=order)
        for rank, order in enumerate(orders)
    ]
    circuit = operations.launch(
        document=a_document(a_pdf(12), "CP-2018-SAV", operator),
        title="Convention de partenariat",
        summary=[("Parties", str(PARTIES))],
        signers=named,
        expires_on=UNTIL,
        effect=EFFECT,
        by=operator,
        at=LAUNCH,
    )
    with patch("signatures.operations.signing.secrets.randbelow", return_value=280_028):
        for signer in circuit.signers.filter(on_paper=False):
            opened = {"circuit_id": circuit.pk, "at": LATER, "trace": PHONE}
            operations.open_document(signer_id=signer.pk, **opened)
            operations.send_code(signer_id=signer.pk, path="/", at=LATER, trace=PHONE)
            operations.sign(
                signer_id=signer.pk,
                signature=Signature("280 028", signer.name, "", consents=True),
                link=link_of(signer, when=LATER),
                at=LATER,
                trace=PHONE,
            )
    for _ in range(2):
        scan = operations.record_paper(
            circuit_id=circuit.pk,
            signer_ids=list(circuit.signers.filter(status="INVITED").values_list("pk", flat=True)),
            signed_on=TODAY,
            scan=SimpleUploadedFile("page.pdf", a_pdf(1)),
            by=operator,
            at=LATER,
        )
        operations.confirm_paper(circuit_id=circuit.pk, scan_id=scan.pk, by=finance, at=LATER)
    assert operations.seal_circuit(circuit_id=circuit.pk, at=LATER)
    circuit.refresh_from_db()
    return circuit


@pytest.fixture
def sealed(signed) -> bytes:
    with storage.opened(signed.sealed_document.key) as stored:
        return stored.read()


def test_all_have_signed_and_the_file_says_so(signed, sealed):
    assert signed.status == "SEALED"
    assert signed.signers.filter(status="SIGNED").count() == PARTIES
    ways = signed.signers.values_list("way", flat=True)
    assert Counter(ways) == {"ONLINE": PARTIES // 2, "PAPER": PARTIES // 2}
    assert check(sealed).is_genuine
    with pikepdf.open(BytesIO(sealed)) as pdf:
        assert len(pdf.pages) > 12
        files = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
    with storage.opened(signed.document.key) as stored:
        assert files["original.pdf"] == stored.read()
    evidence = json.loads(files["dossier-de-preuve.json"])
    assert len(evidence["signataires"]) == PARTIES
    assert evidence["document"]["empreinte_sha256"] == signed.document.sha256
    assert evidence["cachet"] == {"certificat_sha256": check(sealed).fingerprint}
    assert evidence["conservation_en_annees"] == 10
    assert "192.0.2.7" not in files["dossier-de-preuve.json"].decode()


def test_the_evidence_in_the_file_is_proved_without_us(signed, sealed):
    """By the rule that the file itself states, from its own words."""
    with pikepdf.open(BytesIO(sealed)) as pdf:
        words = pdf.attachments["dossier-de-preuve.json"].get_file().read_bytes()
    chain = json.loads(words)["chaine"]

    def read(line: dict) -> ChainedEvent:
        return ChainedEvent(
            sequence=line["numero"],
            at=datetime.fromisoformat(line["instant"] + "+00:00"),
            kind=line["nature"],
            signer=line["signataire"],
            trace=line["origine"],
            facts=line["faits"],
            previous_digest=line["precedente"],
            digest=line["empreinte"],
        )

    lines = chain["evenements"]
    head = {"count": len(lines), "head": chain["derniere_empreinte"]}
    assert first_break([read(line) for line in lines], **head) is None
    lines[9]["faits"] = {**lines[9]["faits"], "name": "Un autre"}
    assert first_break([read(line) for line in lines], **head) == Break(10, "edited")


def test_one_byte_changed_is_found(sealed):
    at = sealed.index(b"MediaBox") + 20
    changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    found = check(changed)
    assert not found.is_genuine
    assert not found.is_intact


def test_one_page_edited_is_found(sealed):
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    page, _ = writer.find_page_for_modification(0)
    page.get_object()["/Rotate"] = writer.root["/Pages"]["/Count"]
    writer.update_container(page.get_object())
    edited = BytesIO()
    writer.write(edited)
    found = check(edited.getvalue())
    assert not found.is_genuine
    assert not found.is_whole


def test_a_second_signature_is_refused(sealed, settings):
    key = keys.folder(LATER).current(LATER)
    signer = signers.SimpleSigner.load_pkcs12_data(
        key.container, other_certs=[], passphrase=settings.SEAL_PASSPHRASE.encode()
    )
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    fields.append_signature_field(writer, fields.SigFieldSpec("Autre"))
    with pytest.raises(SigningError):
        signers.PdfSigner(signers.PdfSignatureMetadata("Autre"), signer=signer).sign_pdf(writer)


@pytest.fixture
def tamper(signed) -> Callable[[str], Break | None]:
    """Change the chain as the owner of its table, triggers off; look for it; undo it."""

    def change(statement: str) -> Break | None:
        basin = Basin.objects.get(slug="savoie")
        connection.close()
        with tenancy.as_owner(), tenancy.inside(basin), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE signatures_signingevent DISABLE TRIGGER USER")
                cursor.execute(statement.format(t="signatures_signingevent"))
                assert cursor.rowcount == 1
            found = queries.verify(signed)
            transaction.set_rollback(True)
        connection.set_tenant(basin)
        return found

    return change


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("UPDATE {t} SET facts = '{{}}' WHERE sequence = 31", (31, "edited")),
        ("UPDATE {t} SET ip = '203.0.113.9' WHERE sequence = 30", (30, "edited")),
        ("UPDATE {t} SET at = at + interval '1 s' WHERE sequence = 40", (40, "edited")),
        ("DELETE FROM {t} WHERE sequence = 33", (33, "missing")),
        ("DELETE FROM {t} WHERE kind = 'SEALED'", (None, "cut")),
    ],
)
def test_a_chain_altered_behind_the_application_is_located(signed, tamper, harm, found):
    assert queries.verify(signed) is None
    broken = tamper(harm)
    sequence = found[0] or Circuit.objects.get(pk=signed.pk).event_count
    assert broken == Break(sequence, found[1])
