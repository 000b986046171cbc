"""The convention of Savoie as all have signed it: what it says, and every harm to it is found."""

import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pikepdf
import psycopg
import pypdfium2
import pytest
from django.conf import settings
from django.db import connection, transaction
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError

from alize.common.dates import long_date
from alize.common.money import format_euros
from alize.documents import storage
from alize.documents.models import GeneratedDocument, StoredFile
from alize.seals import inspection, keys
from alize.seals.keeping import Check, check_all_kept
from alize.seals.sealing import check
from basins import tenancy
from basins.models import Basin
from conventions.models import PartnershipConvention
from conventions.partnership_means import given
from signatures import queries
from signatures.models import Circuit
from signatures.rules import Break, ChainedEvent, first_break
from tests.databases import clone, drop, exclusively, owner_dsn
from tests.seals.test_views import edited, verify
from tests.signatures.acts import LATER
from tests.signatures.conftest import TODAY
from tests.signatures.savoie import BEGINS, ENDS, PARTIES, sealed_by_all


@pytest.fixture(scope="module")
def signed(django_db_setup, django_db_blocker, template_name) -> Iterator[PartnershipConvention]:
    """A database of its own, where the convention of Savoie is sealed."""
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


@pytest.fixture
def circuit(signed) -> Circuit:
    return Circuit.objects.get(pk=signed.circuit_id)


def bytes_of(document: GeneratedDocument) -> bytes:
    with storage.opened(document.key) as stored:
        return stored.read()


@pytest.fixture(scope="module")
def sealed(signed) -> bytes:
    return bytes_of(signed.circuit.sealed_document)


