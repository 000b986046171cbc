"""The launcher starts on a bare Python."""

import ast
import os
import re
import subprocess
import sys

import pytest

from alize.bootstrap import demo, main
from alize.bootstrap.paths import ROOT
from alize.bootstrap.without_database import SENTENCE


def test_main_needs_nothing_but_the_standard_library():
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import alize.bootstrap.main"
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)


def test_manage_is_read_by_an_old_python_that_it_then_refuses():
    ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 5))


def test_manage_interrupted_while_it_begins_says_nothing(tmp_path):
    launcher = tmp_path / "manage.py"
    launcher.write_bytes((ROOT / "manage.py").read_bytes())
    module = tmp_path / "alize" / "bootstrap" / "main.py"
    module.parent.mkdir(parents=True)
    module.write_text("raise KeyboardInterrupt")
    done = subprocess.run([sys.executable, launcher], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")


def test_manage_says_its_encoding_to_python_2():
    head = (ROOT / "manage.py").read_bytes().splitlines()[:2]
    assert any(re.match(rb"^[ \t\f]*#.*?coding[:=][ \t]*utf-8", line) for line in head)


class Told(list):
    """The environments that commands received, and whether they had a database."""

    def __init__(self) -> None:
        self.has_database = []

    def receive(self, words, env, *, has_database: bool) -> int:
        self.append(env)
        self.has_database.append(has_database)
        return 0


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """What a command of Django receives, once the set-up is done; nothing is running here."""
    told = Told()
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "stamp").touch()
    monkeypatch.setattr(main, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(demo, "running_demo", dict)
    monkeypatch.setattr(main.application, "command", told.receive)
    return told


def test_a_command_runs_beside_the_demo_or_alone(ran, monkeypatch):
    assert main.main(["makemigrations", "--check"]) == 0
    assert ran[-1]["DJANGO_SETTINGS_MODULE"] == demo.SETTINGS
    assert ran.has_database == [False]
    monkeypatch.setattr(demo, "running_demo", lambda: {"addresses": {"DATABASE_URL": "of-demo"}})
    assert main.main(["verify_ledger"]) == 0
    assert ran[-1]["DATABASE_URL"] == "of-demo"
    assert ran.has_database == [False, True]


READERS = (
    "createsuperuser", "dbshell", "dumpdata", "migrate", "prepare", "seal_keys create",
    "verify_ledger",
)  # fmt: skip
"""Some of Django's, some of ours; most have words of their own for a failure, in English."""
ALONE = ("diffsettings", "makemigrations --check", "verify_ledger --help")


def test_without_a_database_each_command_that_reads_one_says_so(tmp_path):
    program = """
import sys
from alize.bootstrap.without_database import main
for line in sys.argv[1:]:
    try:
        code = main(line.split())
    except SystemExit as end:
        code = end.code or 0
    print(f"\\n= {line}: {code}", file=sys.stderr, flush=True)
"""
    ours = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    nowhere = {"PGHOST": str(tmp_path), "DJANGO_SETTINGS_MODULE": demo.SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", program, *READERS, *ALONE],
        env=ours | nowhere,
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    told = done.stderr
    for line in READERS:
        said, _, told = told.partition(f"\n= {line}: 1\n")
        assert said == f"\n{SENTENCE.format(name=line.split()[0])}\n", (line, said, told)
    for line in ALONE:
        said, _, told = told.partition(f"\n= {line}: 0\n")
        assert "lit une base" not in said, line


def test_a_database_of_the_environment_is_never_read_with_the_secrets_of_the_demo(
    ran, monkeypatch, capsys
):
    monkeypatch.setenv("DATABASE_URL", "postgresql://server/alize")
    assert main.main(["verify_ledger"]) == 1
    assert ran == []
    assert capsys.readouterr().err == (
        "\nDATABASE_URL désigne une base, et rien ne dit avec quels réglages la lire :"
        " donnez aussi DJANGO_SETTINGS_MODULE, par exemple alize.settings.production.\n"
    )
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "alize.settings.production")
    assert main.main(["verify_ledger"]) == 0
    assert ran[-1]["DJANGO_SETTINGS_MODULE"] == "alize.settings.production"


def test_a_demo_on_a_database_of_the_environment_keeps_its_settings(ran, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://server/alize")
    addresses = {"DATABASE_URL": "postgresql://server/alize"}
    monkeypatch.setattr(demo, "running_demo", lambda: {"addresses": addresses})
    assert main.main(["verify_ledger"]) == 0
    assert ran[-1]["DJANGO_SETTINGS_MODULE"] == demo.SETTINGS
