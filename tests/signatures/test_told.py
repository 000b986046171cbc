"""Who is told of what becomes of a circuit, and what a link lets its reader do."""

import re
from datetime import datetime, time, timedelta

import pytest
from time_machine import travel

from alize.common.errors import ActionDenied
from basins import links
from basins.enums import LinkPurpose
from signatures import operations, permissions
from signatures.models import Circuit
from signatures.operations import Delegate, Mandate
from signatures.rules import RESULT_VALID
from tests.builders import PARIS
from tests.signatures.acts import LATER, scan, state
from tests.signatures.conftest import (
    LAUNCH,
    PHONE,
    TODAY,
    UNTIL,
    facts,
    link_of,
    sign,
    signer_of,
)


def on_paper(scene, circuit, *names, when=LATER):
    """These people sign the same copy, which somebody else confirms."""
    kept = operations.record_paper(
        circuit_id=circuit.pk,
        signer_ids=[signer_of(circuit, name).pk for name in names],
        signed_on=TODAY,
        scan=scan(),
        by=scene.operator,
        at=when,
    )
    operations.confirm_paper(circuit_id=circuit.pk, scan_id=kept.pk, by=scene.finance, at=when)
    return [signer_of(circuit, name) for name in names]


def told(mailoutbox, words: str) -> list[str]:
    return sorted(mail.to[0] for mail in mailoutbox if words in mail.subject)


# -- A ceremony that is off --------------------------------------------------------------------


@pytest.mark.parametrize("act", ["cancel", "refuse"])
def test_whoever_was_told_of_a_ceremony_is_told_that_it_is_off(scene, run_outbox, mailoutbox, act):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux", order=2, paper=True))
    operations.announce_ceremony(
        circuit_id=circuit.pk,
        starts_at=datetime.combine(TODAY + timedelta(days=9), time(10), PARIS),
        place="Hôtel de Savoie",
        by=scene.operator,
        at=LAUNCH,
    )
    run_outbox()
    mailoutbox.clear()
    if act == "cancel":
        operations.cancel(circuit_id=circuit.pk, reason="Non", by=scene.operator, at=LATER)
    else:
        anne = signer_of(circuit, "Anne Blanc")
        link = link_of(anne)
        operations.refuse(signer_id=anne.pk, reason="Non", link=link, at=LATER, trace=PHONE)
    run_outbox()
    [luc] = [mail for mail in mailoutbox if mail.to == ["luc.roux@example.org"]]
    assert "METHOD:CANCEL" in str(luc.attachments)


# -- Delegations -------------------------------------------------------------------------------


