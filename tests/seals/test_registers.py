"""The journal sealed day after day, kept elsewhere, and what was sealed read again every month."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.conf import settings
from django.db import transaction

from alize.audit import operations as audit
from alize.audit import queries as journal
from alize.audit.models import AuditEvent
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.documents import storage
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_file
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from alize.seals import registers, sealing
from alize.seals.keeping import Check, check_all_kept
from alize.seals.models import Seal
from alize.seals.operations import keep_sealed
from alize.seals.registers import FIRST, KIND, DailyRegister, issue_daily_register
from basins import tenancy
from basins.enums import Role
from basins.operations import registers as register_operations
from basins.tasks import keep_seals
from tests.builders import make_user
from tests.seals.conftest import AT, HALVES, SECRET

pytestmark = pytest.mark.usefixtures("our_keys", "in_savoie")
KINDS = {KIND: registers.differs_from_the_journal}


def act(*, at) -> None:
    """Something that somebody does in the basin."""
    with transaction.atomic():
        audit.record("test.act", at=at)


def content_of(document: GeneratedDocument) -> bytes:
    with storage.opened(document.key) as stored:
        return stored.read()


def register_in(made: DailyRegister) -> tuple[dict, str]:
    """The register attached to the sealed file, and its digest."""
    with pikepdf.open(BytesIO(content_of(made.document))) as opened:
        content = opened.attachments["registre.json"].get_file().read_bytes()
    return json.loads(content), hashlib.sha256(content).hexdigest()


def test_issue_daily_register_seals_every_event_once_and_chains_the_days():
    act(at=AT)
    first = issue_daily_register(at=AT)
    act(at=AT + timedelta(hours=1))
    assert issue_daily_register(at=AT + timedelta(hours=2)) is None
    later = AT + timedelta(days=4)
    second = issue_daily_register(at=later)
    assert issue_daily_register(at=later + timedelta(days=1)) is None

    content = content_of(first.document)
    assert sealing.check(content).is_genuine
    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert first.head in text.replace("\r\n", "")
    (one, digest), (two, _) = register_in(first), register_in(second)
    assert (one["previous"], two["previous"]) == (FIRST, digest)
    sealed = [event["sequence"] for event in one["events"] + two["events"]]
    assert sealed == list(range(1, sealed[-1] + 1))
    known = dict(AuditEvent.objects.values_list("sequence", "digest"))
    assert all(known[event["sequence"]] == event["digest"] for event in one["events"])
    assert (first.head, second.head) == (one["events"][-1]["digest"], two["events"][-1]["digest"])
    assert two["day"] == "2026-11-28"


def test_keep_seals_asks_every_basin_once_a_day_and_once_a_month(monkeypatch):
    warned = []
    monkeypatch.setattr(register_operations, "warn_of_seal_end", lambda *, at: warned.append(at))
    assert (keep_seals(), keep_seals()) == (0, 0)
    asked = Entry.objects.filter(kind__in=["basins.seal_register", "basins.check_seals"])
    with tenancy.national():
        assert asked.filter(schema="b_0001").count() == 2
        assert asked.filter(schema="b_0002").count() == 2
        assert asked.filter(schema="public").count() == 2
    assert len(warned) == 2


def test_warn_of_seal_end_tells_astrees_twice_before_no_certificate_seals(
    settings, second_folder, run_outbox
):
    second_folder.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT)
    settings.SEAL_KEYS = second_folder.path
    staff, end = make_user(Role.NATIONAL_STAFF), second_folder.trust().certificates[0].until

    def told(*, before: int) -> list[str]:
        with tenancy.national():
            register_operations.warn_of_seal_end(at=end - timedelta(days=before))
        run_outbox()
        with tenancy.national():
            return list(Mail.objects.filter(code="M87").values_list("to_email", flat=True))

    counts = [len(told(before=days)) for days in (91, 90, 60, 31, 30, 1, -1)]
    assert counts == [0, 1, 1, 1, 2, 2, 2]
    assert set(told(before=0)) == {staff.email}
    with tenancy.national():
        mail = Mail.objects.filter(code="M87").first()
        recorded = AuditEvent.objects.filter(type="seal.end_told").order_by("sequence")
        assert [event.facts["days"] for event in recorded] == [90, 30]
    assert f"Le certificat de cachet n° 1 prend fin le {long_date(end.date())}." in mail.text


def test_warn_of_seal_end_tells_astrees_that_the_authority_ends_and_not_its_last_certificate(
    settings, second_folder, run_outbox
):
    make_user(Role.NATIONAL_STAFF)
    second_folder.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT)
    settings.SEAL_KEYS, end = second_folder.path, second_folder.trust().authorities[0].until
    late = end - timedelta(days=400)
    second_folder.rotate(authority_passphrase=HALVES, passphrase=SECRET, at=late)
    assert second_folder.current(late).certificate.until == end

    def told(*, before: int) -> list[str]:
        with tenancy.national():
            register_operations.warn_of_seal_end(at=end - timedelta(days=before))
        run_outbox()
        with tenancy.national():
            return list(Mail.objects.filter(code="M87").values_list("text", flat=True))

    assert [len(told(before=days)) for days in (91, 90, 31, 30, 1)] == [0, 1, 1, 2, 2]
    words = " ".join(told(before=1)[0].split())
    assert f"L'autorité de cachet n° 1 prend fin le {long_date(end.date())}." in words
    assert "« seal_keys renew »" in words
    (second_folder.path / "authority.p12").unlink()
    second_folder.renew(authority_passphrase=HALVES, passphrase=SECRET, at=end - timedelta(days=40))
    assert len(told(before=20)) == 2


def test_warn_of_seal_end_says_nothing_once_another_certificate_seals(
    settings, second_folder, run_outbox
):
    make_user(Role.NATIONAL_STAFF)
    second_folder.create(authority_passphrase=HALVES, passphrase=SECRET, at=AT)
    settings.SEAL_KEYS, end = second_folder.path, second_folder.trust().certificates[0].until
    renewed = end - timedelta(days=100)
    second_folder.rotate(authority_passphrase=HALVES, passphrase=SECRET, at=renewed)
    with tenancy.national():
        register_operations.warn_of_seal_end(at=end - timedelta(days=20))
        assert not Entry.objects.filter(payload__code="M87").exists()


def test_the_journal_of_the_network_is_sealed_and_kept_by_the_national_committee(
    client_as, run_outbox
):
    committee = make_user(Role.NATIONAL_COMMITTEE)
    with tenancy.national():
        act(at=AT)
        register_operations.seal_register(at=AT)
        register = GeneratedDocument.objects.get(kind=KIND)
    run_outbox()
    with tenancy.national():
        mails = list(Mail.objects.filter(code="M80", schema="public"))
        assert register.reference == "JOURNAL-ALIZE-2026-11-24"
        assert sealing.check(content_of(register)).is_genuine
    assert {mail.to_email for mail in mails} == {*settings.REGISTER_MAILBOXES, committee.email}
    assert all(
        "journal du réseau a été" in mail.text and register.sha256 in mail.text for mail in mails
    )
    client = client_as(Role.NATIONAL_COMMITTEE, user=committee)
    page = client.get("/reseau/registres/").content.decode()
    assert register.reference in page
    file = client.get(f"/reseau/registres/{register.pk}/")
    assert file["Content-Type"] == "application/pdf"


def test_seal_register_mails_its_digests_to_two_independent_keepers(in_savoie, run_outbox):
    prefect = make_user(Role.PREFECTURE, basin=in_savoie)
    act(at=AT)
    register_operations.seal_register(at=AT)
    run_outbox()
    register = GeneratedDocument.objects.get(kind=KIND)
    with tenancy.national():
        mails = list(Mail.objects.filter(code="M80", schema="b_0001"))
        seal = Seal.objects.get(sha256=register.sha256)
    assert {mail.to_email for mail in mails} == {*settings.REGISTER_MAILBOXES, prefect.email}
    assert all(register.sha256 in mail.text for mail in mails)
    assert (seal.signatures, seal.sealed_at) == (0, AT)


@pytest.mark.parametrize("schema", ["b_0001", "public"])
def test_a_journal_that_does_not_follow_is_not_sealed_and_is_told_every_day(
    in_savoie, run_outbox, monkeypatch, schema
):
    operator, staff = make_user(Role.OPERATOR, basin=in_savoie), make_user(Role.NATIONAL_STAFF)
    with tenancy.national() if schema == "public" else tenancy.inside(in_savoie):
        act(at=AT)
        assert journal.verify() is None
        monkeypatch.setattr(journal, "verify", lambda: journal.Break(12, "headless"))
        for day in (0, 0, 1):
            register_operations.seal_register(at=AT + timedelta(days=day))
        assert not GeneratedDocument.objects.filter(kind=KIND).exists()
    run_outbox()
    restorer = staff if schema == "public" else operator
    with tenancy.national():
        mails = list(Mail.objects.filter(code="M88", schema=schema))
    told = sorted(mail.to_email for mail in mails)
    assert told == sorted(2 * [*settings.REGISTER_MAILBOXES, restorer.email])
    assert all("finit le journal manque (après le n° 12)" in mail.text for mail in mails)


def test_check_all_kept_finds_what_changed_and_tells(in_savoie, keep, run_outbox):
    operator = make_user(Role.OPERATOR, basin=in_savoie)
    kept = keep()
    assert check_all_kept(at=AT, kinds=KINDS).altered == ()
    path = Path(settings.DOCUMENTS_ROOT) / kept.key
    spoilt = bytearray(path.read_bytes())
    spoilt[700] ^= 1
    path.write_bytes(bytes(spoilt))
    register_operations.check_seals(at=AT)
    run_outbox()
    event = AuditEvent.objects.filter(type="seals.checked").last()
    assert event.facts == {"count": 1, "altered": ["SAV-2026-01"]}
    with tenancy.national():
        mail = Mail.objects.get(code="M81", to_email=operator.email)
    assert "SAV-2026-01" in mail.text
    path.unlink()
    assert check_all_kept(at=AT, kinds=KINDS).altered == ("SAV-2026-01",)


def test_what_the_national_side_sealed_is_checked_too(sealed, run_outbox):
    staff = make_user(Role.NATIONAL_STAFF)
    with tenancy.national():
        decision = issue_file(
            kind="decision-comite-national",
            reference="CNP-2026-JUR-001",
            title="Décision du comité national",
            content=sealed.original,
            content_type="application/pdf",
            extension="pdf",
            as_of=AT.date(),
            target=staff,
            by=None,
            at=AT,
        )
        kept = keep_sealed(document=decision, content=sealed.content, signatures=0, by=None, at=AT)
        register_operations.check_seals(at=AT)
        path = Path(settings.DOCUMENTS_ROOT) / kept.key
        path.write_bytes(path.read_bytes() + b"%")
        register_operations.check_seals(at=AT + timedelta(days=31))
        run_outbox()
        mails = Mail.objects.filter(code="M81")
        assert {mail.to_email for mail in mails} == {*settings.REGISTER_MAILBOXES, staff.email}
        assert "documents scellés du réseau et ce qui les prouve. Ne sont plus" in mails[0].text
        assert "CNP-2026-JUR-001" in mails[0].text


def test_register_list_hands_over_the_registers_and_says_what_was_found(client_as):
    client = client_as(Role.OPERATOR)
    assert "Aucun registre" in client.get(basin_reverse("register_list")).content.decode()
    act(at=AT)
    made = issue_daily_register(at=AT)
    check_all_kept(at=AT, kinds=KINDS)
    page = client.get(basin_reverse("register_list")).content.decode()
    assert "JOURNAL-SAVOIE-2026-11-24" in page
    assert made.document.sha256 in page
    assert "intacts&nbsp;: 1, relus" in page
    file = client.get(basin_reverse("document_download", document_id=made.document.pk))
    assert file["Content-Type"] == "application/pdf"


def test_check_all_kept_compares_each_register_with_the_journal_and_tells(
    in_savoie, run_outbox, monkeypatch
):
    operator = make_user(Role.OPERATOR, basin=in_savoie)
    for days in (0, 1):
        act(at=AT + timedelta(days=days))
        issue_daily_register(at=AT + timedelta(days=days))
    assert check_all_kept(at=AT, kinds=KINDS) == Check(2, ())
    said = iter(["", "le journal a été réécrit"])
    monkeypatch.setattr(registers, "differs_from_the_journal", lambda sealed: next(said))
    register_operations.check_seals(at=AT)
    run_outbox()
    with tenancy.national():
        mail = Mail.objects.get(code="M81", to_email=operator.email)
    assert "JOURNAL-SAVOIE-2026-11-25 : le journal a été réécrit" in mail.text
