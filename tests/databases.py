"""The databases of the tests: one prepared, a copy for each worker, and those of the demo."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection

from basins import provisioning, tenancy
from basins.models import Basin

BASINS = (("b_0001", "savoie", "Savoie"), ("b_0002", "meuse", "Meuse"))
DO_WHAT_WAITS = """
import django
django.setup()
from basins.tasks import sweep
while sweep():
    pass
"""
READY = 4_242_000_001
"""Advisory lock of the cluster: one worker prepares, the others wait."""
LOADING = 4_242_000_002
"""The same for the demo, so that its load keeps nobody from a clone of the template."""
ALIKE = ["projects.lay_out_diagnosis", "committees.issue_letter"]
"""The PDF of the demo's past: each site would lay out all of them, where the last one will do."""


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


def prepare_template(template: str) -> None:
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
    """Copy a database whole, its rights included, and those on it, which no copy takes."""
    drop(maintenance, name)
    identifiers = {
        "name": psycopg.sql.Identifier(name),
        "template": psycopg.sql.Identifier(template),
    }
    for statement in (
        "CREATE DATABASE {name} TEMPLATE {template}",
        "REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {name} TO alize_app",
    ):
        maintenance.execute(psycopg.sql.SQL(statement).format(**identifiers))


@contextmanager
def of_its_own(template: str, name: str) -> Iterator[str]:
    """Work in a copy of the template, of this worker alone, where every transaction commits."""
    own = f"{template}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{name}"
    previous = connection.settings_dict["NAME"]
    connection.close()
    with exclusively() as maintenance:
        clone(maintenance, template, own)
    connection.settings_dict["NAME"] = own
    try:
        yield own
    finally:
        connection.close()
        connection.settings_dict["NAME"] = previous
        with exclusively() as maintenance:
            drop(maintenance, own)


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
        own.execute("DELETE FROM basins_basin")
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


def copy_of_the_demo(template: str, owner: str) -> str:
    """The name of a database that holds the whole demo, with its documents, for one owner."""
    loaded = f"{template}_demo"
    own = f"{loaded}_{owner}"
    with exclusively(LOADING) as maintenance:
        load_demo(maintenance, template, loaded)
        clone(maintenance, loaded, own)
        folders = (demo_environment(name)["ALIZE_STATE_DIR"] for name in (loaded, own))
        shutil.copytree(*folders, dirs_exist_ok=True)
    return own


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