def test_whoever_has_delegated_is_told_of_what_follows(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    anne, luc = (signer_of(circuit, name) for name in ("Anne Blanc", "Luc Roux"))
    other = Delegate("Paul Petit", "Secrétaire général", "paul@example.org", TODAY, UNTIL)
    asked = operations.ask_delegation(
        signer_id=anne.pk, delegate=other, mandate=scan(), at=LATER, trace=PHONE
    )
    run_outbox()
    mailoutbox.clear()
    operations.decide_delegation(delegation_id=asked.pk, accept=True, by=scene.operator, at=LATER)
    run_outbox()
    assert told(mailoutbox, "délégation est acceptée") == [anne.email]
    operations.refuse(signer_id=luc.pk, reason="Non", link=link_of(luc), at=LATER, trace=PHONE)
    run_outbox()
    assert {anne.email, "paul@example.org"} <= set(told(mailoutbox, "a refusé de signer"))


# -- More time ---------------------------------------------------------------------------------


def test_more_time_writes_again_to_those_expected_and_reminds_them_anew(
    scene, run_outbox, mailoutbox
):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    for day in range(5, 33):
        with travel(LAUNCH + timedelta(days=day)):
            run_outbox()
    assert told(mailoutbox, "Rappel") == [anne.email] * 4
    assert state(circuit)[0] == "EXPIRED"
    late = LAUNCH + timedelta(days=32)
    mailoutbox.clear()
    until = late.date() + timedelta(days=40)
    operations.extend(circuit_id=circuit.pk, expires_on=until, by=scene.operator, at=late)
    with travel(late + timedelta(hours=1)):
        run_outbox()
    assert told(mailoutbox, "À signer") == [anne.email]
    assert told(mailoutbox, "Rappel") == []
    with travel(late + timedelta(days=8)):
        run_outbox()
    assert told(mailoutbox, "Rappel") == [anne.email]


@pytest.fixture
def pair(scene):
    """Two circuits sealed together: Eva Prat signs the first alone."""
    first = scene.launch(facts("Anne Blanc"), facts("Luc Roux"), facts("Eva Prat"))
    return first, scene.launch(facts("Anne Blanc"), facts("Luc Roux"), bound_to=[first])


def test_what_is_bound_has_the_same_term_even_signed_by_all(scene, pair):
    first, second = pair
    [anne, _] = on_paper(scene, second, "Anne Blanc", "Luc Roux")
    assert state(second)[0] == "COMPLETE"
    far = UNTIL + timedelta(days=60)
    operations.extend(circuit_id=first.pk, expires_on=far, by=scene.operator, at=LATER)
    assert set(Circuit.objects.values_list("expires_on", flat=True)) == {far}
    # A shorter term that one of them has kept holds the other back, then is put off with it.
    operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    Circuit.objects.filter(pk=second.pk).update(expires_on=UNTIL)
    late = LAUNCH + timedelta(days=33)
    with pytest.raises(ActionDenied, match="prolongez-le"):
        operations.resume(circuit_id=first.pk, by=scene.operator, at=late)
    sooner = late.date() + timedelta(days=5)
    operations.extend(circuit_id=second.pk, expires_on=sooner, by=scene.operator, at=late)
    for circuit in pair:
        circuit.refresh_from_db()
    assert (first.expires_on, second.expires_on) == (far, sooner)
    operations.resume(circuit_id=first.pk, by=scene.operator, at=late)
    assert [state(circuit)[0] for circuit in pair] == ["OPEN", "OPEN"]


# -- Links -------------------------------------------------------------------------------------


def receipt_of(mailoutbox, signer):
    """The link of the last mail that a signer received."""
    body = [mail for mail in mailoutbox if mail.to == [signer.email]][-1].body
    return links.find(re.search(r"/signer/([^/]+)/", body)[1], LinkPurpose.SIGNATURE)


def test_a_receipt_signs_nothing_once_its_signature_is_contested(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    run_outbox()
    [anne] = on_paper(scene, circuit, "Anne Blanc")
    run_outbox()
    receipt = receipt_of(mailoutbox, anne)
    assert receipt.expires_at - receipt.created_at == RESULT_VALID
    operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    operations.resume(circuit_id=circuit.pk, by=scene.operator, at=LATER)
    anne = signer_of(circuit, "Anne Blanc")
    receipt.refresh_from_db()
    with pytest.raises(ActionDenied, match="Ce lien a expiré"):
        sign(anne, run_outbox, link=receipt, when=LATER + timedelta(days=1))
    run_outbox()
    sign(anne, run_outbox, link=receipt_of(mailoutbox, anne), when=LATER + timedelta(days=2))


def test_a_link_of_more_than_three_days_neither_signs_nor_refuses(scene, run_outbox, client):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    token = links.issue(
        basin=scene.basin,
        purpose=LinkPurpose.SIGNATURE,
        target_id=anne.pk,
        email=anne.email,
        at=LAUNCH - timedelta(days=4),
        valid=RESULT_VALID,
    )
    link = links.find(token, LinkPurpose.SIGNATURE)
    with pytest.raises(ActionDenied, match="ne sert plus qu'à relire"):
        sign(anne, run_outbox, link=link)
    with pytest.raises(ActionDenied, match="ne sert plus qu'à relire"):
        operations.refuse(signer_id=anne.pk, reason="Non", link=link, at=LATER, trace=PHONE)
    assert client.get(f"/signer/{token}/").status_code == 200
    for path in ("signer/", "refuser/"):
        offered = client.get(f"/signer/{token}/{path}")
        assert offered.status_code == 410
        assert "Recevoir un nouveau lien" in offered.content.decode()


def test_whoever_has_no_mandate_any_more_refuses_for_nobody(scene):
    ended = Mandate("Délibération", ends_on=UNTIL)
    circuit = scene.launch(facts("Anne Blanc", mandate=ended))
    anne = signer_of(circuit, "Anne Blanc")
    on = UNTIL + timedelta(days=1)
    Circuit.objects.filter(pk=circuit.pk).update(expires_on=on)
    anne.circuit.refresh_from_db()
    assert permissions.answer.allows(anne, on=on)
    with pytest.raises(ActionDenied, match="vous ne pouvez plus refuser au nom"):
        permissions.refuse(anne, on=on)