# -- Signed by all, sealed -----------------------------------------------------------------------
def test_all_have_signed_and_the_file_says_so(circuit, sealed):
    assert circuit.signers.filter(status="SIGNED").count() == PARTIES
    ways = circuit.signers.values_list("way", flat=True)
    assert Counter(ways) == {"ONLINE": PARTIES // 2, "PAPER": PARTIES // 2}
    assert check(sealed).is_genuine
    original = bytes_of(circuit.document)
    with pikepdf.open(BytesIO(sealed)) as pdf, pikepdf.open(BytesIO(original)) as before:
        assert len(pdf.pages) > len(before.pages) >= 12
        for ours, theirs in zip(before.pages, pdf.pages, strict=False):
            assert ours.Contents.read_raw_bytes() == theirs.Contents.read_raw_bytes()
        files = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
        (reason,) = [str(field.V.Reason) for field in pdf.Root.AcroForm.Fields if "/V" in field]
    assert files["original.pdf"] == original
    evidence = json.loads(files["dossier-de-preuve.json"])
    assert len(evidence["signataires"]) == PARTIES
    assert evidence["document"]["empreinte_sha256"] == circuit.document.sha256
    assert evidence["cachet"] == {"certificat_sha256": check(sealed).fingerprint}
    assert evidence["conservation_en_annees"] == 10
    assert reason == f"{circuit.title}, CP-SAV-001, ALIZE Savoie, signé par tous ({PARTIES})"
    assert "192.0.2.7" not in files["dossier-de-preuve.json"].decode()


def test_annex_3_is_signed_and_sealed_with_it_and_both_engage(signed, circuit):
    annex = signed.operator_circuit
    assert (signed.status, circuit.status, annex.status) == ("SIGNED", "SEALED", "SEALED")
    assert (annex.bundle, annex.sealed_at) == (circuit.bundle, circuit.sealed_at)
    both = annex.signers.order_by("organisation").values_list("organisation", flat=True)
    assert list(both) == ["ASTREES", "Chambre de commerce et d'industrie de la Savoie"]
    assert check(bytes_of(annex.sealed_document)).is_genuine
    last = circuit.signers.get(order=2)
    assert (last.organisation, last.signed_at) == ("Préfecture de la Savoie", LATER)


def test_the_evidence_in_the_file_is_proved_without_us(sealed):
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


# -- What it says --------------------------------------------------------------------------------
def pages_of(pdf: bytes) -> list[str]:
    """The words of each page."""
    return [plain(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(pdf)]


def plain(words: object) -> str:
    """Spaces and ends of lines made plain."""
    return re.sub(r"\s+", " ", str(words))


def test_its_words_are_read_back_accents_amounts_and_signers(signed, circuit):
    pages = pages_of(bytes_of(circuit.document))
    text = " ".join(pages)
    for number, page in enumerate(pages, 1):
        assert (
            f"CP-SAV-001, version 1, arrêté au {TODAY:%d/%m/%Y} page {number}/{len(pages)}" in page
        )
    assert f"Du {long_date(BEGINS)} au {long_date(ENDS)}" in text
    assert "804 000 € (huit cent quatre mille euros)" in text
    assert "225 emplois (deux cent vingt-cinq) en équivalent temps plein" in text
    assert "Les partenaires promettent ensemble 585 jours de compétences" in text
    assert "Électrométal des Alpes Compétences, 27 jours à 800 € 7 200 € 7 200 €" in text
    signing = text[
        text.index("Fait à ____") : text.index("Budget prévisionnel des trois années Les")
    ]
    for signer in circuit.signers.all():
        assert f"que représente {signer.name}" in text
        assert signer.name in signing
    assert ("Élodie Entremier" in signing, "Zoé Zévort" in signing) == (True, True)
    assert "référence COL-SAV-001, est conclue entre ASTREES et l’opérateur local" in text
    sheet = " ".join(pages_of(bytes_of(circuit.sealed_document))[len(pages) :])
    assert sheet.count("Signé électroniquement, par code, le ") == PARTIES // 2
    assert sheet.count("Signé sur papier le ") == PARTIES // 2


def test_annex_1_draws_the_profile_beside_its_reference_and_says_it(circuit):
    (page,) = [one for one in pages_of(bytes_of(circuit.document)) if "Repère" in one]
    for said in (
        "Entreprises partenaires 108 000 € 108 000 € 108 000 € 324 000 €",
        "Total 268 000 € 268 000 € 268 000 € 804 000 €",
        "Les moyens promis suivent le profil type à quelques points près.",
        "Promis Repère 40 % 18 % 27 % 15 % 40 % 20 % 25 % 15 %",
    ):
        assert said in page


def test_sealed_it_is_tagged_in_french_bookmarked_and_its_picture_described(sealed):
    with pikepdf.open(BytesIO(sealed)) as pdf:
        assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("fr", True)
        assert pdf.Root.StructTreeRoot.K
        tags = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one]
        kinds = Counter(str(tag.S) for tag in tags)
        assert min(kinds[kind] for kind in ("/H1", "/H2", "/Table", "/TH", "/TD", "/L")) > 0
        described = {plain(tag.Alt) for tag in tags if "/Alt" in tag}
        assert (
            "Profil des ressources sur trois ans : Entreprises partenaires 40 % (repère 40 %), "
            "Acteurs du territoire 18 % (repère 20 %), Collectivités 27 % (repère 25 %), "
            "État et Caisse des dépôts 15 % (repère 15 %)."
        ) in described
        assert kinds["/Figure"] == sum("/Alt" in tag for tag in tags)
        with pdf.open_outline() as outline:
            titles = [plain(one.title) for one in outline.root]
            chapters = [plain(one.title) for one in outline.root[0].children]
    assert titles == ["Convention de partenariat n° 1", "Feuille de signatures"]
    numbered = [title for title in chapters if title.startswith("Article ")]
    assert [int(title.split()[1]) for title in numbered] == list(range(1, 22))
    assert chapters[-4:] == [
        "Signatures",
        "Annexe 1 Budget prévisionnel des trois années",
        "Annexe 2 Cahier des charges national",
        "Annexe 3 Convention d’opérateur local",
    ]


def test_its_page_tells_what_came_of_each_promise(signed):
    means = given(signed, on=ENDS)
    assert means.years == [BEGINS.year, BEGINS.year + 1, ENDS.year]
    assert [cell.pledged for cell in means.totals] == [f"sur {format_euros(26_800_000)}"] * 3
    assert [cell.received for cell in means.totals] == [format_euros(0)] * 3
    rows = {name: [cell and cell.pledged for cell in cells] for name, _, cells in means.rows}
    assert rows["Électrométal des Alpes"] == [f"sur {format_euros(720_000)}"] * 3
    assert len(rows) == PARTIES - 1  # ASTREES promises nothing


# -- Every harm is found -------------------------------------------------------------------------
def with_one_byte_changed(pdf: bytes) -> bytes:
    middle = len(pdf) // 2
    return pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]


def with_a_second_signature(pdf: bytes) -> bytes:
    """By whoever holds our very key, with a tool that forgets what the seal forbids."""
    key = keys.folder(LATER).current(LATER)
    secret = settings.SEAL_PASSPHRASE.encode()
    signer = signers.SimpleSigner.load_pkcs12_data(key.container, [], passphrase=secret)

    def signed_again() -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        fields.append_signature_field(writer, fields.SigFieldSpec("Autre"))
        asked = signers.PdfSignatureMetadata("Autre")
        return signers.PdfSigner(asked, signer=signer).sign_pdf(writer).getvalue()

    with pytest.raises(SigningError, match="forbids all changes"):
        signed_again()
    with patch.object(signers.PdfSigner, "_enforce_certification_constraints"):
        return signed_again()


@pytest.fixture
def patient(monkeypatch) -> None:
    """On a busy machine a file is waited for; what it may cost the processor stays the same."""
    waiting = partial(inspection.inspect, limits=inspection.Limits(wall=120))
    monkeypatch.setattr(inspection, "inspect", waiting)


def test_anybody_is_told_that_both_texts_are_authentic(signed, sealed):
    for circuit, count in ((signed.circuit, PARTIES), (signed.operator_circuit, 2)):
        page = verify(bytes_of(circuit.sealed_document))
        assert "Document authentique" in page
        assert f", {count} signatures, version en vigueur" in page
    assert "Document authentique, avant signature" in verify(bytes_of(signed.circuit.document))


