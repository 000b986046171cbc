"""Each page of the site, on a desk and on a phone: accessible, quiet, the first of them light."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from alize.accounts import links as sign_in_links
from alize.accounts.models import User
from alize.demo.people import person_of
from alize.documents.models import GeneratedDocument
from alize.notifications.models import Mail
from basins import links as single_use
from basins.enums import LinkPurpose, Role
from basins.models import Basin, Invitation
from basins.tenancy import national
from committees.models import Proxy
from funds.models import ConfirmationRequest
from projects.models import FollowUpReview, OwnerOpinion
from signatures.models import CircuitSigner
from tests.browser.conftest import enter_as, faults_of, served, wait_until
from tests.browser.next_acts import NextActs
from tests.browser.pages import ERRAND, fill, press, sees
from tests.browser.walk import (
    COMES_NEXT,
    ENTRIES,
    NO_PAGE,
    NOT_IN_THE_DEMO,
    SLUG,
    Walk,
    links,
    name_of,
    without_object,
)
from tests.databases import copy_of_the_demo, demo_environment

ROLES = (
    "operateur", "membre", "presidente", "tresorier", "controle", "prefecture", "partenaire",
    "astrees", "consultation", "national",
)  # fmt: skip
"""One of each role, whoever sees most first: the next ones open their home, and the rest.

