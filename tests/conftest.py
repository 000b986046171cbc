"""One prepared database a worker, with two basins in it; every test is rolled back."""

import gc
import os
from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    record_authentication,
)
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from alize.documents.operations import issue_file
from alize.seals.keys import KeyFolder
from alize.seals.sealing import SealFinding
from basins import tenancy
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Basin
from basins.tasks import sweep
from tests.builders import at, make_user
from tests.databases import (
    clone,
    copy_of_the_demo,
    exclusively,
    prepare_template,
    savoie_of,
)
from tests.stage import STAGE, played_once

# A busy machine is no reason to fail: speed is measured by the bench alone.
hypothesis_settings.register_profile(
    "alize", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "long", hypothesis_settings.get_profile("alize"), max_examples=500, stateful_step_count=50
)
hypothesis_settings.load_profile("alize")

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
            prepare_template(template_name)
            clone(maintenance, template_name, own)
        connection.settings_dict["NAME"] = own
        yield
        connection.close()


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller]:
    """Time stands still at the `NOW` of the module that uses it."""
    with time_machine.travel(request.module.NOW, tick=False) as traveller:
        yield traveller


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
    genuine = SealFinding(
        is_sealed=True, is_intact=True, is_whole=True, is_ours=True, fingerprint="0" * 64
    )

    def seal(*, original, reason, **_):
        return original + f"%sealed {reason}".encode()

    def evidence(*, context, **named):
        named = {name: value for name, value in named.items() if name != "template"}
        content = f"evidence {named['target'].pk}".encode()
        pdf = {"content": content, "content_type": "application/pdf", "extension": "pdf"}
        return lambda: issue_file(**named, **pdf)

    sealing = "signatures.operations.sealing"
    monkeypatch.setattr(f"{sealing}.seal", seal)
    monkeypatch.setattr("alize.seals.sealing.check", lambda _: genuine)
    monkeypatch.setattr(f"{sealing}.lay_out", evidence)
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
    return copy_of_the_demo(template_name, os.environ.get("PYTEST_XDIST_WORKER", "alone"))


@pytest.fixture
def savoie_of_the_demo(demo_database: str, django_db_blocker) -> Iterator[Basin]:
    """Inside the Savoie of the demo, where what is written stays."""
    with django_db_blocker.unblock(), savoie_of(demo_database) as basin:
        yield basin
