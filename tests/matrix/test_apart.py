"""Two basins under the same keys, at once in one process: nothing of one in the other (S03)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models, transaction

from alize.documents import pdf
from alize.documents.models import GeneratedDocument
from alize.documents.storage import opened
from alize.notifications.models import Mail
from basins import tenancy
from basins.models import Basin
from basins.tasks import sweep
from tests.databases import of_its_own
from tests.matrix.conftest import quickly
from tests.matrix.expected import NATIONAL, allowed
from tests.matrix.pages import PAGES
from tests.matrix.reading import is_read, plain, read
from tests.matrix.world import ANONYMOUS, CANARY, OWN_CANARY, Side, Visitor, Who, World, build

THREADS = 4
END_WITH = """
UPDATE "{0}" SET "{1}" = left("{1}", %s) || ' ' || %s WHERE "{1}" <> ''
"""
MARKED = {
    "committees",
    "conventions",
    "documents",
    "funds",
    "partners",
    "projects",
    "signatures",
    "steering",
}
CANARIES = {"savoie": OWN_CANARY, "meuse": CANARY}
NOT_WORDS = re.compile(
    r"target|digest|sha256|key|reference|token|iban|bic|siren|siret|email|type|kind|identity|code|schema|hash"
)
"""What has a form, or leads somewhere: everything else in a row ends with the canary."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, template_name: str) -> Iterator[World]:
    """The two basins where threads see them, every text of theirs marked; a PDF is its words."""
    with quickly() as patch, django_db_blocker.unblock(), of_its_own(template_name, "twins"):
        patch.setattr(pdf, "render", lambda html, *limits: html.encode())
        with transaction.atomic():
            world = build()
        for side in (world.savoie, world.meuse):
            mark_every_text(side.basin)
        yield world


def mark_every_text(basin: Basin) -> None:
    """End each text of a basin with its canary, unless it has a form of its own."""
    canary = CANARIES[basin.slug]
    tables = [model for model in apps.get_models() if model._meta.app_label in MARKED]
    set_guards(basin, tables, "DISABLE")
    with tenancy.owner_cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, true)", [basin.schema_name])
        for model in tables:
            for text in texts_of(model):
                kept = (text.max_length or 10_000) - len(canary) - 1
                # Where the database holds a form, it keeps it.
                with suppress(psycopg.errors.IntegrityError), cursor.connection.transaction():
                    statement = END_WITH.format(model._meta.db_table, text.column)
                    cursor.execute(statement, [kept, canary])
    set_guards(basin, tables, "ENABLE")


def set_guards(basin: Basin, tables: list[type[models.Model]], how: str) -> None:
    """Let what is append-only be marked, for that time."""
    with tenancy.owner_cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, true)", [basin.schema_name])
        for model in tables:
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" {how} TRIGGER USER')


def texts_of(model: type[models.Model]) -> Iterator[models.Field]:
    for text in model._meta.concrete_fields:
        is_text = isinstance(text, models.CharField | models.TextField)
        has_room = is_text and (text.max_length is None or text.max_length > 20)
        if has_room and not text.choices and not NOT_WORDS.search(text.name):
            yield text


@dataclass
class Crawl:
    """What one thread met."""

    leaks: list[str] = field(default_factory=list)
    own: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The pages and files of each basin that told something of it."""


def test_two_basins_visited_at_once_never_show_each_other(world: World):
    people = {(side.basin.slug, who): visitor for side, who, visitor in visitors(world)}
    names = sorted(filter(is_read, PAGES))
    shares = [names[rank::THREADS] for rank in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        found = list(threads.map(lambda share: crawl(world, share, people), shares))
    assert [leak for one in found for leak in one.leaks] == []
    for slug in CANARIES:
        told = {name for one in found for name in one.own[slug]}
        # All of them but what shows no words at all.
        assert len(told & set(names)) > 0.8 * len(names), sorted(set(names) - told)
        assert sum(name.endswith(("csv", "xlsx")) for name in told) > 8


def visitors(world: World) -> Iterator[tuple[Side, Who, Visitor]]:
    """Somebody of each role in each basin; the national roles are the same people in both."""
    for side in (world.savoie, world.meuse):
        yield side, ANONYMOUS, world.visitors[ANONYMOUS]
        for role in sorted(NATIONAL):
            yield side, role, world.visitors[role]
        for role, user in side.people.items():
            yield side, role, world.visitors[role] if side is world.savoie else Visitor(user)


def crawl(world: World, names: list[str], people: dict[tuple[str, Who], Visitor]) -> Crawl:
    """Visit pages of both basins in turn, now one first now the other, in this thread."""
    mine = {key: visitor.twin() for key, visitor in people.items()}
    crawl = Crawl()
    sides = [world.savoie, world.meuse]
    try:
        for rank, name in enumerate(names):
            page = PAGES[name]
            readers = sorted(allowed(page.act)) if page.in_basin else [ANONYMOUS]
            who = readers[rank % len(readers)]
            sides.reverse()
            for side in sides:
                visitor = mine[side.basin.slug, who]
                for url, answer in read(visitor, page.url(name, side), one_in=rank % 2):
                    export = url.partition("export=")[2]
                    note(crawl, f"{name} {export}".strip(), side, url, answer)
    finally:
        connection.close()
    return crawl


def note(crawl: Crawl, name: str, side: Side, url: str, answer: Any) -> None:
    """Look for both canaries in what was answered."""
    told = f"{answer.headers}{plain(answer.content_read)}"
    if answer.status_code >= 500:
        crawl.leaks.append(f"{url}: {answer.status_code}")
    for slug, canary in CANARIES.items():
        if canary in told and slug == side.basin.slug:
            crawl.own[slug].add(name)
        elif canary in told:
            crawl.leaks.append(f"{url}: {canary}")


def test_mails_and_papers_made_at_once_never_tell_of_the_other_basin(world: World):
    with ThreadPoolExecutor(THREADS) as threads:
        assert sum(threads.map(lambda _: carry_out(), range(THREADS))) > 10
    for basin in (world.savoie.basin, world.meuse.basin):
        told = [*mails_of(basin), *papers_of(basin)]
        for slug, canary in CANARIES.items():
            speaking = [one for one in told if canary in one]
            assert len(speaking) > 5 if slug == basin.slug else speaking == []


def carry_out() -> int:
    """What waits in the outbox, in this thread among others."""
    try:
        return sweep()
    finally:
        connection.close()


def mails_of(basin: Basin) -> Iterator[str]:
    with tenancy.national():
        for mail in Mail.objects.filter(schema=basin.schema_name):
            yield " ".join((mail.to_name, mail.subject, mail.text, mail.html, mail.calendar))


def papers_of(basin: Basin) -> Iterator[str]:
    with tenancy.inside(basin):
        for paper in GeneratedDocument.objects.all():
            with opened(paper.key) as file:
                yield f"{paper.title} {plain(file.read())}"
