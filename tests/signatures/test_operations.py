"""A circuit from its launch to its seal: what each signer may do, and what nobody may."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, ProgrammingError, transaction
from time_machine import travel

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import GeneratedDocument
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from alize.seals.queries import sealed_kind
from basins.enums import Role
from basins.tenancy import national
from signatures import operations, queries
from signatures.models import Circuit, CircuitSigner, SigningEvent
from signatures.operations import Delegate, Mandate
from tests.builders import make_person, make_user
from tests.committees.test_packs import a_pdf
from tests.signatures.conftest import (
    EFFECTS,
    LAUNCH,
    PHONE,
    TODAY,
    UNTIL,
    code_of,
    facts,
    failing_after,
    link_of,
    sign,
    signer_of,
)

LATER = LAUNCH + timedelta(minutes=5)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("signée.pdf", a_pdf(), "application/pdf")


def state(circuit: Circuit) -> tuple[str, list[str]]:
    circuit.refresh_from_db()
    return circuit.status, list(circuit.signers.values_list("status", flat=True))


# -- Launch ------------------------------------------------------------------------------------


def test_a_launch_lists_the_missing_mandates(scene):
    with pytest.raises(InvalidInput) as refused:
        scene.launch(
            facts("Anne Blanc"),
            facts("Luc Roux", mandate=None),
            facts("Zoé Vial", mandate=Mandate("Arrêté", ends_on=UNTIL - timedelta(days=1))),
        )
    assert "Luc Roux" in refused.value.reason
    assert "Zoé Vial" in refused.value.reason
    assert "Anne Blanc" not in refused.value.reason
    assert not Circuit.objects.exists()


def test_the_next_order_opens_when_the_former_is_done(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"), facts("Eva Prat", order=2))
    assert state(circuit) == ("OPEN", ["INVITED", "INVITED", "WAITING"])
    sign(signer_of(circuit, "Luc Roux"), run_outbox)
    assert state(circuit)[1] == ["INVITED", "SIGNED", "WAITING"]
    with pytest.raises(ActionDenied, match="avant vous"):
        operations.choose_paper(signer_id=signer_of(circuit, "Eva Prat").pk, at=LATER, trace=PHONE)
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    assert state(circuit)[1] == ["SIGNED", "SIGNED", "INVITED"]


# -- Sign --------------------------------------------------------------------------------------


def test_signed_by_all_then_sealed_and_its_effect_done_once(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    signer = sign(signer_of(circuit, "Anne Blanc"), run_outbox, function="Présidente")
    assert (signer.way, signer.signed_on, signer.function) == ("ONLINE", TODAY, "Présidente")
    run_outbox()
    assert state(circuit) == ("SEALED", ["SIGNED"])
    assert circuit.sealed_document.sha256 != circuit.document.sha256
    assert operations.seal_circuit(circuit_id=circuit.pk, at=LATER)
    run_outbox()
    assert [circuit.pk] == EFFECTS
    assert queries.verify(circuit) is None
    kinds = list(circuit.events.values_list("kind", flat=True))
    assert kinds == [
        "LAUNCHED", "SENT", "DOWNLOADED", "CODE_SENT", "CODE_ACCEPTED", "CONSENTED", "SIGNED",
        "COMPLETED", "SEALED",
    ]  # fmt: skip


def test_nobody_signs_twice(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    anne = signer_of(circuit, "Anne Blanc")
    link = link_of(anne)
    code = code_of(anne, run_outbox, when=LATER)
    sign(anne, run_outbox, code=code, link=link)
    with pytest.raises(ActionDenied, match="déjà signé"):
        sign(anne, run_outbox, code=code, link=link)
    with pytest.raises(IntegrityError, match="has answered"), transaction.atomic():
        CircuitSigner.objects.filter(pk=anne.pk).update(typed_name="Autre")


def test_a_code_is_tried_five_times_within_ten_minutes(scene, run_outbox):
    anne = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    with pytest.raises(InvalidInput, match="Demandez d'abord"):
        sign(anne, run_outbox, code="123 456")
    code = code_of(anne, run_outbox, when=LATER)
    wrong = "000 000" if code != "000 000" else "111 111"
    for left in (4, 3, 2, 1):
        with pytest.raises(InvalidInput, match=f"reste {left} essai"):
            sign(anne, run_outbox, code=wrong)
    with pytest.raises(InvalidInput, match="nouveau"):
        sign(anne, run_outbox, code=wrong)
    with pytest.raises(InvalidInput, match="cinq fois"):
        sign(anne, run_outbox, code=code)
    assert anne.events.filter(kind="CODE_REFUSED").count() == 6
    with pytest.raises(ActionDenied, match="attendez"):
        operations.send_code(signer_id=anne.pk, path="/", at=LATER, trace=PHONE)
    again = LATER + timedelta(minutes=1)
    fresh = code_of(anne, run_outbox, when=again)
    with pytest.raises(InvalidInput, match="plus de dix minutes"):
        sign(anne, run_outbox, code=fresh, when=again + timedelta(minutes=10))
    sign(anne, run_outbox, code=fresh, when=again + timedelta(minutes=9))
    assert fresh not in str(list(anne.codes.values()))


@pytest.mark.parametrize(
    ("words", "said"),
    [({"consents": False}, "Cochez"), ({"typed_name": "Luc Roux"}, "Anne Blanc")],
)
def test_consent_and_name_are_asked(scene, run_outbox, words, said):
    anne = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    with pytest.raises(InvalidInput, match=said):
        sign(anne, run_outbox, **words)


def test_nobody_signs_after_the_end(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    late = LAUNCH + timedelta(days=31)
    with pytest.raises(ActionDenied, match="délai de signature est dépassé"):
        sign(anne, run_outbox, when=late)
    operations.expire(circuit_id=circuit.pk, at=late)
    assert state(circuit)[0] == "EXPIRED"
    until = late.date() + timedelta(days=10)
    operations.extend(circuit_id=circuit.pk, expires_on=until, by=scene.operator, at=late)
    sign(anne, run_outbox, when=late)
    assert state(circuit)[0] == "COMPLETE"


def test_nobody_signs_a_cancelled_circuit(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    code = code_of(anne, run_outbox, when=LATER)
    for _ in range(2):
        operations.cancel(
            circuit_id=circuit.pk, reason="Une annexe manque", by=scene.operator, at=LATER
        )
    with pytest.raises(ActionDenied, match="annulée"):
        sign(anne, run_outbox, code=code)
    with pytest.raises(IntegrityError, match="is not open"), transaction.atomic():
        CircuitSigner.objects.filter(pk=anne.pk).update(
            status="SIGNED", signed_at=LATER, signed_on=TODAY, way="ONLINE", typed_name="x",
            consent="1",
        )  # fmt: skip


def test_the_database_refuses_a_seal_with_a_signer_left(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    with pytest.raises(IntegrityError, match="waits for 1 signers"), transaction.atomic():
        Circuit.objects.filter(pk=circuit.pk).update(status="COMPLETE", completed_at=LATER)
    with pytest.raises(IntegrityError, match="kept by its events"), transaction.atomic():
        Circuit.objects.filter(pk=circuit.pk).update(event_count=1)
    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        circuit.signers.all()[0].codes.all()._raw_delete("default")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        CircuitSigner.objects.filter(circuit=circuit).update(email="autre@example.org")


# -- Otherwise ---------------------------------------------------------------------------------


def test_a_refusal_ends_the_circuit_and_everybody_concerned_is_told(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"), facts("Eva Prat"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    luc = signer_of(circuit, "Luc Roux")
    with pytest.raises(InvalidInput, match="pourquoi"):
        operations.refuse(signer_id=luc.pk, reason=" ", link=link_of(luc), at=LATER, trace=PHONE)
    operations.refuse(
        signer_id=luc.pk, reason="Montant\nfaux", link=link_of(luc), at=LATER, trace=PHONE
    )
    assert state(circuit) == ("REFUSED", ["SIGNED", "REFUSED", "INVITED"])
    run_outbox()
    mails = [mail for mail in mailoutbox if "a refusé" in mail.subject]
    assert {mail.to[0] for mail in mails} == {scene.operator.email, "anne.blanc@example.org"}
    assert all(
        mail.subject.endswith(f"{circuit.document.reference} : Montant faux") for mail in mails
    )
    assert all("Montant" in mail.body for mail in mails)
    with pytest.raises(ActionDenied, match="a refusé de signer"):
        sign(signer_of(circuit, "Eva Prat"), run_outbox)


def test_a_correction_pauses_until_the_operator_goes_on(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    operations.ask_correction(signer_id=anne.pk, comment="Le SIRET", at=LATER, trace=PHONE)
    assert state(circuit)[0] == "PAUSED"
    with pytest.raises(ActionDenied, match="en pause"):
        sign(anne, run_outbox)
    operations.resume(circuit_id=circuit.pk, by=scene.operator, at=LATER)
    sign(anne, run_outbox)
    assert state(circuit)[0] == "COMPLETE"


def test_a_pause_eats_no_reminder_and_ends_before_the_term(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    operations.ask_correction(signer_id=anne.pk, comment="Le SIRET", at=LATER, trace=PHONE)
    with travel(LAUNCH + timedelta(days=8)):
        run_outbox()
    assert not [mail for mail in mailoutbox if "Rappel" in mail.subject]
    late = LAUNCH + timedelta(days=31)
    with pytest.raises(ActionDenied, match="prolongez-le, puis reprenez"):
        operations.resume(circuit_id=circuit.pk, by=scene.operator, at=late)
    until = late.date() + timedelta(days=10)
    operations.extend(circuit_id=circuit.pk, expires_on=until, by=scene.operator, at=late)
    assert state(circuit)[0] == "PAUSED"
    operations.resume(circuit_id=circuit.pk, by=scene.operator, at=late)
    with travel(late + timedelta(hours=1)):
        run_outbox()
    assert len([mail for mail in mailoutbox if "Rappel" in mail.subject]) == 1


def test_a_delegation_is_validated_then_the_other_signs(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    other = Delegate("Paul Petit", "Secrétaire général", "paul@example.org", TODAY, UNTIL)
    asked = operations.ask_delegation(
        signer_id=anne.pk, delegate=other, mandate=scan(), at=LATER, trace=PHONE
    )
    with pytest.raises(ActionDenied, match="attend déjà"):
        operations.ask_delegation(
            signer_id=anne.pk, delegate=other, mandate=scan(), at=LATER, trace=PHONE
        )
    operations.decide_delegation(delegation_id=asked.pk, accept=True, by=scene.operator, at=LATER)
    assert state(circuit) == ("OPEN", ["REPLACED", "INVITED"])
    with pytest.raises(ActionDenied, match="délégué"):
        sign(anne, run_outbox)
    paul = sign(signer_of(circuit, "Paul Petit"), run_outbox)
    assert paul.mandate_sha256 == asked.mandate.sha256
    assert (paul.mandate_starts_on, paul.mandate_ends_on) == (TODAY, UNTIL)
    assert state(circuit)[0] == "COMPLETE"


def test_a_delegation_is_given_by_a_mandate_that_holds_when_one_signs(scene):
    anne = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    day = timedelta(days=1)

    def ask(starts_on, ends_on=None):
        other = Delegate("Paul Petit", "Secrétaire", "paul@example.org", starts_on, ends_on)
        return operations.ask_delegation(
            signer_id=anne.pk, delegate=other, mandate=scan(), at=LATER, trace=PHONE
        )

    for starts_on, ends_on, said in (
        (TODAY, TODAY - day, "précède"),
        (TODAY - 9 * day, TODAY - day, "ne permet plus de signer"),
        (UNTIL + day, None, "ne commence que"),
    ):
        with pytest.raises(InvalidInput, match=said):
            ask(starts_on, ends_on)
    asked = ask(TODAY, TODAY + day)
    late = {"delegation_id": asked.pk, "by": scene.operator, "at": LATER + 2 * day}
    with pytest.raises(ActionDenied, match="écartez cette délégation"):
        operations.decide_delegation(**late, accept=True)
    assert operations.decide_delegation(**late, accept=False).accepted is False


def test_paper_is_uploaded_by_one_and_confirmed_by_another(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux", paper=True, email=""))
    ids = list(circuit.signers.values_list("pk", flat=True))
    paper = {"circuit_id": circuit.pk, "signed_on": TODAY, "at": LATER, "by": scene.operator}
    with pytest.raises(InvalidInput, match="Cochez"):
        operations.record_paper(**paper, signer_ids=[], scan=scan())
    with pytest.raises(InvalidInput, match="pas encore passée"):
        operations.record_paper(
            **{**paper, "signed_on": TODAY + timedelta(days=1)}, signer_ids=ids, scan=scan()
        )
    kept = operations.record_paper(**paper, signer_ids=ids, scan=scan())
    both = {"circuit_id": circuit.pk, "scan_id": kept.pk, "at": LATER}
    with pytest.raises(ActionDenied, match="par une autre"):
        operations.confirm_paper(**both, by=scene.operator)
    operations.reject_paper(**both, by=scene.finance)
    assert state(circuit) == ("OPEN", ["INVITED", "INVITED"])
    kept = operations.record_paper(**paper, signer_ids=ids, scan=scan())
    for _ in range(2):
        operations.confirm_paper(circuit_id=circuit.pk, scan_id=kept.pk, by=scene.finance, at=LATER)
    assert state(circuit) == ("COMPLETE", ["SIGNED", "SIGNED"])


def test_this_is_not_me_pauses_and_alerts(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    anne = signer_of(circuit, "Anne Blanc")
    with pytest.raises(ActionDenied, match="Aucune signature"):
        operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    kept = operations.record_paper(
        circuit_id=circuit.pk, signer_ids=[anne.pk], signed_on=TODAY, scan=scan(),
        by=scene.operator, at=LATER,
    )  # fmt: skip
    operations.confirm_paper(circuit_id=circuit.pk, scan_id=kept.pk, by=scene.finance, at=LATER)
    for _ in range(2):
        operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    assert state(circuit)[0] == "PAUSED"
    assert "Anne Blanc dit ne pas avoir signé" in circuit.pause_reason
    with national():
        staff = make_user(Role.NATIONAL_STAFF)
    run_outbox()
    told = [mail.to[0] for mail in mailoutbox if circuit.pause_reason in mail.body]
    assert sorted(told) == sorted([scene.operator.email, staff.email])


def test_a_mandate_that_does_not_cover_the_day(scene, run_outbox):
    soon = TODAY + timedelta(days=2)
    circuit = scene.launch(
        facts("Anne Blanc", mandate=Mandate("Arrêté", ends_on=soon)), expires_on=soon
    )
    anne = signer_of(circuit, "Anne Blanc")
    with pytest.raises(InvalidInput, match="mandat qui s'arrête"):
        operations.extend(circuit_id=circuit.pk, expires_on=UNTIL, by=scene.operator, at=LATER)
    with pytest.raises(IntegrityError, match="does not hold"), transaction.atomic():
        Circuit.objects.filter(pk=circuit.pk).update(expires_on=UNTIL)
        CircuitSigner.objects.filter(pk=anne.pk).update(
            status="SIGNED", signed_at=LATER, signed_on=soon + timedelta(days=1), way="ONLINE",
            typed_name="x", consent="1",
        )  # fmt: skip


def test_signing_signed_in_is_for_the_person_named(scene, run_outbox):
    person = make_person(first_name="Anne", last_name="Blanc")
    circuit = scene.launch(facts("Anne Blanc", email=person.email))
    anne = signer_of(circuit, "Anne Blanc")
    typed = operations.Signature(code="", typed_name="Anne Blanc", function="", consents=True)
    with pytest.raises(ActionDenied, match="une autre personne"):
        operations.sign_signed_in(signer_id=anne.pk, signature=typed, by=scene.operator, at=LATER)
    signed = operations.sign_signed_in(signer_id=anne.pk, signature=typed, by=person, at=LATER)
    assert (signed.way, signed.account_id) == ("ACCOUNT", person.pk)


def test_reminders_follow_then_the_operator_is_asked(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    for rank in range(4):
        operations.remind(signer_id=anne.pk, by=None, at=LATER + timedelta(days=rank))
    run_outbox()
    assert sum("Rappel" in mail.subject for mail in mailoutbox) == 4
    assert any("4 relances" in mail.body for mail in mailoutbox if mail.to[0] != anne.email)
    by_hand = LATER + timedelta(days=9)
    operations.remind(signer_id=anne.pk, by=scene.operator, at=by_hand)
    with pytest.raises(ActionDenied, match="attendez"):
        operations.remind(signer_id=anne.pk, by=scene.operator, at=by_hand)


class Postman(EmailBackend):
    """A mail server that knows nobody at some addresses."""

    answers: ClassVar[dict[str, tuple[int, bytes]]] = {}

    def send_messages(self, messages):
        for message in messages:
            if message.to[0] in self.answers:
                raise SMTPRecipientsRefused({message.to[0]: self.answers[message.to[0]]})
        return super().send_messages(messages)


def test_an_address_that_takes_no_mail_is_noted_and_the_operator_told_once(
    scene, run_outbox, mailoutbox, monkeypatch, settings
):
    settings.EMAIL_BACKEND = f"{__name__}.Postman"
    monkeypatch.setattr(
        Postman,
        "answers",
        {
            "anne.blanc@example.org": (550, b"5.1.1 No such user"),
            "luc.roux@example.org": (451, b"4.2.0 Later"),
        },
    )
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    anne, luc = circuit.signers.all()
    operations.remind(signer_id=anne.pk, by=None, at=LATER)
    run_outbox()
    anne.refresh_from_db()
    luc.refresh_from_db()
    assert (anne.undelivered_at is None, luc.undelivered_at) == (False, None)
    noted = anne.events.filter(kind="UNDELIVERED").values_list("facts", flat=True)
    assert list(noted) == [
        {"to": "a•••••@example.org", "refusal": "550 5.1.1 No such user"}
    ] * 2  # fmt: skip
    assert [mail.to for mail in mailoutbox] == [[scene.operator.email]]
    assert "refuse nos courriels" in mailoutbox[0].body
    with national():
        refused = Mail.objects.filter(to_email="anne.blanc@example.org")
        assert [mail.sent_at for mail in refused] == [None] * 2
        # Refused for a while only, it is tried again later.
        assert not Mail.objects.filter(to_email="luc.roux@example.org").exists()
        waiting = Entry.objects.get(kind="notifications.send", done_at=None)
    assert (waiting.payload["email"], waiting.attempts) == ("luc.roux@example.org", 1)
    assert queries.verify(circuit) is None


# -- Seal --------------------------------------------------------------------------------------


def test_bound_circuits_are_sealed_together(scene, quick_seals, run_outbox):
    first = scene.launch(facts("Anne Blanc"))
    second = scene.launch(facts("Luc Roux"), bound_to=[first])
    sign(signer_of(first, "Anne Blanc"), run_outbox)
    run_outbox()
    assert state(first)[0] == "COMPLETE"
    with pytest.raises(ActionDenied, match="déjà signé par tous"):
        operations.cancel(circuit_id=first.pk, reason="Non", by=scene.operator, at=LATER)
    assert not operations.seal_circuit(circuit_id=first.pk, at=LATER)
    sign(signer_of(second, "Luc Roux"), run_outbox)
    run_outbox()
    assert (state(first)[0], state(second)[0]) == ("SEALED", "SEALED")
    assert sorted(EFFECTS) == [first.pk, second.pk]


def test_bound_circuits_wait_for_each_other_when_a_seal_fails(
    scene, quick_seals, run_outbox, mailoutbox, monkeypatch
):
    """The second seal fails: the first is not kept either, and both are laid afterwards."""
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
    assert not any("signé par tous" in mail.subject for mail in mailoutbox)
    operations.ask_seal(circuit_id=second.pk, by=scene.operator, at=LATER)
    run_outbox()
    assert (state(first)[0], state(second)[0]) == ("SEALED", "SEALED")
    assert sorted(EFFECTS) == [first.pk, second.pk]
    assert all(queries.verify(circuit) is None for circuit in (first, second))


def test_a_bound_circuit_that_nobody_signs_any_more_frees_the_other(scene, run_outbox):
    first = scene.launch(facts("Anne Blanc"))
    second = scene.launch(facts("Luc Roux"), bound_to=[first])
    sign(signer_of(first, "Anne Blanc"), run_outbox)
    luc = signer_of(second, "Luc Roux")
    operations.refuse(signer_id=luc.pk, reason="Non", link=link_of(luc), at=LATER, trace=PHONE)
    assert not operations.seal_circuit(circuit_id=first.pk, at=LATER)
    operations.cancel(circuit_id=first.pk, reason="L'autre", by=scene.operator, at=LATER)
    assert (state(first)[0], state(second)[0]) == ("CANCELLED", "REFUSED")


def test_a_seal_that_fails_loses_nothing_and_is_tried_again(
    scene, quick_seals, run_outbox, monkeypatch
):
    circuit = scene.launch(facts("Anne Blanc"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)

    def fails(**_):
        raise OSError("no key")

    with monkeypatch.context() as broken:
        broken.setattr("signatures.operations.sealing.seal", fails)
        run_outbox()
    assert state(circuit)[0] == "COMPLETE"
    assert (circuit.seal_tries, circuit.seal_error) == (1, "OSError: no key")
    assert EFFECTS == []
    operations.ask_seal(circuit_id=circuit.pk, by=scene.operator, at=LATER)
    run_outbox()
    assert state(circuit)[0] == "SEALED"
    assert [circuit.pk] == EFFECTS


def test_the_journal_waits_for_no_seal(scene, quick_seals, run_outbox, monkeypatch):
    """Votes write in the journal too: nothing is added to it before what takes long is over."""
    circuit = scene.launch(facts("Anne Blanc"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    before, seen = AuditEvent.objects.count(), []

    def seal(**asked) -> bytes:
        seen.append(AuditEvent.objects.count())
        return asked["original"] + b"%sealed"

    monkeypatch.setattr("signatures.operations.sealing.seal", seal)
    assert operations.seal_circuit(circuit_id=circuit.pk, at=LATER)
    assert seen == [before] != [AuditEvent.objects.count()]


def test_a_seal_killed_at_any_step_is_done_once(scene, quick_seals, run_outbox, monkeypatch):
    circuit = scene.launch(facts("Anne Blanc"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)

    class Killed(BaseException):
        """The process stops there."""

    def dies(*_, **__):
        raise Killed

    sealing = "signatures.operations.sealing"
    for step in (
        "storage.opened", "issue_document", "seal", "keep_sealed", "note", "enqueue", "mail_link",
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


# -- Evidence ----------------------------------------------------------------------------------


def test_the_evidence_is_only_ever_added_to(scene):
    circuit = scene.launch()
    for harm in ({"facts": {}}, {"ip": "203.0.113.9"}):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            SigningEvent.objects.filter(circuit=circuit).update(**harm)
    assert queries.verify(circuit) is None
