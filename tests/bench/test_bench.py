"""The bench runs to its end, says what it measured, and leaves nothing."""

import json
import math
from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from alize.demo.bench.measuring import Figure
from alize.demo.bench.run import FIGURES
from alize.demo.management.commands import bench
from basins import tenancy

SMALL = {
    "basins": 2,
    "network": 3,
    "rounds": 1,
    "calls": 1,
    "files": 1,
    "advances": 3,
    "minutes": 1,
}


@pytest.fixture
def outside_a_transaction(django_db_setup, django_db_blocker):
    """The bench makes and leaves databases: no transaction may be open."""
    with django_db_blocker.unblock():
        yield


def databases_and_roles() -> tuple[list, list]:
    with tenancy.owner_cursor() as cursor:
        own = cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%_bench'")
        databases = own.fetchall()
        roles = cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'alize_b_9%'")
        return databases, roles.fetchall()


def test_every_figure_is_measured_beside_its_bar(outside_a_transaction):
    before, given = databases_and_roles(), connection.settings_dict["NAME"]
    out = StringIO()
    call_command("bench", json=True, stdout=out, **SMALL)
    figures = json.loads(out.getvalue())
    assert list(figures) == list(FIGURES)
    for figure in figures.values():
        assert figure.keys() == {"value", "bar", "ok", "unit", "detail"}
        assert figure["value"] is None or figure["value"] > 0
        assert figure["bar"] > 0
        assert isinstance(figure["ok"], bool)
    assert figures["seal"]["unit"] == "s"
    assert databases_and_roles() == before
    assert connection.settings_dict["NAME"] == given


def test_an_unknown_figure_is_refused():
    with pytest.raises(CommandError, match="inconnues : vitesse"):
        call_command("bench", "vitesse")


@pytest.mark.parametrize(
    ("value", "at_least", "missed"),
    [(1.6, False, False), (1.61, False, True), (math.inf, False, True), (1.5, True, True)],
)
def test_strict_fails_once_a_bar_is_missed(monkeypatch, value, at_least, missed):
    """By figures that were not taken here: no test depends on the speed of its machine."""
    figures = [
        Figure("vote", 1.0, 1.6, "tenu"),
        Figure("pdf", value, 1.6, "essai", at_least=at_least),
    ]
    monkeypatch.setattr(f"{bench.__name__}.measure", lambda *_: iter(figures))
    out = StringIO()
    call_command("bench", stdout=out)
    assert ("PASSÉ" in out.getvalue()) is missed
    strict = pytest.raises(CommandError, match="seuil") if missed else nullcontext()
    with strict:
        call_command("bench", strict=True, json=True, stdout=StringIO())
