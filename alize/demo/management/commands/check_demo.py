"""`manage.py check_demo --port …`: enters as each person and opens what they may open."""

import re
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from alize.demo.people import PEOPLE, DemoPerson

TIMEOUT = 30
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Navigation(HTMLParser):
    """Collects the addresses of the main navigation of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "nav":
            self._inside = values.get("aria-label") == "Navigation principale"
        elif tag == "a" and self._inside and values.get("href"):
            self.paths.append(values["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "nav":
            self._inside = False


class Visit:
    """One person's browser: its cookies, and the faults met.

    It goes by number and by itself: a bare machine may not know `localhost`, nor may its proxy.
    """

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._browser: OpenerDirector = build_opener(
            ProxyHandler({}), HTTPCookieProcessor(CookieJar())
        )
        self.faults: list[str] = []

    def open(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """The path reached and its page; anything but a 200 is a fault."""
        address = urljoin(self._base, path)
        body = urlencode(form).encode() if form else None
        try:
            with self._browser.open(address, body, TIMEOUT) as answer:
                return urlsplit(answer.url).path, answer.read().decode()
        except HTTPError as error:
            self.faults.append(f"{path} répond {error.code}")
        except (URLError, TimeoutError) as error:
            self.faults.append(f"{path} ne répond pas ({error})")
        return path, ""

    def enter(self, person: DemoPerson) -> tuple[str, str]:
        """Sign in as somebody; the page where they arrive."""
        sign_in = reverse("account_login")
        _, page = self.open(sign_in)
        token = TOKEN.search(page)
        if token is None:
            self.faults.append(f"{sign_in} n'a pas de formulaire")
            return sign_in, ""
        path = reverse("demo_enter", kwargs={"key": person.key})
        arrived, page = self.open(path, {"csrfmiddlewaretoken": token[1]})
        if page and arrived.startswith(sign_in):
            self.faults.append("n'a pas pu entrer")
        return arrived, page


class Command(BaseCommand):
    help = "Vérifie une démonstration en marche : santé, connexions, pages de chaque rôle."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", required=True, type=int, help="port de la démonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        faults = self._report("Santé", self._health(port), "tout répond")
        for person in PEOPLE:
            pages, met = self._visit(port, person)
            faults += self._report(person.name, met, f"{pages} page{'s' if pages > 1 else ''}")
        if faults:
            raise CommandError(f"{faults} défaut{'s' if faults > 1 else ''} dans la démonstration.")
        self.stdout.write("La démonstration répond pour chaque rôle.")

    @staticmethod
    def _health(port: int) -> list[str]:
        visit = Visit(port)
        visit.open(reverse("health"))
        return visit.faults

    @staticmethod
    def _visit(port: int, person: DemoPerson) -> tuple[int, list[str]]:
        """Open the page where a person arrives, then each of their navigation."""
        visit = Visit(port)
        arrived, page = visit.enter(person)
        navigation = Navigation()
        navigation.feed(page)
        paths = [path for path in dict.fromkeys(navigation.paths) if path != arrived]
        for path in paths:
            visit.open(path)
        return 1 + len(paths), visit.faults

    def _report(self, name: str, faults: list[str], fine: str) -> int:
        self.stdout.write(f"  {name} : {' ; '.join(faults) or fine}")
        return len(faults)
