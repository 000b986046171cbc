"""Every failure of the set-up is one French sentence."""

from contextlib import nullcontext
from unittest.mock import Mock

import pytest

from alize.bootstrap import demo, environment, locks, main, native, place, processes, servers, web
from alize.bootstrap.messages import SetupError, explain, explain_download


@pytest.mark.parametrize(
    "output",
    [
        "error: error sending request for url (https://index.example/simple/django/)",
        "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
        "npm error code EAI_AGAIN",
        "Could not resolve 'deb.example'",
    ],
)
def test_explain_download_without_network_names_it(output):
    sentence = str(explain_download("Rien n'a pu être installé", output, "x.log"))
    assert sentence == (
        "Rien n'a pu être installé : le réseau ne répond pas ; il n'est nécessaire qu'à"
        " l'installation, relancez la commande une fois connecté (détails dans x.log)."
    )


def test_explain_download_refused_for_another_reason_ends_with_its_last_words():
    sentence = str(explain_download("Rien n'a pu être installé", "digest mismatch", "x.log"))
    assert sentence == "Rien n'a pu être installé : digest mismatch (détails dans x.log)."


def test_explain_ends_with_the_last_words_whatever_they_are():
    sentence = str(explain("La base est fermée", "connection refused", "x.log"))
    assert sentence == "La base est fermée : connection refused (détails dans x.log)."


def test_explain_a_traceback_gives_its_exception():
    log = "Traceback\n  File x\napp.errors.ImproperlyConfigured: no rule\n[ERROR] Shutting down"
    sentence = str(explain("Le serveur ne fonctionne pas", log, "x.log"))
    assert sentence == (
        "Le serveur ne fonctionne pas : app.errors.ImproperlyConfigured: no rule"
        " (détails dans x.log)."
    )


def test_explain_one_of_our_refusals_is_that_sentence():
    sentence = str(explain("La préparation a échoué", "CommandError: La base est prise.", "x.log"))
    assert sentence == "La préparation a échoué : La base est prise (détails dans x.log)."


def test_explain_passes_over_empty_lines():
    sentence = str(explain("La base n'a pas pu être créée", "a\nno space left\n\n", "x.log"))
    assert sentence == "La base n'a pas pu être créée : no space left (détails dans x.log)."


def test_explain_passes_over_the_place_of_another_log():
    log = "npm error refused\nnpm error A complete log of this run can be found in: /x"
    sentence = str(explain("Rien n'est installé", log, "x.log"))
    assert sentence == "Rien n'est installé : npm error refused (détails dans x.log)."


def test_parse_an_unknown_option_shows_the_known_ones():
    with pytest.raises(SetupError, match=r"Options inconnues ou incomplètes : .*--reset"):
        demo.parse(["--restet"])


def test_run_beside_a_running_demo_gives_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "LOCK", tmp_path / "demo.lock")
    monkeypatch.setattr(demo, "RUNNING", tmp_path / "demo.json")
    demo.RUNNING.write_text('{"url": "http://localhost:8003", "addresses": {}}')
    with locks.exclusive(demo.LOCK), pytest.raises(SetupError) as refusal:
        demo.run([])
    assert str(refusal.value) == (
        "Une démonstration tourne déjà dans ce dossier, à l'adresse http://localhost:8003 :"
        " arrêtez-la d'abord par Ctrl-C."
    )


def test_running_demo_killed_is_not_running(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "LOCK", tmp_path / "demo.lock")
    monkeypatch.setattr(demo, "RUNNING", tmp_path / "demo.json")
    demo.RUNNING.write_text('{"url": "http://localhost:8003", "addresses": {}}')
    assert demo.running_demo() == {}


