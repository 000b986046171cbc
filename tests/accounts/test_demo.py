import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from alize.accounts.models import User
from alize.demo import loading
from alize.demo.people import PEOPLE, code_of, create_accounts, person_of, user_of
from alize.documents import pdf
from alize.notifications.models import Mail
from basins.enums import MFA_ROLES, Role
from basins.models import Basin, Membership
from basins.tenancy import national
from tests.accounts.test_sign_in import is_signed_in
from tests.builders import make_user

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "alize.settings.production",
    "SECRET_KEY": "s" * 60,
    "FIELD_ENCRYPTION_KEY": "YSBrZXkgb2YgdGhlIHRlc3RzLCBub3RoaW5nIGVsc2U=",
    "SEAL_PASSPHRASE": "une phrase assez longue",
    "ALLOWED_HOSTS": "alize.example",
    "PUBLIC_URL": "https://alize.example",
    "DEFAULT_FROM_EMAIL": "ALIZE <ne-pas-repondre@alize.example>",
    "DATABASE_URL": "postgresql://alize_app@/alize",
    "REDIS_URL": "redis://127.0.0.1:1",
    "EMAIL_URL": "smtp://mail.alize.example",
    "REGISTER_MAILBOXES": "registres@alize.example",
    "PYTHONPATH": str(ROOT),
}


@pytest.fixture
def people(savoie, meuse):
    """The accounts of the demo."""
    with national():
        return create_accounts(lambda line: None)


@pytest.fixture
def prepare(db, monkeypatch):
    """`prepare --demo` up to its first change, which is left out; a test cannot be the owner."""
    monkeypatch.setattr("alize.demo.loading.as_owner", national)
    monkeypatch.setattr("basins.provisioning.migrate_public", lambda: 1 / 0)
    return lambda: call_command("prepare", demo=True)


def run_in_production(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        env={**PRODUCTION, **environment},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_every_role_has_somebody():
    assert {person.role for person in PEOPLE} == set(Role)
    assert len({person.key for person in PEOPLE}) == len({p.email for p in PEOPLE}) == len(PEOPLE)


def test_the_demo_is_not_loaded_among_real_accounts(prepare):
    make_user(Role.NATIONAL_STAFF, basin=None)
    with pytest.raises(CommandError, match="un compte étranger à la démonstration"):
        prepare()


def test_the_demo_is_not_loaded_among_real_basins(prepare, savoie):
    Basin.objects.filter(slug="meuse").update(slug="jura")
    with pytest.raises(CommandError, match="contient déjà un bassin"):
        prepare()


def test_the_demo_is_loaded_again_over_itself_and_those_it_invited(prepare, people):
    make_user(Role.MEMBER, basin=Basin.objects.get(slug="savoie"))
    with pytest.raises(ZeroDivisionError):
        prepare()


def test_a_demo_whose_documents_cannot_be_laid_out_says_so(prepare, savoie, monkeypatch):
    for done in ("migrate_public", "blueprint", "migrate_basins"):
        monkeypatch.setattr(f"basins.provisioning.{done}", lambda *_: None)
    # What loads first is already there; the past is told in processes that no test undoes.
    monkeypatch.setattr(loading, "create_accounts", lambda report: pdf.render(""))
    monkeypatch.setattr(pdf, "render", Mock(side_effect=pdf.RenderFailed(pdf.UNAVAILABLE)))
    with pytest.raises(CommandError, match="La mise en page des documents ne répond pas"):
        prepare()


def test_accounts_are_made_once(people):
    with national():
        assert create_accounts(lambda line: None) == people
        assert User.objects.count() == Membership.objects.count() == len(PEOPLE)


def test_sign_in_page_offers_each_person(people, browser):
    page = browser.get("/connexion/").content.decode()
    assert all(person.name in page for person in PEOPLE)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_entering_signs_in(people, browser, person):
    answer = browser.post(reverse("demo_enter", args=[person.key]))
    assert answer["Location"] == "/"
    assert browser.session["_auth_user_id"] == str(people[person.key].pk)


def test_entering_is_no_way_round_the_second_factor(people, browser):
    """Whoever needs one has one: the policy is met, not switched off."""
    for person in PEOPLE:
        with national():
            enrolled = user_of(person).authenticator_set.exists()
        assert enrolled is (person.role in MFA_ROLES)


def test_code_of_the_demo_is_the_one_that_signing_in_asks_for(people, browser):
    person = person_of("operateur")
    with national():
        people["operateur"].set_password("une phrase assez longue")
        people["operateur"].save()
    form = {"login": person.email, "password": "une phrase assez longue"}
    assert browser.post("/connexion/", form)["Location"] == "/connexion/verification/"
    browser.post("/connexion/verification/", {"code": code_of(person)})
    assert is_signed_in(browser)


def test_entering_needs_a_post_and_somebody_known(people, browser):
    assert browser.get(reverse("demo_enter", args=["operateur"])).status_code == 405
    assert browser.post(reverse("demo_enter", args=["personne"])).status_code == 404


def make_mail(**fields: str) -> Mail:
    with national():
        return Mail.objects.create(
            **{
                "code": "M04",
                "schema": "b_0001",
                "sender": "ALIZE Savoie",
                "to_email": "camille@example.org",
                "to_name": "Camille Martin",
                "subject": "Convocation",
                "text": "Bonjour",
                "html": "<html><head></head><body><script>alert(1)</script></body></html>",
                "created_at": "2026-03-12T10:00:00Z",
                **fields,
            }
        )


def test_mails_are_found_by_their_recipient(browser, db):
    make_mail()
    make_mail(to_email="dominique@example.org", to_name="Dominique Petit")
    nothing = browser.get("/demo/courriers/?q=zzz").content.decode()
    assert "Aucun courrier ne correspond" in nothing
    page = browser.get("/demo/courriers/?q=dominique").content.decode()
    assert "Dominique Petit" in page
    assert "Camille Martin" not in page


def test_mail_is_shown_in_a_frame_where_nothing_runs(browser, db):
    mail = make_mail()
    page = browser.get(f"/demo/courriers/{mail.pk}/").content.decode()
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page
    assert "<script>alert" not in page
    answer = browser.get(f"/demo/courriers/{mail.pk}/html/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_other_pages_of_the_demo_answer(browser, people):
    for name in ("demo_mails", "demo_codes", "demo_components"):
        assert browser.get(reverse(name)).status_code == 200


def test_people_are_listed_with_their_address(browser):
    printed = browser.get(reverse("demo_people")).content.decode()
    assert "http://testserver/connexion/" in printed
    assert all(person.email in printed for person in PEOPLE)


def test_production_has_no_page_of_the_demo():
    done = run_in_production(
        "from django.urls import resolve, Resolver404\n"
        "try: resolve('/demo/courriers/')\n"
        "except Resolver404: print('absent')\n"
        "from django.apps import apps; print(apps.is_installed('alize.demo'))"
    )
    assert done.stdout.split() == ["absent", "False"], done.stderr


def test_production_refuses_the_demo():
    done = run_in_production("", ALIZE_DEMO="1")
    assert done.returncode != 0
    assert "demo pages cannot be switched on in production" in done.stderr


def test_production_hands_mails_to_a_mail_server():
    done = run_in_production(
        "from django.conf import settings; print(settings.EMAIL_BACKEND, settings.EMAIL_HOST)"
    )
    assert done.stdout.split() == [
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.alize.example",
    ], done.stderr
