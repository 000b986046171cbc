"""The pages of the composition: who sits, each act on a seat, who only reads (R27-R30)."""

from datetime import date

import pytest

from basins.enums import Role
from committees.models import ChairSubstitute
from tests.builders import make_contact, make_partner, make_person, make_seat
from tests.writings import second_of_two

pytestmark = pytest.mark.django_db
PAGE = "/bassins/savoie/comite/composition/"


@pytest.fixture
def partner(in_savoie):
    return make_partner(name="Verrerie")


@pytest.fixture
def holder(partner):
    return make_contact(partner).person


@pytest.fixture
def operator(committee, client_as):
    return client_as(Role.OPERATOR, user=committee.operator)


def text_of(client, path=PAGE):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_who_sit_and_what_is_missing(committee, operator, client_as, partner):
    substitute = make_contact(committee.seats[1].partner).person
    committee.seats[1].alternates.add(substitute)
    guest = make_seat(kind="CONSULTATIVE", holder=make_person(first_name="Invitée"))
    make_seat()
    make_seat(ends_on=date(2026, 2, 1), holder=make_person(first_name="Ancienne"))
    text = text_of(operator)
    for words in (
        "6\u00a0sièges à voix délibérative",
        str(substitute),
        str(guest.holder),
        "Sans accès au comité",
        "Ancienne",
        "Verrerie",
    ):
        assert words in text, words
    assert "Verrerie" not in text_of(client_as(Role.PREFECTURE))


def test_a_seat_is_opened_to_a_contact(committee, operator, partner, holder):
    page = f"{PAGE}partenaires/{partner.pk}/siege/"
    assert str(holder) in text_of(operator, page)
    sent = {"holder": holder.pk, "starts_on": "01/03/2026", "kind": "DELIBERATIVE"}
    answer = operator.post(page, sent)
    assert answer.status_code == 302, answer.content.decode()
    assert partner.seats.get().holder_id == holder.pk
    again = operator.post(page, sent)
    assert again.status_code == 422
    assert "déjà un siège" in again.content.decode()


def test_each_act_on_a_seat(committee, operator):
    seat = committee.seats[1]
    person = make_contact(seat.partner).person
    page = f"{PAGE}sieges/{seat.pk}/"
    assert str(seat.partner) in text_of(operator, page)
    for act, sent in (
        ("suppleants", {"alternate_0": person.pk}),
        ("corriger", {"holder": seat.holder_id, "starts_on": "2/1/2026", "kind": "GUEST"}),
        ("fin", {"ends_on": "31/12/2040"}),
        ("fin", {"ends_on": ""}),
        ("titulaire", {"holder": person.pk, "starts_on": "1/3/2027"}),
    ):
        assert text_of(operator, f"{page}{act}/")
        answer = operator.post(f"{page}{act}/", sent)
        assert answer.status_code == 302, (act, answer.content.decode())
    seat.refresh_from_db()
    assert (seat.kind, seat.ends_on) == ("GUEST", date(2027, 2, 28))
    assert seat.partner.seats.filter(holder=person).exists()


def test_the_order_of_replacement(committee, operator):
    page = f"{PAGE}remplacement/"
    first, second, third, *_ = committee.seats
    sent = {f"seat_{third.pk}": "1", f"seat_{second.pk}": "2"}
    assert operator.post(page, sent).status_code == 302
    ranked = ChairSubstitute.objects.values_list("seat_id", "rank")
    assert list(ranked) == [(third.pk, 1), (second.pk, 2)]
    text = text_of(operator)
    assert "Remplaçant n° 1" in text
    twice = operator.post(page, {f"seat_{third.pk}": "1", f"seat_{first.pk}": "1"})
    assert twice.status_code == 422
    assert "la même place" in twice.content.decode()


def test_members_read_and_do_not_write(committee, client_as):
    member = client_as(Role.MEMBER, user=committee.people[1])
    assert "Fixer l'ordre" not in text_of(member)
    seat = committee.seats[1]
    assert "Fin du mandat" not in text_of(member, f"{PAGE}sieges/{seat.pk}/")
    assert member.post(f"{PAGE}sieges/{seat.pk}/fin/").status_code == 403


@pytest.mark.parametrize("act", ["corriger", "suppleants"])
def test_a_seat_that_somebody_else_wrote_meanwhile_is_compared(committee, operator, client_as, act):
    seat = committee.seats[1]
    first, second = (make_contact(seat.partner).person for _ in range(2))
    theirs, mine = {
        "corriger": ({"kind": "GUEST"}, {"starts_on": "02/01/2026"}),
        "suppleants": ({"alternate_0": str(first.pk)}, {"alternate_1": str(second.pk)}),
    }[act]
    page, other = f"{PAGE}sieges/{seat.pk}/{act}/", client_as(Role.OPERATOR)
    said = second_of_two(operator, other, page, theirs=theirs, mine=mine)
    assert f"« {'Invité' if act == 'corriger' else first}" in said


def test_an_order_that_somebody_else_set_meanwhile_is_compared(committee, operator, client_as):
    first, second, *_ = committee.seats
    said = second_of_two(
        operator,
        client_as(Role.OPERATOR),
        f"{PAGE}remplacement/",
        theirs={f"seat_{first.pk}": "1"},
        mine={f"seat_{second.pk}": "2"},
    )
    assert "« 1 »" in said