A member sees what the president would look for in vain.
"""
REFUSALS = {None: "/absent/", "operateur": "/reseau/"}
TOKENS = (
    (LinkPurpose.FOLLOW_UP_REVIEW, "follow_up_review", FollowUpReview, {"submitted_at": None}),
    (LinkPurpose.OWNER_OPINION, "owner_opinion", OwnerOpinion, {"answered_at": None}),
    (LinkPurpose.CONTRIBUTIONS, "contribution_confirm", ConfirmationRequest, {"answers": None}),
    (LinkPurpose.PROXY_ANSWER, "proxy_link", Proxy, {"accepted_at": None}),
    (LinkPurpose.SIGNATURE, "signing_page", CircuitSigner, {"status": "INVITED"}),
    (LinkPurpose.SIGNATURE, "signing_page", CircuitSigner, {"way": "PAPER"}),
    (LinkPurpose.SIGNATURE, "signing_dispute", CircuitSigner, {"way": "PAPER"}),
)
TO_A_COMPANY = (
    (LinkPurpose.DECISION_LETTER, "letter_page", "decision", "target_id"),
    (LinkPurpose.REPAYMENT, "reminder_page", "mise-en-demeure", "target_id"),
    (LinkPurpose.ADVANCE_PAPER, "paper_page", "releve-de-compte", "pk"),
)
"""The same, of a document of this kind: the link is about it, or about its object."""


@pytest.fixture
def letters(savoie_of_the_demo: Basin) -> list[str]:
    """What people without an account receive in their mail: a link each."""
    now, addresses = timezone.now(), []
    with national():
        wait_until(Mail.objects.exists, seconds=ERRAND)
    for purpose, name, model, wanted in TOKENS:
        token = single_use.issue(
            basin=savoie_of_the_demo,
            purpose=purpose,
            target_id=model.objects.filter(**wanted).latest("pk").pk,
            email=person_of("membre").email,
            at=now,
            valid=timedelta(days=1),
        )
        addresses.append(reverse(name, kwargs={"token": token}))
    with national():
        host = User.objects.get(email=person_of("operateur").email)
        key = default_token_generator.make_token(host)
        address = {"uidb36": user_pk_to_url_str(host), "key": key}
        addresses.append(reverse("account_reset_password_from_key", kwargs=address))
        Invitation.objects.create(
            email="invitation@example.org",
            last_name="Nivolet",
            basin=savoie_of_the_demo,
            role=Role.MEMBER,
            token_digest=single_use.digest(key),
            created_at=now,
            created_by_id=host.pk,
            expires_at=now + timedelta(days=1),
        )
        addresses.append(reverse("invitation_accept", kwargs={"token": key}))
    return addresses


@pytest.fixture
def sign_in_link(savoie_of_the_demo: Basin) -> str:
    """The link by which somebody with a second factor signs in."""
    with national():
        email = person_of("operateur").email
        issued = sign_in_links.issue(email=email, next_path="", at=timezone.now())
    return reverse("sign_in_link", kwargs={"token": issued.token})


@pytest.fixture
def letters_to_a_company(site: str, savoie_of_the_demo: Basin) -> list[str]:
    """Where a company reads what it was sent, once the worker has laid it out."""
    addresses = []
    for purpose, name, kind, target in TO_A_COMPANY:
        written = GeneratedDocument.objects.filter(kind=kind)
        wait_until(written.exists, seconds=ERRAND)
        token = single_use.issue(
            basin=savoie_of_the_demo,
            purpose=purpose,
            target_id=getattr(written.latest("pk"), target),
            email="entreprise@example.org",
            at=timezone.now(),
            valid=timedelta(days=1),
        )
        addresses.append(reverse(name, kwargs={"token": token}))
    return addresses


@pytest.fixture
def somebody_with_a_password(savoie_of_the_demo: Basin) -> str:
    """Somebody of the demo, where everybody else signs in by a link."""
    key = "partenaire"
    with national():
        user = User.objects.get(email=person_of(key).email)
        user.set_password("un mot de passe de passage")
        user.save()
    return key


@pytest.fixture(scope="module")
def demo_database(django_db_setup, django_db_blocker, template_name: str) -> str:
    """A demo of its own: what comes next is lived here alone."""
    return copy_of_the_demo(template_name, "pages")


@pytest.fixture(scope="module")
def site(demo_database: str, tmp_path_factory) -> Iterator[str]:
    environment = demo_environment(demo_database, site=1)
    with served(environment, tmp_path_factory.mktemp("pages")) as address:
        yield address


@pytest.fixture(scope="module")
def walk() -> Walk:
    """What all have seen together."""
    return Walk()


def test_without_an_account(visit, walk, look, letters):
    page = visit(None)
    walk.open_all(page, [*without_object(public=True), *letters], look)


def test_by_a_link_and_a_second_factor(visit, walk, look, sign_in_link):
    page = visit(None)
    walk.open(page, sign_in_link, look)
    press(page, "Continuer")
    page.wait_for_url("**/connexion/verification/")
    walk.open(page, page.url, look)


def test_what_a_company_is_sent(visit, walk, look, letters_to_a_company):
    page = visit(None)
    for address in letters_to_a_company:
        assert walk.open(page, address, look)


def test_a_form_sent_once_its_session_had_ended(visit, walk, look):
    """What was typed waits behind the sign-in, in a browser that kept no draft of it."""
    key, form = "operateur", reverse("project_create", kwargs={"basin": SLUG})
    page = visit(key, form)
    fill(page, {"Nom de l'entreprise": "Atelier du Val", "Besoin en une ligne": "Agrandir"})
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page, "Créer le dossier")
    sees(page, "Ce que vous aviez saisi vous sera rendu")
    later = parse_qs(urlsplit(page.url).query)["next"][0]
    page.evaluate("sessionStorage.clear()")
    enter_as(page, key)
    assert walk.open(page, later, look)


def test_with_a_password(visit, walk, look, somebody_with_a_password):
    page = visit(somebody_with_a_password)
    for name in ("account_change_password", "account_reauthenticate"):
        assert walk.open(page, reverse(name), look)


def test_with_a_key(visit, walk, look):
    """A key that Chromium plays, then the codes for the day when it is lost."""
    page = visit("membre2", reverse("mfa_add_webauthn"))
    give_a_key(page)
    fill(page, {"Nom de la clé": "Mon téléphone"})
    press(page, "Ajouter cette clé")
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    walk.open(page, page.url, look)
    walk.open(page, reverse("mfa_list_webauthn"), look)
    for address in (*links(page, "main"), reverse("mfa_reauthenticate_webauthn")):
        if name_of(address) not in walk.seen:
            walk.open(page, address, look)


@pytest.mark.parametrize("key", ROLES)
def test_as(visit, walk, look, key):
    """Their home, then what nobody has seen yet, on the way out."""
    page = visit(key)
    walk.open(page, urlsplit(page.url).path, look)
    leaving = reverse("account_logout")
    addresses = [*links(page), *without_object(public=False), leaving]
    walk.open_all(page, addresses, look, role=person_of(key).role)


@pytest.mark.parametrize(("key", "path"), REFUSALS.items())
def test_a_page_that_refuses(visit, look, key, path):
    page = visit(key)
    assert page.goto(path).status in {403, 404}
    look(page)


def test_what_comes_next(visit, walk, look, savoie_of_the_demo):
    shown = set()
    for key, addresses in NextActs.of_the_demo():
        page = visit(key)
        for address in addresses:
            assert walk.open(page, address, look), address
            shown.add(name_of(address))
    assert shown == COMES_NEXT


def test_no_page_is_left(walk):
    known = NO_PAGE.keys() | NOT_IN_THE_DEMO.keys()
    left = ENTRIES.keys() - walk.seen - known
    assert not left, f"nobody has reached {sorted(left)}"
    idle = known & walk.seen | known - ENTRIES.keys()
    assert not idle, f"no exceptions any more: {sorted(idle)}"


def give_a_key(page: Page) -> None:
    """Let the browser answer as a telephone that its owner has just unlocked."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    yes = ("hasUserVerification", "isUserVerified", "automaticPresenceSimulation")
    options = key | dict.fromkeys(yes, True)
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(
    "faint",
    [
        '<p style="color: #bbb">Pâle</p>',
        '<p style="color: #bbb" hidden>Pâle</p>' * 3 + '<p style="color: #bbb">Pâle</p>',
        '<div style="opacity: .3"><p>Pâle</p></div>',
        '<div style="background: #444"><p>Pâle</p></div>',
        '<div style="background: #444"><p style="color: #fff">Clair</p><p>Pâle</p></div>',
    ],
)
def test_a_faint_text_is_told_among_many(chromium, faint):
    page = chromium.new_page()
    page.set_content(f'<html lang="fr"><title>Page</title><main><h1>Page</h1>{"<p>Net</p>" * 9}')
    try:
        assert faults_of(page) == []
        page.locator("main").evaluate("(main, faint) => main.innerHTML += faint", faint)
        (fault,) = faults_of(page)
    finally:
        page.close()
    assert "color-contrast" in fault
    assert "Pâle" in fault


def test_the_first_page_is_light(visit):
    """Under 100 kB compressed in all, styles and scripts included (interface.md 5)."""
    page = visit("operateur", "/bassins/savoie/")
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate("performance.getEntries().map(entry => entry.encodedBodySize ?? 0)")
    assert 0 < sum(sizes) < 100_000
