import re
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.accounts.models import Person, User
from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from basins import operations
from basins.access import GRANTS, MATRIX
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Invitation, Membership
from basins.tenancy import national
from tests.builders import at, make_user
from tests.conftest import VisitorClient

ADDRESS = "nouvelle@example.org"
BY_OPERATOR = {Role.MEMBER, Role.ASSOCIATE}
BY_STAFF = {Role.OPERATOR, Role.FINANCE, Role.PREFECTURE, Role.AUDITOR, Role.PRESIDENT}


@pytest.fixture
def operator(savoie):
    return make_user(Role.OPERATOR, basin=savoie)


@pytest.fixture
def staff(db):
    return make_user(Role.NATIONAL_STAFF)


@pytest.fixture
def invited_path(run_outbox):
    """The path of the button in the last invitation to an address."""

    def find(email: str = ADDRESS) -> str:
        run_outbox()
        mail = Mail.objects.filter(to_email=email, code="M00").first()
        return re.search(r"http://testserver(\S+)", mail.text)[1]

    return find


def invite(by, basin, role=Role.MEMBER, email=ADDRESS, at=None):
    with national():
        return operations.invite(
            email=email,
            first_name="Camille",
            last_name="Nouvelle",
            role=role,
            basin=basin,
            by=by,
            at=at or timezone.now(),
        )


def test_every_role_is_given_by_somebody_and_opens_a_home():
    assert frozenset().union(*GRANTS.values()) == MATRIX["basin.home"] == set(Role)


def test_control_ends_after_thirty_days_and_is_renewed(savoie, staff):
    with time_machine.travel(at(2026, 3, 2)) as clock:
        auditor = make_user()
        held = Membership.objects.filter(person_id=auditor.pk)
        for day in (at(2026, 3, 2), at(2026, 3, 2, 18), at(2026, 3, 20)):
            clock.move_to(day)
            invitation = invite(staff, savoie, Role.AUDITOR, email=auditor.email, at=day)
            with national():
                operations.accept_invitation(invitation_id=invitation.pk, password=None, at=day)
    with national():
        assert list(held.order_by("pk").values_list("starts_on", "ends_on")) == [
            (date(2026, 3, 2), date(2026, 3, 19)),
            (date(2026, 3, 20), date(2026, 4, 19)),
        ]
        for ends_on in (None, date(2026, 4, 20)):
            with pytest.raises(IntegrityError, match="control_is_limited"), transaction.atomic():
                held.filter(starts_on=date(2026, 3, 20)).update(ends_on=ends_on)


@pytest.mark.parametrize("role", sorted(set(Role) - NATIONAL_ROLES))
def test_operator_and_astrees_invite_to_the_roles_of_the_matrix_and_no_other(
    savoie, operator, staff, role
):
    for by, allowed in ((operator, BY_OPERATOR), (staff, BY_STAFF)):
        if role in allowed:
            assert invite(by, savoie, role).role == role
        else:
            with pytest.raises(ActionDenied):
                invite(by, savoie, role)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OPERATOR, Role.NATIONAL_STAFF}))
def test_nobody_else_invites(savoie, role):
    by = make_user(role, basin=None if role in NATIONAL_ROLES else savoie)
    with pytest.raises(ActionDenied):
        invite(by, savoie)


def test_operator_of_another_basin_does_not_invite(savoie, meuse):
    with pytest.raises(ActionDenied):
        invite(make_user(Role.OPERATOR, basin=meuse), savoie)


def test_nobody_invites_oneself(savoie, operator):
    with pytest.raises(InvalidInput):
        invite(operator, savoie, email=operator.email.upper())


def test_national_role_stands_in_no_basin(savoie, staff):
    with pytest.raises(InvalidInput):
        invite(staff, savoie, Role.NATIONAL_VIEWER)
    with pytest.raises(InvalidInput):
        invite(staff, None, Role.OPERATOR)
    for role in sorted(NATIONAL_ROLES):
        assert invite(staff, None, role).basin is None


