"""The virtual environment of the checkout, installed from the hash locks."""

import csv
import hashlib
import importlib.util
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from alize.bootstrap import apt
from alize.bootstrap.messages import SetupError, explain_download, step
from alize.bootstrap.paths import PYTHON, ROOT, VENV
from alize.bootstrap.processes import CommandFailed, run

LEVELS = ("demo", "dev")
"""What the environment holds; each level contains the one before."""
STAMP = VENV / "alize.json"
PIP_INSTALL = (
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--retries=1",
    "--require-hashes",
)
UV_SYNC = ("pip", "sync", "--quiet", "--require-hashes", "--system-certs")


def ensure(level: str) -> None:
    """Bring the environment to a level at least, and do nothing when it is already there."""
    installed = read_stamp(STAMP)
    packages = installed.pop("packages", [])
    level = widest(level, installed.get("level"))
    wanted = stamp(level, ROOT / f"requirements-{level}.lock")
    usable = is_usable()
    if usable and installed == wanted and found_packages().issuperset(packages):
        return
    if not usable:
        create()
    STAMP.unlink(missing_ok=True)
    install(ROOT / f"requirements-{level}.lock")
    STAMP.write_text(json.dumps(wanted | {"packages": sorted(found_packages())}))


def widest(*levels: str | None) -> str:
    """The larger of several levels: the demo never takes away what the tests installed."""
    return max((level for level in levels if level in LEVELS), key=LEVELS.index)


def stamp(level: str, lock: Path) -> dict[str, str]:
    """What identifies an installed environment: its level, its lock and its Python."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return {"level": level, "lock": digest, "python": python_version()}


def read_stamp(path: Path) -> dict[str, Any]:
    """The stamp left by the last installation, empty when there is none that can be read."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def python_version() -> str:
    """The version that decides which packages fit: two numbers."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def is_usable() -> bool:
    """Whether the environment belongs to the Python of this command, and holds pip and no ruin.

    An interrupted creation leaves it without pip, which writes the list of its files last.
    """
    packages = found_packages()
    has_pip = any(name.startswith("pip-") for name in packages)
    return PYTHON.exists() and has_pip and all(map(is_whole, packages))


def found_packages() -> set[str]:
    """The packages of the environment that say which files they are made of."""
    return {record.parent.name for record in site_packages().glob("*.dist-info/RECORD")}


def is_whole(package: str) -> bool:
    """Whether all the files of a package are there; those compiled from them come back alone."""
    folder = site_packages()
    with (folder / package / "RECORD").open(newline="", encoding="utf-8") as record:
        names = (row[0] for row in csv.reader(record) if row)
        return all(os.path.exists(f"{folder}/{name}") for name in names if name[-4:] != ".pyc")


def site_packages() -> Path:
    """Where the packages of the Python of this command stand in the environment."""
    return VENV / "lib" / f"python{python_version()}" / "site-packages"


def create() -> None:
    """Make an empty virtual environment.

    :raises SetupError: Python cannot make one here, or something else has its place.
    """
    if os.path.lexists(VENV) and not VENV.is_dir():
        raise SetupError(
            "« .venv » n'est pas un dossier, et l'environnement Python doit prendre sa place :"
            " renommez-le ou supprimez-le, puis relancez la commande."
        )
    need_venv_module()
    # Launched with the environment's own Python, it must not be rebuilt from itself.
    python = getattr(sys, "_base_executable", sys.executable)
    with step("Environnement Python"):
        try:
            run([python, "-m", "venv", "--clear", VENV])
        except CommandFailed as error:
            raise failed("L'environnement Python n'a pas pu être créé", error) from error


def need_venv_module() -> None:
    """Debian ships Python without what makes virtual environments: add it as root, or say so."""
    if has_venv_module():
        return
    if apt.is_available() and os.geteuid() == 0:
        with suppress(CommandFailed), step("Module venv de Python"):
            apt.install("python3-venv")
        importlib.invalidate_caches()
    if not has_venv_module():
        raise SetupError(
            "Ce Python ne sait pas créer d'environnement virtuel : installez le paquet"
            " « python3-venv » de votre système (sur Debian : apt install python3-venv)."
        )


def has_venv_module() -> bool:
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def install(lock: Path) -> None:
    """Install exactly what the lock lists: with uv, or with pip where uv cannot.

    uv does not read pip's configuration, so an index that only pip knows is reached by pip.
    """
    with step("Bibliothèques Python"):
        try:
            run([PYTHON, "-m", "pip", *PIP_INSTALL, "-r", ROOT / "requirements-uv.lock"])
            run([PYTHON.parent / "uv", *UV_SYNC, "--python", PYTHON, lock])
        except CommandFailed:
            try:
                run([PYTHON, "-m", "pip", *PIP_INSTALL, "--no-deps", "-r", lock])
            except CommandFailed as error:
                raise failed(
                    "Les bibliothèques Python n'ont pas pu être installées", error
                ) from error


def failed(what: str, error: CommandFailed) -> SetupError:
    return explain_download(what, str(error), ".alize/logs/installation.log")
