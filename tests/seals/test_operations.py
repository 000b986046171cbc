"""A sealed document kept, registered, replaced, cancelled."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from alize.audit.models import AuditEvent
from alize.documents import storage
from alize.documents.models import RegisteredDocument
from alize.seals import operations, queries
from alize.seals.enums import Standing
from alize.seals.models import Seal, SealStanding
from alize.seals.sealing import SealFailed
from basins import tenancy
from tests.seals.conftest import AT, Sealed

pytestmark = pytest.mark.usefixtures("our_keys", "in_savoie")


def test_keep_sealed_keeps_the_bytes_under_the_same_reference(keep, document, sealed: Sealed):
    kept = keep()
    with storage.opened(kept.key) as stored:
        assert stored.read() == sealed.content
    assert (kept.reference, kept.version, kept.title) == ("SAV-2026-01", 1, document.title)
    assert (kept.target_type, kept.target_id) == (document.target_type, document.target_id)
    assert kept.file_name == "2026-11-24_ALIZE-Savoie_convention-scelle_SAV-2026-01_v1.pdf"
    assert queries.sealed_copy(document) == kept
    event = AuditEvent.objects.get(type="document.sealed")
    assert event.facts["original_sha256"] == document.sha256
    assert event.facts["signatures"] == 26


def test_keep_sealed_twice_keeps_once(keep, run_outbox):
    assert keep() == keep()
    run_outbox()
    with tenancy.national():
        assert Seal.objects.count() == 1


def test_keep_sealed_refuses_a_seal_that_is_not_genuine(keep, document, sealed: Sealed):
    spoilt = sealed.content[:-2] + b"\n\n"
    with pytest.raises(SealFailed, match="non scellé"):
        keep(content=spoilt)
    assert queries.sealed_copy(document) is None


def test_keep_sealed_reaches_the_public_register(keep, document, sealed: Sealed, run_outbox):
    kept = keep()
    run_outbox()
    with tenancy.national():
        seal = Seal.objects.get(sha256=kept.sha256)
        assert RegisteredDocument.objects.filter(sha256=kept.sha256).exists()
    assert (seal.original_sha256, seal.signatures, seal.sealed_at) == (document.sha256, 26, AT)
    assert seal.certificate == sealed.keys.current(AT).certificate.fingerprint


def test_set_standing_is_added_and_the_latest_is_true(keep, document, run_outbox):
    keep()
    operations.set_standing(
        document=document, standing=Standing.REPLACED, replaced_by="SAV-2026-01-A1", at=AT
    )
    run_outbox()
    with tenancy.national():
        said = SealStanding.objects.get()
    assert (said.standing, said.replaced_by, said.since) == ("REPLACED", "SAV-2026-01-A1", AT)


def test_set_standing_of_a_document_never_sealed_is_an_error(document):
    with pytest.raises(ValueError, match="not sealed"):
        operations.set_standing(document=document, standing=Standing.EXPIRED, at=AT)


def test_the_register_of_seals_never_changes(keep, run_outbox):
    keep()
    run_outbox()
    with tenancy.national(), pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
        Seal.objects.update(signatures=27)
    with tenancy.national(), pytest.raises(IntegrityError, match="replaced_by_only_when_followed"):
        SealStanding.objects.create(
            seal=Seal.objects.get(), standing="EXPIRED", replaced_by="X", since=AT
        )
