"""A migration reaches every basin, or says where it stopped and goes on from there (scale.md 2)."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from alize.demo.bench.schemas import more_migrations
from basins import grants, provisioning, tenancy
from basins.models import Basin
from basins.postgresql.base import reader_of, role_of
from tests.databases import clone, exclusively

PENDING = "m0901"
FOLLOWING = "m0902"
TABLE = "steering_steeringmeeting"


@pytest.fixture(scope="module")
def three_basins(django_db_setup, django_db_blocker, template_name):
    """Three basins in a database of their own, where migrations are really committed."""
    given = connection.settings_dict["NAME"]
    own = f"{given}_migrations"
    with django_db_blocker.unblock():
        with exclusively() as maintenance:
            clone(maintenance, template_name, own)
        connection.close()
        connection.settings_dict["NAME"] = own
        third = Basin.objects.create(
            schema_name="b_0003", slug="jura", name="Jura", departments=["39"]
        )
        provisioning.create_schema(third)
        yield
        connection.close()
        connection.settings_dict["NAME"] = given


@pytest.fixture
def network(three_basins):
    """The three basins, one migration behind."""
    with more_migrations(PENDING):
        yield
    for schema in ("b_0001", "b_0002", "b_0003"):
        for name in (PENDING, FOLLOWING):
            owner_does(f"ALTER TABLE {schema}.{TABLE} DROP COLUMN IF EXISTS {name}")
            owner_does(f"DELETE FROM {schema}.django_migrations WHERE name = '{name}'")


def owner_does(statement: str) -> None:
    with tenancy.owner_cursor() as cursor:
        cursor.execute(statement)


def behind() -> list[str]:
    return [version.basin.schema_name for version in provisioning.versions() if version.missing]


def can_read_the_new_column(schema: str) -> bool:
    with tenancy.inside(Basin.objects.get(schema_name=schema)), connection.cursor() as cursor:
        cursor.execute(f"SELECT {PENDING} FROM {TABLE}")
    return True


def test_a_failure_names_its_basin_and_the_next_run_goes_on_from_there(network, capsys):
    assert behind() == ["b_0001", "b_0002", "b_0003"]
    owner_does(f"ALTER TABLE b_0002.{TABLE} ADD COLUMN {PENDING} int")
    with pytest.raises(CommandError, match=r"Le bassin Meuse \(schéma b_0002\) .* already exists"):
        call_command("prepare")
    assert behind() == ["b_0002", "b_0003"]
    capsys.readouterr()
    call_command("prepare", versions=True)
    assert capsys.readouterr().out.splitlines() == [
        "b_0001 Savoie : à jour",
        f"b_0002 Meuse : il manque steering.{PENDING}",
        f"b_0003 Jura : il manque steering.{PENDING}",
    ]
    owner_does(f"ALTER TABLE b_0002.{TABLE} DROP COLUMN {PENDING}")
    call_command("prepare")
    assert behind() == []
    assert capsys.readouterr().out.splitlines()[-2:] == ["Bassin Meuse (1/2)", "Bassin Jura (2/2)"]
    assert all(map(can_read_the_new_column, ("b_0001", "b_0002", "b_0003")))


@pytest.mark.parametrize(("stopped", "by_the_orm"), [(1, False), (2, True)])
def test_a_run_killed_between_tables_and_rights_is_taken_up_again(
    network, monkeypatch, stopped, by_the_orm
):
    monkeypatch.setattr(provisioning, "_has_data_migration", lambda applied: by_the_orm)
    given, visited = grants.apply_to_basin, []

    def killed(cursor, schema):
        visited.append(schema)
        if len(visited) == stopped:
            raise KeyboardInterrupt
        given(cursor, schema)

    with monkeypatch.context() as patch:
        patch.setattr(grants, "apply_to_basin", killed)
        # A trivial migration makes no table: its replay leaves the rights alone.
        patch.setattr(provisioning.re, "search", lambda *_: True)
        with pytest.raises(KeyboardInterrupt):
            call_command("prepare")
    assert behind() == ["b_0001", "b_0002", "b_0003"][stopped - 1 :]
    call_command("prepare")
    assert behind() == []
    assert all(map(can_read_the_new_column, ("b_0001", "b_0002", "b_0003")))


def test_a_basin_left_without_its_rights_gets_them_back(three_basins):
    roles = f"{role_of('b_0002')}, {reader_of('b_0002')}"
    owner_does(f"REVOKE ALL ON ALL TABLES IN SCHEMA b_0002 FROM {roles}")
    call_command("prepare")
    with tenancy.inside(Basin.objects.get(schema_name="b_0002")), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")


def test_a_basin_that_cannot_follow_to_the_end_stays_as_it_was(network):
    with more_migrations(PENDING, FOLLOWING):
        owner_does(f"ALTER TABLE b_0001.{TABLE} ADD COLUMN {FOLLOWING} int")
        with pytest.raises(CommandError, match="celui-ci est resté comme il était"):
            call_command("prepare")
        assert provisioning.versions()[0].missing == (
            f"steering.{PENDING}",
            f"steering.{FOLLOWING}",
        )
        owner_does(f"ALTER TABLE b_0001.{TABLE} DROP COLUMN {FOLLOWING}")
        call_command("prepare")
        assert behind() == []


def test_the_first_basin_of_a_version_does_not_wait_for_ever(network, monkeypatch):
    monkeypatch.setattr(tenancy, "LOCK_TIMEOUT", "100ms")
    with tenancy.owner_cursor() as cursor:
        cursor.execute(f"LOCK TABLE b_0001.{TABLE}")
        with pytest.raises(provisioning.MigrationFailed, match=r"Savoie .* lock timeout"):
            provisioning.migrate_basins()


def test_stock_migrate_schemas_migrates_as_the_owner(network):
    call_command("migrate_schemas", verbosity=0)
    assert behind() == []
    assert can_read_the_new_column("b_0003")


def test_a_migration_on_loan_is_read_afresh_each_time(three_basins):
    given = provisioning.fingerprint()
    for _ in range(2):
        with more_migrations(PENDING):
            assert provisioning.fingerprint() != given
    assert provisioning.fingerprint() == given