def test_reset_spares_a_database_of_the_environment(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/alize")
    with pytest.raises(SetupError, match="--reset ne l'effacera pas"):
        demo.reset()


def test_reset_interrupted_is_ended_by_the_next_start(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for module in (demo, place):
        monkeypatch.setattr(module, "STATE", tmp_path)
    monkeypatch.setattr(demo, "ERASING", tmp_path / "erasing")
    documents, cluster = tmp_path / "documents", Mock()
    documents.mkdir()
    cluster.remove.side_effect = KeyboardInterrupt
    monkeypatch.setattr(place, "find", lambda name: cluster)
    with pytest.raises(KeyboardInterrupt):
        demo.reset()
    cluster.remove.side_effect = None

    monkeypatch.setattr(demo.installation, "ensure", Mock())
    monkeypatch.setattr(demo.servers, "serving", Mock(side_effect=SetupError("no further")))
    with pytest.raises(SetupError, match="no further"):
        demo.serve(Mock(), demo.parse([]))
    assert list(tmp_path.iterdir()) == []


def test_serving_half_a_database_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/alize")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    with (
        pytest.raises(SetupError, match="donnez les deux"),
        servers.serving("demo", throw_away=False),
    ):
        pass


def test_throw_away_servers_are_never_those_of_the_environment(tmp_path, monkeypatch):
    real = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    for name in real:
        monkeypatch.setenv(name, "of-production")
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setattr(place, "STATE", tmp_path)
    monkeypatch.setattr(place, "find", lambda name: Mock())
    own = nullcontext({"DATABASE_URL": "own", "DATABASE_OWNER_URL": "own"})
    monkeypatch.setattr(servers.postgres, "serving", lambda *_, **__: own)
    monkeypatch.setattr(
        servers.valkey, "serving", lambda *_, **__: nullcontext({"REDIS_URL": "own"})
    )
    with servers.throw_away(with_disk=False) as addresses:
        told = processes.environment(addresses)
        assert {name: told[name] for name in real} == dict.fromkeys(real, "own")
        assert "PGPORT" not in told


def test_create_without_the_venv_module_names_the_package(monkeypatch):
    monkeypatch.setattr(environment, "has_venv_module", lambda: False)
    monkeypatch.setattr(environment.apt, "is_available", lambda: False)
    with pytest.raises(SetupError, match="installez le paquet « python3-venv »"):
        environment.create()


@pytest.fixture
def no_pango(tmp_path, monkeypatch):
    """A Linux without the library, whose `apt-get` only says what it is told to."""
    monkeypatch.setattr(native, "are_on_the_machine", lambda: False)
    monkeypatch.setattr(native, "UNPACKED", tmp_path / "native")
    monkeypatch.setattr(native.sys, "platform", "linux")
    monkeypatch.setattr(processes, "LOGS", tmp_path)
    monkeypatch.setattr(processes, "PYTHON", tmp_path / "bin" / "python")
    (tmp_path / "bin").mkdir()

    def says(update: str) -> None:
        fake = tmp_path / "bin" / "apt-get"
        fake.write_text(
            f'#!/bin/sh\ncase "$*" in *update) echo "{update}"; exit 0;; esac\n'
            'echo "E: Unable to locate package libpango-1.0-0"; exit 100\n'
        )
        fake.chmod(0o755)

    monkeypatch.setattr(native.apt, "is_available", (tmp_path / "bin" / "apt-get").exists)
    return says


@pytest.mark.parametrize("user", [0, 1000])
@pytest.mark.parametrize("has_apt", [False, True])
def test_ensure_libraries_that_cannot_be_installed_stops_and_names_them(
    has_apt, user, no_pango, monkeypatch, capsys
):
    monkeypatch.setattr(native.os, "geteuid", lambda: user)
    if has_apt:
        no_pango("Hit:1 a mirror")
    with pytest.raises(
        SetupError, match=r"apt-get install libpango-1.0-0 .*, ou dnf install pango"
    ):
        native.ensure_libraries()
    assert capsys.readouterr().out.endswith("… échec\n" if has_apt else "")


@pytest.mark.parametrize("user", [0, 1000])
def test_ensure_libraries_without_network_names_the_network(user, no_pango, monkeypatch, capsys):
    monkeypatch.setattr(native.os, "geteuid", lambda: user)
    no_pango("W: Failed to fetch x  Temporary failure resolving 'deb.debian.org'")
    with pytest.raises(SetupError, match=r"bibliothèque Pango.* : le réseau ne répond pas"):
        native.ensure_libraries()
    assert capsys.readouterr().out.endswith("… échec\n")


def test_main_before_any_installation_names_the_two_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(main, "STAMP", tmp_path / "alize.json")
    assert main.main(["shell"]) == 1
    assert "python3 manage.py demo" in capsys.readouterr().err


def test_main_without_a_command_names_the_two(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(main, "STAMP", tmp_path / "alize.json")
    assert main.main([]) == 0
    shown = capsys.readouterr().out
    assert "python3 manage.py demo" in shown
    assert "python3 manage.py test" in shown


def test_main_refused_by_the_system_names_the_file(monkeypatch, capsys):
    def refuse(arguments):
        raise PermissionError(13, "Permission denied", ".alize/logs")

    monkeypatch.setattr(demo, "run", refuse)
    assert main.main(["demo"]) == 1
    assert capsys.readouterr().err == ("\nLe système refuse (droits insuffisants : .alize/logs).\n")


def test_choose_port_taken_is_refused(listener):
    with pytest.raises(SetupError, match=f"Le port {listener} est pris"):
        web.choose_port(listener)


@pytest.mark.parametrize("port", [-1, 0, 65_536])
def test_choose_port_that_does_not_exist_is_refused(port):
    with pytest.raises(SetupError, match=f"Le port {port} n'existe pas"):
        web.choose_port(port)


def test_check_owner_of_an_open_folder_is_refused(tmp_path):
    tmp_path.chmod(0o755)
    account = place.Account(tmp_path.stat().st_uid, tmp_path.stat().st_gid, borrowed=False)
    with pytest.raises(SetupError, match="appartient à un autre compte"):
        place.check_owner(tmp_path, account)
