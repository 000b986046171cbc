"""ASTREES shuts the space of a basin for a while: nobody works in it, nothing is lost (S11)."""

import pytest
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.notifications.models import Mail
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.models import Entry
from basins import links, suspensions, tenancy
from basins.enums import LinkPurpose, Role
from basins.models import Basin
from basins.tasks import run_entry
from tests.builders import at, make_user
from tests.words import plain

pytestmark = pytest.mark.django_db
HOME, LIST = "/bassins/savoie/", "/reseau/operateurs/"
DAYS = {"at": at(2026, 11, 27)}


@pytest.fixture
def staff(client_as):
    return client_as(Role.NATIONAL_STAFF)


@pytest.fixture
def pages(savoie) -> dict[str, str]:
    acts = {"suspend": "suspendre", "resume": "retablir"}
    return {name: f"/reseau/bassins/{savoie.pk}/{act}/" for name, act in acts.items()}


@pytest.fixture
def shut(staff, savoie, pages):
    with tenancy.national():
        savoie.operators.create(name="CCI", short_name="CCI")
    assert pages["suspend"] in plain(staff.get(LIST))
    assert "Suspendre le bassin Savoie" in plain(staff.get(pages["suspend"]))
    assert staff.post(pages["suspend"], {"reason": "INCIDENT"})["Location"] == LIST
    # What the request that commits does: this process forgets what it knew of the basin.
    tenancy.forget(savoie.slug)


def test_its_people_read_why_and_nobody_else_learns_it(client_as, staff, savoie, shut):
    member = client_as(Role.MEMBER)
    for answer in (member.get(HOME), member.post(HOME), staff.get(HOME)):
        assert answer.status_code == 403
        assert "Le bassin Savoie est suspendu" in plain(answer)
        assert "incident de sécurité" in plain(answer)
    stranger = client_as(None)
    assert stranger.get(HOME).status_code == 404
    assert "Le bassin Savoie est suspendu" in plain(member.get("/"))
    listed = plain(staff.get(LIST))
    assert "bassin suspendu le" in listed
    assert f"/reseau/bassins/{savoie.pk}/retablir/" in listed


def test_a_link_opens_no_more_and_does_not_say_why(client, savoie, shut):
    token = links.issue(
        basin=savoie, purpose=LinkPurpose.FOLLOW_UP_REVIEW, target_id=1, email="a@example.org",
        at=at(), valid=links.PAUSE,
    )  # fmt: skip
    answer = client.get(f"/suivi/{token}/")
    assert answer.status_code == 403
    assert "est suspendu" in plain(answer)
    assert "incident" not in plain(answer)


def test_whoever_reads_it_meanwhile_is_stopped_at_the_next_request(client_as, savoie):
    member = client_as(Role.MEMBER)
    assert member.get(HOME).status_code == 200
    with tenancy.national():
        suspensions.suspend(basin_id=savoie.pk, reason="OPERATOR", by=make_user(), **DAYS)
    assert member.get(HOME).status_code == 403
    tenancy.forget(savoie.slug)


def test_its_work_waits_until_it_is_open_again(staff, savoie, pages, shut, run_outbox):
    with tenancy.inside(savoie), transaction.atomic():
        send_mail("M64", to=Recipient("a@example.org", "A"), path="/", key="1", issuer="A",
                  partner="B", place="titulaire")  # fmt: skip
    entry = Entry.objects.get(payload__code="M64")
    run_outbox()
    assert not run_entry.apply(args=[entry.pk], headers={"schema": "public"}).get()
    assert not Mail.objects.filter(code="M64").exists()
    assert savoie not in tenancy.every_basin()
    assert savoie in tenancy.every_space()
    assert "Incident de sécurité" in plain(staff.get(pages["resume"]))
    assert staff.post(pages["resume"])["Location"] == LIST
    run_outbox()
    assert Mail.objects.filter(code="M64").count() == 1
    assert staff.get(HOME).status_code == 200
    told = AuditEvent.objects.filter(target_id=str(savoie.pk), type__startswith="basin.")
    kinds = [event.type for event in told.order_by("pk") if event.by_id == staff.user.pk]
    assert kinds == ["basin.suspended", "basin.resumed"]


def test_what_is_asked_twice_is_said_and_done_once(staff, pages, shut):
    again = staff.post(pages["suspend"], {"reason": "AUTHORITY"}, follow=True)
    assert "est déjà suspendu" in plain(again)
    assert Basin.objects.get(slug="savoie").suspended_for == "INCIDENT"
    staff.post(pages["resume"])
    assert "n'est pas suspendu" in plain(staff.post(pages["resume"], follow=True))


def test_a_reason_is_chosen(staff, savoie, pages):
    assert staff.post(pages["suspend"], {}).status_code == 422
    refused = pytest.raises(IntegrityError, match="basin_suspended_has_its_reason")
    with refused, transaction.atomic():
        Basin.objects.filter(pk=savoie.pk).update(suspended_at=at())
