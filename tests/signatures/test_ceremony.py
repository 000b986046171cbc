"""A ceremony announced while a document is being signed, and what its signers are told of it."""

from datetime import datetime, time, timedelta

import pytest

from alize.common.dates import short_date
from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from signatures import operations, queries
from tests.builders import PARIS
from tests.conftest import VisitorClient
from tests.signatures.conftest import LAUNCH, TODAY, UNTIL, facts, signer_of, token_of
from tests.writings import second_of_two

DAY = TODAY + timedelta(days=9)
PLACE = "Hôtel de Savoie, Chambéry"


def at_ten(day=DAY) -> datetime:
    return datetime.combine(day, time(10), PARIS)


def announce(scene, circuit, **others):
    said = {"starts_at": at_ten(), "place": PLACE, "by": scene.operator, "at": LAUNCH, **others}
    return operations.announce_ceremony(circuit_id=circuit.pk, **said)


def test_those_expected_are_told_once_with_the_entry_of_their_diary(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux", order=2, paper=True))
    other = scene.launch(facts("Anne Blanc"), bound_to=[circuit])
    for _ in range(2):
        announce(scene, circuit)
    announce(scene, circuit, starts_at=at_ten(DAY + timedelta(days=1)))
    run_outbox()
    told = [mail for mail in mailoutbox if "Cérémonie" in mail.subject]
    # Anne signs both documents: each announcement reaches her once.
    assert sorted(mail.to[0] for mail in told) == [
        "anne.blanc@example.org", "anne.blanc@example.org",
        "luc.roux@example.org", "luc.roux@example.org",
    ]  # fmt: skip
    assert all("à 10 h, Hôtel de Savoie" in " ".join(mail.body.split()) for mail in told)
    assert all("text/calendar" in str(mail.message()) for mail in told)
    other.refresh_from_db()
    assert other.ceremony_place == PLACE
    assert queries.verify(circuit) is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"starts_at": LAUNCH - timedelta(hours=1)}, "held_on"),
        ({"starts_at": at_ten(UNTIL + timedelta(days=1))}, "held_on"),
        ({"place": " "}, "place"),
    ],
)
def test_a_ceremony_is_to_come_within_the_term_somewhere(scene, said, field):
    circuit = scene.launch(facts("Anne Blanc"))
    with pytest.raises(InvalidInput) as refused:
        announce(scene, circuit, **said)
    assert refused.value.field == field
    operations.cancel(circuit_id=circuit.pk, reason="Non", by=scene.operator, at=LAUNCH)
    with pytest.raises(ActionDenied, match="annulée"):
        announce(scene, circuit)


def test_the_operator_announces_it_and_the_signer_reads_it(scene, client_as):
    circuit = scene.launch(facts("Anne Blanc", paper=True))
    here = f"/bassins/savoie/signatures/{circuit.pk}/"
    operator = client_as(Role.OPERATOR, user=scene.operator)
    said = {"held_on": short_date(DAY), "hour": "25 h", "place": PLACE}
    wrong = operator.post(f"{here}ceremonie/", said)
    assert (wrong.status_code, PLACE in wrong.content.decode()) == (422, True)
    assert operator.post(f"{here}ceremonie/", {**said, "hour": "10 h"}).url == here
    assert "Déplacer la cérémonie" in operator.get(here).content.decode()
    page = VisitorClient().get(f"/signer/{token_of(signer_of(circuit, 'Anne Blanc'))}/")
    assert page.content.decode().count(PLACE) == 2


def test_a_ceremony_that_somebody_else_moved_meanwhile_is_compared(scene, client_as):
    circuit = scene.launch(facts("Anne Blanc", paper=True))
    announce(scene, circuit)
    said = second_of_two(
        client_as(Role.OPERATOR, user=scene.operator),
        client_as(Role.OPERATOR),
        f"/bassins/savoie/signatures/{circuit.pk}/ceremonie/",
        theirs={"hour": "11 h 00"},
        mine={"place": "Mairie d'Aime"},
    )
    assert "« 11 h 00 »" in said
