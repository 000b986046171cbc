from datetime import date
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alize.common.screen import Figure, Todo, Waiting
from basins import context, homes
from basins.enums import Role
from basins.models import Membership
from basins.tenancy import national
from tests.conftest import VisitorClient


def test_public_page_says_what_alize_is_and_how_to_enter(db):
    page = VisitorClient().get("/").content.decode()
    assert "Bienvenue sur Alizé" in page
    assert 'href="/connexion/"' in page
    assert 'id="comment"' in page


def test_home_leads_straight_into_the_only_basin(client_as):
    assert client_as(Role.MEMBER).get("/")["Location"] == "/bassins/savoie/"


def test_home_offers_my_basins_when_there_are_several(client_as, savoie, meuse):
    client = client_as(Role.MEMBER)
    with national():
        Membership.objects.create(
            person_id=client.user.pk,
            basin=meuse,
            role=Role.AUDITOR,
            starts_on=timezone.localdate(),
            ends_on=timezone.localdate(),
        )
    page = client.get("/").content.decode()
    assert "/bassins/savoie/" in page
    assert "/bassins/meuse/" in page
    assert "Contrôle" in page


def test_my_basins_are_read_at_once_whatever_their_number(client_as, savoie, meuse):
    client = client_as(Role.MEMBER)
    with national():
        for role in (Role.AUDITOR, Role.MEMBER):
            Membership.objects.create(
                person_id=client.user.pk,
                basin=meuse,
                role=role,
                starts_on=timezone.localdate(),
                ends_on=timezone.localdate(),
            )
    with CaptureQueriesContext(connection) as seen:
        page = client.get("/").content.decode()
    assert "Membre du comité d&#x27;agrément, Contrôle" in page
    assert sum("basins_membership" in query["sql"] for query in seen) <= 4


def test_a_long_list_of_basins_is_a_page_rather_than_a_menu(client_as, meuse, monkeypatch):
    client = client_as(Role.NATIONAL_STAFF)
    assert 'href="/bassins/meuse/"' in client.get("/bassins/savoie/").content.decode()
    monkeypatch.setattr(context, "MENU_HOLDS", 0)
    page = client.get("/bassins/savoie/").content.decode()
    assert 'href="/bassins/meuse/"' not in page
    assert '<a href="/">Tous mes bassins</a>' in page


def test_home_says_so_when_no_role_is_held(client_as):
    assert "Aucun bassin" in client_as(None).get("/").content.decode()


def test_home_of_the_national_side_is_the_network(client_as):
    answer = client_as(Role.NATIONAL_STAFF).get("/")
    assert answer.status_code == 302


def test_basin_is_not_found_for_a_stranger_and_for_a_basin_that_does_not_exist(client_as):
    client = client_as(Role.MEMBER)
    stranger = client.get("/bassins/meuse/")
    nowhere = client.get("/bassins/nulle-part/")
    assert stranger.status_code == nowhere.status_code == 404
    assert stranger.content == nowhere.content


def test_home_puts_what_is_due_first_in_order(client_as, monkeypatch):
    def room(visitor):
        return homes.HomeParts(
            todos=[
                (date(2026, 4, 1), Todo("Plus tard", "/b/")),
                (date(2026, 3, 1), Todo("D'abord", "/a/", action="Demander")),
            ],
            waiting=[Waiting("Signature", "/c/", "Préfecture", "depuis 3 jours")],
            figures=[Figure("Dossiers agréés", "9")],
        )

    monkeypatch.setattr(homes, "ROOMS", [room])
    page = unescape(client_as(Role.OPERATOR).get("/bassins/savoie/").content.decode())
    places = [page.index(text) for text in ("À faire", "D'abord", "Plus tard", "En attente")]
    assert places == sorted(places)
    assert page.index("Signature") < page.index("Dossiers agréés")