def test_accepting_opens_an_account_with_the_role_and_signs_in(
    savoie, operator, invited_path, client_as
):
    invite(operator, savoie)
    visitor = VisitorClient()
    path = invited_path()
    page = unescape(visitor.get(path).content.decode())
    assert "Membre du comité d'agrément" in page
    assert not User.objects.filter(email=ADDRESS).exists()
    answer = visitor.post(path, {"way": "LINK"})
    assert answer["Location"] == "/"
    user = User.objects.get(email=ADDRESS)
    held = Membership.objects.get(person_id=user.pk)
    assert (held.role, held.basin, held.granted_by_id) == (Role.MEMBER, savoie, operator.pk)
    assert not user.has_usable_password()
    assert visitor.get("/bassins/savoie/reglages/").status_code == 403


def test_accepting_with_a_password_checks_it(savoie, operator, invited_path):
    invite(operator, savoie)
    visitor, path = VisitorClient(), invited_path()
    weak = visitor.post(path, {"way": "PASSWORD", "password": "camille nouvelle"})
    assert weak.context["form"].errors["password"]
    visitor.post(path, {"way": "PASSWORD", "password": "une phrase assez longue"})
    assert User.objects.get(email=ADDRESS).check_password("une phrase assez longue")


def test_accepting_gives_an_existing_account_the_role_and_changes_nothing_else(
    savoie, operator, invited_path
):
    user = make_user(email=ADDRESS, password="une phrase assez longue", last_name="Ancien")
    invite(operator, savoie)
    path = invited_path()
    VisitorClient().post(path, {"way": "PASSWORD", "password": "une tout autre phrase"})
    user.refresh_from_db()
    assert user.check_password("une phrase assez longue")
    assert user.last_name == "Ancien"
    assert Membership.objects.filter(person_id=user.pk, role=Role.MEMBER).count() == 1


def test_accepting_keeps_a_person_known_without_an_account(savoie, operator, invited_path):
    person = Person.objects.create(email=ADDRESS, first_name="Camille", last_name="Connue")
    invite(operator, savoie)
    VisitorClient().post(invited_path(), {"way": "LINK"})
    user = User.objects.get(email=ADDRESS)
    assert (user.pk, user.last_name) == (person.pk, "Connue")


def test_invitation_serves_once(savoie, operator, invited_path):
    invite(operator, savoie)
    path = invited_path()
    VisitorClient().post(path, {"way": "LINK"})
    again = VisitorClient()
    assert again.get(path).status_code == again.post(path).status_code == 410
    assert "_auth_user_id" not in again.session


def test_invitation_lasts_seven_days(savoie, operator, invited_path):
    invite(operator, savoie)
    path = invited_path()
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        spent = VisitorClient().post(path, {"way": "LINK"})
        assert spent.status_code == 410
        assert f"{operator.full_name}, <a href" in spent.content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_newer_invitation_replaces_the_other(savoie, operator, invited_path):
    invite(operator, savoie)
    first = invited_path()
    invite(operator, savoie)
    assert VisitorClient().get(first).status_code == 410
    assert VisitorClient().get(invited_path()).status_code == 200


def test_invitation_falls_with_the_role_of_who_sent_it(savoie, operator, invited_path):
    invite(operator, savoie)
    path = invited_path()
    Membership.objects.filter(person_id=operator.pk).delete()
    assert VisitorClient().post(path, {"way": "LINK"}).status_code == 410
    assert not User.objects.filter(email=ADDRESS).exists()


def test_address_is_that_of_the_invitation_whatever_the_form_says(savoie, operator, invited_path):
    invite(operator, savoie)
    extra = {"way": "LINK", "email": "autre@example.org", "role": "OPERATOR", "basin": "meuse"}
    VisitorClient().post(invited_path(), extra)
    held = Membership.objects.get(person__email=ADDRESS)
    assert (held.role, held.basin) == (Role.MEMBER, savoie)
    assert not Person.objects.filter(email="autre@example.org").exists()


