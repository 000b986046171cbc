"""What is past its time goes, at simulated days, and nothing else does (S56)."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from alize.accounts.models import Person, SignInLink, User
from alize.accounts.operations import open_account
from alize.audit.models import AuditEvent
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from basins import retention, rounds, tasks, tenancy
from basins.enums import LinkPurpose, Role
from basins.models import Basin, Invitation, Membership, SingleUseLink
from projects.models import Draft
from tests.builders import at, make_project, make_user

pytestmark = pytest.mark.django_db
NOW = at(2027, 3, 31, 5)
OLD, RECENT = at(2026, 3, 30, 23), at(2026, 3, 31, 0)
"""On both sides of twelve months; the day itself is kept."""


def network() -> dict[str, int]:
    with tenancy.national():
        return retention.forget(retention.NETWORK, at=NOW)


def last_event() -> AuditEvent | None:
    return AuditEvent.objects.filter(type="retention.applied").last()


def on_both_sides(make) -> list:
    with tenancy.national():
        return [make(day) for day in (OLD, RECENT)]


def mail(day: datetime) -> Mail:
    return Mail.objects.create(
        code="M04",
        schema="b_0001",
        sender="ALIZE",
        to_email="anne@example.org",
        subject="Convocation",
        text="Bonjour,",
        html="<p>Bonjour,</p>",
        created_at=day,
    )


def used(one: SingleUseLink) -> None:
    one.used_at = one.created_at
    one.save(update_fields=["used_at"])


def link(savoie, day: datetime, purpose=LinkPurpose.FOLLOW_UP_REVIEW) -> SingleUseLink:
    return SingleUseLink.objects.create(
        basin=savoie,
        purpose=purpose,
        target_id=1,
        email="anne@example.org",
        token_digest=f"{purpose}{day}",
        created_at=day - timedelta(days=30),
        expires_at=day,
    )


def account(name: str, *, seen: datetime | None) -> User:
    user = open_account(email=f"{name}@example.org", first_name="", last_name=name, password="x")
    User.objects.filter(pk=user.pk).update(last_login=seen)
    return user


def test_the_words_of_a_mail_go_and_its_trace_stays():
    old, recent = on_both_sides(mail)
    assert network() == {"mails": 1}
    with tenancy.national():
        old.refresh_from_db()
        recent.refresh_from_db()
        assert (old.text, old.html, old.calendar) == ("", "", "")
        assert (old.to_email, old.subject, old.created_at) == (
            "anne@example.org", "Convocation", OLD,
        )  # fmt: skip
        assert recent.text == "Bonjour,"
        assert last_event().facts == {"counts": {"mails": 1}}
    assert network() == {}


def test_expired_links_go_but_those_of_a_signature_or_of_an_answer(savoie):
    on_both_sides(lambda day: link(savoie, day))
    on_both_sides(lambda day: link(savoie, day, LinkPurpose.SIGNATURE))
    on_both_sides(lambda day: used(link(savoie, day, LinkPurpose.ADVANCE_PAPER)))
    assert network() == {"single_use_links": 1}
    with tenancy.national():
        left = set(SingleUseLink.objects.values_list("purpose", "expires_at"))
    assert left == {
        (LinkPurpose.FOLLOW_UP_REVIEW, RECENT),
        (LinkPurpose.SIGNATURE, OLD),
        (LinkPurpose.SIGNATURE, RECENT),
        (LinkPurpose.ADVANCE_PAPER, OLD),
        (LinkPurpose.ADVANCE_PAPER, RECENT),
    }


def test_sessions_traces_sign_in_links_and_invitations(savoie):
    user = make_user(Role.OPERATOR, basin=savoie)

    def make(day: datetime) -> None:
        UserSession.objects.create(
            user=user, ip="127.0.0.1", user_agent="", session_key=f"{day}"[:40], last_seen_at=day
        )
        SignInLink.objects.create(
            user=user,
            token_digest=f"{day}",
            created_at=day - timedelta(minutes=15),
            expires_at=day,
        )
        Invitation.objects.create(
            email="anne@example.org",
            last_name="Blanc",
            basin=savoie,
            role=Role.MEMBER,
            token_digest=f"{day}",
            created_at=day - timedelta(days=7),
            created_by=user,
            expires_at=day,
        )

    on_both_sides(make)
    with tenancy.national():
        UserSession.objects.filter(session_key=f"{OLD}"[:40]).update(last_seen_at=OLD)
        for key, ends in (("ended", NOW - timedelta(1)), ("open", NOW + timedelta(1))):
            Session.objects.create(session_key=key, session_data="", expire_date=ends)
    assert network() == {"sessions": 1, "devices": 1, "sign_in_links": 1, "invitations": 1}
    with tenancy.national():
        assert set(Session.objects.values_list("pk", flat=True)) == {"open"}
        for model, field in (
            (UserSession, "last_seen_at"),
            (SignInLink, "expires_at"),
            (Invitation, "expires_at"),
        ):
            assert list(model.objects.values_list(field, flat=True)) == [RECENT], model


def test_an_account_that_nobody_uses_is_closed_and_its_person_stays(savoie):
    three_years = at(2024, 3, 30, 23)
    with tenancy.national():
        forgotten = account("oublie", seen=three_years)
        EmailAddress.objects.create(user=forgotten, email=forgotten.email)
        Authenticator.objects.create(user=forgotten, type="totp", data={})
        recent = account("recent", seen=at(2024, 3, 31, 0))
        invited = account("attendu", seen=None)
        held, over, late = (make_user(Role.MEMBER, basin=savoie) for _ in range(3))
        User.objects.filter(pk__in=[held.pk, over.pk, late.pk]).update(last_login=three_years)
        roles = Membership.objects.filter(basin=savoie)
        begun = {"starts_on": at(2020, 1, 1).date()}
        roles.filter(person=over).update(**begun, ends_on=at(2024, 3, 30).date())
        roles.filter(person=late).update(**begun, ends_on=at(2024, 3, 31).date())
    assert network() == {"accounts": 2}
    with tenancy.national():
        left = set(User.objects.values_list("pk", flat=True))
        assert left >= {recent.pk, invited.pk, held.pk, late.pk}
        assert not left & {forgotten.pk, over.pk}
        assert not EmailAddress.objects.filter(email=forgotten.email).exists()
        assert not Authenticator.objects.filter(user_id=forgotten.pk).exists()
        assert Person.objects.get(pk=forgotten.pk).last_name == "oublie"
        assert Membership.objects.filter(person=over.pk).count() == 1
        again = open_account(
            email=forgotten.email, first_name="", last_name="Autre", password="neuf"
        )
    assert (again.pk, again.last_name) == (forgotten.pk, "oublie")


def test_a_basin_forgets_what_was_typed_and_never_saved(in_savoie):
    project, person = make_project(), make_user(Role.OPERATOR, basin=in_savoie)
    for form, day in (("projet", OLD), ("emplois", RECENT)):
        Draft.objects.create(project=project, person_id=person.pk, form=form, data={}, saved_at=day)
    tasks.forget(at=NOW)
    assert list(Draft.objects.values_list("form", flat=True)) == ["emplois"]
    assert last_event().facts == {"counts": {"drafts": 1}}


def test_what_would_go_is_printed_and_kept(savoie):
    old, _ = on_both_sides(mail)

    def said(*on: str) -> str:
        printed = StringIO()
        call_command("retention", *on, stdout=printed)
        return printed.getvalue()

    assert f"Réseau, Contenu des courriers partis (après 12 mois) : 1 : {old.pk}\n" in said(
        "--on", "2027-03-31"
    )
    assert "Contenu des courriers partis (après 12 mois) : 0\n" in said("--on", "2027-03-30")
    assert "Savoie, Saisies de dossiers jamais enregistrées (après 12 mois) : 0\n" in said()
    with tenancy.national():
        old.refresh_from_db()
        assert old.text == "Bonjour,"
        assert last_event() is None


def test_the_day_forgets_once_on_the_side_of_the_network(run_outbox):
    now = timezone.now()
    with tenancy.national():
        old, recent = (mail(now - timedelta(days=days)) for days in (400, 300))
    tasks.begin_day()
    tasks.begin_day()
    run_outbox()
    with tenancy.national():
        assert [Mail.objects.get(pk=one.pk).text for one in (old, recent)] == ["", "Bonjour,"]
        assert AuditEvent.objects.filter(type="retention.applied").count() == 1


@pytest.mark.parametrize(
    "shut",
    [
        {"status": "CLOSED", "installed_on": date(2024, 1, 1)},
        {"suspended_at": OLD, "suspended_for": "INCIDENT"},
    ],
)
def test_a_basin_where_nobody_works_forgets_and_does_nothing_else(in_savoie, run_outbox, shut):
    project, person = make_project(), make_user(Role.OPERATOR, basin=in_savoie)
    draft = Draft.objects.create(
        project=project, person_id=person.pk, form="projet", data={}, saved_at=OLD
    )
    with tenancy.national():
        Basin.objects.filter(pk=in_savoie.pk).update(**shut)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        printed = StringIO()
        call_command("retention", stdout=printed)
        assert f"(après 12 mois) : 1 : {draft.pk}" in printed.getvalue()
        tasks.begin_day()
        run_outbox()
    assert not Draft.objects.exists()
    with tenancy.national():
        asked = Entry.objects.filter(schema=in_savoie.schema_name, kind__in=rounds.DAILY)
        assert {entry.kind for entry in asked} == {"basins.forget"}


def test_a_role_in_a_closed_basin_keeps_no_account(savoie):
    with tenancy.national():
        member = make_user(Role.MEMBER, basin=savoie)
        User.objects.filter(pk=member.pk).update(last_login=at(2024, 3, 30, 23))
        assert network() == {}
        Basin.objects.filter(pk=savoie.pk).update(status="CLOSED")
    assert network() == {"accounts": 1}


def test_only_these_kinds_are_ever_forgotten():
    assert [(kind.code, kind.months) for kind in (*retention.NETWORK, *retention.BASIN)] == [
        ("sessions", 0),
        ("devices", 12),
        ("sign_in_links", 12),
        ("single_use_links", 12),
        ("invitations", 12),
        ("mails", 12),
        ("accounts", 36),
        ("drafts", 12),
    ]
