"""Prepares the data of the demo; what was prepared by the very same code is not gone over again."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from alize.bootstrap import application
from alize.bootstrap.paths import ROOT

LOCK = "requirements-demo.lock"
HURRIED = {"PGOPTIONS": "-c synchronous_commit=off"}
"""What is prepared is not waited for: a crash meanwhile has it prepared again."""


def ensure(folder: Path, env: Mapping[str, str]) -> None:
    """Migrate and load the demo, unless the code that did it for this cluster is unchanged.

    A database that the environment names may have been changed elsewhere: it is always prepared.

    :raises SetupError: it failed.
    """
    stamp, code = folder / "prepared", fingerprint(ROOT)
    if "DATABASE_URL" not in os.environ and stamp.exists() and stamp.read_text() == code:
        return
    stamp.unlink(missing_ok=True)
    application.relay(
        ["prepare", "--demo"], {**env, **HURRIED}, "La préparation des données a échoué"
    )
    if folder.is_dir():
        stamp.write_text(code)


def fingerprint(root: Path) -> str:
    """A digest of code, texts and libraries, by the size and the hour of each file."""
    packages = (
        path
        for path in root.iterdir()
        if path.is_dir() and not path.name.startswith(".") and (path / "__init__.py").exists()
    )
    files = sorted(
        file
        for package in packages
        for file in package.rglob("*")
        if file.is_file() and file.parent.name != "__pycache__"
    )
    seen = hashlib.sha256()
    for file in (root / LOCK, *files):
        about = file.stat()
        seen.update(f"{file}:{about.st_size}:{about.st_mtime_ns}\n".encode())
    return seen.hexdigest()
