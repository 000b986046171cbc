"""What the local steering committee reserves on a decision: asked, answered, never a change."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins.enums import Role
from committees import operations
from committees.models import Decision
from tests.builders import make_user
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=8)
DUE = LATER.date() + timedelta(days=30)
WORDS = "Les trois emplois sont-ils réalistes ?"


@pytest.fixture(autouse=True)
def a_week_later():
    with time_machine.travel(LATER, tick=True):
        yield


@pytest.fixture
def decision(committee) -> Decision:
    ballot = committee.ballot(committee.opened())
    for person in committee.people:
        committee.vote(ballot, person)
    committee.close(ballot)
    return committee.proclaim(ballot)


@pytest.fixture
def prefecture(savoie, client_as):
    return client_as(Role.PREFECTURE)


def made(decision, by, **changes):
    values = {"text": WORDS, "due_on": DUE, "at": LATER, **changes}
    return operations.make_reservation(decision_id=decision.pk, by=by, **values)


def page_of(decision) -> str:
    return f"/bassins/savoie/comite/decisions/{decision.reference}/"


def told(code: str) -> set[str]:
    return {row.payload["email"] for row in Entry.objects.filter(payload__code=code)}


def test_it_is_asked_answered_and_the_decision_stands(committee, decision, prefecture, client_as):
    before = Decision.objects.values().get(pk=decision.pk)
    form = {"text": WORDS, "due_on": "20/04/2026"}
    assert prefecture.post(f"{page_of(decision)}reserve/", form).status_code == 302
    assert told("M55") == {committee.operator.email, committee.president.email}
    president = client_as(Role.PRESIDENT, user=committee.president)
    home = president.get("/bassins/savoie/").content.decode()
    assert "Répondre à la réserve sur" in home
    reservation = decision.reservations.get()
    answer = f"/bassins/savoie/comite/reserves/{reservation.pk}/"
    empty = president.post(answer, {"answer": "  "})
    assert empty.status_code == 422
    assert president.post(answer, {"answer": "Oui : deux promesses signées."}).status_code == 302
    assert told("M56") == {prefecture.user.email}
    page = prefecture.get(page_of(decision)).content.decode()
    assert "deux promesses signées" in page
    assert Decision.objects.values().get(pk=decision.pk) == before


def test_sent_twice_it_is_made_once(decision, prefecture):
    first, second = made(decision, prefecture.user), made(decision, prefecture.user)
    assert first == second
    assert Entry.objects.filter(payload__code="M55").count() == 2


def test_a_decision_that_lapsed_receives_none(decision, prefecture):
    decision.lapsed_at = LATER
    decision.save(update_fields=["lapsed_at"])
    with pytest.raises(ActionDenied, match="ne compte plus"):
        made(decision, prefecture.user)


def test_it_is_answered_once(committee, decision, prefecture):
    reservation = made(decision, prefecture.user)
    values = {"reservation_id": reservation.pk, "by": committee.president, "at": LATER}
    operations.answer_reservation(answer="Oui.", **values)
    with pytest.raises(ActionDenied, match="déjà sa réponse"):
        operations.answer_reservation(answer="Non.", **values)


def test_a_reservation_says_something(decision, prefecture):
    with pytest.raises(InvalidInput, match="Écrivez votre réserve"):
        made(decision, prefecture.user, text="  ")
    with pytest.raises(IntegrityError, match="says_something"), transaction.atomic():
        decision.reservations.create(
            text="", due_on=DUE, made_at=LATER, made_by_id=prefecture.user.pk
        )


def test_a_day_that_is_past_keeps_what_was_typed(decision, prefecture):
    form = {"text": WORDS, "due_on": "01/03/2026"}
    refused = prefecture.post(f"{page_of(decision)}reserve/", form)
    assert refused.status_code == 422
    assert WORDS in refused.content.decode()


def test_a_president_who_withdrew_is_not_told_and_does_not_answer(
    committee, savoie, prefecture, client_as
):
    meeting = committee.opened()
    item = meeting.items.get()
    committee.answer(item, committee.president, "RECUSED")
    chair = committee.people[1]
    for person in committee.people[1:]:
        committee.answer(item, person)
    ballot = operations.open_ballot(item_id=item.pk, by=chair, at=DAY)
    for person in committee.people[1:]:
        committee.vote(ballot, person)
    operations.close_ballot(ballot_id=ballot.pk, by=chair, at=DAY + timedelta(minutes=12))
    decision = operations.proclaim(ballot_id=ballot.pk, by=chair, at=DAY + timedelta(minutes=15))
    other = make_user(Role.PRESIDENT, basin=savoie)
    made(decision, prefecture.user)
    assert told("M55") == {committee.operator.email, other.email}
    president = client_as(Role.PRESIDENT, user=committee.president)
    answer = f"/bassins/savoie/comite/reserves/{decision.reservations.get().pk}/"
    assert president.get(answer).status_code == 404
