"""National roles are given, limited and ended on a page of the network."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from basins import operations
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Invitation, Membership, SecondFactorReset
from basins.tenancy import national
from tests.builders import make_user

pytestmark = pytest.mark.django_db
PAGE = "/reseau/personnes/"


def held_by(user) -> Membership:
    return Membership.objects.get(person_id=user.pk)


@pytest.fixture
def staff(client_as):
    return client_as(Role.NATIONAL_STAFF)


def test_the_page_lists_national_roles_only(staff, savoie):
    viewer = make_user(Role.NATIONAL_VIEWER, last_name="Delorme")
    make_user(Role.MEMBER, basin=savoie, last_name="Ailleurs")
    page = staff.get(PAGE)
    people = {held.person for held, _ in page.context["people"]}
    assert people == {staff.user.full_name, viewer.full_name}
    assert "Ailleurs" not in page.content.decode()
    assert PAGE in staff.get("/reseau/").content.decode()


@pytest.mark.parametrize("role", sorted(NATIONAL_ROLES))
def test_each_national_role_is_given_there(staff, role):
    form = {"first_name": "Ana", "last_name": "Lys", "email": "ana@example.org", "role": role}
    answer = staff.post(f"{PAGE}inviter/", form | {"command_key": str(uuid4())})
    assert answer["Location"] == PAGE
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.basin) == (role, None)
    assert "ana@example.org" in staff.get(PAGE).content.decode()
    staff.post(f"{PAGE}invitations/{invitation.pk}/retirer/")
    with pytest.raises(ActionDenied), national():
        operations.accept_invitation(invitation_id=invitation.pk, password=None, at=timezone.now())


def test_a_role_of_a_basin_is_not_given_there(staff, savoie):
    form = {"first_name": "Ana", "last_name": "Lys", "email": "ana@example.org", "role": "MEMBER"}
    answer = staff.post(f"{PAGE}inviter/", form | {"command_key": str(uuid4())})
    assert answer.context["form"].errors["role"]
    held = held_by(make_user(Role.MEMBER, basin=savoie))
    for act in ("finir", "jusqu-au"):
        assert staff.get(f"{PAGE}roles/{held.pk}/{act}/").status_code == 404


def test_whoever_leaves_astrees_loses_the_network_at_once(staff, client_as):
    leaver = client_as(Role.NATIONAL_STAFF)
    assert leaver.get("/reseau/").status_code == 200
    staff.post(f"{PAGE}roles/{held_by(leaver.user).pk}/finir/")
    assert leaver.get("/reseau/").status_code == 403
    ended = AuditEvent.objects.get(type="role.ended")
    assert ended.facts["role"] == "NATIONAL_STAFF"


def test_a_national_role_is_given_a_last_day(staff):
    held = held_by(make_user(Role.NATIONAL_COMMITTEE))
    tomorrow = timezone.localdate() + timedelta(days=1)
    staff.post(f"{PAGE}roles/{held.pk}/jusqu-au/", {"ends_on": tomorrow.strftime("%d/%m/%Y")})
    held.refresh_from_db()
    assert held.ends_on == tomorrow


class TestSomebodyAlwaysAdministers:
    def test_nobody_ends_their_own(self, staff):
        make_user(Role.NATIONAL_STAFF)
        mine = held_by(staff.user)
        staff.post(f"{PAGE}roles/{mine.pk}/finir/")
        mine.refresh_from_db()
        assert mine.ends_on is None

    def test_the_last_without_end_stays(self, staff):
        """Whoever asks has a last day: they would leave nobody behind."""
        other = held_by(make_user(Role.NATIONAL_STAFF))
        Membership.objects.filter(person_id=staff.user.pk).update(ends_on=timezone.localdate())
        for act in ("finir", "jusqu-au"):
            day = timezone.localdate().strftime("%d/%m/%Y")
            answer = staff.post(f"{PAGE}roles/{other.pk}/{act}/", {"ends_on": day}, follow=True)
            assert "Personne d'autre n'administre" in unescape(answer.content.decode())
        other.refresh_from_db()
        assert other.ends_on is None

    def test_the_database_holds_it(self, staff):
        mine = Membership.objects.filter(person_id=staff.user.pk)
        for write in (
            mine.delete,
            lambda: mine.update(ends_on=timezone.localdate()),
            lambda: mine.update(role=Role.NATIONAL_VIEWER),
        ):
            with pytest.raises(IntegrityError, match="administer"), transaction.atomic():
                write()
        make_user(Role.NATIONAL_STAFF)
        mine.update(ends_on=timezone.localdate())


class TestALostSecondFactor:
    """Two persons and a day, as in a basin (SD13)."""

    @pytest.fixture
    def lost(self):
        return make_user(Role.NATIONAL_VIEWER, email="remi@astrees.example")

    @pytest.fixture
    def approver(self, client_as):
        return client_as(Role.NATIONAL_STAFF)

    @pytest.fixture
    def reset(self, staff, approver, lost):
        url = f"{PAGE}roles/{held_by(lost).pk}/second-facteur/"
        assert url in staff.get(PAGE).content.decode()
        assert staff.post(url, {"reason": "Téléphone perdu"})["Location"] == PAGE
        return SecondFactorReset.objects.get()

    def test_it_is_asked_approved_by_another_and_done_a_day_later(
        self, staff, approver, lost, reset, run_outbox, time_machine
    ):
        assert (reset.person_id, reset.basin, reset.asked_by_id) == (lost.pk, None, staff.user.pk)
        decide = f"{PAGE}second-facteur/{reset.pk}/"
        assert f'href="{decide}"' not in staff.get(PAGE).content.decode()
        answer = staff.post(decide, follow=True)
        assert "approuvée par une autre" in unescape(answer.content.decode())
        assert f'href="{decide}"' in approver.get(PAGE).content.decode()
        assert "Téléphone perdu" in approver.get(decide).content.decode()
        assert approver.post(decide)["Location"] == PAGE
        run_outbox()
        told = set(Mail.objects.values_list("code", "to_email"))
        assert told == {("M34", lost.email), ("M35", approver.user.email)}
        assert f"{PAGE}second-facteur/{reset.pk}/" in Mail.objects.get(code="M35").text
        assert Authenticator.objects.filter(user=lost).exists()
        time_machine.move_to(reset.due_at)
        run_outbox()
        assert not Authenticator.objects.filter(user=lost).exists()
        acts = AuditEvent.objects.filter(type__startswith="second_factor.").order_by("sequence")
        assert [event.type.removeprefix("second_factor.") for event in acts] == [
            "reset_asked",
            "reset_approved",
            "reset",
        ]

    def test_it_is_stopped_by_its_owner_or_by_astrees(self, staff, client_as, lost, reset):
        mine = client_as(None, user=lost).get("/connexion/mon-acces/remise-a-zero/")
        assert "prévenez ASTREES" in mine.content.decode()
        assert staff.post(f"{PAGE}second-facteur/{reset.pk}/arreter/")["Location"] == PAGE
        reset.refresh_from_db()
        assert reset.stopped_by_id == staff.user.pk

    def test_it_is_not_of_a_basin(self, savoie, client_as, reset):
        operator = client_as(Role.OPERATOR, basin=savoie)
        page = f"/bassins/savoie/reglages/second-facteur/{reset.pk}/arreter/"
        assert operator.post(page).status_code == 404
        assert "remise à zéro" not in operator.get("/bassins/savoie/reglages/").content.decode()
