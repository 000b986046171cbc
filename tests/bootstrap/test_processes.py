"""Commands leave their words in a log; servers stop with their block."""

import signal
import sys

import pytest

from alize.bootstrap import demo, locks, paths, processes, testing
from alize.bootstrap.messages import SetupError


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "LOGS", tmp_path)
    return tmp_path


def test_run_a_command_that_fails_keeps_its_words(logs):
    with pytest.raises(processes.CommandFailed, match="two words"):
        processes.run([sys.executable, "-c", "print('two words'); raise SystemExit(1)"])
    assert "two words" in (logs / "installation.log").read_text()


def test_run_a_command_that_does_not_exist_fails():
    with pytest.raises(processes.CommandFailed):
        processes.run(["no-such-command"])


def test_environment_leaves_out_what_would_mislead(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PGPORT", "5433")
    assert not {"PYTHONDONTWRITEBYTECODE", "PGPORT"} & processes.environment().keys()


@pytest.mark.parametrize("home", [None, "/nonexistent"])
def test_environment_lends_a_home_to_an_account_without_one(monkeypatch, home):
    """As `nobody` is, or who may not write in theirs: npm would refuse to install anything."""
    monkeypatch.delenv("HOME") if home is None else monkeypatch.setenv("HOME", home)
    assert processes.environment()["HOME"] == str(paths.HOME)


def test_environment_leaves_a_home_where_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert processes.environment()["HOME"] == str(tmp_path)


def test_environment_for_a_real_server_keeps_its_variables(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://server/alize")
    monkeypatch.setenv("PGSSLMODE", "require")
    assert processes.environment()["PGSSLMODE"] == "require"


def test_running_stops_a_server_at_the_end_of_the_block():
    server = processes.start("Le dormeur", "sleeper", ["sleep", "60"])
    with processes.running(server):
        assert server.is_running
    assert server.process.returncode == -signal.SIGTERM


@pytest.mark.parametrize("dead", [0, 1])
def test_demo_stops_with_any_of_its_servers_and_says_which(dead):
    database = processes.start("PostgreSQL", "postgresql", ["sleep", "60"])
    site = processes.start("Le serveur web", "web", ["sleep", "60"])
    with (
        pytest.raises(SetupError) as end,
        processes.running(database),
        processes.running(site),
    ):
        [database, site][dead].process.kill()
        demo.stay()
    assert str(end.value).startswith(f"{[database, site][dead].title} s'est arrêté de lui-même : ")
    assert (database.is_running, site.is_running) == (False, False)
    assert processes.stopped() is None


def test_failure_of_a_server_ends_with_its_last_words(logs):
    server = processes.start("Le serveur", "server", ["sh", "-c", "echo port taken; exit 1"])
    server.wait()
    assert str(server.failure()).startswith("Le serveur ne fonctionne pas : port taken (")


def test_exclusive_held_elsewhere_is_refused(tmp_path):
    path = tmp_path / "locks" / "one"
    with locks.exclusive(path):
        assert locks.is_held(path)
        with pytest.raises(locks.Busy), locks.exclusive(path):
            pass
    assert not locks.is_held(path)


@pytest.mark.parametrize("arguments", [["-n0"], ["-n", "4"], ["--numprocesses=1"], ["--pdb"]])
def test_with_processes_keeps_the_caller_s_choice(arguments):
    assert testing.with_processes(arguments) == arguments


def test_with_processes_takes_two_otherwise():
    assert testing.with_processes(["-k", "vote"]) == ["-n", "2", "-k", "vote"]
