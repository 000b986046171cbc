"""The check of a running demo enters as each person, opens their pages, and says what fails."""

import socket
from collections.abc import Iterator
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from alize.demo.management.commands.check_demo import Visit
from alize.demo.people import PEOPLE

HOME, FILES, MONEY = "/bassins/", "/dossiers/", "/fonds/"
SIGN_IN, HEALTH = "/connexion/", "/sante/"
FORM = '<form><input name="csrfmiddlewaretoken" value="jeton"></form>'
PAGE = f"""<nav aria-label="Fil d'Ariane"><a href="/ailleurs/">Ailleurs</a></nav>
<nav aria-label="Navigation principale">
<a href="{HOME}">Accueil</a><a href="{FILES}">Dossiers</a><a href="{MONEY}">Fonds</a></nav>"""


class Site(ThreadingHTTPServer):
    """Lets the people of the demo in, and shows each the same pages."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.seen: list[tuple[str, str]] = []
        self.broken = ""


class Pages(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        who = SimpleCookie(self.headers.get("Cookie", "")).get("qui")
        self.server.seen.append((who.value if who else "", self.path))
        if self.path == self.server.broken:
            self._answer(500)
        elif self.path in {HEALTH, SIGN_IN}:
            self._answer(200, FORM)
        elif who is None:
            self._answer(302, Location=SIGN_IN)
        else:
            self._answer(200, PAGE)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert sent == {"csrfmiddlewaretoken": ["jeton"]}
        key = self.path.rstrip("/").rpartition("/")[2]
        assert self.path == reverse("demo_enter", kwargs={"key": key})
        if self.path == self.server.broken:
            self._answer(302, Location=SIGN_IN)
        else:
            self._answer(302, Location=HOME, **{"Set-Cookie": f"qui={key}; Path=/"})

    def _answer(self, status: int, page: str = "", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def check(site: Site, capsys) -> tuple[str, str]:
    """What the check prints, and the sentence on which it fails."""
    failure = ""
    try:
        call_command("check_demo", port=site.server_port)
    except CommandError as error:
        failure = str(error)
    return capsys.readouterr().out, failure


def test_a_visit_needs_neither_the_name_of_the_machine_nor_its_proxy(site, monkeypatch):
    ask = socket.getaddrinfo

    def by_number_only(host, *rest, **options):
        if host == "localhost":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", by_number_only)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    visit = Visit(site.server_port)
    assert (visit.open(HEALTH), visit.faults) == ((HEALTH, FORM), [])


def test_each_person_enters_and_opens_all_that_their_navigation_shows(site, capsys):
    said, failure = check(site, capsys)
    assert failure == ""
    assert said.splitlines() == [
        "  Santé : tout répond",
        *(f"  {person.name} : 3 pages" for person in PEOPLE),
        "La démonstration répond pour chaque rôle.",
    ]
    opened = [(person.key, path) for person in PEOPLE for path in (HOME, FILES, MONEY)]
    assert [visit for visit in site.seen if visit[0]] == opened
    assert site.seen[0] == ("", HEALTH)


@pytest.mark.parametrize(
    ("broken", "fault", "whose"),
    [
        (HEALTH, f"{HEALTH} répond 500", ["Santé"]),
        (MONEY, f"{MONEY} répond 500", [person.name for person in PEOPLE]),
        (HOME, " répond 500", [person.name for person in PEOPLE]),
        (f"/demo/entrer/{PEOPLE[1].key}/", "n'a pas pu entrer", [PEOPLE[1].name]),
    ],
)
def test_what_does_not_answer_fails_the_check_and_is_named(site, capsys, broken, fault, whose):
    site.broken = broken
    said, failure = check(site, capsys)
    faults = [line for line in said.splitlines() if fault in line]
    assert [line.strip().partition(" : ")[0] for line in faults] == whose
    assert failure == f"{len(whose)} défaut{'s' if len(whose) > 1 else ''} dans la démonstration."


def test_a_demo_that_is_not_there_fails_the_check(capsys):
    with Site() as stopped:
        port = stopped.server_port
    with pytest.raises(CommandError, match=f"{1 + 2 * len(PEOPLE)} défauts"):
        call_command("check_demo", port=port)
    assert "ne répond pas" in capsys.readouterr().out
