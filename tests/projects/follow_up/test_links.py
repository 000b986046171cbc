"""The page opened by a single-use link, and its abuse (security.md, tokens)."""

from datetime import timedelta

import pytest

from alize.outbox.models import Entry
from basins import links
from basins.enums import LinkPurpose, Role
from basins.models import SingleUseLink
from projects.enums import ProjectStatus
from tests.builders import at, give_phone, make_user, put, withdraw
from tests.conftest import VisitorClient
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = at(2026, 6, 12)
FORM = {"situation": "GOOD", "jobs_created": "2", "comment": "Bien."}


@pytest.fixture
def client():
    return VisitorClient()


@pytest.fixture
def token(review, savoie):
    return links.issue(
        basin=savoie,
        purpose=LinkPurpose.FOLLOW_UP_REVIEW,
        target_id=review.pk,
        email="mandataire@example.org",
        at=NOW,
        valid=timedelta(days=30),
    )


def mails(code):
    return Entry.objects.filter(kind="notifications.send", payload__code=code)


def test_five_minutes(client, review, token):
    page = client.get(f"/suivi/{token}/")
    assert page.status_code == 200
    assert "Point M+3 de Fromagerie des Bauges" in page.content.decode()
    thanks = client.post(f"/suivi/{token}/", FORM)
    assert thanks.status_code == 200
    assert "Merci, votre point est enregistré" in thanks.content.decode()
    assert "Camille Perrin, personne" not in thanks.content.decode().split("<footer")[0]
    review.refresh_from_db()
    assert review.submitted_at == NOW


def test_it_names_whoever_answers_for_the_file_today(client, review, token, team, savoie):
    other = make_user(Role.OPERATOR, basin=savoie, first_name="Luce", last_name="Vernet")
    assert "Camille Perrin" in plain(client.get(f"/suivi/{token}/"))
    withdraw(review.project, team.operator)
    page = plain(client.get(f"/suivi/{token}/"))
    assert f"un courriel prévient aussitôt Luce Vernet et {team.president}." in page
    assert (other.email in page, team.operator.email in page) == (True, False)
    again = plain(client.post(f"/nouveau-lien/{token}/"))
    assert (other.email in again, team.operator.email in again) == (True, False)


def test_difficult_names_the_operator_and_its_telephone(client, review, token, savoie):
    give_phone(savoie, "04 65 71 10 73")
    answer = client.post(f"/suivi/{token}/", {**FORM, "situation": "DIFFICULT"})
    page = answer.content.decode().split("<footer")[0]
    assert "Camille Perrin" in page
    assert page.count('href="tel:0465711073"') == 2
    assert mails("M17").count() == 2


def test_difficult_says_who_is_written_to(client, review, token, team):
    for person in (team.operator, team.president):
        withdraw(review.project, person)
    assert "un courriel prévient" not in plain(client.get(f"/suivi/{token}/"))
    page = plain(client.post(f"/suivi/{token}/", {**FORM, "situation": "DIFFICULT"}))
    assert "Personne n'a pu en être prévenu par courriel : appelez votre opérateur local." in page
    assert mails("M17").count() == 0


def test_every_page_says_whom_to_call(client, review, token, savoie):
    assert "tel:" not in client.get(f"/suivi/{token}/").content.decode()
    give_phone(savoie, "04 65 71 10 73")
    footer = client.get(f"/suivi/{token}/").content.decode().split("<footer")[1]
    assert 'Camille Perrin, <a href="mailto:' in footer
    assert 'href="tel:0465711073"' in footer


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_changes_nothing(client, review, token, method):
    for _ in range(3):
        assert getattr(client, method)(f"/suivi/{token}/").status_code == 200
    assert SingleUseLink.objects.get().used_at is None
    review.refresh_from_db()
    assert review.submitted_at is None


def test_sent_twice_counts_once(client, review, token):
    client.post(f"/suivi/{token}/", FORM)
    again = client.post(f"/suivi/{token}/", {**FORM, "jobs_created": "9"})
    assert again.status_code == 410
    assert "Ce lien a déjà servi" in again.content.decode()
    review.refresh_from_db()
    assert review.jobs_created == 2


def test_a_refused_form_does_not_spend_the_link(client, review, token):
    page = client.post(f"/suivi/{token}/", {**FORM, "situation": ""})
    assert page.status_code == 422
    assert "Choisissez une situation." in page.content.decode()
    assert SingleUseLink.objects.get().used_at is None


def test_expired_asks_for_a_new_one(client, review, token, clock):
    clock.move_to(NOW + timedelta(days=30))
    page = client.get(f"/suivi/{token}/")
    assert page.status_code == 410
    assert "Recevoir un nouveau lien" in page.content.decode()
    assert client.post(f"/suivi/{token}/", FORM).status_code == 410
    sent = client.post(f"/nouveau-lien/{token}/")
    assert "Un nouveau lien est parti" in sent.content.decode()
    assert [mail.payload["email"] for mail in mails("M16")] == ["mandataire@example.org"]
    assert client.post(mails("M16")[0].payload["path"], FORM).status_code == 200


def test_a_new_link_is_never_asked_by_reading(client, token):
    assert client.get(f"/nouveau-lien/{token}/").status_code == 405
    assert not mails("M16").exists()


def test_no_new_link_once_answered(client, token):
    client.post(f"/suivi/{token}/", FORM)
    page = client.post(f"/nouveau-lien/{token}/")
    assert page.status_code == 410
    assert "Votre réponse est déjà enregistrée" in page.content.decode()
    assert not mails("M16").exists()


def test_unknown_or_made_for_something_else(client, token):
    assert client.get("/suivi/0000000000/").status_code == 404
    SingleUseLink.objects.update(purpose=LinkPurpose.REPAYMENT)
    assert client.get(f"/suivi/{token}/").status_code == 404


def test_a_company_no_longer_followed(client, review, token):
    project = review.project
    put(project, ProjectStatus.INTERRUPTED)
    page = client.get(f"/suivi/{token}/")
    assert page.status_code == 410
    assert "Fromagerie des Bauges n'est plus suivie" in page.content.decode()


def test_the_page_is_not_kept_by_anybody(client, token):
    response = client.get(f"/suivi/{token}/")
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] in ("no-referrer", "same-origin")
