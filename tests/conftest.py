"""One prepared database a worker, with two basins in it; every test is rolled back."""

import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    record_authentication,
)
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from alize.documents.operations import issue_file
from alize.seals.keys import KeyFolder
from alize.seals.queries import sealed_kind
from basins import provisioning, tenancy
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Basin
from basins.tasks import sweep
from tests.builders import at, make_user
from tests.stage import STAGE, played_once

BASINS = (("b_0001", "savoie", "Savoie"), ("b_0002", "meuse", "Meuse"))
DO_WHAT_WAITS = """
import django
django.setup()
from basins.tasks import sweep
while sweep():
    pass
"""
# A busy machine is no reason to fail: speed is measured by the bench alone.
hypothesis_settings.register_profile(
    "alize", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "long", hypothesis_settings.get_profile("alize"), max_examples=500, stateful_step_count=50
)
hypothesis_settings.load_profile("alize")
READY = 4_242_000_001
"""Advisory lock of the cluster: one worker prepares, the others wait."""
LOADING = 4_242_000_002
"""The same for the demo, so that its load keeps nobody from a clone of the template."""
ALIKE = ["projects.lay_out_diagnosis", "committees.issue_letter"]
"""The PDF of the demo's past: each site would lay out all of them, where the last one will do."""

FIRST = (
    "tests/browser/test_every_page.py",
    # Rules, for whom no database has to be: the first worker is preparing it.
    "tests/drafting/test_rules.py",
    "tests/committees/test_rules.py",
    "tests/matrix/test_walk.py",
    "tests/browser/test_main_job.py",
    "tests/browser/test_trouble.py",
)
"""Files that begin first, so that two workers end together; one waits for no demo meanwhile."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put some files before the others, which stay in their order."""
    ranks = {path: rank for rank, path in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(item.nodeid.partition("::")[0], len(ranks)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the journeys that this machine has no browser for: nobody takes them for passed."""
    skipped = terminalreporter.stats.get("skipped", [])
    journeys = sorted({report.nodeid for report in skipped if "browser" in report.keywords})
    if journeys:
        terminalreporter.section("browser journeys skipped: no Chromium")
        for name in journeys:
            terminalreporter.line(name)


def pytest_collection_finish() -> None:
    """Leave alone what stays to the end: going through it for rubbish took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def owner_dsn(database: str) -> str:
    owner = settings.DATABASE_OWNER
    return psycopg.conninfo.make_conninfo(
        dbname=database,
        user=owner["USER"],
        **{k.lower(): owner[k] for k in ("PASSWORD", "HOST", "PORT") if owner[k]},
    )


@contextmanager
def exclusively(lock: int = READY) -> Iterator[psycopg.Connection]:
    """Hold a lock of the cluster, on a database that nobody clones."""
    with psycopg.connect(owner_dsn("postgres"), autocommit=True) as maintenance:
        maintenance.execute("SELECT pg_advisory_lock(%s)", [lock])
        yield maintenance


def prepare_template(maintenance: psycopg.Connection, template: str) -> None:
    """Migrate the template and make its two basins, unless another worker has."""
    connection.settings_dict["NAME"] = template
    with psycopg.connect(owner_dsn(template)) as own:
        made = own.execute("SELECT to_regclass('public.basins_basin')").fetchone()[0]
        made = made and own.execute("SELECT count(*) = 2 FROM basins_basin").fetchone()[0]
    if not made:
        provisioning.migrate_public()
        for schema, slug, name in BASINS:
            basin = Basin.objects.create(
                schema_name=schema,
                slug=slug,
                name=name,
                departments=["73" if slug == "savoie" else "55"],
                status="INSTALLED",
                installed_on=date(2006, 1, 1),
            )
            provisioning.create_schema(basin)
    connection.close()


def drop(maintenance: psycopg.Connection, name: str) -> None:
    """Drop a database and whoever is left in it.

    The server's own housekeeping may be at work there, which no owner may end: it is waited for.
    """
    statement = psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    for left in reversed(range(20)):
        try:
            maintenance.execute(statement.format(psycopg.sql.Identifier(name)))
            return
        except psycopg.errors.InsufficientPrivilege:
            if not left:
                raise
            time.sleep(0.5)


def clone(maintenance: psycopg.Connection, template: str, name: str) -> None:
    """Copy a database whole, rights included."""
    drop(maintenance, name)
    identifiers = {
        "name": psycopg.sql.Identifier(name),
        "template": psycopg.sql.Identifier(template),
    }
    for statement in (
        "CREATE DATABASE {name} TEMPLATE {template}",
        "GRANT CONNECT ON DATABASE {name} TO alize_app",
    ):
        maintenance.execute(psycopg.sql.SQL(statement).format(**identifiers))


@pytest.fixture(scope="session")
def template_name() -> str:
    return settings.DATABASES["default"]["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, template_name: str) -> Iterator[None]:
    """Give this worker its own copy of the prepared database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    own = f"{template_name}_{worker}"
    with django_db_blocker.unblock():
        with exclusively() as maintenance:
            prepare_template(maintenance, template_name)
            clone(maintenance, template_name, own)
        connection.settings_dict["NAME"] = own
        yield
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def basins_stay_known() -> None:
    """On a slow machine the row of a basin would be read again between two counts of queries."""
    tenancy.CACHE_SECONDS = 3600.0


@pytest.fixture(scope="session", autouse=True)
def seal_keys() -> None:
    """Keys that seal on any day of the tests: whichever comes first would make its own."""
    keys = KeyFolder(Path(settings.SEAL_KEYS))
    secret = settings.SEAL_PASSPHRASE
    first, *others = sorted([at(2025, 3), at(2030, 3), timezone.now() - timedelta(days=1)])
    keys.create(authority_passphrase=secret, passphrase=secret, at=first)
    for moment in others:
        keys.rotate(authority_passphrase=secret, passphrase=secret, at=moment)


@pytest.fixture(scope="module")
def stage_of_the_file() -> Iterator[None]:
    """Strike what the tests of a file have played."""
    yield
    STAGE.close()


@pytest.fixture
def stage(stage_of_the_file, django_db_setup, django_db_blocker) -> None:
    """The transaction that holds the tests of a file and what they all begin with."""
    with django_db_blocker.unblock():
        STAGE.open()


@pytest.fixture
def _django_db_helper(stage, _django_db_helper) -> Iterator[None]:
    """Around each test on the database, whether it asks by a fixture or by a mark."""
    STAGE.begin()
    yield
    STAGE.end()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave the stage before a test that connects by itself."""
    if "db" not in item.fixturenames and not item.get_closest_marker("django_db"):
        STAGE.close()


@pytest.fixture(scope="session")
def basins(django_db_setup, django_db_blocker) -> dict[str, Basin]:
    with django_db_blocker.unblock():
        return {basin.slug: basin for basin in Basin.objects.all()}


@pytest.fixture
def savoie(db, basins) -> Basin:
    """The basin of the schema b_0001."""
    return copy(basins["savoie"])


@pytest.fixture
def meuse(db, basins) -> Basin:
    """The basin of the schema b_0002."""
    return copy(basins["meuse"])


@pytest.fixture
def in_savoie(savoie: Basin) -> Iterator[Basin]:
    """Work in Savoie for the time of a test."""
    with tenancy.inside(savoie):
        yield savoie


@pytest.fixture
def run_outbox(db):
    """Carry out all that waits in the outbox, as the worker would; returns how many were done."""
    return carry_out


def carry_out() -> int:
    done = 0
    while round_done := sweep():
        done += round_done
    return done


@pytest.fixture
def quick_seals(monkeypatch):
    """Circuits whose end lays nothing out: the seal itself is tried with the signatures."""

    def keep(*, document, content, signatures, by, at):
        return issue_file(
            kind=sealed_kind(document.kind),
            reference=document.reference,
            title=document.title,
            content=content,
            content_type="application/pdf",
            extension="pdf",
            as_of=at.date(),
            target=apps.get_model(document.target_type).objects.get(pk=document.target_id),
            by=by,
            at=at,
        )

    def evidence(*, context, **named):
        named = {name: value for name, value in named.items() if name != "template"}
        pdf = {"content": b"evidence", "content_type": "application/pdf", "extension": "pdf"}
        return issue_file(**named, **pdf)

    sealing = "signatures.operations.sealing"
    monkeypatch.setattr(f"{sealing}.seal", lambda **asked: asked["original"] + b"%sealed")
    monkeypatch.setattr(f"{sealing}.keep_sealed", keep)
    monkeypatch.setattr(f"{sealing}.issue_document", evidence)
    monkeypatch.setattr(f"{sealing}.documents.sheet", lambda *_, **__: b"sheet")


class VisitorClient(Client):
    """A browser of a test: afterwards the test is back in the schema where it was."""

    def request(self, **request):
        previous = connection.tenant
        try:
            return super().request(**request)
        finally:
            connection.set_tenant(previous)


def confirm(client: VisitorClient) -> None:
    """Have shown a second factor just now."""
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, client.user, method="mfa", reauthenticated=True)
    request.session.save()


def unconfirm(client: VisitorClient) -> None:
    """Have shown no second factor in this session."""
    session = client.session
    session.pop(AUTHENTICATION_METHODS_SESSION_KEY, None)
    session.save()


@pytest.fixture
def client_as(savoie: Basin):
    """A signed-in client for a role: `client_as(Role.OPERATOR)`; its account is `client.user`.

    Its second factor has just been shown.
    """

    def make(role: Role | None, *, basin: Basin | None = savoie, user=None) -> VisitorClient:
        own = None if role in NATIONAL_ROLES else basin
        client = VisitorClient()
        client.user = user or make_user(role, basin=own)
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(client.user)
        return client

    return make


@played_once
def session_of(user) -> str:
    """The key of a session in which a second factor has just been shown."""
    client = VisitorClient()
    client.user = user
    with tenancy.national():
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        confirm(client)
    return client.session.session_key


@pytest.fixture(scope="session")
def demo_database(django_db_setup, django_db_blocker, template_name: str) -> str:
    """The name of a database of this worker that holds the whole demo."""
    loaded = f"{template_name}_demo"
    own = f"{loaded}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with exclusively(LOADING) as maintenance:
        load_demo(maintenance, template_name, loaded)
        clone(maintenance, loaded, own)
        folders = (demo_environment(name)["ALIZE_STATE_DIR"] for name in (loaded, own))
        shutil.copytree(*folders, dirs_exist_ok=True)
    return own


@pytest.fixture
def savoie_of_the_demo(demo_database: str, django_db_blocker) -> Iterator[Basin]:
    """Inside the Savoie of the demo, where what is written stays."""
    with django_db_blocker.unblock(), savoie_of(demo_database) as basin:
        yield basin


@contextmanager
def savoie_of(database: str) -> Iterator[Basin]:
    """Work in the Savoie of another database."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        with tenancy.inside(Basin.objects.get(slug="savoie")) as basin:
            yield basin
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def load_demo(maintenance: psycopg.Connection, template: str, name: str) -> None:
    """Load the demo into a database of its own, unless another worker of this run has."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    loaded_by = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    if maintenance.execute(loaded_by, [name]).fetchone() == (run,):
        return
    with exclusively():
        clone(maintenance, template, name)
    with psycopg.connect(owner_dsn(name)) as own:
        own.execute("TRUNCATE basins_basin CASCADE")
        own.execute("DROP SCHEMA b_0001 CASCADE; DROP SCHEMA b_0002 CASCADE")
    run_in_demo(name, "-m", "django", "prepare", "--demo")
    with psycopg.connect(owner_dsn(name)) as own:
        last = "SELECT max(id) FROM outbox_entry GROUP BY schema, kind"
        alike = f"DELETE FROM outbox_entry WHERE kind = ANY(%s) AND id NOT IN ({last})"
        own.execute(alike, [ALIKE])
    # What the demo left to do is done once here, or the mails of each site would come at any time.
    run_in_demo(name, "-c", DO_WHAT_WAITS)
    comment = psycopg.sql.SQL("COMMENT ON DATABASE {} IS {}")
    maintenance.execute(comment.format(psycopg.sql.Identifier(name), run))


def run_in_demo(database: str, *arguments: str) -> None:
    """Run Python on a database of the demo, to its end."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=demo_environment(database),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def demo_environment(database: str, *, site: int = 0) -> dict[str, str]:
    """The environment of a process of the demo on another database of the same cluster.

    Two sites at once on one broker would take each other's messages: each has its number.
    """
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "alize.settings.demo"}
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        address = urlsplit(os.environ[variable])
        environment[variable] = urlunsplit(address._replace(path=f"/{database}"))
    worker = int("0" + "".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))))
    number = 8 + 4 * site + worker
    environment["REDIS_URL"] = f"{os.environ['REDIS_URL'].partition('?')[0]}?db={number}"
    environment["ALIZE_STATE_DIR"] = str(settings.DOCUMENTS_ROOT.parent / database)
    return environment
