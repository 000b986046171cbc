"""A role is given from a day to a day; its last day may be changed."""

import re
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.accounts.models import User
from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from basins import operations, rules
from basins.enums import Role
from basins.models import Invitation, Membership
from basins.queries import roles_of
from basins.tenancy import national
from tests.builders import at, make_user
from tests.words import plain

NOW = at(2026, 3, 12)
ADDRESS = "nouvelle@example.org"
PAGE = "/bassins/savoie/reglages/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def operator(savoie):
    return make_user(Role.OPERATOR, basin=savoie)


def invite(by, basin, role=Role.MEMBER, email=ADDRESS, **days) -> Invitation:
    with national():
        return operations.invite(
            email=email,
            first_name="Camille",
            last_name="Nouvelle",
            role=role,
            basin=basin,
            by=by,
            at=timezone.now(),
            **days,
        )


def accept(invitation: Invitation, when=NOW) -> User:
    with national():
        return operations.accept_invitation(invitation_id=invitation.pk, password=None, at=when)


def days_of(user) -> list[tuple[date, date | None]]:
    held = Membership.objects.filter(person_id=user.pk).order_by("starts_on")
    return list(held.values_list("starts_on", "ends_on"))


def test_a_role_is_held_between_the_days_of_its_invitation(savoie, operator):
    days = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30)}
    user = accept(invite(operator, savoie, **days))
    assert days_of(user) == [(date(2026, 4, 1), date(2026, 6, 30))]
    for day, held in ((date(2026, 3, 31), set()), (date(2026, 4, 1), {Role.MEMBER})):
        assert roles_of(user, basin=savoie, on=day) == held
    granted = AuditEvent.objects.get(type="role.granted")
    assert granted.facts["starts_on"] == "2026-04-01"
    assert granted.facts["ends_on"] == "2026-06-30"


def test_an_invitation_says_its_days_in_its_mail_and_on_the_pages(
    client_as, savoie, operator, run_outbox
):
    client = client_as(Role.OPERATOR, user=operator)
    form = {"first_name": "Camille", "last_name": "Nouvelle", "email": ADDRESS, "role": "MEMBER"}
    form |= {"starts_on": "01/04/2026", "ends_on": "30/06/2026"}
    form["command_key"] = "6f0ad0d0-0000-4000-8000-000000000001"
    said = "du mercredi 1er avril 2026 au mardi 30 juin 2026"
    answer = client.post(f"{PAGE}inviter/", form, follow=True)
    assert plain(answer).count(said) == 2  # the message, and the line of the invitation
    with time_machine.travel(at(2100)):  # the database's own clock does not travel
        run_outbox()
    mail = Mail.objects.get(to_email=ADDRESS, code="M00")
    assert said in mail.text
    path = re.search(r"http://testserver(\S+)", mail.text)[1]
    assert said in plain(client.get(path))


def test_an_invitation_waits_no_longer_than_its_role(savoie, operator):
    invitation = invite(operator, savoie, ends_on=date(2026, 3, 13))
    assert invitation.expires_at == at(2026, 3, 14, 0)
    with pytest.raises(ActionDenied):
        accept(invitation, at(2026, 3, 14, 0))


@pytest.mark.parametrize(
    ("role", "days", "field"),
    [
        (Role.MEMBER, {"ends_on": date(2026, 3, 11)}, "ends_on"),
        (Role.MEMBER, {"starts_on": date(2026, 3, 11)}, "starts_on"),
        (Role.MEMBER, {"starts_on": date(2026, 4, 2), "ends_on": date(2026, 4, 1)}, "ends_on"),
        (Role.AUDITOR, {"ends_on": date(2026, 4, 12)}, "ends_on"),
    ],
)
def test_days_that_hold_no_role_are_refused_on_their_field(savoie, operator, role, days, field):
    by = make_user(Role.NATIONAL_STAFF) if role == Role.AUDITOR else operator
    with pytest.raises(InvalidInput) as refusal:
        invite(by, savoie, role, **days)
    assert refusal.value.field == field
    assert not Invitation.objects.exists()


def test_the_database_holds_the_order_of_the_days(savoie, operator):
    invitation = invite(operator, savoie, starts_on=date(2026, 4, 1))
    with pytest.raises(IntegrityError, match="ends_after_start"), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(ends_on=date(2026, 3, 31))


