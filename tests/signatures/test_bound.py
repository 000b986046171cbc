"""What happens to one of the circuits that are sealed together happens to all of them (R59)."""

from collections import Counter
from datetime import timedelta

import pytest

from alize.common.errors import ActionDenied
from signatures import operations, queries
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

MORE = UNTIL + timedelta(days=9)


@pytest.fixture
def pair(scene):
    """The convention of three and its annex of two, launched together."""
    three = ("Anne Blanc", "Luc Roux", "Eva Prat")
    first = scene.launch(*(facts(name) for name in three))
    return first, scene.launch(*(facts(name) for name in three[:2]), bound_to=[first])


def stands(pair) -> list[str]:
    return [state(circuit)[0] for circuit in pair]


def told(mailoutbox, words: str) -> Counter:
    return Counter(mail.to[0] for mail in mailoutbox if words in mail.subject)


def test_a_refusal_of_one_ends_both_and_each_person_is_told_once(
    scene, pair, run_outbox, mailoutbox
):
    first, second = pair
    for name in ("Anne Blanc", "Luc Roux"):
        sign(signer_of(second, name), run_outbox)
    assert stands(pair) == ["OPEN", "COMPLETE"]
    luc = signer_of(first, "Luc Roux")
    operations.refuse(signer_id=luc.pk, reason="Non", link=link_of(luc), at=LATER, trace=PHONE)
    assert stands(pair) == ["REFUSED", "REFUSED"]
    assert {circuit.end_reason for circuit in pair} == {"Non"}
    run_outbox()
    assert told(mailoutbox, "a refusé") == {
        scene.operator.email: 1, "anne.blanc@example.org": 1, "eva.prat@example.org": 1
    }  # fmt: skip
    noted = second.events.get(kind="REFUSED")
    assert (noted.signer, noted.facts["bound_to"]) == (None, first.document.reference)
    assert all(queries.verify(circuit) is None for circuit in pair)


def test_a_correction_of_one_pauses_both_and_both_go_on(scene, pair, run_outbox):
    first, second = pair
    luc = signer_of(second, "Luc Roux")
    operations.ask_correction(signer_id=luc.pk, comment="Le SIRET", at=LATER, trace=PHONE)
    assert stands(pair) == ["PAUSED", "PAUSED"]
    with pytest.raises(ActionDenied, match="en pause"):
        sign(signer_of(first, "Anne Blanc"), run_outbox)
    operations.resume(circuit_id=first.pk, by=scene.operator, at=LATER)
    assert stands(pair) == ["OPEN", "OPEN"]


def test_a_dispute_of_one_pauses_both(scene, pair):
    first, second = pair
    anne = signer_of(second, "Anne Blanc")
    kept = operations.record_paper(
        circuit_id=second.pk, signer_ids=[anne.pk], signed_on=TODAY, scan=scan(),
        by=scene.operator, at=LATER,
    )  # fmt: skip
    operations.confirm_paper(circuit_id=second.pk, scan_id=kept.pk, by=scene.finance, at=LATER)
    operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    assert stands(pair) == ["PAUSED", "PAUSED"]
    assert first.pause_reason == second.pause_reason


def test_a_refusal_reaches_what_a_dispute_has_paused(scene, pair, run_outbox):
    """The annex, signed by all, is contested when the convention is over; then that is extended."""
    first, second = pair
    names = ("Anne Blanc", "Luc Roux")
    kept = operations.record_paper(
        circuit_id=second.pk, signer_ids=[signer_of(second, name).pk for name in names],
        signed_on=TODAY, scan=scan(), by=scene.operator, at=LATER,
    )  # fmt: skip
    operations.confirm_paper(circuit_id=second.pk, scan_id=kept.pk, by=scene.finance, at=LATER)
    late = LAUNCH + timedelta(days=31)
    operations.expire(circuit_id=first.pk, at=late)
    operations.dispute(signer_id=signer_of(second, "Anne Blanc").pk, at=late, trace=PHONE)
    operations.extend(circuit_id=first.pk, expires_on=MORE, by=scene.operator, at=late)
    assert stands(pair) == ["OPEN", "PAUSED"]
    luc = signer_of(first, "Luc Roux")
    link = link_of(luc, when=late)
    operations.refuse(signer_id=luc.pk, reason="Non", link=link, at=late, trace=PHONE)
    assert stands(pair) == ["REFUSED", "REFUSED"]
    with pytest.raises(ActionDenied, match="n'est pas en pause"):
        operations.resume(circuit_id=second.pk, by=scene.operator, at=late)


def test_a_term_comes_for_both_and_is_put_off_for_both(scene, pair, run_outbox, mailoutbox):
    late = LAUNCH + timedelta(days=31)
    for circuit in pair:
        operations.expire(circuit_id=circuit.pk, at=late)
    assert stands(pair) == ["EXPIRED", "EXPIRED"]
    run_outbox()
    assert told(mailoutbox, "")[scene.operator.email] == 1
    operations.extend(circuit_id=pair[1].pk, expires_on=MORE, by=scene.operator, at=late)
    assert stands(pair) == ["OPEN", "OPEN"]
    assert {circuit.expires_on for circuit in pair} == {MORE}


def test_one_cancelled_both_are_and_each_person_is_told_once(scene, pair, run_outbox, mailoutbox):
    first, second = pair
    for name in ("Anne Blanc", "Luc Roux"):
        sign(signer_of(second, name), run_outbox)
    for circuit in (second, first):
        operations.cancel(circuit_id=circuit.pk, reason="Erreur", by=scene.operator, at=LATER)
    assert stands(pair) == ["CANCELLED", "CANCELLED"]
    run_outbox()
    three = ("anne.blanc@example.org", "luc.roux@example.org", "eva.prat@example.org")
    assert told(mailoutbox, "annulée") == dict.fromkeys(three, 1)
