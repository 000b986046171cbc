"""One document sealed for real, looked at and spoilt by many tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from alize.documents import pdf
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_file
from alize.seals import operations, sealing
from alize.seals.keys import KeyFolder
from alize.seals.sealing import Attachment
from tests.builders import make_person, make_project

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SECRET = "la phrase du serveur"
HALVES = "première moitié" + "seconde moitié"
ORIGINAL = """<html lang=fr><title>Convention</title><h1>Convention de partenariat</h1>
<p>Les signataires œuvrent à l'essor du bassin d'Été, à 18 000 €.</p><h2>Durée</h2><p>Trois ans."""
SHEET = """<html lang=fr><title>Signatures</title><h1>Feuille de signatures</h1>
<p>Mme Élodie Çanteloube <a href="https://alize.example/verifier/">vérifier</a>"""
EVIDENCE = Attachment("dossier-de-preuve.json", b'{"a": 1}', "application/json", "Preuve")


@dataclass(frozen=True)
class Sealed:
    """What was sealed, the bytes that came out, and the keys that did it."""

    original: bytes
    content: bytes
    keys: KeyFolder


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    """Keys of this run's own, made the day before."""
    folder = KeyFolder(tmp_path_factory.mktemp("keys") / "seal-keys")
    folder.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT - timedelta(days=1))
    return folder


@pytest.fixture
def our_keys(settings, key_folder: KeyFolder) -> None:
    settings.SEAL_KEYS, settings.SEAL_PASSPHRASE = key_folder.path, SECRET


@pytest.fixture(scope="session")
def sealed(key_folder: KeyFolder) -> Iterator[Sealed]:
    original = pdf.render(ORIGINAL)
    with override_settings(SEAL_KEYS=key_folder.path, SEAL_PASSPHRASE=SECRET):
        content = sealing.seal(
            original=original,
            sheet=pdf.render(SHEET),
            attachments=[EVIDENCE],
            reason="Convention de partenariat, bassin de Savoie",
            location="Chambéry",
            at=AT,
        )
        yield Sealed(original, content, key_folder)


@pytest.fixture
def second_folder(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


@pytest.fixture
def document(in_savoie, sealed: Sealed) -> GeneratedDocument:
    """The convention, as it was frozen and signed."""
    return issue_file(
        kind="convention",
        reference="SAV-2026-01",
        title="Convention de partenariat",
        content=sealed.original,
        content_type="application/pdf",
        extension="pdf",
        as_of=AT.date(),
        target=make_project(),
        by=None,
        at=AT,
    )


@pytest.fixture
def keep(document: GeneratedDocument, sealed: Sealed):
    person = make_person()

    def act(**changes) -> GeneratedDocument:
        values = {"document": document, "content": sealed.content, "signatures": 26, "at": AT}
        return operations.keep_sealed(**{**values, "by": person, **changes})

    return act
