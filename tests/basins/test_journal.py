"""The journal as people read it, each what security.md 2.2 gives them."""

import ast
import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from alize.audit.operations import record
from basins import tenancy
from basins.enums import Role
from basins.journal.words import ACTS, WORDS
from tests.builders import at, make_user
from tests.words import plain

PAGE = "/bassins/savoie/reglages/journal/"
NATIONAL = "/reseau/journal/"
EXPORT = {"reason": "CONTROL"}


@pytest.fixture
def acts(savoie):
    """What two persons did in Savoie, and the application."""
    operator = make_user(Role.OPERATOR, basin=savoie, first_name="Maëlle", last_name="Corvisart")
    member = make_user(Role.MEMBER, basin=savoie, first_name="Bastien", last_name="Roquelaure")
    with tenancy.inside(savoie), transaction.atomic():
        record("project.created", target=operator, by=operator, at=at(2026, 3, 2, 9), rank=1)
        record("vote.cast", by=member, at=at(2026, 3, 3, 9), seal="abc")
        record("journal.registered", at=at(2026, 3, 4, 9))
        record("of.another_version", by=operator, at=at(2026, 3, 5, 9))
    return {Role.OPERATOR: operator, Role.MEMBER: member}


def test_who_did_what_and_when(client_as, acts):
    page = plain(client_as(Role.OPERATOR, user=acts[Role.OPERATOR]).get(PAGE))
    for words in (
        "Maëlle Corvisart",
        "Contact enregistré",
        "compte n° ",
        "02/03/2026 à 9 h",
        "Bastien Roquelaure",
        "Vote enregistré",
        "Sans compte, ou l'application",
        "Registre du journal scellé",
        "of.another_version",
    ):
        assert words in page
    assert "abc" not in page
    assert "XLSX" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"about": "Votes"}, {"Vote enregistré"}),
        ({"name": "corvi"}, {"Contact enregistré"}),
        ({"since": "03/03/2026", "until": "03/03/2026"}, {"Vote enregistré"}),
        ({"until": "02/03/2026"}, {"Contact enregistré"}),
        ({"about": "Fonds"}, set()),
    ],
)
def test_it_is_filtered(client_as, acts, asked, found):
    page = plain(client_as(Role.PRESIDENT).get(PAGE, asked))
    # The journal may hold what other tests of the file began with.
    shown = {words for words in ("Vote enregistré", "Contact enregistré") if words in page}
    assert shown == found
    assert "Tout afficher" in page


def test_a_member_reads_their_own_acts(client_as, acts):
    client = client_as(Role.MEMBER, user=acts[Role.MEMBER])
    page = plain(client.get(PAGE, {"name": "corvi"}))
    assert "Contact enregistré" not in page
    page = plain(client.get(PAGE))
    assert "Vote enregistré" in page
    assert "Contact enregistré" not in page
    assert "Voir les registres" not in page
    assert 'href="/bassins/savoie/reglages/journal/"' in page


@pytest.mark.parametrize("role", [Role.PREFECTURE, Role.ASSOCIATE, Role.NATIONAL_VIEWER])
def test_the_others_read_nothing(client_as, acts, role):
    assert client_as(role).get(PAGE).status_code == 403


def test_control_takes_it_away_whole(client_as, acts):
    page = f"{PAGE}?export=csv&since=02/03/2026&until=03/03/2026"
    assert client_as(Role.OPERATOR).get(page).status_code == 403
    auditor = client_as(Role.AUDITOR)
    assert "Pourquoi exporter" in plain(auditor.get(page))
    file = auditor.post(page, EXPORT)
    rows = list(csv.DictReader(StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Code"], row["Qui"], row["Détail"]) for row in rows] == [
        ("vote.cast", "Bastien Roquelaure", '{"seal": "abc"}'),
        ("project.created", "Maëlle Corvisart", '{"rank": 1}'),
    ]
    assert rows[0]["Quand"] == "2026-03-03T08:00:00+00:00"
    assert len(rows[0]["Empreinte"]) == 64


def test_the_network_has_its_own(client_as, acts):
    staff = client_as(Role.NATIONAL_STAFF)
    with tenancy.national(), transaction.atomic():
        record("template.published", by=staff.user, at=at(2026, 3, 2, 9))
    page = plain(staff.get(NATIONAL))
    assert "Modèle publié" in page
    assert "Vote enregistré" not in page
    assert "lire le journal" in plain(staff.get("/reseau/"))
    assert client_as(Role.NATIONAL_VIEWER).get(NATIONAL).status_code == 403
    assert "lire le journal" not in plain(client_as(Role.NATIONAL_VIEWER).get("/reseau/"))
    control = client_as(Role.AUDITOR).post(f"{NATIONAL}?export=csv", EXPORT)
    assert "template.published" in control.content.decode("utf-8-sig")


def test_every_act_has_its_words_and_no_other_has():
    """Codes made of parts are known by how they begin, and tried with the rooms that make them."""
    assert sum(map(len, WORDS.values())) == len(ACTS)
    trees = [
        ast.parse(path.read_text())
        for room in Path(settings.BASE_DIR).glob("*/__init__.py")
        for path in room.parent.rglob("*.py")
        if room.parent.name != "tests" and path.parts[-2:] != ("journal", "words.py")
    ]
    codes = {
        code.value
        for tree in trees
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and call.args and name_of(call.func) in RECORDERS
        for code in ast.walk(call.args[0])
        if isinstance(code, ast.Constant) and "." in str(code.value).strip(".")
    }
    assert len(codes) > 250
    assert codes - ACTS.keys() == set()
    said = {
        text.value
        for tree in trees
        for text in ast.walk(tree)
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    }
    heads = tuple(text for text in said if re.fullmatch(r"[a-z_]+\.([a-z]+_)?", text))
    unsaid = ACTS.keys() - said
    assert {act for act in unsaid if not act.startswith(heads)} == set()


RECORDERS = {"record", "_record", "_note", "_told"}


def name_of(function: ast.expr) -> str:
    return getattr(function, "attr", None) or getattr(function, "id", "")
