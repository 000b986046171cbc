"""An access key, from the day it is added to the day it is taken away."""

import re

import pytest
from playwright.sync_api import Page, expect

from alize.demo.people import person_of
from tests.browser.pages import fill, follow_mail, press, sees

WHO = "consultation"
KEYS = "/connexion/mon-acces/cles/"


def plug_in(page: Page):
    """Give the browser a device that keeps keys, and somebody who unlocks it each time."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device, added["authenticatorId"]


def leave(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/connexion/")


@pytest.fixture
def page(visit):
    return visit(WHO, KEYS)


def test_a_key_opens_the_account_alone_or_after_a_link_and_confirms_who_one_is(page):
    device, authenticator = plug_in(page)
    sees(page, "Aucune clé pour l'instant")
    press(page, "Ajouter une clé d'accès")
    fill(page, {"Nom de la clé": "Ordinateur du bureau"})
    press(page, "Ajouter cette clé")
    page.wait_for_url(lambda url: not url.endswith("/ajouter/"))
    page.goto(KEYS)
    sees(page, "Ordinateur du bureau")
    kept = device.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    assert [key["isResidentCredential"] for key in kept["credentials"]] == [True]

    leave(page)
    press(page, "Utiliser une clé d'accès")
    page.wait_for_url(re.compile("/reseau/"))

    leave(page)
    email = person_of(WHO).email
    fill(page, {"Adresse électronique": email})
    press(page, "Recevoir un lien de connexion")
    sees(page, "Regardez vos courriels")
    follow_mail(page, to=email, subject="Connectez-vous à ALIZE")
    press(page, "Continuer")
    sees(page, "Encore une étape")
    device.send(
        "WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False}
    )
    press(page, "Utiliser une clé d'accès")
    sees(page, "La clé n'a pas répondu, ou vous avez annulé")
    device.send(
        "WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True}
    )
    press(page, "Utiliser une clé d'accès")
    page.wait_for_url(re.compile("/reseau/"))

    page.goto(KEYS)
    press(page, "Retirer Ordinateur du bureau")
    sees(page, "Confirmer que c'est vous")
    press(page, "Utiliser une clé d'accès")
    press(page, "Utiliser ma clé d'accès")
    press(page, "Retirer la clé")
    page.goto(KEYS)
    sees(page, "Aucune clé pour l'instant")
    expect(page.get_by_text("Ordinateur du bureau")).to_have_count(0)
