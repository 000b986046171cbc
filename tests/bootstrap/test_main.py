"""The launcher starts on a bare Python."""

import ast
import re
import subprocess
import sys

import pytest

from alize.bootstrap import demo, main
from alize.bootstrap.paths import ROOT


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


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """What a command of Django receives, once the set-up is done; nothing is running here."""
    told = []
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "stamp").touch()
    monkeypatch.setattr(main, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(demo, "running_demo", dict)
    monkeypatch.setattr(main.application, "command", lambda words, env: told.append(env) or 0)
    return told


@pytest.mark.parametrize("command", ["verify_committee", "verify_ledger", "prepare"])
def test_a_command_that_reads_a_database_asks_for_one(command, ran, monkeypatch, capsys):
    assert main.main([command]) == 1
    assert ran == []
    assert capsys.readouterr().err == (
        f"\n« {command} » lit une base, et aucune ne tourne ici : démarrez d'abord la démonstration"
        " (python3 manage.py demo), ou donnez DATABASE_URL et DJANGO_SETTINGS_MODULE.\n"
    )
    assert main.main([command, "--help"]) == 0
    monkeypatch.setattr(demo, "running_demo", lambda: {"addresses": {"DATABASE_URL": "of-demo"}})
    assert main.main([command]) == 0
    assert ran[-1]["DATABASE_URL"] == "of-demo"


def test_a_command_that_reads_none_runs_alone(ran):
    assert main.main(["makemigrations", "--check"]) == 0
    assert ran[0]["DJANGO_SETTINGS_MODULE"] == demo.SETTINGS


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


def test_each_command_of_ours_says_whether_it_reads_a_database():
    folders = [*ROOT.glob("*/management/commands/"), *ROOT.glob("*/*/management/commands/")]
    ours = {path.stem for folder in folders for path in folder.glob("[!_]*.py")}
    assert ours - main.READ_A_DATABASE - {*main.ON_ITS_OWN} == {"draw_states"}