def test_second_factor_of_an_existing_account_is_asked_for(savoie, staff, meuse, invited_path):
    user = make_user(Role.OPERATOR, basin=meuse, email=ADDRESS)
    invite(staff, savoie, Role.OPERATOR)
    visitor = VisitorClient()
    assert visitor.post(invited_path())["Location"] == "/connexion/verification/"
    assert "_auth_user_id" not in visitor.session
    assert user.memberships.count() == 2


def test_invitation_and_role_are_in_the_journal_without_a_name(savoie, operator, invited_path):
    invite(operator, savoie)
    VisitorClient().post(invited_path(), {"way": "LINK"})
    events = list(AuditEvent.objects.filter(type__in=["invitation.sent", "role.granted"]))
    assert [event.type for event in events] == ["invitation.sent", "role.granted"]
    assert ADDRESS not in str([event.facts for event in events])


def test_settings_page_lists_roles_and_invitations(client_as, savoie, meuse):
    client = client_as(Role.OPERATOR)
    make_user(Role.MEMBER, basin=savoie, last_name="Delorme")
    make_user(Role.MEMBER, basin=meuse, last_name="Ailleurs")
    invite(client.user, savoie)
    page = client.get("/bassins/savoie/reglages/").content.decode()
    assert "Delorme" in page
    assert "Camille Nouvelle" in page
    assert "Ailleurs" not in page


def test_the_viewer_reads_who_is_there_and_no_more(client_as, savoie):
    """« r » of security.md 2.2: neither an address, nor who was invited, nor what is reset."""
    operator = client_as(Role.OPERATOR).user
    member = make_user(Role.MEMBER, basin=savoie, last_name="Delorme")
    invite(operator, savoie)
    page = client_as(Role.NATIONAL_VIEWER).get("/bassins/savoie/reglages/").content.decode()
    assert "Delorme" in page
    assert member.email not in page
    assert "Camille Nouvelle" not in page
    assert "lire le journal" not in page


def test_settings_page_runs_as_many_queries_for_one_person_as_for_four(
    client_as, savoie, django_assert_max_num_queries, django_assert_num_queries
):
    client = client_as(Role.OPERATOR)
    client.get("/bassins/savoie/reglages/")  # what is kept in memory is read once
    with django_assert_max_num_queries(40) as first:
        client.get("/bassins/savoie/reglages/")
    for _ in range(3):
        make_user(Role.MEMBER, basin=savoie)
        invite(client.user, savoie, email=f"n{_}@example.org")
    with django_assert_num_queries(len(first)):
        client.get("/bassins/savoie/reglages/")


def test_inviting_through_the_page_says_the_same_for_a_known_address(client_as, savoie):
    client = client_as(Role.OPERATOR)
    known = make_user(email="connue@example.org")
    form = {"first_name": "Camille", "last_name": "Nouvelle", "role": "MEMBER"}
    for email in (known.email, ADDRESS):
        form |= {"email": email, "command_key": str(uuid4())}
        for _ in range(2):
            answer = client.post("/bassins/savoie/reglages/inviter/", form)
            assert answer["Location"] == "/bassins/savoie/reglages/"
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "given", "page"),
    [
        (Role.OPERATOR, "MEMBER", "/bassins/savoie/reglages/inviter/"),
        (Role.NATIONAL_STAFF, "NATIONAL_VIEWER", "/reseau/personnes/inviter/"),
    ],
)
def test_the_form_of_an_invitation_sent_again_with_another_name_is_refused_in_words(
    client_as, role, given, page
):
    client, form = client_as(role), {"role": given, "email": ADDRESS, "command_key": str(uuid4())}
    form |= {"first_name": "Camille", "last_name": "Nouvelle"}
    assert client.post(page, form).status_code == 302
    answer = client.post(page, form | {"last_name": "Autre"})
    assert (answer.status_code, 'value="Autre"' in answer.content.decode()) == (409, True)
    assert "autre contenu" in answer.context["form"].non_field_errors()[0]
    assert Invitation.objects.count() == 1


