"""A circuit launched, its turns, its reminders, an address that takes no mail."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import ClassVar

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from basins.tenancy import national
from signatures import operations, queries
from signatures.forms import ExtensionForm
from signatures.models import Circuit
from signatures.operations import Mandate
from signatures.rules import last_deadline
from tests.committees.test_packs import a_pdf
from tests.signatures.acts import LATER, state
from tests.signatures.conftest import (
    PHONE,
    TODAY,
    UNTIL,
    a_document,
    facts,
    sign,
    signer_of,
)


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


def test_a_deadline_that_is_past_is_told_as_past():
    told = [
        ExtensionForm(on=TODAY, since=TODAY, until=until).fields["expires_on"].help_text
        for until in (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))
    ]
    assert [("est passé" in one, "au plus tard" in one) for one in told] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_a_deadline_is_set_within_a_year_whoever_sets_it(scene):
    last = last_deadline(TODAY)
    with pytest.raises(InvalidInput, match="un an à l'avance au plus") as refused:
        scene.launch(facts("Anne Blanc"), expires_on=last + timedelta(days=1))
    assert (refused.value.field, Circuit.objects.count()) == ("expires_on", 0)
    circuit = scene.launch(facts("Anne Blanc"), expires_on=last)
    asked = {"circuit_id": circuit.pk, "by": scene.operator}
    with pytest.raises(InvalidInput, match="un an à l'avance au plus"):
        operations.extend(expires_on=last + timedelta(days=1), at=LATER, **asked)
    known = Circuit.objects.filter(pk=circuit.pk)
    with pytest.raises(IntegrityError, match="would wait until"), transaction.atomic():
        known.update(expires_on=last_deadline(last) + timedelta(days=1))
    circuit.pk, circuit.document = None, a_document(a_pdf(1), "ESSAI-B", scene.operator)
    circuit.expires_on = last + timedelta(days=1)
    with pytest.raises(IntegrityError, match="would wait until"), transaction.atomic():
        circuit.save(force_insert=True)
    with pytest.raises(InvalidInput, match="Choisissez un jour à venir, à partir du"):
        operations.extend(
            expires_on=last + timedelta(days=5), at=LATER + timedelta(days=400), **asked
        )
    later = LATER + timedelta(days=60)
    further = last + timedelta(days=60)
    assert operations.extend(expires_on=further, at=later, **asked).expires_on == further


def test_the_message_of_a_launch_reaches_each_signer_in_their_turn(scene, run_outbox, mailoutbox):
    said = "Relisez l'article 4 avec soin."
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux", order=2), message=f" {said} ")
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    run_outbox()
    invited = [mail for mail in mailoutbox if mail.subject.startswith("À signer")]
    assert [mail.to[0].split(".")[0] for mail in invited] == ["anne", "luc"]
    assert all(said in " ".join(mail.body.split()) for mail in invited)
    plain = scene.launch(facts("Eva Prat"))
    run_outbox()
    assert "Message de" not in mailoutbox[-1].body
    assert plain.message == ""


def test_the_next_order_opens_when_the_former_is_done(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"), facts("Eva Prat", order=2))
    assert state(circuit) == ("OPEN", ["INVITED", "INVITED", "WAITING"])
    sign(signer_of(circuit, "Luc Roux"), run_outbox)
    assert state(circuit)[1] == ["INVITED", "SIGNED", "WAITING"]
    with pytest.raises(ActionDenied, match="avant vous"):
        operations.choose_paper(signer_id=signer_of(circuit, "Eva Prat").pk, at=LATER, trace=PHONE)
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    assert state(circuit)[1] == ["SIGNED", "SIGNED", "INVITED"]


def test_reminders_follow_then_the_operator_is_asked(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    for rank in range(4):
        operations.remind(signer_id=anne.pk, by=None, at=LATER + timedelta(days=rank))
    run_outbox()
    assert sum("Rappel" in mail.subject for mail in mailoutbox) == 4
    assert any("4 relances" in mail.body for mail in mailoutbox if mail.to[0] != anne.email)
    longer = circuit.expires_on + timedelta(days=20)
    days = LATER + timedelta(days=5)
    operations.extend(circuit_id=circuit.pk, expires_on=longer, by=scene.operator, at=days)
    for rank in range(4):
        operations.remind(signer_id=anne.pk, by=None, at=LATER + timedelta(days=6 + rank))
    run_outbox()
    told = [mail for mail in mailoutbox if "4 relances" in mail.body]
    assert len(told) == 2, "silent again once there is more time, the operator is told again"
    by_hand = LATER + timedelta(days=19)
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
            "anne.blanc@example.org": (550, b"5.1.1 <anne.blanc@example.org>: no such user"),
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
        {"to": "a•••••@example.org", "refusal": "550 5.1.1"}
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
