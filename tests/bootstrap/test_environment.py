"""The environment is installed once for a lock, a level and a Python."""

import json
import shutil

import pytest

from alize.bootstrap import environment
from alize.bootstrap.messages import SetupError


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with two locks and an environment whose installations are only noted."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    for level in environment.LEVELS:
        (tmp_path / f"requirements-{level}.lock").write_text(f"package=={level}")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", venv / "alize.json")
    add_package("pip")
    return tmp_path


def add_package(name: str) -> None:
    packages = environment.site_packages()
    for file in (f"{name}/__init__.py", f"{name}-1.dist-info/RECORD"):
        (packages / file).parent.mkdir(parents=True)
        (packages / file).touch()
    lines = (
        f"{name}/__init__.py,,",
        f"{name}/__pycache__/__init__.pyc,,",
        f"{name}-1.dist-info/RECORD,,",
    )
    (packages / f"{name}-1.dist-info" / "RECORD").write_text("\n".join(lines))


@pytest.fixture
def installed(monkeypatch) -> list[str]:
    locks: list[str] = []

    def install(lock):
        locks.append(lock.name)
        if not (environment.site_packages() / "redis").exists():
            shutil.rmtree(environment.site_packages() / "redis-1.dist-info", ignore_errors=True)
            add_package("redis")

    monkeypatch.setattr(environment, "install", install)
    return locks


@pytest.fixture
def created(monkeypatch) -> list[bool]:
    times: list[bool] = []
    monkeypatch.setattr(environment, "create", lambda: times.append(True))
    return times


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


def test_ensure_under_another_python_makes_the_environment_again(
    checkout, installed, created, monkeypatch
):
    environment.ensure("demo")
    monkeypatch.setattr(environment, "python_version", lambda: "3.99")
    environment.ensure("demo")
    assert created == [True]


@pytest.mark.parametrize("left", ["pip", "pip-1.dist-info"])
def test_ensure_after_an_interrupted_creation_makes_the_environment_again(
    checkout, installed, created, left
):
    shutil.rmtree(environment.site_packages() / left)
    environment.ensure("demo")
    assert created == [True]


def test_ensure_of_a_damaged_environment_makes_it_again(checkout, installed, created):
    environment.ensure("demo")
    shutil.rmtree(environment.site_packages() / "redis")
    environment.ensure("demo")
    assert (created, len(installed)) == ([True], 2)


def test_ensure_after_a_package_was_removed_installs_it_again(checkout, installed, created):
    environment.ensure("demo")
    for folder in environment.site_packages().glob("redis*"):
        shutil.rmtree(folder)
    environment.ensure("demo")
    assert (created, len(installed)) == ([], 2)


def test_create_where_a_file_stands_says_what_to_do(checkout, monkeypatch):
    shutil.rmtree(environment.VENV)
    environment.VENV.touch()
    with pytest.raises(SetupError, match=r"« \.venv » n'est pas un dossier"):
        environment.ensure("demo")
    assert environment.VENV.is_file()


@pytest.mark.parametrize("content", ["", "[]", '"demo"', "{"])
def test_read_stamp_of_anything_else_is_empty(tmp_path, content):
    stamp = tmp_path / "stamp.json"
    stamp.write_text(content)
    assert environment.read_stamp(stamp) == {}


def _interrupted(lock):
    raise KeyboardInterrupt
