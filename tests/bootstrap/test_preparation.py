"""A second start goes over the data again only when the code, or what holds them, has changed."""

import os

import pytest

from alize.bootstrap import application, preparation


@pytest.fixture
def code(tmp_path, monkeypatch):
    """A small checkout with one package, and the folder of its cluster."""
    (tmp_path / "alize").mkdir()
    (tmp_path / "alize" / "__init__.py").touch()
    (tmp_path / preparation.LOCK).touch()
    (tmp_path / "cluster").mkdir()
    monkeypatch.setattr(preparation, "ROOT", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def prepare(code, monkeypatch):
    """Prepare the data, and tell whether anything was done."""
    done = []
    monkeypatch.setattr(application, "relay", lambda arguments, *_: done.append(arguments))

    def whether() -> bool:
        done.clear()
        preparation.ensure(code / "cluster", {})
        return done == [["prepare", "--demo"]]

    return whether


def test_ensure_twice_prepares_once(prepare):
    assert prepare()
    assert not prepare()


def test_ensure_after_a_change_of_the_code_prepares_again(code, prepare):
    prepare()
    os.utime(code / "alize" / "__init__.py", ns=(1, 1))
    assert prepare()
    for name in ("models.py", "convention-3.txt"):
        (code / "alize" / name).touch()
        assert prepare()
    (code / "alize" / "__pycache__").mkdir()
    (code / "alize" / "__pycache__" / "models.pyc").touch()
    assert not prepare()
    os.utime(code / preparation.LOCK, ns=(1, 1))
    assert prepare()


def test_ensure_of_another_cluster_prepares_it(code, prepare):
    prepare()
    (code / "cluster" / "prepared").unlink()
    assert prepare()


def test_ensure_of_a_database_that_is_not_the_demo_s_always_prepares(prepare, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/alize")
    assert prepare()
    assert prepare()


def test_ensure_stopped_halfway_prepares_again(code, prepare, monkeypatch):
    prepare()
    os.utime(code / "alize" / "__init__.py", ns=(1, 1))
    monkeypatch.setattr(application, "relay", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        preparation.ensure(code / "cluster", {})
    assert not (code / "cluster" / "prepared").exists()
