"""The environment is installed once for a lock, a level and a Python."""

import json

import pytest

from alize.bootstrap import environment


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with two locks and an environment whose installations are only noted."""
    venv = tmp_path / ".venv"
    (venv / "lib" / f"python{environment.python_version()}").mkdir(parents=True)
    (venv / "bin").mkdir()
    (venv / "bin" / "python").touch()
    for level in environment.LEVELS:
        (tmp_path / f"requirements-{level}.lock").write_text(f"package=={level}")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", venv / "alize.json")
    return tmp_path


@pytest.fixture
def installed(monkeypatch) -> list[str]:
    locks: list[str] = []
    monkeypatch.setattr(environment, "install", lambda lock: locks.append(lock.name))
    return locks


def test_ensure_twice_installs_once(checkout, installed):
    environment.ensure("demo")
    environment.ensure("demo")
    assert installed == ["requirements-demo.lock"]


def test_ensure_demo_after_dev_keeps_the_larger_environment(checkout, installed):
    environment.ensure("dev")
    environment.ensure("demo")
    assert installed == ["requirements-dev.lock"]


def test_ensure_dev_after_demo_widens_the_environment(checkout, installed):
    environment.ensure("demo")
    environment.ensure("dev")
    assert installed == ["requirements-demo.lock", "requirements-dev.lock"]


def test_ensure_demo_after_a_change_of_the_larger_lock_installs_that_one(checkout, installed):
    environment.ensure("dev")
    (checkout / "requirements-dev.lock").write_text("package==2")
    environment.ensure("demo")
    assert installed == ["requirements-dev.lock", "requirements-dev.lock"]


def test_ensure_after_an_interrupted_installation_installs_again(checkout, monkeypatch):
    monkeypatch.setattr(environment, "install", _interrupted)
    environment.STAMP.write_text(json.dumps({"level": "demo"}))
    with pytest.raises(KeyboardInterrupt):
        environment.ensure("demo")
    assert not environment.STAMP.exists()


def test_ensure_under_another_python_makes_the_environment_again(checkout, installed, monkeypatch):
    environment.ensure("demo")
    created: list[bool] = []
    monkeypatch.setattr(environment, "create", lambda: created.append(True))
    monkeypatch.setattr(environment, "python_version", lambda: "3.99")
    environment.ensure("demo")
    assert created == [True]


@pytest.mark.parametrize("content", ["", "[]", '"demo"', "{"])
def test_read_stamp_of_anything_else_is_empty(tmp_path, content):
    stamp = tmp_path / "stamp.json"
    stamp.write_text(content)
    assert environment.read_stamp(stamp) == {}


def _interrupted(lock):
    raise KeyboardInterrupt
