"""The servers run under an account and in folders that suit them."""

import os
import pwd
from pathlib import Path

import pytest

from alize.bootstrap import place
from alize.bootstrap.messages import SetupError

NOBODY = pwd.getpwnam("nobody")
UNKNOWN = 54_321


def test_server_account_of_a_person_is_that_person():
    assert place.server_account(1000, owner=UNKNOWN) == place.Account(1000, os.getegid(), False)


def test_server_account_of_root_in_its_own_checkout_is_nobody():
    assert place.server_account(0, owner=0) == place.Account(NOBODY.pw_uid, NOBODY.pw_gid, True)


def test_server_account_of_root_in_a_checkout_of_a_stranger_is_nobody():
    account = place.server_account(0, owner=UNKNOWN)
    assert account == place.Account(NOBODY.pw_uid, NOBODY.pw_gid, True)


def test_server_account_of_root_in_the_checkout_of_a_person_is_that_person():
    daemon = pwd.getpwnam("daemon")
    account = place.server_account(0, owner=daemon.pw_uid)
    assert account == place.Account(daemon.pw_uid, daemon.pw_gid, True)


def test_socket_folder_of_one_checkout_is_always_the_same():
    folder = Path("/home/jeanne/alize/.alize/demo")
    assert place.socket_folder(folder, 1000) == place.socket_folder(folder, 1000)
    assert place.socket_folder(folder, 1000) != place.socket_folder(folder.parent, 1000)


def test_socket_folder_under_a_long_temporary_folder_falls_back(monkeypatch):
    monkeypatch.setattr(place.tempfile, "gettempdir", lambda: "/" + "t" * 90)
    assert place.socket_folder(Path("/x"), 1000).parent == Path("/tmp")


def test_socket_folder_without_a_short_temporary_folder_is_refused(monkeypatch):
    monkeypatch.setattr(place, "fits", lambda folder: False)
    with pytest.raises(SetupError, match="trop long"):
        place.socket_folder(Path("/x"), 1000)


def test_programs_copied_are_open_to_all_whatever_the_umask_closed(tmp_path, monkeypatch):
    """Root with a umask of 077 installs an environment that no other account enters."""
    packages, system = tmp_path / "packages", tmp_path / "system"
    for program in place.PROGRAMS:
        (packages / program / "bin").mkdir(parents=True, mode=0o700)
        (packages / program / "bin/server").touch(mode=0o700)
        (packages / program / "bin/notes").touch(mode=0o600)
    monkeypatch.setattr(place, "site_packages", lambda: packages)
    monkeypatch.setattr(place, "SYSTEM_STATE", system)
    previous = os.umask(0o077)
    try:
        copied = place.copy_programs(system / "a")
    finally:
        os.umask(previous)
    modes = {path: path.stat().st_mode & 0o777 for path in (system, *system.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.name == "notes"} == {0o644}
    assert {mode for path, mode in modes.items() if path.name != "notes"} == {0o755}
    assert (copied / place.PROGRAMS[0] / "bin/server").exists()


@pytest.mark.parametrize(("length", "expected"), [(89, True), (90, False)])
def test_fits_counts_the_longest_socket_name(length, expected):
    assert place.fits(Path("/" + "t" * (length - 1))) is expected


def test_make_then_remove_leaves_nothing(tmp_path):
    account = place.Account(os.geteuid(), os.getegid(), borrowed=False)
    here = place.Place(account, tmp_path, tmp_path / "data", tmp_path / "sockets")
    here.make()
    assert here.folder.stat().st_mode & 0o777 == here.sockets.stat().st_mode & 0o777 == 0o700
    here.make()
    here.remove()
    assert list(tmp_path.iterdir()) == []
