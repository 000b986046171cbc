"""A lost second factor is removed by two persons, a day after its owner was told (SD13)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from basins.enums import Role
from basins.models import Membership, SecondFactorReset
from basins.operations import second_factor as operations
from basins.people.views import PAGES
from basins.tenancy import national
from tests.builders import at, make_user

NOW = at(2027, 3, 12, 10)
PEOPLE = "/bassins/savoie/reglages/"
MINE = "/connexion/mon-acces/remise-a-zero/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def operator(savoie):
    return make_user(Role.OPERATOR, basin=savoie)


@pytest.fixture
def finance(savoie):
    return make_user(Role.FINANCE, basin=savoie)


@pytest.fixture
def staff(db):
    return make_user(Role.NATIONAL_STAFF)


def ask(person, basin, by):
    with national():
        return operations.ask_reset(
            person_id=person.pk,
            basin=basin,
            page=PAGES["approve_reset"],
            reason="Téléphone perdu",
            by=by,
            at=NOW,
        )


@pytest.fixture
def asked(savoie, operator, finance, staff):
    return ask(finance, savoie, operator)


def approve(reset, by, when=NOW):
    with national():
        return operations.approve_reset(reset_id=reset.pk, by=by, at=when)


def has_factor(user) -> bool:
    with national():
        return Authenticator.objects.filter(user=user).exists()


def test_nothing_is_removed_before_the_day_is_over(asked, finance, staff, run_outbox, time_machine):
    approve(asked, staff)
    time_machine.move_to(NOW + timedelta(hours=23, minutes=59))
    run_outbox()
    assert has_factor(finance)
    time_machine.move_to(NOW + timedelta(hours=24))
    run_outbox()
    run_outbox()
    assert not has_factor(finance)
    told = Mail.objects.filter(to_email=finance.email).values_list("code", flat=True)
    assert sorted(told) == ["M32", "M34"]
    events = AuditEvent.objects.filter(type__startswith="second_factor.").order_by("sequence")
    assert [(event.type, event.by_id) for event in events] == [
        ("second_factor.reset_asked", asked.asked_by_id),
        ("second_factor.reset_approved", staff.pk),
        ("second_factor.reset", None),
    ]
    assert "Téléphone" not in str([event.facts for event in events])


def test_nothing_is_removed_without_a_second_person(asked, finance, run_outbox, time_machine):
    time_machine.move_to(NOW + timedelta(days=3))
    run_outbox()
    with national():
        assert not operations.carry_out_reset(reset_id=asked.pk, at=timezone.now())
    assert has_factor(finance)


def test_sessions_end_with_the_factor(asked, finance, staff, client_as, run_outbox, time_machine):
    client = client_as(Role.FINANCE, user=finance)
    approve(asked, staff)
    with national():
        UserSession.objects.create(
            user=finance, ip="127.0.0.1", session_key=client.session.session_key
        )
    time_machine.move_to(NOW + timedelta(hours=24))
    run_outbox()
    with national():
        assert not UserSession.objects.filter(user=finance).exists()
    assert client.get(MINE).status_code == 302


def test_who_asked_does_not_approve_nor_who_it_is_for(savoie, staff):
    other, third = make_user(Role.NATIONAL_STAFF), make_user(Role.NATIONAL_STAFF)
    asked = ask(other, savoie, staff)
    for by in (staff, other):
        with pytest.raises(ActionDenied, match="approuvée par une autre"):
            approve(asked, by)
    approve(asked, third)
    with pytest.raises(ActionDenied, match="déjà approuvée"):
        approve(asked, third)


def test_nobody_asks_for_oneself_nor_for_somebody_without_a_factor(savoie, operator):
    member = make_user(Role.MEMBER, basin=savoie)
    for person, reason in ((operator, "sa propre"), (member, "pas de second facteur")):
        with pytest.raises(ActionDenied, match=reason):
            ask(person, savoie, operator)


def test_nobody_asks_what_nobody_may_approve(savoie, operator, finance):
    with pytest.raises(ActionDenied, match="pour l'approuver"):
        ask(finance, savoie, operator)
    alone = make_user(Role.NATIONAL_STAFF)
    with pytest.raises(ActionDenied, match="pour l'approuver"):
        ask(finance, savoie, alone)


def test_one_request_at_a_time(asked, savoie, operator):
    with pytest.raises(IntegrityError, match="reset_one_waiting"), transaction.atomic():
        ask(asked.person, savoie, operator)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"asked_by": "person"}, "reset_takes_two_other_persons"),
        ({"approved_by": "asked_by"}, "reset_takes_two_other_persons"),
        ({"approved_by": "person"}, "reset_takes_two_other_persons"),
        ({"due_at": NOW + timedelta(hours=23)}, "reset_waits_a_day"),
        ({"done_at": NOW + timedelta(days=2)}, "reset_is_done_approved_and_a_day_later"),
    ],
)
def test_the_database_holds_the_two_persons_and_the_day(asked, change, name):
    values = {
        field: getattr(asked, value) if isinstance(value, str) else value
        for field, value in change.items()
    }
    if "approved_by" in values:
        values["approved_at"] = NOW
    with national(), pytest.raises(IntegrityError, match=name), transaction.atomic():
        SecondFactorReset.objects.filter(pk=asked.pk).update(**values)


def test_the_owner_stops_it(asked, finance, staff, client_as, run_outbox, time_machine):
    approve(asked, staff)
    client = client_as(Role.FINANCE, user=finance)
    assert "Arrêter la remise à zéro" in client.get(MINE).content.decode()
    assert client.post(MINE)["Location"] == "/connexion/mon-acces/"
    assert "Aucune remise à zéro" in client.get(MINE).content.decode()
    time_machine.move_to(NOW + timedelta(hours=25))
    run_outbox()
    assert has_factor(finance)
    with national(), pytest.raises(ActionDenied, match="arrêtée"):
        operations.stop_reset(reset_id=asked.pk, by=staff, at=NOW)


def test_somebody_else_stops_nothing(asked, client_as):
    other = client_as(Role.PRESIDENT)
    assert other.post(MINE)["Location"] == "/connexion/mon-acces/"
    assert other.post(f"{PEOPLE}second-facteur/{asked.pk}/arreter/").status_code == 403
    with national():
        assert SecondFactorReset.objects.get(pk=asked.pk).stopped_at is None


def test_from_the_pages(operator, finance, staff, client_as):
    asks, approves = client_as(Role.OPERATOR, user=operator), client_as(None, user=staff)
    with national():
        held = Membership.objects.get(person_id=finance.pk)
    page = f"{PEOPLE}roles/{held.pk}/second-facteur/"
    assert page in asks.get(PEOPLE).content.decode()
    assert asks.post(page, {}).context["form"].errors["reason"]
    assert asks.post(page, {"reason": "Téléphone perdu"})["Location"] == PEOPLE
    with national():
        reset = SecondFactorReset.objects.get()
    decide = f"{PEOPLE}second-facteur/{reset.pk}/"
    assert "Seconds facteurs à remettre à zéro" in asks.get(PEOPLE).content.decode()
    assert asks.post(decide).status_code == 403
    assert decide in approves.get(PEOPLE).content.decode()
    assert "Téléphone perdu" in approves.get(decide).content.decode()
    assert approves.post(decide)["Location"] == PEOPLE
    assert asks.post(f"{decide}arreter/")["Location"] == PEOPLE
    assert "Seconds facteurs à remettre" not in asks.get(PEOPLE).content.decode()


def test_the_other_basin_does_not_see_it(asked, meuse, client_as):
    other = client_as(Role.OPERATOR, basin=meuse)
    page = f"/bassins/meuse/reglages/second-facteur/{asked.pk}/arreter/"
    assert other.post(page).status_code == 404
