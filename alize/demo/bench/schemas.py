"""A new basin, and one migration over all basins, against stock django-tenants."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from django.core.management import call_command
from django.test.utils import override_settings
from psycopg import sql

from alize.demo.bench.measuring import Figure, seconds
from alize.demo.bench.place import new_basin
from basins import provisioning, tenancy
from basins.models import Basin

WHOLE_NETWORK = 306
MIGRATED_APP = "steering"
TRIVIAL = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("steering", "{previous}")]
    operations = [
        migrations.AddField("steeringmeeting", "{name}", models.IntegerField(null=True))
    ]
"""


def new_basin_figure(*, rounds: int) -> Figure:
    """Replay of the recorded SQL / stock migration of an empty schema."""
    provisioning.blueprint()
    replay, stock = [], []
    for _ in range(rounds):
        basin = new_basin(0)
        replay.append(seconds(lambda basin=basin: provisioning.create_schema(basin)))
        _empty(basin)
        stock.append(seconds(lambda basin=basin: _migrate(basin)))
        _remove(basin)
    best, usual = min(replay), min(stock)
    return Figure(
        "new_basin",
        best / usual,
        1 / 8,
        f"rejeu {best:.2f} s, migrations {usual:.2f} s ({rounds} tours)",
    )


def _migrate(basin: Basin) -> None:
    with tenancy.as_owner():
        call_command("migrate_schemas", schema_name=basin.schema_name, tenant=True, verbosity=0)


def _empty(basin: Basin) -> None:
    with tenancy.owner_cursor() as cursor:
        name = sql.Identifier(basin.schema_name)
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(name))
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(name))


def _remove(basin: Basin) -> None:
    with tenancy.owner_cursor() as cursor:
        name = sql.Identifier(basin.schema_name)
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(name))
    basin.delete()


def migration_figure(*, basins: int) -> Figure:
    """One trivial migration over all basins: our runner / stock `migrate_schemas`.

    The first basin is migrated for real and the others replay what it sent, so that the ratio
    improves with their number: below the whole network it is computed for it from the two costs.
    """
    everyone = [new_basin(number) for number in range(1, basins + 1)]
    for basin in everyone:
        provisioning.create_schema(basin)
    with more_migrations("m0901"):
        ends: list[float] = []
        start = perf_counter()
        provisioning.migrate_basins(lambda step: ends.append(perf_counter()))
        ours, first = ends[-1] - start, ends[0] - start
        with more_migrations("m0901", "m0902"):
            stock = seconds(_migrate_all)
    each = (ours - first) / max(basins - 1, 1)
    whole = first + each * (WHOLE_NETWORK - 1)
    value = whole / (stock / basins * WHOLE_NETWORK)
    for basin in everyone:
        _remove(basin)
    return Figure(
        "migration",
        value,
        1 / 50,
        f"{basins} bassins : {ours:.2f} s contre {stock:.2f} s, soit {ours / stock:.3f} ; "
        + ("mesuré" if basins == WHOLE_NETWORK else f"ramené à {WHOLE_NETWORK}"),
    )


def _migrate_all() -> None:
    with tenancy.as_owner():
        call_command("migrate_schemas", tenant=True, verbosity=0)


@contextmanager
def more_migrations(*names: str) -> Iterator[None]:
    """Let an application have trivial migrations beyond those on disk, for a while."""
    module = f"bench_{names[-1]}"
    folder = Path(import_module(f"{MIGRATED_APP}.migrations").__file__).parent
    previous = sorted(path.stem for path in folder.glob("[0-9]*.py"))[-1]
    with TemporaryDirectory() as root:
        package = Path(root) / module
        package.mkdir()
        (package / "__init__.py").write_text(f"__path__ = [{str(folder)!r}, {str(package)!r}]\n")
        for name in names:
            (package / f"{name}.py").write_text(TRIVIAL.format(previous=previous, name=name))
            previous = name
        sys.path.insert(0, root)
        try:
            with override_settings(MIGRATION_MODULES={MIGRATED_APP: module}):
                yield
        finally:
            sys.path.remove(root)
            for imported in [name for name in sys.modules if name.split(".")[0] == module]:
                del sys.modules[imported]