def test_what_overlaps_is_one_role_and_loses_no_day(savoie, operator):
    user = accept(invite(operator, savoie, ends_on=date(2026, 3, 31)))
    accept(invite(operator, savoie, starts_on=date(2026, 3, 20), ends_on=date(2026, 3, 25)))
    assert days_of(user) == [(date(2026, 3, 12), date(2026, 3, 31))]
    accept(invite(operator, savoie, starts_on=date(2026, 3, 20)))
    assert days_of(user) == [
        (date(2026, 3, 12), date(2026, 3, 19)),
        (date(2026, 3, 20), None),
    ]
    accept(invite(operator, savoie, ends_on=date(2026, 3, 31)))
    assert days_of(user) == [(date(2026, 3, 12), None)]


def test_control_lasts_thirty_days_from_its_first(savoie):
    staff = make_user(Role.NATIONAL_STAFF)
    invitation = invite(staff, savoie, Role.AUDITOR, starts_on=date(2026, 4, 1))
    assert invitation.period == "à partir du mercredi 1er avril 2026, pendant 30 jours"
    assert days_of(accept(invitation)) == [(date(2026, 4, 1), date(2026, 5, 1))]


def test_words_of_a_period():
    first, last = date(2026, 4, 1), date(2026, 6, 30)
    assert rules.period_in_words(Role.MEMBER, None, None) == ""
    assert rules.period_in_words(Role.AUDITOR, None, None) == "pendant 30 jours"
    assert rules.period_in_words(Role.MEMBER, None, last) == "jusqu'au mardi 30 juin 2026"
    assert rules.period_in_words(Role.MEMBER, first, None) == "à partir du mercredi 1er avril 2026"


class TestLastDay:
    @pytest.fixture
    def held(self, savoie) -> Membership:
        return Membership.objects.get(person_id=make_user(Role.MEMBER, basin=savoie).pk)

    def path(self, held: Membership) -> str:
        return f"{PAGE}roles/{held.pk}/jusqu-au/"

    def test_it_is_set_changed_and_taken_away(self, client_as, savoie, held):
        client = client_as(Role.OPERATOR)
        assert "Changer la fin" in client.get(PAGE).content.decode()
        for typed, kept in (("30/06/2026", date(2026, 6, 30)), ("", None)):
            answer = client.post(self.path(held), {"ends_on": typed})
            assert answer["Location"] == PAGE
            held.refresh_from_db()
            assert held.ends_on == kept
        changes = AuditEvent.objects.filter(type="role.last_day_changed").order_by("pk")
        assert [one.facts["ends_on"] for one in changes] == ["2026-06-30", None]

    def test_a_day_gone_by_is_refused_and_stays_typed(self, client_as, savoie, held):
        client = client_as(Role.OPERATOR)
        answer = client.post(self.path(held), {"ends_on": "11/03/2026"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Ce jour est passé" in page
        assert "11/03/2026" in page

    def test_control_keeps_a_last_day(self, client_as, savoie):
        client = client_as(Role.NATIONAL_STAFF)
        held = Membership.objects.get(person_id=make_user(Role.AUDITOR, basin=savoie).pk)
        for typed in ("", "12/04/2026"):
            assert client.post(self.path(held), {"ends_on": typed}).status_code == 422
        assert client.post(self.path(held), {"ends_on": "20/03/2026"}).status_code == 302

    def test_not_ones_own_nor_a_role_that_one_does_not_give(self, client_as, savoie):
        client = client_as(Role.OPERATOR)
        president = make_user(Role.PRESIDENT, basin=savoie)
        for person in (client.user, president):
            held = Membership.objects.get(person_id=person.pk)
            answer = client.post(self.path(held), {"ends_on": "30/06/2026"})
            assert answer.status_code == 403
            held.refresh_from_db()
            assert held.ends_on is None

    def test_both_sides_of_the_money_never_meet_again(self, client_as, savoie):
        client = client_as(Role.NATIONAL_STAFF)
        user = make_user(Role.OPERATOR, basin=savoie)
        held = Membership.objects.get(person_id=user.pk)
        Membership.objects.filter(pk=held.pk).update(ends_on=date(2026, 3, 20))
        Membership.objects.create(
            person_id=user.pk, basin=savoie, role=Role.FINANCE, starts_on=date(2026, 3, 21)
        )
        answer = client.post(self.path(held), {"ends_on": "30/06/2026"})
        assert answer.status_code == 422
        assert "préparer et libérer" in answer.content.decode()

    def test_a_role_to_come_is_listed_and_may_be_ended(self, client_as, savoie, operator):
        client = client_as(Role.OPERATOR, user=operator)
        user = accept(invite(operator, savoie, starts_on=date(2026, 4, 1)))
        page = client.get(PAGE)
        assert [held.person for held, _ in page.context["coming"]] == [user.full_name]
        held = Membership.objects.get(person_id=user.pk)
        client.post(f"{PAGE}roles/{held.pk}/finir/")
        assert days_of(user) == []