@pytest.mark.parametrize("harm", [with_one_byte_changed, edited, with_a_second_signature])
def test_anybody_is_told_that_the_convention_was_changed_since(sealed, patient, harm):
    page = verify(harm(sealed))
    assert "Modifié après scellement" in page
    assert "Document authentique" not in page


def test_no_file_shown_to_the_page_is_kept(sealed, patient, settings, tmp_path, monkeypatch):
    """Neither in the storage, nor in the folder of what is passing, nor in the database."""
    kept, passing = tmp_path / "kept", tmp_path / "passing"
    passing.mkdir()
    settings.DOCUMENTS_ROOT = kept
    # Larger than what stays in memory, it is on the disk for as long as it is read.
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE, settings.FILE_UPLOAD_TEMP_DIR = 0, passing
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    monkeypatch.setenv("TMPDIR", str(passing))
    seen, before = [], everything_written()

    def inspected(*asked):
        seen.extend(path.stat().st_size for path in passing.iterdir())
        return inspect(*asked)

    inspect = inspection.inspect
    monkeypatch.setattr(inspection, "inspect", inspected)
    assert "Document authentique" in verify(sealed)
    changed = with_one_byte_changed(sealed)
    assert "Modifié après scellement" in verify(changed)
    assert seen == [len(changed)]
    assert (list(passing.iterdir()), kept.exists()) == ([], False)
    assert everything_written() == before


def everything_written() -> dict[str, int]:
    """A digest of the rows of every table, of the basins and of what they share."""
    with psycopg.connect(owner_dsn(connection.settings_dict["NAME"])) as own:
        names = own.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = 'public' OR schemaname LIKE 'b\\_%'"
        ).fetchall()
        digest = "SELECT coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {} t"
        return {name: own.execute(digest.format(name)).fetchone()[0] for (name,) in names}


@pytest.fixture
def tamper(circuit) -> Callable[..., Any]:
    """Change the chain as the owner of its table, triggers off; look for it; undo it."""

    def change(statement: str, look: Callable[[Circuit], Any] = queries.verify) -> Any:
        basin = Basin.objects.get(slug="savoie")
        connection.close()
        with tenancy.as_owner(), tenancy.inside(basin), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE signatures_signingevent DISABLE TRIGGER USER")
                table = "signatures_signingevent"
                cursor.execute(f"{statement.format(t=table)} AND circuit_id = %s", [circuit.pk])
                assert cursor.rowcount == 1
            found = look(circuit)
            transaction.set_rollback(True)
        connection.set_tenant(basin)
        return found

    return change


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("UPDATE {t} SET facts = '{{\"a\": 1}}' WHERE sequence = 31", (31, "edited")),
        ("UPDATE {t} SET ip = '203.0.113.9' WHERE sequence = 30", (30, "edited")),
        ("UPDATE {t} SET at = at + interval '1 s' WHERE sequence = 40", (40, "edited")),
        ("DELETE FROM {t} WHERE sequence = 33", (33, "missing")),
        ("DELETE FROM {t} WHERE kind = 'SEALED'", (None, "cut")),
    ],
)
def test_a_chain_altered_behind_the_application_is_located(circuit, tamper, harm, found):
    assert queries.verify(circuit) is None
    broken = tamper(harm)
    sequence = found[0] or Circuit.objects.get(pk=circuit.pk).event_count
    assert broken == Break(sequence, found[1])


# -- Read again every month ----------------------------------------------------------------------
def monthly_check(circuit: Circuit | None = None) -> Check:
    """What the check of the month finds, leaving nothing behind."""
    with transaction.atomic():
        found = check_all_kept(at=LATER, kinds={})
        transaction.set_rollback(True)
    return found


def scan_of(circuit: Circuit) -> StoredFile:
    return circuit.signers.filter(way="PAPER").first().scan


@pytest.mark.parametrize(
    ("kept", "named"),
    [
        (scan_of, "un exemplaire signé de CP-SAV-001"),
        (lambda circuit: circuit.evidence, "le dossier de preuve de CP-SAV-001"),
        (lambda circuit: circuit.document, "le document présenté à la signature de CP-SAV-001"),
        (lambda circuit: circuit.sealed_document, "CP-SAV-001"),
    ],
)
def test_the_monthly_check_finds_one_byte_changed_of_what_proves_a_signature(circuit, kept, named):
    path = Path(settings.DOCUMENTS_ROOT) / kept(circuit).key
    before = path.read_bytes()
    path.write_bytes(with_one_byte_changed(before))
    try:
        assert monthly_check().altered == (named,)
        path.unlink()
        assert monthly_check().altered == (named,)
    finally:
        path.write_bytes(before)
    assert monthly_check().altered == ()


def test_the_monthly_check_finds_an_event_changed(circuit, tamper):
    found = tamper("UPDATE {t} SET ip = '203.0.113.9' WHERE sequence = 30", monthly_check)
    assert found.altered == ("la chaîne des événements de CP-SAV-001",)