def test_page_refuses_a_role_that_one_may_not_give(client_as, savoie):
    client = client_as(Role.OPERATOR)
    form = {
        "first_name": "Camille",
        "last_name": "Nouvelle",
        "email": ADDRESS,
        "role": "PRESIDENT",
    }
    answer = client.post("/bassins/savoie/reglages/inviter/", form)
    assert answer.context["form"].errors["role"]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PRESIDENT, Role.FINANCE, Role.AUDITOR])
def test_pages_that_change_roles_are_for_those_who_invite(client_as, savoie, role):
    client = client_as(role)
    held = Membership.objects.get(person_id=client.user.pk)
    for path in ("inviter/", f"roles/{held.pk}/finir/", "invitations/1/retirer/"):
        assert client.post(f"/bassins/savoie/reglages/{path}").status_code == 403


def test_withdrawn_invitation_opens_nothing(client_as, savoie, invited_path):
    client = client_as(Role.OPERATOR)
    invitation = invite(client.user, savoie)
    path = invited_path()
    client.post(f"/bassins/savoie/reglages/invitations/{invitation.pk}/retirer/")
    assert VisitorClient().get(path).status_code == 410


def test_ended_role_closes_the_pages_at_the_next_request(client_as, savoie):
    client, member = client_as(Role.OPERATOR), client_as(Role.MEMBER)
    held = Membership.objects.get(person_id=member.user.pk)
    path = f"/bassins/savoie/reglages/roles/{held.pk}/finir/"
    assert member.get("/bassins/savoie/").status_code == 200
    assert "Mettre fin au rôle" in client.get(path).content.decode()
    client.post(path)
    assert member.get("/bassins/savoie/").status_code == 404
    held.refresh_from_db()
    assert held.ends_on < timezone.localdate()


def test_role_of_another_basin_is_not_found(client_as, meuse):
    client = client_as(Role.OPERATOR)
    other = make_user(Role.MEMBER, basin=meuse)
    held = Membership.objects.get(person_id=other.pk)
    path = f"/bassins/savoie/reglages/roles/{held.pk}/finir/"
    assert client.get(path).status_code == client.post(path).status_code == 404


def test_nobody_ends_their_own_role(savoie, staff):
    with national():
        mine = Membership.objects.create(
            person_id=staff.pk, basin=savoie, role=Role.PRESIDENT, starts_on=timezone.localdate()
        )
        with pytest.raises(ActionDenied):
            operations.end_role(membership_id=mine.pk, basin=savoie, by=staff, at=timezone.now())


def test_one_person_never_holds_both_sides_of_the_money(savoie, staff, operator, invited_path):
    invite(staff, savoie, Role.FINANCE, email=operator.email)
    visitor = VisitorClient()
    answer = visitor.post(invited_path(operator.email))
    assert "préparer et libérer" in answer.content.decode()
    assert not Membership.objects.filter(person_id=operator.pk, role=Role.FINANCE).exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE])
def test_a_role_that_handles_money_warns_the_legal_representative(
    savoie, staff, invited_path, run_outbox, role
):
    savoie.operators.create(
        name="CCI",
        short_name="CCI",
        representative="Alix Morel",
        representative_email="alix@example.org",
    )
    invite(staff, savoie, role)
    VisitorClient().post(invited_path(), {"way": "LINK"})
    run_outbox()
    warned = Mail.objects.get(code="M90")
    assert warned.to_email == "alix@example.org"
    assert warned.subject == f"{role.label} du bassin Savoie : Camille Nouvelle, est-ce attendu ?"
    assert staff.full_name in warned.text


def test_astrees_is_warned_where_the_representative_has_no_address(
    savoie, staff, invited_path, run_outbox
):
    savoie.operators.update(representative_email="")
    invite(staff, savoie, Role.FINANCE)
    VisitorClient().post(invited_path(), {"way": "LINK"})
    run_outbox()
    assert staff.email in Mail.objects.filter(code="M90").values_list("to_email", flat=True)


def test_a_role_without_money_warns_nobody(savoie, operator, invited_path, run_outbox):
    invite(operator, savoie)
    VisitorClient().post(invited_path(), {"way": "LINK"})
    run_outbox()
    assert not Mail.objects.filter(code="M90").exists()
