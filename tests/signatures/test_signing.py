"""A signer signs online: once, in time, with a code, their consent and their name."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.template.loader import render_to_string

from alize.common.errors import ActionDenied, InvalidInput
from signatures import operations, queries
from signatures.documents import evidence_context, evidence_json
from signatures.enums import EventKind
from signatures.models import Circuit, CircuitSigner, SigningEvent
from signatures.operations import Mandate, Trace
from signatures.operations.base import note
from tests.builders import journal, make_person
from tests.signatures.acts import LATER, scan, state
from tests.signatures.conftest import (
    EFFECTS,
    LAUNCH,
    PHONE,
    TODAY,
    UNTIL,
    code_of,
    facts,
    link_of,
    sign,
    signer_of,
)


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
    assert (len(journal("circuit.signed")), len(journal("circuit.sealed"))) == (1, 1)


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
    assert anne.events.filter(kind="CODE_REFUSED").count() == 5
    with pytest.raises(ActionDenied, match="attendez"):
        operations.send_code(signer_id=anne.pk, path="/", at=LATER, trace=PHONE)
    again = LATER + timedelta(minutes=1)
    fresh = code_of(anne, run_outbox, when=again)
    with pytest.raises(InvalidInput, match="plus de dix minutes"):
        sign(anne, run_outbox, code=fresh, when=again + timedelta(minutes=10))
    sign(anne, run_outbox, code=fresh, when=again + timedelta(minutes=9))
    assert fresh not in str(list(anne.codes.values()))


def test_what_is_opened_again_is_noted_once_an_hour(scene):
    """Whoever holds a link adds nothing without end to the evidence, nor keeps it from the seal."""
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    seen = {"signer_id": anne.pk, "what": EventKind.OPENED}
    read = {"signer_id": anne.pk, "circuit_id": circuit.pk}
    for minutes in (1, 2, 30, 62):
        when = LAUNCH + timedelta(minutes=minutes)
        operations.note_seen(**seen, at=when, trace=Trace("192.0.2.7", f"Essai {minutes}"))
        operations.open_document(**read, at=when, trace=PHONE)
    assert [anne.events.filter(kind=kind).count() for kind in ("OPENED", "DOWNLOADED")] == [2, 2]


def test_a_code_that_serves_no_more_adds_nothing_to_the_evidence(scene, run_outbox):
    anne = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    code = code_of(anne, run_outbox, when=LATER)
    for wrong in ["000 000" if code != "000 000" else "111 111"] * 12:
        with pytest.raises(InvalidInput):
            sign(anne, run_outbox, code=wrong)
    assert anne.events.filter(kind="CODE_REFUSED").count() == 5


def test_the_evidence_for_a_dispute_is_laid_out_however_much_happened(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    for rank in range(400):
        note(EventKind.REMINDED, circuit, signer=anne, at=LATER, rank=rank)
    sign(anne, run_outbox)
    circuit.refresh_from_db()
    told = evidence_context(circuit, certificate="")["signers"][0]["events"]
    assert (len(told["lines"]), told["left_out"]) == (240, 166)
    assert [told["lines"][rank]["kind"] for rank in (0, -1)] == [
        "Lien de signature envoyé", "Signature",
    ]  # fmt: skip
    page = render_to_string("pdf/components/signing_events.html", {"told": told})
    assert "166 autres événements" in page
    assert len(json.loads(evidence_json(circuit, certificate=""))["chaine"]["evenements"]) == 408


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
    after = UNTIL + timedelta(days=1)
    given = {"status": "SIGNED", "signed_at": late, "way": "ONLINE", "typed_name": "x"}
    with pytest.raises(IntegrityError, match="is not open"), transaction.atomic():
        CircuitSigner.objects.filter(pk=anne.pk).update(**given, signed_on=after, consent="1")
    operations.expire(circuit_id=circuit.pk, at=late)
    assert state(circuit)[0] == "EXPIRED"
    with pytest.raises(IntegrityError, match="is not open"), transaction.atomic():
        CircuitSigner.objects.filter(pk=anne.pk).update(**given, signed_on=UNTIL, consent="1")
    until = late.date() + timedelta(days=10)
    operations.extend(circuit_id=circuit.pk, expires_on=until, by=scene.operator, at=late)
    sign(anne, run_outbox, when=late)
    assert state(circuit)[0] == "COMPLETE"


def test_what_was_signed_in_time_is_confirmed_and_sealed_after_the_term(
    scene, quick_seals, run_outbox
):
    circuit = scene.launch(facts("Anne Blanc"))
    anne, late = signer_of(circuit, "Anne Blanc"), LAUNCH + timedelta(days=31)
    copy = {"circuit_id": circuit.pk, "signer_ids": [anne.pk], "scan": scan(), "at": late}
    with pytest.raises(InvalidInput, match="dépasse le délai"):
        operations.record_paper(**copy, signed_on=late.date(), by=scene.operator)
    with pytest.raises(IntegrityError, match="is not open"), transaction.atomic():
        CircuitSigner.objects.filter(pk=anne.pk).update(status="PAPER", paper_on=late.date())
    kept = operations.record_paper(**copy, signed_on=UNTIL, by=scene.operator)
    operations.confirm_paper(circuit_id=circuit.pk, scan_id=kept.pk, by=scene.finance, at=late)
    operations.expire(circuit_id=circuit.pk, at=late)
    assert state(circuit) == ("COMPLETE", ["SIGNED"])
    run_outbox()
    assert state(circuit)[0] == "SEALED"


def test_nobody_signs_before_they_are_invited(scene, run_outbox):
    """The clock of the server may go back: what it then says proves nothing."""
    anne = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    code = code_of(anne, run_outbox, when=LATER)
    before = LAUNCH - timedelta(minutes=1)
    with pytest.raises(ActionDenied, match="horloge du serveur"):
        sign(anne, run_outbox, code=code, when=before)
    with pytest.raises(IntegrityError, match="once_invited"), transaction.atomic():
        CircuitSigner.objects.filter(pk=anne.pk).update(
            status="SIGNED", signed_at=before, signed_on=TODAY, way="ONLINE", typed_name="x",
            consent="1",
        )  # fmt: skip
    sign(anne, run_outbox, code=code)


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


def test_a_mandate_that_does_not_cover_the_day(scene, run_outbox):
    soon = TODAY + timedelta(days=2)
    circuit = scene.launch(
        facts("Anne Blanc", mandate=Mandate("Arrêté", ends_on=soon)), expires_on=soon
    )
    anne = signer_of(circuit, "Anne Blanc")
    with pytest.raises(IntegrityError, match="does not hold"), transaction.atomic():
        Circuit.objects.filter(pk=circuit.pk).update(expires_on=UNTIL)
        CircuitSigner.objects.filter(pk=anne.pk).update(
            status="SIGNED", signed_at=LATER, signed_on=soon + timedelta(days=1), way="ONLINE",
            typed_name="x", consent="1",
        )  # fmt: skip


def test_a_mandate_may_end_while_a_copy_signed_within_it_waits_for_its_confirmation(scene):
    soon = TODAY + timedelta(days=2)
    circuit = scene.launch(
        facts("Anne Blanc", mandate=Mandate("Arrêté", ends_on=soon)), expires_on=soon
    )
    anne = signer_of(circuit, "Anne Blanc")
    operations.record_paper(
        circuit_id=circuit.pk, signer_ids=[anne.pk], signed_on=TODAY, scan=scan(),
        by=scene.operator, at=LATER,
    )  # fmt: skip
    operations.extend(circuit_id=circuit.pk, expires_on=UNTIL, by=scene.operator, at=LATER)
    circuit.refresh_from_db()
    assert circuit.expires_on == UNTIL


def test_signing_signed_in_is_for_the_person_named(scene, quick_seals, run_outbox, mailoutbox):
    person = make_person(first_name="Anne", last_name="Blanc")
    circuit = scene.launch(facts("Anne Blanc", email=person.email))
    anne = signer_of(circuit, "Anne Blanc")
    typed = operations.Signature(code="", typed_name="Anne Blanc", function="", consents=True)
    with pytest.raises(ActionDenied, match="une autre personne"):
        operations.sign_signed_in(signer_id=anne.pk, signature=typed, by=scene.operator, at=LATER)
    signed = operations.sign_signed_in(signer_id=anne.pk, signature=typed, by=person, at=LATER)
    assert (signed.way, signed.account_id) == ("ACCOUNT", person.pk)
    run_outbox()
    assert any("Votre signature est enregistrée" in mail.subject for mail in mailoutbox)


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


def test_the_evidence_is_only_ever_added_to(scene):
    circuit = scene.launch()
    for harm in ({"facts": {}}, {"ip": "203.0.113.9"}):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            SigningEvent.objects.filter(circuit=circuit).update(**harm)
    assert queries.verify(circuit) is None
